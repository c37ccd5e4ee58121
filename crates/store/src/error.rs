//! Why a query did not give what was asked for.

use kleister_types::Violation;
use sea_orm::{DbErr, RuntimeErr};
use sqlx::mysql::MySqlDatabaseError;
use sqlx::postgres::PgDatabaseError;

/// The result of every function of this room.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a query did not give what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It does not exist, or the caller may not know that it does.
    #[error("failed to find {0}")]
    Missing(&'static str),
    /// The caller sees it but may not do this with it.
    #[error("you may see this {0} but not change it; ask one of its owners for the right")]
    Denied(&'static str),
    /// Only server admins may do this.
    #[error("only admins of this server can do this")]
    NotAdmin,
    /// Only somebody who is signed in may do this.
    #[error("sign in first")]
    Anonymous,
    /// The link is there already.
    #[error("{0} is already attached")]
    Attached(&'static str),
    /// The link that should be changed is not there.
    #[error("{0} is not attached")]
    Detached(&'static str),
    /// Fields that break a rule.
    #[error("failed to validate {what}")]
    Invalid {
        /// The kind of thing that was to be stored.
        what: &'static str,
        /// The broken rules, field by field.
        errors: Vec<Violation>,
    },
    /// Something stands in the way; the text says what, and what to do.
    #[error("{0}")]
    Conflict(String),
    /// A list cannot be sorted by this column.
    #[error("cannot sort by `{wanted}`; allowed: {}", allowed.join(", "))]
    Sort {
        /// The column asked for.
        wanted: String,
        /// The columns that exist.
        allowed: Vec<&'static str>,
    },
    /// A text that no database can look for.
    #[error("a search cannot contain the character NUL")]
    Unsearchable,
    /// Another server works on this database.
    #[error(
        "another Kleister server already works on {0}; stop it first, or give this one a database of its own with \
         `--database-name` or `--database-url`"
    )]
    InUse(String),
    /// A newer version of this program changed the tables.
    #[error(
        "the database comes from a newer version of Kleister, which changed its tables by {}; run that version, or go \
         back to a copy of the database from before", .0.join(", ")
    )]
    Newer(Vec<String>),
    /// The database server cannot be spoken to.
    #[error("cannot connect to the database {location}: {error}")]
    Connect {
        /// Where it should be.
        location: String,
        /// What came back.
        error: sqlx::Error,
    },
    /// The database is damaged, full, or out of reach.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
    /// The database's file cannot be opened.
    #[error("cannot open the database {path}: {error}")]
    Open {
        /// The file.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
}

impl Error {
    /// One field that breaks one rule.
    pub fn invalid(what: &'static str, field: &str, message: impl Into<String>) -> Self {
        Self::Invalid { what, errors: vec![Violation::new(field, message)] }
    }

    /// Whether the disk below the database is full.
    pub fn is_full(&self) -> bool {
        self.refusal().is_some_and(|(code, text)| {
            // PostgreSQL's class "disk full"; MariaDB's 1021 and 1114 have no class of their own.
            code == "53100"
                || text.contains("disk is full")
                || text.contains("Disk full")
                || text.contains("table is full")
        })
    }

    /// Whether the database cannot do it now, but perhaps in a moment: it is away, restarts, or has too much to do.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::InUse(_) | Self::Connect { .. } | Self::Database(DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) => {
                true
            }
            Self::Database(DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) => {
                is_passing(error)
            }
            _ => false,
        }
    }

    /// What the database says of a statement that it refused: its code and its words.
    fn refusal(&self) -> Option<(String, String)> {
        let Self::Database(DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) =
            self
        else {
            return None;
        };
        let refusal = error.as_database_error()?;
        Some((refusal.code().unwrap_or_default().into_owned(), refusal.message().to_owned()))
    }
}

fn is_passing(error: &sqlx::Error) -> bool {
    let Some(refusal) = error.as_database_error() else {
        return matches!(error, sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed);
    };
    if let Some(refusal) = refusal.try_downcast_ref::<PgDatabaseError>() {
        // Classes: connection, transaction rolled back, out of resources, not in this state, operator intervened.
        ["08", "40", "53", "55", "57"].iter().any(|class| refusal.code().starts_with(class))
    } else if let Some(refusal) = refusal.try_downcast_ref::<MySqlDatabaseError>() {
        // Shutdown, lock wait, deadlock, statement killed, connection killed, statement took too long.
        [1053, 1205, 1213, 1317, 1927, 1969].contains(&refusal.number())
    } else {
        false
    }
}
