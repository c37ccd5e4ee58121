//! Reading the database of a Solder: `TechnicSolder` of any age, solder.py on the same tables, and `TheGameSpider`'s fork
//! with tables of its own.
//!
//! Nothing is written. Rows are read whole and by the names of their columns, since older databases lack the later
//! ones, and every kind of database has its own idea of a flag or a number.

mod cells;
mod people;
mod spider;
mod technic;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

use self::cells::Cells;
use super::old::{Old, OldVersion};
use crate::{Error, Result};

/// How long a database may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most rows of a table that are read; the largest real one has some hundred thousand.
const MOST: u64 = 2_000_000;

/// Reads all that a Solder's database holds. The URL begins with `mysql://`, `mariadb://`, `postgres://` or `sqlite:`.
pub async fn read(url: &str) -> Result<Old> {
    let source = Source::connect(url).await?;
    let packs = source.table("modpacks").await?;
    let old = match packs.first() {
        Some(pack) if pack.has("display_name") => spider::read(&source, packs).await,
        _ => technic::read(&source, packs).await,
    };
    source.0.close().await?;
    old
}

/// The versions that no build has, in the order of their numbers.
fn spare(versions: HashMap<u64, OldVersion>, used: &HashSet<u64>) -> Vec<OldVersion> {
    let mut spare: Vec<_> = versions.into_iter().filter(|(id, _)| !used.contains(id)).collect();
    spare.sort_by_key(|(id, _)| *id);
    spare.into_iter().map(|(_, version)| version).collect()
}

/// The releases of Minecraft that a version was said to be for: one, or several with commas between them.
fn minecrafts(row: &Cells) -> Vec<String> {
    let text = row.text("mcversion").unwrap_or_default();
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The database of a Solder.
struct Source(DatabaseConnection);

impl Source {
    async fn connect(url: &str) -> Result<Self> {
        let url = match url.split_once("://") {
            Some(("mariadb", rest)) => format!("mysql://{rest}"),
            Some(("postgresql", rest)) => format!("postgres://{rest}"),
            _ => url.to_owned(),
        };
        // Never make a file where there is none, nor write to one.
        let url = if url.starts_with("sqlite:") && !url.contains('?') { url + "?mode=ro" } else { url };
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).connect_timeout(PATIENCE).acquire_timeout(PATIENCE).sqlx_logging(false);
        let failed = |_| {
            Error::Conflict(
                "cannot connect to the Solder's database; look at the address, the user and the password, and whether \
             this machine may connect"
                    .to_owned(),
            )
        };
        Ok(Self(Database::connect(options).await.map_err(failed)?))
    }

    /// All rows of a table in the order of their numbers.
    async fn table(&self, name: &str) -> Result<Vec<Cells>> {
        let quote = if self.0.get_database_backend() == DbBackend::MySql { '`' } else { '"' };
        let sql = format!("SELECT * FROM {quote}{name}{quote} ORDER BY id LIMIT {MOST}");
        let rows = self.0.query_all_raw(Statement::from_string(self.0.get_database_backend(), sql)).await;
        let rows = rows.map_err(|error| {
            tracing::info!(%error, table = name, "cannot read a table of a Solder");
            Error::Conflict(format!("the database has no table `{name}` that can be read: is it one of a Solder?"))
        })?;
        Ok(rows.into_iter().map(Cells::new).collect())
    }

    /// All rows of a table that need not be there.
    async fn maybe_table(&self, name: &str) -> Vec<Cells> {
        self.table(name).await.unwrap_or_default()
    }
}
