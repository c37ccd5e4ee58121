//! What the operator wants: defaults, then the file, then the environment, then flags.
//!
//! Every key is written out here once, with its section; an unknown key in a file stops the start.

mod database;
pub mod flags;
mod listener;
mod log;
mod metrics;
mod networks;
mod server;
mod signin;
mod token;
mod upload;
pub mod upstream;
mod value;
mod webhook;

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Json, Serialized, Toml, Yaml};
use kleister_store::Location;
use serde::{Deserialize, Serialize};

pub use database::Database;
pub use listener::Listener;
pub use log::{Log, LogFormat};
pub use metrics::Metrics;
pub use networks::Networks;
pub use server::Server;
pub use signin::Signin;
pub use token::Token;
pub use upload::Upload;
pub use upstream::Upstream;
pub use value::Hidden;
pub use webhook::Webhook;

/// All settings of a server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where and as whom the server answers.
    pub server: Server,
    /// How much of a connection's time and room its client may take.
    pub listener: Listener,
    /// Where operators look in.
    pub metrics: Metrics,
    /// Where rows are kept.
    pub database: Database,
    /// Where bytes are kept, and how many.
    pub upload: Upload,
    /// How tokens are made.
    pub token: Token,
    /// How passwords are checked.
    pub signin: Signin,
    /// What is fetched from others, and whom it may be fetched from.
    pub upstream: Upstream,
    /// Whether and whom webhooks tell.
    pub webhook: Webhook,
    /// What is written to the log.
    pub log: Log,
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A key that does not exist, or a value that does not fit it.
    #[error("configuration: {0}")]
    Figment(#[from] Box<figment::Error>),
    /// A value that is understood but not allowed.
    #[error("configuration: `{key}` {message}")]
    Value {
        /// The key with its section.
        key: &'static str,
        /// What is wrong, and what is allowed.
        message: String,
    },
    /// The file that was named does not exist.
    #[error("configuration: there is no file {0}")]
    NoFile(PathBuf),
}

impl Error {
    pub(crate) fn value(key: &'static str, message: impl Into<String>) -> Self {
        Self::Value { key, message: message.into() }
    }
}

/// The keys whose values are texts even where they look like numbers, as a password may.
const TEXTS: &[&str] = &[
    "server.signing_key",
    "database.url",
    "database.name",
    "database.address",
    "database.username",
    "database.password",
    "token.secret",
    "upload.bucket",
    "upload.region",
    "upload.access",
    "upload.secret",
    "upload.prefix",
    "upload.perms",
    "upstream.curseforge_key",
    "upstream.packwiz_installer_sha256",
    "upstream.packwiz_bootstrap_sha256",
];

/// The sections with their keys, as environment variables name them: `KLEISTER_<SECTION>_<KEY>`.
const KEYS: &[&str] = &[
    "server.addr",
    "server.host",
    "server.docs",
    "server.proxies",
    "server.signing_key",
    "listener.connections",
    "listener.per_address",
    "listener.first_byte",
    "listener.head",
    "listener.idle",
    "listener.headers",
    "listener.head_size",
    "listener.streams",
    "listener.body_start",
    "listener.body_pause",
    "listener.body_rate",
    "listener.write_pause",
    "listener.drain",
    "metrics.addr",
    "metrics.token",
    "database.driver",
    "database.url",
    "database.name",
    "database.address",
    "database.port",
    "database.username",
    "database.password",
    "upload.driver",
    "upload.path",
    "upload.endpoint",
    "upload.bucket",
    "upload.region",
    "upload.access",
    "upload.secret",
    "upload.prefix",
    "upload.perms",
    "upload.pathstyle",
    "upload.proxy",
    "upload.collect",
    "upload.reserve",
    "upload.json_limit",
    "upload.limit",
    "upload.files",
    "upload.quota",
    "upload.unfinished",
    "upload.at_once",
    "upload.per_user",
    "token.secret",
    "token.expire",
    "signin.memory",
    "signin.passes",
    "signin.threads",
    "signin.address_failures",
    "signin.address_recovery",
    "signin.account_failures",
    "signin.token_failures",
    "signin.delays",
    "upstream.enabled",
    "upstream.minecraft",
    "upstream.forge",
    "upstream.neoforge",
    "upstream.quilt",
    "upstream.fabric",
    "upstream.fabric_profiles",
    "upstream.quilt_profiles",
    "upstream.forge_maven",
    "upstream.neoforge_maven",
    "upstream.timeout",
    "upstream.modrinth",
    "upstream.curseforge",
    "upstream.curseforge_key",
    "upstream.packwiz_installer",
    "upstream.packwiz_installer_sha256",
    "upstream.packwiz_bootstrap",
    "upstream.packwiz_bootstrap_sha256",
    "upstream.hosts",
    "upstream.networks",
    "upstream.recognise",
    "upstream.free",
    "upstream.plain_http",
    "webhook.enabled",
    "webhook.networks",
    "webhook.plain_http",
    "webhook.timeout",
    "log.level",
    "log.format",
    "log.color",
];

