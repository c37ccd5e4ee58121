//! How busy the connections to the database are.

use sea_orm::DatabaseConnection;
use sea_orm::sqlx::{Database, Pool as Connections};

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
        Self::counted(name, connection.get_sqlite_connection_pool())
    }

    fn counted<D: Database>(name: &'static str, connections: &Connections<D>) -> Self {
        let idle = u32::try_from(connections.num_idle()).unwrap_or(u32::MAX);
        let in_use = connections.size().saturating_sub(idle);
        Self { name, in_use, idle, limit: connections.options().get_max_connections() }
    }
}
