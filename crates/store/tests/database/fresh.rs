//! A database for one test: on the server that `TEST_DATABASE_URL` names, else a file of SQLite.
//!
//! Making all tables takes a database server about a second. So a database goes from test to test, emptied in between:
//! there are as many as tests run at the same time. They stay behind; nobody can tell which test is the last.

use std::path::Path;
use std::sync::{Mutex, OnceLock};

use kleister_store::{Db, Location};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// Databases of the server that have all tables and wait for a test.
static EMPTIED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// A database of a test.
pub(crate) struct Fresh {
    pub(crate) location: Location,
    /// What becomes of it when the test ends; a file goes with its folder.
    after: After,
}

enum After {
    Nothing,
    Drop(String),
    Empty(String),
}

impl Fresh {
    /// A database without tables.
    pub(crate) async fn empty(folder: &Path) -> Self {
        let Some(server) = server() else { return Self::file(folder) };
        let name = format!("kleister_test_{}", kleister_store::names::new_id());
        let db = admin(server).await;
        db.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        db.close().await.unwrap();
        Self { location: location(server, &name), after: After::Drop(name) }
    }

    /// A database with all tables and nothing in them.
    pub(crate) async fn migrated(folder: &Path) -> Self {
        let Some(server) = server() else {
            std::fs::copy(migrated_file().await, folder.join("kleister.sqlite3")).unwrap();
            return Self::file(folder);
        };
        let emptied = EMPTIED.lock().unwrap().pop();
        if let Some(name) = emptied {
            return Self { location: location(server, &name), after: After::Empty(name) };
        }
        let mut new = Self::empty(folder).await;
        Db::open(&new.location).await.unwrap().close().await.unwrap();
        if let After::Drop(name) = std::mem::replace(&mut new.after, After::Nothing) {
            new.after = After::Empty(name);
        }
        new
    }

    /// The URL of the database.
    pub(crate) fn url(&self) -> String {
        match &self.location {
            Location::Sqlite(path) => format!("sqlite://{}", path.display()),
            Location::Postgres(url) | Location::SharedPostgres(url) | Location::MariaDb(url) => url.to_string(),
        }
    }

    fn file(folder: &Path) -> Self {
        Self { location: Location::Sqlite(folder.join("kleister.sqlite3")), after: After::Nothing }
    }
}

impl Drop for Fresh {
    /// Cleans up in a thread of its own, since this one may be within a runtime.
    fn drop(&mut self) {
        let after = std::mem::replace(&mut self.after, After::Nothing);
        if matches!(after, After::Nothing) {
            return;
        }
        let url = self.url();
        let cleaned = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(clean(&url, after));
        });
        assert!(cleaned.join().is_ok() || std::thread::panicking(), "a test's database was not cleaned");
    }
}

async fn clean(url: &str, after: After) {
    match after {
        After::Nothing => {}
        After::Drop(name) => {
            let db = admin(server().unwrap()).await;
            end_connections(&db, &name).await;
            db.execute_unprepared(&format!("DROP DATABASE {name}")).await.unwrap();
            db.close().await.unwrap();
        }
        After::Empty(name) => {
            let db = admin(url).await;
            end_connections(&db, &name).await;
            empty(&db).await;
            db.close().await.unwrap();
            EMPTIED.lock().unwrap().push(name);
        }
    }
}

/// Ends all other connections to a database: what they still hold is given back only by a runtime that waits for us.
pub(crate) async fn end_connections(db: &DatabaseConnection, name: &str) {
    if db.get_database_backend() == DbBackend::Postgres {
        let end = format!(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity \
             WHERE datname = '{name}' AND pid <> pg_backend_pid()"
        );
        db.execute_unprepared(&end).await.unwrap();
    } else {
        let others = format!(
            "SELECT CAST(id AS CHAR) FROM information_schema.processlist \
             WHERE db = '{name}' AND id <> CONNECTION_ID()"
        );
        for id in column(db, &others).await {
            // One that ended meanwhile is not there to be ended.
            let _ = db.execute_unprepared(&format!("KILL {id}")).await;
        }
    }
}

/// Deletes all rows of all tables but of the one that tells which tables there are.
async fn empty(db: &DatabaseConnection) {
    let is_postgres = db.get_database_backend() == DbBackend::Postgres;
    let schema = if is_postgres { "current_schema()" } else { "DATABASE()" };
    let tables = format!(
        "SELECT CAST(table_name AS CHAR(64)) FROM information_schema.tables \
         WHERE table_schema = {schema} AND table_name <> 'seaql_migrations'"
    );
    let (free, quote) =
        if is_postgres { ("session_replication_role = replica", '"') } else { ("foreign_key_checks = 0", '`') };
    let tables = column(db, &tables).await;
    let deletions = tables.iter().map(|table| format!("DELETE FROM {quote}{}{quote}", table.trim_end()));
    let statements: Vec<String> = [format!("SET {free}")].into_iter().chain(deletions).collect();
    db.execute_unprepared(&statements.join(";")).await.unwrap();
}

/// The texts of the first column that a query gives.
async fn column(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// A file of SQLite with all tables, made once and copied for each test.
async fn migrated_file() -> &'static Path {
    static MADE: OnceCell<()> = OnceCell::const_new();
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| tempfile::tempdir().unwrap());
    let made = async || {
        let db = Db::open(&Fresh::file(folder.path()).location).await.unwrap();
        db.close().await.unwrap();
    };
    MADE.get_or_init(|| Box::pin(made())).await;
    Box::leak(folder.path().join("kleister.sqlite3").into_boxed_path())
}

/// A connection that may do everything, outside of what Kleister does.
pub(crate) async fn admin(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url.replacen("mariadb:", "mysql:", 1));
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

/// Where a database of this name is on the server.
fn location(server: &str, name: &str) -> Location {
    let (server, _) = server.rsplit_once('/').unwrap();
    let url = format!("{server}/{name}").parse().unwrap();
    if server.starts_with("postgres") { Location::Postgres(url) } else { Location::MariaDb(url) }
}

/// The URL of a database on the server that tests use.
fn server() -> Option<&'static str> {
    static URL: OnceLock<Option<String>> = OnceLock::new();
    #[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the program")]
    URL.get_or_init(|| std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())).as_deref()
}
