//! The database: many readers, one writer, and a count of what was written.

use std::fs::{File, TryLockError};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use crate::pool::Pool;
use crate::schema::Migrator;
use crate::{Error, Result};

/// How many requests read at the same time.
const READERS: u32 = 8;

/// The database of one server; a clone is the same database.
#[derive(Clone, Debug)]
pub struct Db(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    readers: DatabaseConnection,
    writer: DatabaseConnection,
    epoch: Arc<AtomicU64>,
    /// Held for as long as the database is open, so that no second server opens it.
    _lock: File,
}

impl Db {
    /// Opens the SQLite file, makes it if there is none, and brings its tables up to date.
    ///
    /// Refused with [`Error::InUse`] where another process has it open.
    pub async fn open(path: &Path) -> Result<Self> {
        let lock = lock(path)?;
        let writer = Database::connect(options(path, 1, false)).await?;
        Migrator::up(&writer, None).await?;
        let readers = Database::connect(options(path, READERS, true)).await?;
        let epoch = Arc::new(AtomicU64::new(0));
        Ok(Self(Arc::new(Inner { readers, writer, epoch, _lock: lock })))
    }

    /// Begins reading: all queries of the transaction see the same state.
    pub async fn read(&self) -> Result<DatabaseTransaction> {
        Ok(self.0.readers.begin().await?)
    }

    /// Begins writing, alone: waits until the writer before is done.
    pub async fn write(&self) -> Result<Write> {
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = self.0.writer.begin_with_options(immediate).await?;
        Ok(Write { transaction, epoch: Arc::clone(&self.0.epoch) })
    }

    /// How many writes were committed that could have changed what was read before.
    ///
    /// Whatever is held in memory is labelled with the epoch that was read *before* its query, and is valid for that
    /// epoch only. A write is answered after its epoch has begun, so nobody who was told of it is served older things.
    pub fn epoch(&self) -> u64 {
        self.0.epoch.load(Ordering::SeqCst)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.0.readers.ping().await?)
    }

    /// How many connections there are, and how many of them are idle.
    pub fn pools(&self) -> [Pool; 2] {
        [Pool::of("readers", &self.0.readers), Pool::of("writer", &self.0.writer)]
    }

    /// Finishes the write-ahead log and closes all connections.
    pub async fn close(self) -> Result<()> {
        self.0.readers.clone().close().await?;
        Ok(self.0.writer.clone().close().await?)
    }
}

/// One write: nothing of it is seen by anybody before [`Write::commit`], and nothing stays if it is dropped.
#[derive(Debug)]
pub struct Write {
    transaction: DatabaseTransaction,
    epoch: Arc<AtomicU64>,
}

impl Deref for Write {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &Self::Target {
        &self.transaction
    }
}

impl Write {
    /// Makes the change durable and ends the epoch; on disk when this returns.
    pub async fn commit(self) -> Result<()> {
        self.finish(1).await
    }

    /// Makes an addition durable that nothing held in memory can have missed, such as a new session.
    pub async fn commit_addition(self) -> Result<()> {
        self.finish(0).await
    }

    /// Commits in a task of its own: a caller who hangs up meanwhile cannot leave a commit without its epoch.
    async fn finish(self, epochs: u64) -> Result<()> {
        let commit = tokio::spawn(async move {
            self.transaction.commit().await?;
            self.epoch.fetch_add(epochs, Ordering::SeqCst);
            Ok(())
        });
        commit.await.map_err(|error| DbErr::Custom(error.to_string()))?
    }
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
