//! SQLite: a file, with a lock beside it, one connection that writes, and some that read.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database};

use super::{Connections, READERS};
use crate::{Error, Result};

/// Locks the file, makes it if there is none, and connects.
///
/// Refused with [`Error::InUse`] where another process has it open.
pub(super) async fn connect(path: &Path) -> Result<Connections> {
    let lock = lock(path)?;
    let writer = Database::connect(options(path, 1, false)).await?;
    let readers = Database::connect(options(path, READERS, true)).await?;
    Ok(Connections { writer, readers, lock: Some(lock), beating: None })
}

/// Connection options as durability asks: write-ahead log with full synchronisation, foreign keys, no memory map.
fn options(path: &Path, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(format!("sqlite://{}", path.display()));
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(30))
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .create_if_missing(!read_only)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(5))
                .pragma("mmap_size", "0")
                .pragma("trusted_schema", "OFF")
                .pragma("query_only", if read_only { "ON" } else { "OFF" })
        });
    options
}

/// Takes the lock beside the database's file, which the system gives back when this process ends in whatever way.
fn lock(path: &Path) -> Result<File> {
    let open = |error| Error::Open { path: path.display().to_string(), error };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(open)?;
    }
    let file = File::create(lock_path(path)).map_err(open)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse(path.display().to_string())),
        Err(TryLockError::Error(error)) => Err(open(error)),
    }
}

fn lock_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}
