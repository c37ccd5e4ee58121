//! Bringing the tables of a database up to date.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, TransactionTrait};
use sea_orm_migration::{MigratorTrait, SchemaManager};

use super::Migrator;
use crate::db::mariadb;
use crate::{Error, Result};

/// A step of the schema, and whether a database has taken it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The step's name; names sort as steps are taken.
    pub name: String,
    /// Whether it was taken.
    pub applied: bool,
}

/// The steps of a database that there is not yet.
pub fn planned() -> Vec<Status> {
    names().map(|name| Status { name, applied: false }).collect()
}

/// The steps that this program knows, in order, and whether the database has taken each; [`Error::Newer`] where it
/// has taken others too.
pub(crate) async fn steps(db: &DatabaseConnection) -> Result<Vec<Status>> {
    refuse_newer(db).await?;
    let applied = applied(db).await?;
    Ok(names().map(|name| Status { applied: applied.contains(&name), name }).collect())
}

/// Takes the steps that are missing; [`Error::Newer`] where the database has taken one that is not known here.
pub(crate) async fn migrate(db: &DatabaseConnection) -> Result<()> {
    refuse_newer(db).await?;
    match db.get_database_backend() {
        // DDL is not taken back: each step stands by itself, and what is there already is left alone.
        DbBackend::MySql => {
            db.execute_unprepared("SET SESSION max_statement_time = 0").await?;
            Migrator::up(db, None).await?;
            db.execute_unprepared(mariadb::SESSION).await?;
        }
        DbBackend::Postgres => {
            let all = db.begin().await?;
            all.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
            Migrator::up(&all, None).await?;
            all.commit().await?;
        }
        _ => {
            let all = db.begin().await?;
            Migrator::up(&all, None).await?;
            all.commit().await?;
        }
    }
    Ok(())
}

async fn refuse_newer(db: &DatabaseConnection) -> Result<()> {
    let known: HashSet<String> = names().collect();
    let mut unknown: Vec<String> = applied(db).await?.into_iter().filter(|name| !known.contains(name)).collect();
    unknown.sort_unstable();
    if unknown.is_empty() { Ok(()) } else { Err(Error::Newer(unknown)) }
}

/// The names of the steps that the database has taken, by whatever version of this program.
async fn applied(db: &DatabaseConnection) -> Result<HashSet<String>, DbErr> {
    let table = Migrator::migration_table_name().to_string();
    if !SchemaManager::new(db).has_table(table).await? {
        return Ok(HashSet::new());
    }
    let taken = Migrator::get_migration_models(db).await?;
    Ok(taken.into_iter().map(|step| step.version).collect())
}

fn names() -> impl Iterator<Item = String> {
    Migrator::migrations().into_iter().map(|step| step.name().to_owned())
}
