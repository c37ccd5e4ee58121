//! Where a database is.

use std::fmt;
use std::path::PathBuf;

use sqlx::ConnectOptions;
use sqlx::mysql::MySqlConnectOptions;
use sqlx::postgres::PgConnectOptions;
use url::Url;

/// Where a database is. Shown without passwords.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file of SQLite, which is made if there is none.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server.
    Postgres(Url),
    /// A database of a PostgreSQL server on which other servers of ours may work at the same time.
    SharedPostgres(Url),
    /// A database of a MariaDB server.
    MariaDb(Url),
}

impl Location {
    /// The same database, but for several servers of ours at the same time, where its kind can do that.
    #[must_use]
    pub fn shared(self) -> Self {
        match self {
            Self::Postgres(url) => Self::SharedPostgres(url),
            other => other,
        }
    }

    /// What is wrong with the options of its URL; nothing if all can be used.
    pub fn fault(&self) -> Option<String> {
        let (read, known): (_, &[&str]) = match self {
            Self::Sqlite(_) => return None,
            Self::Postgres(url) | Self::SharedPostgres(url) => {
                (PgConnectOptions::from_url(url).map(drop), POSTGRES_OPTIONS)
            }
            Self::MariaDb(url) => (MySqlConnectOptions::from_url(url).map(drop), MARIADB_OPTIONS),
        };
        let (Self::Postgres(url) | Self::SharedPostgres(url) | Self::MariaDb(url)) = self else { return None };
        let unknown = url.query_pairs().map(|(key, _)| key.into_owned()).find(|key| !known.contains(&key.as_str()));
        if let Some(key) = unknown {
            return Some(format!("has an option `{key}`; those that can be used are {}", known.join(", ")));
        }
        read.err().map(|error| format!("has an option that cannot be used: {error}"))
    }
}

/// The options of a connection that are of use here.
const POSTGRES_OPTIONS: &[&str] =
    &["host", "sslmode", "sslrootcert", "sslcert", "sslkey", "options", "statement-cache-capacity"];
const MARIADB_OPTIONS: &[&str] = &["socket", "ssl-mode", "ssl-ca", "ssl-cert", "ssl-key", "statement-cache-capacity"];

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) | Self::SharedPostgres(url) | Self::MariaDb(url) => {
                f.write_str(without_secrets(url).as_str())
            }
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({self})")
    }
}

/// The URL without its password and without options, among which a password may be too.
fn without_secrets(url: &Url) -> Url {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // Fails only for addresses that cannot have a password.
    let _ = shown.set_password(None);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        let url = "postgres://ada:secret@db.example.org:5433/packs?password=secret&sslmode=require";
        let location = Location::Postgres(url.parse().unwrap());
        for shown in [location.to_string(), format!("{location:?}"), format!("{location:#?}")] {
            assert!(shown.contains("postgres://ada@db.example.org:5433/packs"), "{shown}");
            assert!(!shown.contains("secret"), "{shown}");
        }
    }
}
