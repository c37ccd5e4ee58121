//! The right of a server to work on a database server's database, alone or among others that share it.
//!
//! The one connection that writes takes a lock of the database server whenever it connects, and has it for as long as
//! it lives: a server without the lock cannot write. Nor may it serve what it holds in memory once a server that shares
//! with nobody has the lock, so the connection is looked after every second.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use sqlx::{Connection, Database, Pool};
use tokio::task::JoinHandle;

/// How often the connection that has the lock is asked whether it lives.
const BEAT: Duration = Duration::from_secs(1);

/// Whether this server may work, and which epoch of the database it is.
#[derive(Debug, Default)]
pub(super) struct Lease {
    lost: AtomicBool,
    /// Whether others may have written without a word: no epoch lasts then.
    deaf: AtomicBool,
    epoch: AtomicU64,
}

impl Lease {
    /// Whether another server has the lock now.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::SeqCst)
    }

    /// The epoch that it is now; one that is over already while nothing is heard of others.
    pub(super) fn epoch(&self) -> u64 {
        if self.deaf.load(Ordering::SeqCst) {
            self.advance(1);
        }
        self.epoch.load(Ordering::SeqCst)
    }

    /// From now on others may write without a word.
    pub(super) fn go_deaf(&self) {
        self.deaf.store(true, Ordering::SeqCst);
    }

    /// From now on whatever others write is heard. What they wrote until now was not.
    pub(super) fn hear(&self) {
        self.advance(1);
        self.deaf.store(false, Ordering::SeqCst);
    }

    /// Ends so many epochs.
    pub(super) fn advance(&self, epochs: u64) {
        self.epoch.fetch_add(epochs, Ordering::SeqCst);
    }

    /// Notes whether a new connection got the lock. Until now another server may have had it, and have written.
    pub(super) fn note(&self, is_ours: bool) -> sqlx::Result<()> {
        self.lost.store(!is_ours, Ordering::SeqCst);
        self.advance(1);
        if is_ours { Ok(()) } else { Err(sqlx::Error::Configuration("another server has its lock".into())) }
    }
}

/// A task that looks after the writer's connection, and ends when this is dropped.
#[derive(Debug)]
pub(super) struct Beating(JoinHandle<()>);

impl Beating {
    /// Begins to look after a pool of one connection: a lost one is made anew within a second, if that can be.
    pub(super) fn of<D: Database>(writer: Pool<D>) -> Self {
        Self(tokio::spawn(async move {
            while !writer.is_closed() {
                tokio::time::sleep(BEAT).await;
                let lives = match writer.try_acquire() {
                    Some(mut connection) => connection.ping().await.is_ok(),
                    None => writer.size() > 0,
                };
                if !lives {
                    // What comes of it is noted when it connects; while the database is away, the next beat tries again.
                    let _ = writer.acquire().await;
                }
            }
        }))
    }
}

impl Drop for Beating {
    fn drop(&mut self) {
        self.0.abort();
    }
}
