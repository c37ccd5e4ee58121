//! Releases of Minecraft and of its loaders.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A release of Minecraft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Minecraft {
    /// The identifier: 26 characters, lower case.
    pub id: String,
    /// The release's name, such as `1.21.1` or `26.1`.
    pub name: String,
    /// What kind of version it is: `release`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When this server learned of it.
    pub created_at: Timestamp,
    /// When this server's knowledge of it was changed last.
    pub updated_at: Timestamp,
}

/// All known releases of Minecraft, oldest first.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct MinecraftPage {
    /// How many releases match.
    pub total: u64,
    /// Always 0: this list has no pages.
    pub limit: u64,
    /// Always 0: this list has no pages.
    pub offset: u64,
    /// The releases.
    pub versions: Vec<Minecraft>,
}

/// A release of a loader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Loader {
    /// The identifier: 26 characters, lower case.
    pub id: String,
    /// The release's name, such as `47.2.0`.
    pub name: String,
    /// The release of Minecraft that it is made for, where it is made for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minecraft: Option<String>,
    /// When this server learned of it.
    pub created_at: Timestamp,
    /// When this server's knowledge of it was changed last.
    pub updated_at: Timestamp,
}

/// Which releases to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Search {
    /// A text that must occur in the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
}
