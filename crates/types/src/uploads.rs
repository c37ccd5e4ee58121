//! Files that come in pieces.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A file that comes in pieces, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Upload {
    /// The identifier: 26 characters, lower case.
    pub id: String,
    /// The file's name.
    pub name: String,
    /// How many bytes it will have.
    pub size: u64,
    /// How many of them have come and are on disk; the next piece begins here.
    pub received: u64,
    /// The file in the intake that it became, once it is complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intake: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it is forgotten.
    pub ends_at: Timestamp,
}
