//! Where rows are kept.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use kleister_store::Location;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Error, value};

/// The file of SQLite unless one is named.
const FILE: &str = "storage/kleister.sqlite3";
/// The database of a server unless one is named.
const NAME: &str = "kleister";
/// What a URL looks like.
const EXAMPLES: &str = "such as postgres://USER:PASSWORD@HOST:5432/NAME, mariadb://USER:PASSWORD@HOST:3306/NAME, or sqlite://FILE; \
     in a user or password write a character like @ : / % as %40 %3A %2F %25";

/// Where rows are kept. User, password and URL may be `file://PATH` or `base64://TEXT`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// The kind of database: `sqlite`, `postgres` or `mariadb`; also `sqlite3`, `postgresql` and `mysql`. Empty for
    /// what the URL says, or SQLite.
    pub driver: String,
    /// Where the database is, with all that follows instead of those.
    pub url: String,
    /// The name of the database; for SQLite its file.
    pub name: String,
    /// The host of the database server, or the folder of its socket; this machine unless given.
    pub address: String,
    /// The port of the database server.
    pub port: Option<u16>,
    /// The user of the database.
    pub username: String,
    /// The user's password.
    pub password: String,
    /// More options of the connection, such as `sslmode`.
    pub options: BTreeMap<String, String>,
}

/// Shows nothing that may be secret.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Database");
        shown.field("driver", &self.driver).field("name", &self.name);
        shown.field("address", &self.address).field("port", &self.port).finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sqlite,
    Postgres,
    MariaDb,
}

impl Kind {
    fn of(word: &str) -> Option<Self> {
        match word {
            "sqlite" | "sqlite3" => Some(Self::Sqlite),
            "postgres" | "postgresql" => Some(Self::Postgres),
            "mariadb" | "mysql" => Some(Self::MariaDb),
            _ => None,
        }
    }
}

impl Database {
    pub(super) fn check(&self) -> Result<(), Error> {
        self.location().map(drop)
    }

    /// Where the database is.
    pub fn location(&self) -> Result<Location, Error> {
        let url = value::meant("database.url", &self.url)?;
        let driver = match self.driver.as_str() {
            "" => None,
            word => Some(Kind::of(word).ok_or_else(|| {
                Error::value("database.driver", format!("is `{word}`; it must be sqlite, postgres or mariadb"))
            })?),
        };
        if url.is_empty() { self.by_parts(driver.unwrap_or(Kind::Sqlite)) } else { self.by_url(&url, driver) }
    }

    fn by_url(&self, url: &str, driver: Option<Kind>) -> Result<Location, Error> {
        // What is wrong is told without the URL itself: it may hold a password.
        let wrong = |what: &str| Error::value("database.url", format!("{what}; write one {EXAMPLES}"));
        let (scheme, rest) = url.split_once(':').ok_or_else(|| wrong("is no URL"))?;
        let kind = Kind::of(scheme).ok_or_else(|| wrong("names none of sqlite, postgres, mariadb"))?;
        if driver.is_some_and(|driver| driver != kind) {
            let message = format!("is for {scheme}, but `database.driver` is {}; leave one of them out", self.driver);
            return Err(Error::value("database.url", message));
        }
        if kind == Kind::Sqlite {
            let file = rest.strip_prefix("//").unwrap_or(rest);
            return if file.is_empty() { Err(wrong("names no file")) } else { Ok(Location::Sqlite(file.into())) };
        }
        let url = Url::parse(url).map_err(|error| wrong(&format!("cannot be read ({error})")))?;
        if url.path().trim_matches('/').is_empty() {
            return Err(wrong("names no database"));
        }
        self.checked(kind, url)
    }

