//! Versions: the releases of a mod.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::intake::DeclaredDependency;
use crate::mods::Mod;
use crate::{Environment, Timestamp};

/// One release of a mod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Version {
    /// The identifier: 26 characters, lower case.
    pub id: String,
    /// The handle, unique within the mod whatever its case.
    pub name: String,
    /// Whether the version is offered to others than the mod's members.
    pub public: bool,
    /// The number that the file itself has; several versions may have the same.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// What each side needs of it, if the file or a human says so; otherwise the mod's `side` tells.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// The licence that the file names.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// The loaders that it is for, where the version itself is asked for or listed with its mod.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loaders: Vec<String>,
    /// The releases of Minecraft that it is for, the oldest first; told where `loaders` are.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub minecraft: Vec<String>,
    /// What it needs, recommends, or cannot stand; told where `loaders` are.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<DeclaredDependency>,
    /// The first of its files; none for a version without bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<VersionFile>,
    /// The mod, where it is not plain from the request.
    #[serde(default, rename = "mod", skip_serializing_if = "Option::is_none")]
    pub module: Option<Mod>,
    /// When the version was created.
    pub created_at: Timestamp,
    /// When the version was changed last.
    pub updated_at: Timestamp,
}

/// The file of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VersionFile {
    /// The file's own name.
    pub slug: String,
    /// The media type, told from the content.
    pub content_type: String,
    /// The MD5 of the bytes, in hexadecimal.
    pub md5: String,
    /// Where the file lies in an instance, such as `mods/jei.jar`.
    pub path: String,
    /// Where to download the file; this needs a credential with the right to see the mod.
    pub url: String,
    /// The size in bytes.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default)]
    pub size: u64,
    /// The SHA-1 of the bytes, in hexadecimal.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default)]
    pub sha1: String,
    /// The SHA-256 of the bytes, in hexadecimal.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default)]
    pub sha256: String,
    /// The SHA-512 of the bytes, in hexadecimal.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default)]
    pub sha512: String,
    /// Whether others than its author may hand the file out, as a human or the places say that know it.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default)]
    pub redistribution: Redistribution,
    /// When the file was uploaded.
    pub created_at: Timestamp,
    /// When the file was replaced last.
    pub updated_at: Timestamp,
}

/// Whether others than its author may hand a file out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Redistribution {
    /// They may.
    Yes,
    /// They may not.
    No,
    /// Nobody says.
    #[default]
    Unknown,
}

impl Redistribution {
    /// The word for it on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }

    /// What a stored word means; that nobody says where it is not known.
    pub fn from_word(word: &str) -> Self {
        [Self::Yes, Self::No].into_iter().find(|it| it.as_str() == word).unwrap_or_default()
    }
}

/// A version to be created, or what to change about one; what is absent or null stays as it is.
///
/// The same operation also takes `multipart/form-data` with the parts `name`, `public`, `redistribution`, `sha1`,
/// `sha512` and `file`: the bytes as they are, streamed, for anything but small files.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct VersionChange {
    /// The handle: 1 to 255 printable characters without `/ \ : * ? " < > |`, unique within the mod whatever its
    /// case. Needed to create a version.
    pub name: Option<String>,
    /// Whether the version is offered to others than the mod's members; true unless given.
    pub public: Option<bool>,
    /// The file as a `data:` URL (RFC 2397), base64 or percent-encoded; a parameter `name` gives its file name.
    /// Needed to create a version.
    #[schemars(extend("format" = "data-url"))]
    pub upload: Option<String>,
    /// The SHA-1 that the file must have, in hexadecimal; one that has another is not kept.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default)]
    pub sha1: Option<String>,
    /// The SHA-512 that the file must have, likewise.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default)]
    pub sha512: Option<String>,
    /// What each side needs of it, whatever the file says; kept for the mod's next versions. It holds for future builds:
    /// those that are published stay as they are.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default)]
    pub environment: Option<Environment>,
    /// Whether its file may be handed out by others than its author, whatever the places say that know it. It is about
    /// this file and no other one, and holds for future builds.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default)]
    pub redistribution: Option<Redistribution>,
}

/// A page of a mod's versions.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct VersionPage {
    /// How many versions match in all, among those that the caller may see.
    pub total: u64,
    /// The rows on a page, as applied.
    pub limit: u64,
    /// The rows passed over, as applied.
    pub offset: u64,
    /// The mod.
    #[serde(rename = "mod")]
    pub module: Mod,
    /// The versions of this page.
    pub versions: Vec<Version>,
}
