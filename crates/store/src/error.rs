//! Why a query did not give what was asked for.

use kleister_types::Violation;
use sea_orm::DbErr;

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
        "another Kleister server already works on {0}; stop it first, or give this one a `--database-name` of its own"
    )]
    InUse(String),
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
        matches!(self, Self::Database(error) if error.to_string().contains("database or disk is full"))
    }
}
