//! MariaDB: one connection that writes and has the lock, and some that read.

use std::sync::Arc;

use sea_orm::SqlxMySqlConnector;
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::{ConnectOptions, Connection, Executor, MySqlConnection, MySqlPool};
use url::Url;

use super::lease::{Beating, Lease};
use super::{Connections, IDLE_UNASKED, PATIENCE, READERS};
use crate::Result;

/// What every session has: texts that do not fit are refused, not cut, and whatever hangs ends.
pub(crate) const SESSION: &str = "SET SESSION \
    sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,PIPES_AS_CONCAT', \
    max_statement_time = 10, innodb_lock_wait_timeout = 5, lock_wait_timeout = 5, idle_transaction_timeout = 30, \
    foreign_key_checks = 1, unique_checks = 1, autocommit = 1";

const WRITER: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";

/// All queries of a transaction see the state of the first.
const READER: &str = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// MariaDB has one set of names for all databases, and names end at 64 characters.
const LOCK: &str = "SELECT GET_LOCK(CONCAT('kleister ', SHA1(DATABASE())), 0) = 1";

/// Takes the lock and connects.
pub(super) async fn connect(url: &Url, lease: &Arc<Lease>) -> Result<Connections, sqlx::Error> {
    let options = options(url)?;
    let writer = writers(lease).connect_with(options.clone()).await?;
    let readers = readers().connect_with(options).await?;
    warn_of_risks(&writer).await?;
    Ok(Connections {
        writer: SqlxMySqlConnector::from_sqlx_mysql_pool(writer.clone()),
        readers: SqlxMySqlConnector::from_sqlx_mysql_pool(readers),
        lock: None,
        beating: Some(Beating::of(writer)),
    })
}

/// Whether nobody has the lock, and why the database cannot be asked if it cannot.
pub(super) async fn is_free(url: &Url) -> Result<bool, sqlx::Error> {
    let mut connection = MySqlConnection::connect_with(&options(url)?).await?;
    let version: String = sqlx::query_scalar("SELECT VERSION()").fetch_one(&mut connection).await?;
    if !version.contains("MariaDB") {
        let message = format!("it is MySQL {version}, but Kleister works on MariaDB, PostgreSQL or SQLite");
        return Err(sqlx::Error::Configuration(message.into()));
    }
    let is_free = sqlx::query_scalar(LOCK).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(is_free)
}

fn options(url: &Url) -> Result<MySqlConnectOptions, sqlx::Error> {
    Ok(MySqlConnectOptions::from_url(url)?.disable_statement_logging())
}

/// One connection, which lives as long as it can, since the lock is its own.
fn writers(lease: &Arc<Lease>) -> MySqlPoolOptions {
    let lease = Arc::clone(lease);
    pool(1).idle_timeout(None).max_lifetime(None).after_connect(move |connection, _| {
        let lease = Arc::clone(&lease);
        Box::pin(async move {
            connection.execute(SESSION).await?;
            connection.execute(WRITER).await?;
            lease.note(sqlx::query_scalar(LOCK).fetch_one(connection).await?)
        })
    })
}

fn readers() -> MySqlPoolOptions {
    pool(READERS).after_connect(|connection, _| {
        Box::pin(async move {
            connection.execute(SESSION).await?;
            connection.execute(READER).await.map(drop)
        })
    })
}

/// A connection that was idle is asked whether it lives, so that a restart of the database fails no request.
fn pool(connections: u32) -> MySqlPoolOptions {
    let pool = MySqlPoolOptions::new().min_connections(1).max_connections(connections);
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
async fn warn_of_risks(writer: &MySqlPool) -> Result<(), sqlx::Error> {
    let flush: i64 =
        sqlx::query_scalar("SELECT CAST(@@innodb_flush_log_at_trx_commit AS SIGNED)").fetch_one(writer).await?;
    if flush != 1 {
        tracing::warn!(
            "MariaDB runs with `innodb_flush_log_at_trx_commit = {flush}`: what was answered may be lost in a power cut"
        );
    }
    Ok(())
}
