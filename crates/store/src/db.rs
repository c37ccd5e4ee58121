//! The database: many readers, one writer, and a count of what was written.
//!
//! Writes are alone on every kind of database. SQLite can do no more at a time; a database server could, but then two
//! rules that each look at what the other changes (the last admin, a version that a build being published uses) would
//! have to be thought of pair by pair. One writer makes every pair safe, and waits no longer than the disk.
//! For the same reason, and since sessions are held in memory, one server works on a database at a time; on a PostgreSQL
//! that is [`Location::shared`], several do, take turns in writing and tell each other of it.

mod lease;
mod location;
pub(crate) mod mariadb;
mod others;
mod postgres;
mod sqlite;

use std::fs::File;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use tokio::sync::watch;
use url::Url;

use self::lease::{Beating, Lease};
pub use self::location::Location;
use self::others::Others;
use crate::pool::Pool;
use crate::schema::{self, Status};
use crate::{Error, Result};

/// How many requests read at the same time.
const READERS: u32 = 8;
/// How long a request waits for a connection of a database server.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a connection to a database server may have been idle and still be used unasked.
const IDLE_UNASKED: Duration = Duration::from_secs(5);
/// How often, and after which pause, a server tries to get the lock: one that was killed leaves it for a moment.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);
/// How often a server that shares its database tries to open it, while another one changes its tables.
const TURNS: u32 = 10;

/// The database of one server; a clone is the same database.
#[derive(Clone, Debug)]
pub struct Db(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    connections: Connections,
    queries: Arc<AtomicU64>,
    lease: Arc<Lease>,
    others: Option<Arc<Others>>,
    location: Location,
}

/// What each kind of database gives.
#[derive(Debug)]
struct Connections {
    /// One connection; with SQLite and with a database server's lock, the only one there is to write.
    writer: DatabaseConnection,
    /// Connections whose transactions see one state and change nothing.
    readers: DatabaseConnection,
    /// Held for as long as the database is open, so that no second server opens it.
    lock: Option<File>,
    /// Looks after the lock of a database server.
    #[expect(dead_code, reason = "it ends when it is dropped")]
    beating: Option<Beating>,
}

impl Connections {
    /// Counts what is asked of the database from now on.
    fn count_queries(&mut self) -> Arc<AtomicU64> {
        let queries = Arc::new(AtomicU64::new(0));
        for connection in [&mut self.writer, &mut self.readers] {
            let queries = Arc::clone(&queries);
            connection.set_metric_callback(move |_| {
                queries.fetch_add(1, Ordering::Relaxed);
            });
        }
        queries
    }
}

impl Db {
    /// Connects, and brings the tables up to date.
    ///
    /// Refused with [`Error::InUse`] where another process has the database open, and with [`Error::Newer`] where a
    /// newer version of this program changed its tables.
    pub async fn open(location: &Location) -> Result<Self> {
        if let Location::SharedPostgres(url) = location {
            return Box::pin(Self::open_among_others(location, url)).await;
        }
        // Boxed, since all that SQL may do would otherwise lie within every future that opens a database.
        let db = Box::pin(Self::connect(location)).await?;
        Box::pin(schema::migrate(&db.0.connections.writer)).await?;
        Ok(db)
    }