    fn by_parts(&self, kind: Kind) -> Result<Location, Error> {
        let or = |text: &str, default: &str| if text.is_empty() { default.to_owned() } else { text.to_owned() };
        let scheme = match kind {
            Kind::Sqlite => return Ok(Location::Sqlite(PathBuf::from(or(&self.name, FILE)))),
            Kind::Postgres => "postgres",
            Kind::MariaDb => "mysql",
        };
        let is_socket = self.address.starts_with('/');
        let host = if is_socket { "localhost" } else { &or(&self.address, "localhost") };
        let wrong = |_| Error::value("database.address", "must be the name or address of a host, or a socket's folder");
        let mut url = Url::parse(&format!("{scheme}://{host}")).map_err(wrong)?;
        url.set_path(&or(&self.name, NAME));
        // These fail only where there is no host.
        let _ = url.set_port(self.port);
        let _ = url.set_username(&value::meant("database.username", &self.username)?);
        let password = value::meant("database.password", &self.password)?;
        let _ = url.set_password(Some(&*password).filter(|password| !password.is_empty()));
        let socket = if kind == Kind::Postgres { "host" } else { "socket" };
        let socket = is_socket.then_some((socket, self.address.as_str()));
        let options = self.options.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        for (key, value) in socket.into_iter().chain(options) {
            url.query_pairs_mut().append_pair(key, value);
        }
        self.checked(kind, url)
    }

    fn checked(&self, kind: Kind, url: Url) -> Result<Location, Error> {
        let location = if kind == Kind::Postgres { Location::Postgres(url) } else { Location::MariaDb(url) };
        let key = if self.url.is_empty() { "database.options" } else { "database.url" };
        location.fault().map_or(Ok(location), |fault| Err(Error::value(key, fault)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(change: impl FnOnce(&mut Database)) -> Database {
        let mut database = Database::default();
        change(&mut database);
        database
    }

    #[test]
    fn without_settings_there_is_a_file() {
        assert_eq!(Database::default().location().unwrap(), Location::Sqlite(FILE.into()));
    }

    #[test]
    fn a_url_says_what_kind_of_database_it_is_of() {
        for (url, shown) in [
            ("postgres://ada@db/packs", "postgres://ada@db/packs"),
            ("postgresql://db/packs?sslmode=require", "postgresql://db/packs"),
            ("mysql://ada:x@db:3307/packs", "mysql://ada@db:3307/packs"),
            ("mariadb://db/packs", "mariadb://db/packs"),
            ("sqlite:///srv/packs.db", "/srv/packs.db"),
            ("sqlite:packs.db", "packs.db"),
        ] {
            let location = database(|database| database.url = url.to_owned()).location().unwrap();
            assert_eq!(location.to_string(), shown, "{url}");
        }
    }

    #[test]
    fn old_keys_make_a_url() {
        let database = database(|database| {
            database.driver = "postgresql".to_owned();
            database.address = "db.example.org".to_owned();
            database.port = Some(5433);
            database.username = "ada".to_owned();
            database.password = "base64://cEBzczovd29yZA==".to_owned();
            database.options = BTreeMap::from([("sslmode".to_owned(), "require".to_owned())]);
        });
        let url = "postgres://ada:p%40ss%3A%2Fword@db.example.org:5433/kleister?sslmode=require";
        assert_eq!(database.location().unwrap(), Location::Postgres(url.parse().unwrap()));
        assert!(!format!("{database:?}").contains("cEBz"), "{database:?}");
    }

    #[test]
    fn a_bad_setting_is_refused_with_advice_and_without_the_password() {
        for (driver, url, advice) in [
            ("oracle", "", "sqlite, postgres or mariadb"),
            ("sqlite", "postgres://a:secret@db/x", "leave one of them out"),
            ("", "secret", "is no URL"),
            ("", "oracle://a:secret@db/x", "postgres://USER:PASSWORD@HOST:5432/NAME"),
            ("", "postgres://a:secret@db", "names no database"),
            ("", "postgres://a:secret@d b/x", "cannot be read"),
            ("", "postgres://a:sec/ret@db/x", "%2F"),
            ("", "postgres://a:secret@db/x?sslmode=maybe", "maybe"),
            ("", "file:///there/is/no/secret", "No such file"),
        ] {
            let (driver, url) = (driver.to_owned(), url.to_owned());
            let error = Database { driver, url, ..Database::default() }.location().unwrap_err().to_string();
            assert!(error.contains(advice), "{error}");
            assert!(!error.contains("secret@") && !error.contains(":secret"), "{error}");
        }
    }
}
