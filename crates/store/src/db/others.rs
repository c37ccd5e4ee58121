//! Other servers on the same database of PostgreSQL: writes are alone among all of them, and each hears what others wrote.
//!
//! A write holds a lock of the database server for as long as its transaction lasts, and leaves word when it is
//! committed. Whoever gets the word ends his epoch, so what he holds in memory is as old as the word takes: a moment.
//! Each server leaves word once a second also when it writes nothing. Who gets none for a while, not even his own, is
//! deaf, and looks everything up until he hears again.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseTransaction};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use ulid::Ulid;

use super::PATIENCE;
use super::lease::Lease;

/// Taken by each write until its transaction ends. Servers that are alone on a database hold a lock of another name.
const TURN: &str = "SELECT pg_advisory_xact_lock(hashtextextended('kleister writes ' || current_schema(), 0))";
/// Where word is left: a name that fits, whatever the schema's is.
const CHANNEL: &str = "SELECT 'kleister_' || md5(current_schema())";
/// How often a server leaves word that it is there.
const BEAT: Duration = Duration::from_secs(1);
/// After how long without any word a server is deaf.
const DEAF: Duration = Duration::from_secs(3);

/// What a server knows of the others.
#[derive(Debug)]
pub(super) struct Others {
    /// What this server calls itself, so that it knows its own word.
    name: String,
    channel: String,
    /// How often others have written, as far as that was heard.
    heard: watch::Sender<u64>,
    pool: PgPool,
    tasks: [JoinHandle<()>; 2],
}

impl Others {
    /// Begins to listen, and to leave word.
    pub(super) async fn meet(options: PgConnectOptions, lease: Arc<Lease>) -> Result<Self, sqlx::Error> {
        let pool = PgPoolOptions::new().max_connections(2).acquire_timeout(PATIENCE).connect_with(options).await?;
        let channel: String = sqlx::query_scalar(CHANNEL).fetch_one(&pool).await?;
        let name = Ulid::generate().to_string();
        let heard = watch::Sender::new(0);
        lease.go_deaf();
        let ear = Ear { name: name.clone(), channel: channel.clone(), heard: heard.clone(), lease };
        let tasks = [tokio::spawn(ear.listen(pool.clone())), tokio::spawn(beat(pool.clone(), channel.clone()))];
        Ok(Self { name, channel, heard, pool, tasks })
    }

    /// Waits until no other server writes; the turn ends with the transaction.
    pub(super) async fn wait_for_turn(&self, write: &DatabaseTransaction) -> Result<(), sea_orm::DbErr> {
        write.execute_unprepared(TURN).await.map(drop)
    }

    /// Leaves word of a write, which others get when it is committed.
    pub(super) async fn leave_word(&self, write: &DatabaseTransaction) -> Result<(), sea_orm::DbErr> {
        // Neither name has anything but letters, digits and `_`.
        let word = format!("SELECT pg_notify('{}', '{}')", self.channel, self.name);
        write.execute_unprepared(&word).await.map(drop)
    }

    /// How often others have written, for those who wait for the next time.
    pub(super) fn heard(&self) -> watch::Receiver<u64> {
        self.heard.subscribe()
    }

    /// Listens no more.
    pub(super) async fn part(&self) {
        for task in &self.tasks {
            task.abort();
        }
        // A listener gives its connection back in a task of its own; it is closed by the system if that takes long.
        let _ = timeout(BEAT, self.pool.close()).await;
    }
}

impl Drop for Others {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// What listens.
struct Ear {
    name: String,
    channel: String,
    heard: watch::Sender<u64>,
    lease: Arc<Lease>,
}

impl Ear {
    async fn listen(self, pool: PgPool) {
        loop {
            if let Err(error) = self.listen_until_deaf(&pool).await {
                tracing::warn!(%error, "cannot hear what other servers write: nothing is held in memory until that is so");
            }
            self.lease.go_deaf();
            sleep(BEAT).await;
        }
    }

    /// Ends when the connection does, or when no word comes any more.
    async fn listen_until_deaf(&self, pool: &PgPool) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.eager_reconnect(false);
        listener.listen(&self.channel).await?;
        // What was written before is heard no more, so nothing from before it counts.
        self.lease.hear();
        self.note();
        while let Ok(word) = timeout(DEAF, listener.try_recv()).await {
            let Some(word) = word? else { return Ok(()) };
            if !word.payload().is_empty() && word.payload() != self.name {
                self.lease.advance(1);
                self.note();
            }
        }
        Err(sqlx::Error::PoolTimedOut)
    }

    fn note(&self) {
        self.heard.send_modify(|count| *count = count.wrapping_add(1));
    }
}

/// Leaves word once a second; empty, since nothing was written.
async fn beat(pool: PgPool, channel: String) {
    loop {
        if let Err(error) = sqlx::query("SELECT pg_notify($1, '')").bind(&channel).execute(&pool).await {
            tracing::debug!(%error, "cannot leave word for other servers");
        }
        sleep(BEAT).await;
    }
}
