//! A database for one test: on the server that `TEST_DATABASE_URL` names, else a file of SQLite.
//!
//! Tables are made once and copied: PostgreSQL copies a database, of MariaDB's the statements are kept, SQLite's file
//! is copied. The database is dropped with the test.

use std::path::Path;
use std::sync::OnceLock;

use kleister_store::{Db, Location};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// A database that is dropped with this.
pub(crate) struct Fresh {
    pub(crate) location: Location,
    name: Option<String>,
}

impl Fresh {
    /// A database without tables.
    pub(crate) async fn empty(folder: &Path) -> Self {
        let Some(server) = server() else { return Self::file(folder) };
        let fresh = Self::named(format!("kleister_test_{}", kleister_store::names::new_id()));
        let db = admin(server).await;
        db.execute_unprepared(&format!("CREATE DATABASE {}", fresh.name.as_ref().unwrap())).await.unwrap();
        db.close().await.unwrap();
        fresh
    }

    /// A database with all tables and nothing in them.
    pub(crate) async fn migrated(folder: &Path) -> Self {
        static TABLES: OnceCell<Tables> = OnceCell::const_new();
        let tables = TABLES.get_or_init(|| Box::pin(Tables::make())).await;
        match tables {
            Tables::File(file) => {
                let fresh = Self::file(folder);
                std::fs::copy(file.path().join("kleister.sqlite3"), folder.join("kleister.sqlite3")).unwrap();
                fresh
            }
            Tables::Template(template) => {
                let fresh = Self::named(format!("kleister_test_{}", kleister_store::names::new_id()));
                let db = admin(server().unwrap()).await;
                let sql = format!("CREATE DATABASE {} TEMPLATE {template}", fresh.name.as_ref().unwrap());
                db.execute_unprepared(&sql).await.unwrap();
                db.close().await.unwrap();
                fresh
            }
            Tables::Statements(statements) => {
                let fresh = Self::empty(folder).await;
                let db = admin(&fresh.url()).await;
                db.execute_unprepared(statements).await.unwrap();
                db.close().await.unwrap();
                fresh
            }
        }
    }

    /// The URL of the database.
    pub(crate) fn url(&self) -> String {
        match &self.location {
            Location::Sqlite(path) => format!("sqlite://{}", path.display()),
            Location::Postgres(url) | Location::MariaDb(url) => url.to_string(),
        }
    }

    fn file(folder: &Path) -> Self {
        Self { location: Location::Sqlite(folder.join("kleister.sqlite3")), name: None }
    }

    fn named(name: String) -> Self {
        let (server, _) = server().unwrap().rsplit_once('/').unwrap();
        let url = format!("{server}/{name}").parse().unwrap();
        let location = if server.starts_with("postgres") { Location::Postgres(url) } else { Location::MariaDb(url) };
        Self { location, name: Some(name) }
    }
}

impl Drop for Fresh {
    /// Drops the database from a thread of its own, since this one may be within a runtime.
    fn drop(&mut self) {
        let Some(name) = self.name.take() else { return };
        let force = if matches!(self.location, Location::Postgres(_)) { " WITH (FORCE)" } else { "" };
        let sql = format!("DROP DATABASE {name}{force}");
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let db = admin(server().unwrap()).await;
                db.execute_unprepared(&sql).await.unwrap();
                db.close().await.unwrap();
            });
        });
        if dropped.join().is_err() && !std::thread::panicking() {
            panic!("a test's database was not dropped");
        }
    }
}

/// Where new databases get their tables from.
enum Tables {
    File(TempDir),
    Template(String),
    Statements(String),
}

impl Tables {
    async fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut fresh = Fresh::empty(folder.path()).await;
        Db::open(&fresh.location).await.unwrap().close().await.unwrap();
        match &fresh.location {
            Location::Sqlite(_) => Self::File(folder),
            // The template stays: nobody can tell which test is the last.
            Location::Postgres(_) => Self::Template(fresh.name.take().unwrap()),
            Location::MariaDb(_) => Self::Statements(statements(&fresh).await),
        }
    }
}

/// What makes the tables of a MariaDB anew, with the note of the steps that were taken.
async fn statements(of: &Fresh) -> String {
    let db = admin(&of.url()).await;
    let asked = |sql: String| db.query_all_raw(Statement::from_string(DbBackend::MySql, sql));
    let mut statements = "SET foreign_key_checks = 0;".to_owned();
    for table in asked("SHOW TABLES".to_owned()).await.unwrap() {
        let table: String = table.try_get_by_index(0).unwrap();
        let row = asked(format!("SHOW CREATE TABLE `{table}`")).await.unwrap().remove(0);
        statements += &(row.try_get_by_index::<String>(1).unwrap() + ";");
    }
    for step in asked("SELECT version FROM seaql_migrations".to_owned()).await.unwrap() {
        let step: String = step.try_get_by_index(0).unwrap();
        statements += &format!("INSERT INTO seaql_migrations (version, applied_at) VALUES ('{step}', 0);");
    }
    db.close().await.unwrap();
    statements
}

/// A connection that may do everything, outside of what Kleister does.
pub(crate) async fn admin(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url.replacen("mariadb:", "mysql:", 1));
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

/// The URL of a database on the server that tests use.
fn server() -> Option<&'static str> {
    static URL: OnceLock<Option<String>> = OnceLock::new();
    #[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the program")]
    URL.get_or_init(|| std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())).as_deref()
}