    /// Opens a database on which others may work. Tables are changed by a server that is alone there: those that run
    /// an older version must be stopped before.
    async fn open_among_others(location: &Location, url: &Url) -> Result<Self> {
        for _ in 0..TURNS {
            let db = match Self::connect(location).await {
                Ok(db) => db,
                Err(Error::InUse(_)) => continue,
                Err(error) => return Err(error),
            };
            if db.steps().await?.iter().all(|step| step.applied) {
                return Ok(db);
            }
            db.close().await?;
            match Box::pin(Self::open(&Location::Postgres(url.clone()))).await {
                Ok(alone) => alone.close().await?,
                Err(Error::InUse(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::InUse(location.to_string()))
    }

    /// Connects, and leaves the tables as they are.
    pub async fn connect(location: &Location) -> Result<Self> {
        let lease = Arc::new(Lease::default());
        let failed = |error| {
            if lease.is_lost() {
                // Another server took the lock since it was seen to be free.
                Error::InUse(location.to_string())
            } else {
                Error::Connect { location: location.to_string(), error }
            }
        };
        let mut connections = match location {
            Location::Sqlite(path) => sqlite::connect(path).await?,
            Location::Postgres(url) => {
                wait_for_lock(location, || postgres::is_free(url, postgres::ALONE)).await?;
                postgres::connect(url, postgres::ALONE, &lease).await.map_err(failed)?
            }
            Location::SharedPostgres(url) => {
                wait_for_lock(location, || postgres::is_free(url, postgres::AMONG_OTHERS)).await?;
                postgres::connect(url, postgres::AMONG_OTHERS, &lease).await.map_err(failed)?
            }
            Location::MariaDb(url) => {
                wait_for_lock(location, || mariadb::is_free(url)).await?;
                mariadb::connect(url, &lease).await.map_err(failed)?
            }
        };
        let others = match location {
            Location::SharedPostgres(url) => {
                let options = postgres::options(url).map_err(failed)?;
                Some(Arc::new(Others::meet(options, Arc::clone(&lease)).await.map_err(failed)?))
            }
            _ => None,
        };
        let queries = connections.count_queries();
        Ok(Self(Arc::new(Inner { connections, queries, lease, others, location: location.clone() })))
    }

    /// Begins reading: all queries of the transaction see the same state.
    pub async fn read(&self) -> Result<Read> {
        self.refuse_if_lost()?;
        Ok(self.0.connections.readers.begin().await?)
    }

    /// Begins writing, alone: waits until the writer before is done.
    pub async fn write(&self) -> Result<Write> {
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.refuse_if_lost()?;
        let begun = self.0.connections.writer.begin_with_options(immediate).await;
        self.refuse_if_lost()?;
        let (transaction, others) = (begun?, self.0.others.clone());
        if let Some(others) = &others {
            others.wait_for_turn(&transaction).await?;
        }
        Ok(Write { transaction, lease: Arc::clone(&self.0.lease), others })
    }

    /// How many writes were committed that could have changed what was read before.
    ///
    /// Whatever is held in memory is labelled with the epoch that was read *before* its query, and is valid for that
    /// epoch only. A write is answered after its epoch has begun, so nobody who was told of it is served older things.
    pub fn epoch(&self) -> u64 {
        self.0.lease.epoch()
    }

    /// How often other servers have written to this database, for those who wait for the next time; none where this one
    /// is alone.
    pub fn heard(&self) -> Option<watch::Receiver<u64>> {
        self.0.others.as_ref().map(|others| others.heard())
    }

    /// The steps of the schema that this program knows, in order, and whether each was taken.
    pub async fn steps(&self) -> Result<Vec<Status>> {
        schema::steps(&self.0.connections.writer).await
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.refuse_if_lost()?;
        Ok(self.0.connections.readers.ping().await?)
    }

    /// How many connections there are, and how many of them are idle.
    pub fn pools(&self) -> [Pool; 2] {
        let Connections { readers, writer, .. } = &self.0.connections;
        [Pool::of("readers", readers), Pool::of("writer", writer)]
    }

    /// How many statements the database was given, besides those that begin and end transactions.
    pub fn queries(&self) -> u64 {
        self.0.queries.load(Ordering::Relaxed)
    }

    /// Finishes what is written, closes all connections, and lets another server in, whoever still has a clone of this.
    pub async fn close(&self) -> Result<()> {
        if let Some(others) = &self.0.others {
            others.part().await;
        }
        let Connections { writer, readers, lock, .. } = &self.0.connections;
        readers.clone().close().await?;
        writer.clone().close().await?;
        if let Some(lock) = lock {
            lock.unlock().map_err(|error| Error::Open { path: self.0.location.to_string(), error })?;
        }
        Ok(())
    }

    fn refuse_if_lost(&self) -> Result<()> {
        if self.0.lease.is_lost() { Err(Error::InUse(self.0.location.to_string())) } else { Ok(()) }
    }
}

/// Waits a moment until no other server has the lock.
async fn wait_for_lock(location: &Location, is_free: impl AsyncFn() -> Result<bool, sqlx::Error>) -> Result<()> {
    for _ in 0..TRIES {
        if is_free().await.map_err(|error| Error::Connect { location: location.to_string(), error })? {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(Error::InUse(location.to_string()))
}

/// A state of the database that does not change while it is read.
pub type Read = DatabaseTransaction;

/// One write: nothing of it is seen by anybody before [`Write::commit`], and nothing stays if it is dropped.
#[derive(Debug)]
pub struct Write {
    transaction: DatabaseTransaction,
    lease: Arc<Lease>,
    others: Option<Arc<Others>>,
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

    /// Commits in a task of its own: a caller who hangs up meanwhile cannot leave a commit without its epoch. Nor can
    /// a connection that breaks after the database has done it, so the epoch ends whatever comes back.
    async fn finish(self, epochs: u64) -> Result<()> {
        let commit = tokio::spawn(async move {
            if let Some(others) = self.others.as_ref().filter(|_| epochs > 0) {
                others.leave_word(&self.transaction).await?;
            }
            let done = self.transaction.commit().await;
            self.lease.advance(epochs);
            Ok(done?)
        });
        commit.await.map_err(|error| DbErr::Custom(error.to_string()))?
    }
}
