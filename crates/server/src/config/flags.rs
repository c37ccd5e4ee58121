//! What the command line takes: every flag is a key of the configuration.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Config, Error};
use crate::admin::Command;

/// Where the configuration is, and where rows and bytes are.
#[derive(Args, Clone, Debug, Default)]
pub struct ConfigFlags {
    /// The configuration file: TOML, YAML or JSON
    #[arg(long, env = "KLEISTER_CONFIG_FILE", value_name = "FILE")]
    config_file: Option<PathBuf>,
    /// The file of the database [default: storage/kleister.sqlite3]
    #[arg(long, value_name = "FILE")]
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
        let flags = [("database.name", &self.database_name), ("upload.path", &self.upload_path)];
        given(flags)
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
    /// The address of /healthz and /readyz, empty for none [default: 127.0.0.1:8000]
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

/// The commands of `kleister admin`.
#[derive(Clone, Debug, Subcommand)]
pub enum AdminCommand {
    /// Users who can sign in
    #[command(subcommand)]
    User(UserCommand),
}

/// The commands of `kleister admin user`.
#[derive(Clone, Debug, Subcommand)]
pub enum UserCommand {
    /// Make a user, such as the first administrator
    Create {
        /// The name to sign in with
        username: String,
        /// Let the user do everything
        #[arg(long)]
        admin: bool,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// End all sessions of a user and let him sign in no more
    Disable {
        /// The user
        username: String,
    },
    /// Set a new password, which ends all sessions
    Password {
        /// The user
        username: String,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

impl AdminCommand {
    /// Whether a password is to be read from standard input.
    pub fn reads_password(&self) -> bool {
        !matches!(self, Self::User(UserCommand::Disable { .. }))
    }

    /// The command as it is sent, with the password that was read.
    pub fn with_password(self, password: &str) -> Command {
        let password = password.to_owned();
        match self {
            Self::User(UserCommand::Create { username, admin, .. }) => {
                Command::CreateUser { username, password, admin }
            }
            Self::User(UserCommand::Disable { username }) => Command::DisableUser { username },
            Self::User(UserCommand::Password { username, .. }) => Command::SetPassword { username, password },
        }
    }
}

fn given<const N: usize>(flags: [(&'static str, &Option<String>); N]) -> Vec<(&'static str, String)> {
    flags.into_iter().filter_map(|(key, value)| Some((key, value.clone()?))).collect()
}
