//! How a published release stands now, although nothing of it ever changes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::builds::State;

/// How a release stands now: `/packs/{pack}/{release}/status.json`.
///
/// A release never changes; what is thought of it does. Launchers and server owners ask here whether theirs was
/// withdrawn, whether there is a newer one, and whether any of its files cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Status {
    /// The slug of the pack.
    pub pack: String,
    /// The name of the build.
    pub build: String,
    /// `published`, or `yanked` where it was withdrawn; `draft` for testers who ask for one.
    pub state: State,
    /// Why it was withdrawn, if that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What to take instead of a withdrawn one, if that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<Other>,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    /// What its changelog says now, as Markdown, if one was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changelog: Option<String>,
    /// The address of the pack's page for players.
    pub page: String,
    /// The channels that point to it now.
    pub channels: Vec<String>,
    /// What players have who follow the pack: the build of `recommended`, or of the channel that the token is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<Other>,
    /// Files that nobody can have just now.
    pub missing: Vec<MissingFile>,
}

/// Another build of the pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Other {
    /// Its name.
    pub build: String,
    /// The address of its own status.
    pub status: String,
}

/// A file that nobody can have just now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MissingFile {
    /// Its path in the instance.
    pub path: String,
    /// Why.
    pub reason: String,
}
