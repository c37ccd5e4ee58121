//! Files of builds that belong to no mod: configurations, scripts, options, lists.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::imports::ImportNote;

/// A file of a build that belongs to no mod, such as `config/jei.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BuildFile {
    /// Where it lies in the game folder, its parts separated by `/`.
    pub path: String,
    /// How many bytes it has.
    pub size: u64,
    /// The SHA-1 of its bytes, in hexadecimal.
    pub sha1: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Whether a client needs it: `required`, `optional` or `unsupported`.
    pub client: String,
    /// Whether a server needs it, in the same words.
    pub server: String,
    /// What an update does to the player's copy.
    pub policy: FilePolicy,
    /// Where its bytes are.
    pub url: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// What an update does to the copy of a file that a player has already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FilePolicy {
    /// It becomes the pack's again, whatever the player did to it.
    #[default]
    Force,
    /// It is left alone: the file is written only where there is none, such as `options.txt`.
    Seed,
    /// It is replaced as long as the player has not changed it.
    Keep,
}

impl FilePolicy {
    /// The policy as a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Force => "force",
            Self::Seed => "seed",
            Self::Keep => "keep",
        }
    }

    /// The policy of a stored word.
    pub fn from_word(stored: &str) -> Self {
        [Self::Seed, Self::Keep].into_iter().find(|policy| policy.word() == stored).unwrap_or_default()
    }
}

/// How files are added to a build: what is not given stays as it is for a file that the build has already.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct FileSettings {
    /// Whether a client needs it: `required` (the default for a new file), `optional` or `unsupported`.
    pub client: Option<String>,
    /// Whether a server needs it, in the same words.
    pub server: Option<String>,
    /// What an update does to the player's copy; `force` for a new file.
    pub policy: Option<FilePolicy>,
}

/// How the files of an archive are added to a build.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ArchiveSettings {
    /// What is set for each of its files.
    #[serde(flatten)]
    pub settings: FileSettings,
    /// The folder of the instance to put them into, such as `config`; the game folder itself unless given.
    pub folder: Option<String>,
    /// The folder of the archive that they are in, such as `sky-main/config`; what lies elsewhere is left out. All of the
    /// archive unless given.
    pub strip: Option<String>,
    /// Whether files that the build has in that folder, and the archive has not, are taken out; false unless given.
    pub replace: Option<bool>,
}

/// A page of the files of a build.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct BuildFilePage {
    /// How many files match in all.
    pub total: u64,
    /// The rows on a page, as applied.
    pub limit: u64,
    /// The rows passed over, as applied.
    pub offset: u64,
    /// The files of this page.
    pub files: Vec<BuildFile>,
}

/// What an archive did to the files of a build.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FilesChanged {
    /// Files that are new in the build.
    pub added: Vec<String>,
    /// Files that the build had with other bytes or settings.
    pub changed: Vec<String>,
    /// Files that the build does not have any more.
    pub removed: Vec<String>,
    /// How many files the build had just like that.
    pub unchanged: u64,
    /// What of the archive was not taken, and why: worlds, logs, accounts, caches.
    pub left_out: Vec<ImportNote>,
}
