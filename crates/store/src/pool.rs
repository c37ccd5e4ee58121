//! How busy the connections to the database are.

use sea_orm::sqlx::{Database, Pool as Connections};
use sea_orm::{DatabaseConnection, DbBackend};

/// The connections of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// What they are for.
    pub name: &'static str,
    /// Those that somebody reads or writes with.
    pub in_use: u32,
    /// Those that are open and wait for somebody.
    pub idle: u32,
    /// How many there may be.
    pub limit: u32,
}

impl Pool {
    pub(crate) fn of(name: &'static str, connection: &DatabaseConnection) -> Self {
        match connection.get_database_backend() {
            DbBackend::Postgres => Self::counted(name, connection.get_postgres_connection_pool()),
            DbBackend::MySql => Self::counted(name, connection.get_mysql_connection_pool()),
            _ => Self::counted(name, connection.get_sqlite_connection_pool()),
        }
    }

    fn counted<D: Database>(name: &'static str, connections: &Connections<D>) -> Self {
        let idle = u32::try_from(connections.num_idle()).unwrap_or(u32::MAX);
        let in_use = connections.size().saturating_sub(idle);
        Self { name, in_use, idle, limit: connections.options().get_max_connections() }
    }
}
