//! Groups: users who have their rights together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A group of users. What it may do with a pack or mod, all of its members may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// The identifier: 26 characters, lower case.
    pub id: String,
    /// The name in addresses, unique whatever its case.
    pub slug: String,
    /// The name as people write it; it need not be unique.
    pub name: String,
    /// When the group was created.
    pub created_at: Timestamp,
    /// When the group was changed last.
    pub updated_at: Timestamp,
}

/// A group to be created, or what to change about one; what is absent or null stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct GroupChange {
    /// The name in addresses: 1 to 64 of `A-Z a-z 0-9 . _ -`, unique whatever its case. Made from the name if left
    /// out or empty.
    pub slug: Option<String>,
    /// The name as people write it: 3 to 255 bytes. Needed to create a group.
    pub name: Option<String>,
}

/// A page of groups.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GroupPage {
    /// How many groups match in all.
    pub total: u64,
    /// The rows on a page, as applied.
    pub limit: u64,
    /// The rows passed over, as applied.
    pub offset: u64,
    /// The groups of this page.
    pub groups: Vec<Group>,
}
