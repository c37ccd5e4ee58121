//! What changed from one build of a pack to another.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::builds::State;

/// Which builds are compared, and how the answer is written.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CompareRequest {
    /// The build that the comparison goes from: by identifier, name or channel.
    pub from: String,
    /// The build that the comparison goes to: by identifier, name or channel.
    pub to: String,
    /// How the answer is written: `json` or `markdown`. Unless given, `Accept: text/markdown` asks for Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<CompareFormat>,
}

/// How a comparison is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CompareFormat {
    /// As JSON, for programs.
    Json,
    /// As Markdown, for people.
    Markdown,
}

/// What changed from one build of a pack to another. The other way round everything is mirrored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// The build that it goes from.
    pub from: ComparedBuild,
    /// The build that it goes to.
    pub to: ComparedBuild,
    /// What the game runs on, as far as it changed: `minecraft`, `loader` (such as `fabric 0.16.9`), `java`,
    /// `memory_minimum` and `memory_maximum` in MB, `jvm_arguments`.
    pub platform: Vec<Change>,
    /// Whether Minecraft or the loader changed. Most launchers do not bring that by an update: players must then
    /// install the pack anew.
    pub reinstall: bool,
    /// Mods that came, by their name.
    pub added: Vec<ComparedMod>,
    /// Mods that are there in another version or with other bytes, by their name.
    pub updated: Vec<UpdatedMod>,
    /// Mods that left, by their name.
    pub removed: Vec<ComparedMod>,
    /// Files that belong to no mod and came, changed or left, by their path.
    pub files: Vec<ComparedFile>,
    /// What changed about mods and files that are in both builds: sides, choices, policies, places.
    pub settings: Vec<ComparedSetting>,
    /// A changelog for players to begin from, in Markdown.
    pub changelog: String,
}

/// A build that is compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComparedBuild {
    /// The identifier.
    pub id: String,
    /// The name.
    pub name: String,
    /// Where the build stands in its life; a draft is compared as it is now.
    pub state: State,
}

/// Something that was one thing and is another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// What it is.
    pub what: String,
    /// What it was; absent if it was not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What it is; absent if it is not set any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// A mod that came or left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComparedMod {
    /// The mod's slug.
    pub slug: String,
    /// The mod's name.
    pub name: String,
    /// The version's name; of several, all of them.
    pub version: String,
    /// Where its files lie in the game folder.
    pub paths: Vec<String>,
}

/// A mod that is there in another version, or with other bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UpdatedMod {
    /// The mod's slug.
    pub slug: String,
    /// The mod's name.
    pub name: String,
    /// The version that it was.
    pub from: String,
    /// The version that it is.
    pub to: String,
    /// Where its files lay in the game folder.
    pub from_paths: Vec<String>,
    /// Where its files lie in the game folder.
    pub to_paths: Vec<String>,
}

/// A file that belongs to no mod and came, changed or left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComparedFile {
    /// Where it lies in the game folder.
    pub path: String,
    /// The SHA-256 that its bytes had; absent if it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_sha256: Option<String>,
    /// How many bytes it had; absent if it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_size: Option<u64>,
    /// The SHA-256 that its bytes have; absent if it left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_sha256: Option<String>,
    /// How many bytes it has; absent if it left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_size: Option<u64>,
    /// The unified difference of its texts, if it changed and both are texts that are not too large.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// Why there is no difference of texts, if it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_diff: Option<String>,
}

/// A change in how a mod or a file is treated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComparedSetting {
    /// `mod` or `file`.
    pub kind: String,
    /// The mod's slug, or the file's path.
    pub subject: String,
    /// What changed: `client` and `server` (which side needs it), `default`, `text` and `group` of an optional one,
    /// `policy` (what updates do to a file), `path`.
    #[serde(flatten)]
    pub change: Change,
}
