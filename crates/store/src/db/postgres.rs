//! PostgreSQL: one connection that writes and has the lock, and some that read.
//!
//! Servers that share a database share its lock too, which keeps out those that share with nobody.

use std::sync::Arc;

use sea_orm::SqlxPostgresConnector;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, PgPool};
use url::Url;

use super::lease::{Beating, Lease};
use super::{Connections, IDLE_UNASKED, PATIENCE, READERS};
use crate::Result;

/// What every session has: an end for what hangs, and for what a vanished server of ours left behind.
const SESSION: &str = "SET statement_timeout = '10s'; SET lock_timeout = '5s'; \
    SET idle_in_transaction_session_timeout = '30s'; \
    SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; \
    SET tcp_user_timeout = '15s'; SET client_min_messages = warning";

/// All queries of a transaction see the state in which it began.
const READER: &str = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Of the tables of this schema; PostgreSQL keeps locks of databases apart by itself.
pub(super) const ALONE: &str = "SELECT pg_try_advisory_lock(hashtextextended('kleister ' || current_schema(), 0))";
/// The same lock, for one of several servers.
pub(super) const AMONG_OTHERS: &str =
    "SELECT pg_try_advisory_lock_shared(hashtextextended('kleister ' || current_schema(), 0))";

/// Takes the lock, for itself or among others, and connects.
pub(super) async fn connect(url: &Url, lock: &'static str, lease: &Arc<Lease>) -> Result<Connections, sqlx::Error> {
    let options = options(url)?;
    let writer = writers(lock, lease).connect_with(options.clone()).await?;
    let readers = readers().connect_with(options).await?;
    warn_of_risks(&writer).await?;
    Ok(Connections {
        writer: SqlxPostgresConnector::from_sqlx_postgres_pool(writer.clone()),
        readers: SqlxPostgresConnector::from_sqlx_postgres_pool(readers),
        lock: None,
        beating: Some(Beating::of(writer)),
    })
}

/// How a database is connected to.
pub(super) fn options(url: &Url) -> Result<PgConnectOptions, sqlx::Error> {
    Ok(PgConnectOptions::from_url(url)?.application_name("kleister").disable_statement_logging())
}

/// Whether the lock can be had, and why the database cannot be asked if it cannot.
pub(super) async fn is_free(url: &Url, lock: &'static str) -> Result<bool, sqlx::Error> {
    let mut connection = PgConnection::connect_with(&options(url)?).await?;
    let is_free = sqlx::query_scalar(lock).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(is_free)
}

/// One connection, which lives as long as it can, since the lock is its own.
fn writers(lock: &'static str, lease: &Arc<Lease>) -> PgPoolOptions {
    let lease = Arc::clone(lease);
    pool(1).idle_timeout(None).max_lifetime(None).after_connect(move |connection, _| {
        let lease = Arc::clone(&lease);
        Box::pin(async move {
            connection.execute(SESSION).await?;
            lease.note(sqlx::query_scalar(lock).fetch_one(connection).await?)
        })
    })
}

fn readers() -> PgPoolOptions {
    pool(READERS).after_connect(|connection, _| {
        Box::pin(async move {
            connection.execute(SESSION).await?;
            connection.execute(READER).await.map(drop)
        })
    })
}

/// A connection that was idle is asked whether it lives, so that a restart of the database fails no request.
fn pool(connections: u32) -> PgPoolOptions {
    let pool = PgPoolOptions::new().min_connections(1).max_connections(connections);
    pool.acquire_timeout(PATIENCE).test_before_acquire(false).before_acquire(|connection, meta| {
        Box::pin(async move {
            if meta.idle_for >= IDLE_UNASKED {
                connection.ping().await?;
            }
            Ok(true)
        })
    })
}

/// Tells the operator of settings under which an answered change may be lost.
async fn warn_of_risks(writer: &PgPool) -> Result<(), sqlx::Error> {
    for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
        let value: String = sqlx::query_scalar("SELECT current_setting($1)").bind(setting).fetch_one(writer).await?;
        if value == "off" {
            tracing::warn!("PostgreSQL runs with `{setting} = off`: what was answered may be lost in a power cut");
        }
    }
    Ok(())
}
