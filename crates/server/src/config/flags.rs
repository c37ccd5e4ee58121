//! What the command line takes: every flag is a key of the configuration.

use std::path::PathBuf;

use clap::Args;

use super::{Config, Error};

/// Where the configuration is, and where rows and bytes are.
#[derive(Args, Clone, Debug, Default)]
pub struct ConfigFlags {
    /// The configuration file: TOML, YAML or JSON
    #[arg(long, env = "KLEISTER_CONFIG_FILE", value_name = "FILE")]
    config_file: Option<PathBuf>,
    /// The kind of database: sqlite, postgres, mariadb [default: what the URL says, else sqlite]
    #[arg(long, value_name = "KIND")]
    database_driver: Option<String>,
    /// Where the database is, such as <postgres://USER:PASSWORD@HOST/NAME>
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// The database's name; for SQLite its file [default: storage/kleister.sqlite3 or kleister]
    #[arg(long, value_name = "NAME")]
    database_name: Option<String>,
    /// The folder of uploaded files [default: storage/files]
    #[arg(long, value_name = "FOLDER")]
    upload_path: Option<String>,
}

impl ConfigFlags {
    /// Reads the configuration with these flags.
    pub fn read(&self) -> Result<Config, Error> {
        Config::read(self.config_file.as_deref(), &self.set())
    }

    fn set(&self) -> Vec<(&'static str, String)> {
        given([
            ("database.driver", &self.database_driver),
            ("database.url", &self.database_url),
            ("database.name", &self.database_name),
            ("upload.path", &self.upload_path),
        ])
    }
}

/// The flags of `kleister server`.
#[derive(Args, Clone, Debug, Default)]
pub struct ServerFlags {
    #[command(flatten)]
    config: ConfigFlags,
    /// The address to listen on [default: 0.0.0.0:8080]
    #[arg(long, value_name = "ADDRESS")]
    server_addr: Option<String>,
    /// The address by which players reach the server, such as <https://mc.example.org>
    #[arg(long, value_name = "URL")]
    server_host: Option<String>,
    /// The address of /healthz, /readyz and /metrics, empty for none [default: 127.0.0.1:8000]
    #[arg(long, value_name = "ADDRESS")]
    metrics_addr: Option<String>,
    /// Bytes of the disk that uploads leave free [default: 1 GiB or 2 % of the disk]
    #[arg(long, value_name = "BYTES")]
    upload_reserve: Option<String>,
    /// How long a token lasts, 5m to 30d [default: 1h]
    #[arg(long, value_name = "TIME")]
    token_expire: Option<String>,
    /// The least important level that is logged: error, warn, info, debug, trace [default: info]
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<String>,
    /// How a line of the log looks: pretty or json [default: pretty]
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<String>,
}

impl ServerFlags {
    /// Reads the configuration with these flags.
    pub fn read(&self) -> Result<Config, Error> {
        let mut flags = self.config.set();
        flags.extend(given([
            ("server.addr", &self.server_addr),
            ("server.host", &self.server_host),
            ("metrics.addr", &self.metrics_addr),
            ("upload.reserve", &self.upload_reserve),
            ("token.expire", &self.token_expire),
            ("log.level", &self.log_level),
            ("log.format", &self.log_format),
        ]));
        Config::read(self.config.config_file.as_deref(), &flags)
    }
}

/// The flags of `kleister health`.
#[derive(Args, Clone, Debug, Default)]
pub struct HealthFlags {
    /// The configuration file of the server: TOML, YAML or JSON
    #[arg(long, env = "KLEISTER_CONFIG_FILE", value_name = "FILE")]
    config_file: Option<PathBuf>,
    /// The server's address of /healthz and /readyz [default: 127.0.0.1:8000]
    #[arg(long, value_name = "ADDRESS")]
    metrics_addr: Option<String>,
}

impl HealthFlags {
    /// Reads the configuration with these flags.
    pub fn read(&self) -> Result<Config, Error> {
        Config::read(self.config_file.as_deref(), &given([("metrics.addr", &self.metrics_addr)]))
    }
}

fn given<const N: usize>(flags: [(&'static str, &Option<String>); N]) -> Vec<(&'static str, String)> {
    flags.into_iter().filter_map(|(key, value)| Some((key, value.clone()?))).collect()
}

#[cfg(test)]
mod tests {
    use clap::{Args, Command};

    use super::*;

    fn read(command: &Command, flags: &[String]) -> Config {
        let words = std::iter::once("kleister".to_owned()).chain(flags.iter().cloned());
        let matches = command.clone().try_get_matches_from(words).unwrap();
        <ServerFlags as clap::FromArgMatches>::from_arg_matches(&matches).unwrap().read().unwrap()
    }

    #[test]
    fn every_flag_has_an_effect() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kleister.toml");
        std::fs::write(&file, "[server]\nhost = 'https://mc.example.org'\n").unwrap();
        let command = ServerFlags::augment_args(Command::new("kleister"));
        for flag in command.get_arguments().filter_map(clap::Arg::get_long) {
            let value = match flag {
                "config-file" => file.to_str().unwrap(),
                "database-driver" => "postgres",
                "database-url" => "mariadb://kleister@localhost/kleister",
                "log-format" => "json",
                "log-level" => "debug",
                "metrics-addr" | "server-addr" => "127.0.0.1:9",
                "server-host" => "https://mc.example.org",
                "token-expire" => "2h",
                "upload-reserve" => "1000",
                _ => "elsewhere",
            };
            assert_ne!(read(&command, &[format!("--{flag}={value}")]), read(&command, &[]), "--{flag} changes nothing");
        }
    }
}
