//! Bytes that are kept, each under its SHA-256, and those that were taken down.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::builds::State;

/// Bytes by their SHA-256: kept here, taken down, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Blob {
    /// The SHA-256 of the bytes: 64 hexadecimal digits, lower case.
    pub sha256: String,
    /// The number of bytes; absent where they were never here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The media type, told from the content; absent where the bytes were never here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// When the bytes came; absent where they were never here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// Whether the bytes were found to be lost or changed: nobody gets them until they are uploaded again.
    pub damaged: bool,
    /// Why and since when they are taken down; absent where they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<BlobBlock>,
}

/// That bytes are taken down: every address that has them answers 451, and so does every upload of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlobBlock {
    /// Why, as everybody who asks for them is told.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
    /// The name of whoever wanted it so, as it was then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// Bytes with everything that has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlobDetails {
    /// The bytes.
    pub blob: Blob,
    /// What has them: versions first, then builds, pictures, and files that wait.
    pub used_by: Vec<BlobUse>,
}

/// Something that has the bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlobUse {
    /// What it is.
    pub kind: BlobUseKind,
    /// The slug of the mod or pack that it belongs to, or the name of the user whose file waits.
    pub of: String,
    /// The name of the version or build; absent for pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The state of the build; absent for everything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
}

/// What can have bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlobUseKind {
    /// A version of a mod, as its file.
    Version,
    /// A version of a mod, as the zip that a Technic Solder had of it.
    Wrapper,
    /// A build of a pack, by one of its versions or as a file of its own.
    Build,
    /// The picture of a mod.
    ModPicture,
    /// A picture of a pack.
    PackPicture,
    /// A file that waits for its user's word.
    Intake,
}

/// Why bytes are to be taken down.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct BlockRequest {
    /// Why, for everybody who asks for them: 1 to 1024 characters.
    pub reason: String,
}

/// What was withdrawn because it had bytes that were taken down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Withdrawal {
    /// The builds that were published until now.
    pub withdrawn: Vec<WithdrawnBuild>,
}

/// A build that was withdrawn, and whom to tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct WithdrawnBuild {
    /// The slug of the pack.
    pub pack: String,
    /// The name of the build.
    pub build: String,
    /// The usernames of the owners of the pack.
    pub owners: Vec<String>,
}

/// Which bytes are listed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct BlobQuery {
    /// `true` lists what is taken down, whether it was ever here or not; `false` what is not; both unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked: Option<bool>,
}

/// One page of bytes.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct BlobPage {
    /// How many there are on all pages.
    pub total: u64,
    /// The limit as applied.
    pub limit: u64,
    /// The offset as applied.
    pub offset: u64,
    /// The bytes of this page.
    pub blobs: Vec<Blob>,
}
