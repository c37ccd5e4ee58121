//! Where rows are kept.

use serde::{Deserialize, Serialize};

use super::Error;

/// Where rows are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// The kind of database: `sqlite` (or `sqlite3`).
    pub driver: String,
    /// The file of the database.
    pub name: String,
}

impl Default for Database {
    fn default() -> Self {
        Self { driver: "sqlite".to_owned(), name: "storage/kleister.sqlite3".to_owned() }
    }
}

impl Database {
    pub(super) fn check(&self) -> Result<(), Error> {
        if ["sqlite", "sqlite3"].contains(&self.driver.as_str()) {
            return Ok(());
        }
        Err(Error::value("database.driver", "must be sqlite"))
    }
}