impl Config {
    /// Reads the settings: a file that is named, or `kleister.{toml,yaml,yml,json}` where the server is started; the
    /// environment; and what flags set.
    pub fn read(file: Option<&Path>, flags: &[(&str, String)]) -> Result<Self, Error> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            if !file.is_file() {
                return Err(Error::NoFile(file.to_owned()));
            }
            figment = merge_file(figment, file);
        } else {
            for name in ["kleister.toml", "kleister.yaml", "kleister.yml", "kleister.json"] {
                figment = merge_file(figment, Path::new(name));
            }
        }
        figment = merge_environment(merge_environment(figment, "KLEISTER_API_"), "KLEISTER_");
        for (key, value) in flags {
            figment = figment.merge((*key, typed(key, value)));
        }
        let mut config: Self = figment.extract().map_err(Box::new)?;
        config.token.secret = value::meant("token.secret", &config.token.secret)?;
        config.upload.read_secrets()?;
        let server = &mut config.server;
        server.signing_key = value::meant("server.signing_key", server.signing_key.shown())?.into();
        let upstream = &mut config.upstream;
        upstream.curseforge_key = value::meant("upstream.curseforge_key", upstream.curseforge_key.shown())?.into();
        config.metrics.token = value::meant("metrics.token", &config.metrics.token)?;
        config.check()?;
        Ok(config)
    }

    /// Where rows are kept. Servers whose bytes lie in a bucket may be several on one database.
    pub fn location(&self) -> Result<Location, Error> {
        let location = self.database.location()?;
        Ok(if self.upload.is_bucket() { location.shared() } else { location })
    }

    /// The folder of what stands beside rows and bytes: the socket of `kleister admin`, the setup token.
    pub fn storage_folder(&self) -> PathBuf {
        let beside = match self.database.location() {
            Ok(Location::Sqlite(file)) => file,
            _ => PathBuf::from(&self.upload.path),
        };
        beside.parent().map(Path::to_owned).unwrap_or_default()
    }

    /// Checks what no type can say.
    fn check(&self) -> Result<(), Error> {
        self.server.check()?;
        self.listener.check()?;
        self.database.check()?;
        self.upload.check()?;
        self.token.check()?;
        self.upstream.check()?;
        self.webhook.check()?;
        self.signin.check()
    }
}

fn merge_file(figment: Figment, file: &Path) -> Figment {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("yaml" | "yml") => figment.merge(Yaml::file(file)),
        Some("json") => figment.merge(Json::file(file)),
        _ => figment.merge(Toml::file(file)),
    }
}

/// Merges the variables of the known keys only: an underscore may separate words or be part of one.
fn merge_environment(figment: Figment, prefix: &'static str) -> Figment {
    let known = Env::prefixed(prefix).filter_map(|variable| {
        let variable = variable.as_str().to_lowercase();
        KEYS.iter().find(|key| key.replacen('.', "_", 1) == variable).map(|key| (*key).into())
    });
    let texts: Vec<_> = known.iter().filter(|(key, _)| TEXTS.contains(&key.as_str())).collect();
    let figment = figment.merge(known.split("."));
    texts.into_iter().fold(figment, |figment, (key, text)| figment.merge((key.as_str(), text)))
}

/// A flag's text as figment reads texts of the environment: numbers and booleans are told from others, where they may
/// be meant.
fn typed(key: &str, text: &str) -> figment::value::Value {
    if TEXTS.contains(&key) { text.into() } else { text.parse().unwrap_or_else(|never| match never {}) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kleister.toml");
        std::fs::write(&file, "[server]\nadress = \"x\"\n").unwrap();
        let error = Config::read(Some(&file), &[]).unwrap_err().to_string();
        assert!(error.contains("adress") && error.contains("addr"), "{error}");
    }

    #[test]
    fn a_bad_value_is_named_with_what_is_allowed() {
        let error = Config::read(None, &[("token.expire", "1s".into())]).unwrap_err().to_string();
        assert!(error.contains("token.expire") && error.contains("30d"), "{error}");
        let error = Config::read(None, &[("token.secret", "short".into())]).unwrap_err().to_string();
        assert!(error.contains("token.secret") && error.contains("32"), "{error}");
    }

    #[test]
    fn a_secret_may_stand_in_a_file_and_never_is_the_path_of_one() {
        let folder = tempfile::tempdir().unwrap();
        let (secret, token) = (folder.path().join("secret"), folder.path().join("token"));
        std::fs::write(&secret, "the key that signs all of the tokens\n").unwrap();
        std::fs::write(&token, "what prometheus sends").unwrap();
        let at = |path: &Path| format!("file://{}", path.display());
        let flags = |secret: &Path| [("token.secret", at(secret)), ("metrics.token", at(&token))];
        let config = Config::read(None, &flags(&secret)).unwrap();
        assert_eq!(config.token.secret, "the key that signs all of the tokens");
        assert_eq!(config.metrics.token, "what prometheus sends");
        let error =
            Config::read(None, &flags(&folder.path().join("a secret that is nowhere"))).unwrap_err().to_string();
        assert!(error.contains("token.secret") && error.contains("No such file"), "{error}");
    }

    #[test]
    fn flags_win_over_defaults() {
        let config = Config::read(None, &[("server.addr", "127.0.0.1:9".into())]).unwrap();
        assert_eq!(config.server.addr, "127.0.0.1:9");
    }
}
