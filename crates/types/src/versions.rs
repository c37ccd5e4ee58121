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
    /// When the file was uploaded.
    pub created_at: Timestamp,
    /// When the file was replaced last.
    pub updated_at: Timestamp,
}

/// A version to be created, or what to change about one; what is absent or null stays as it is.
///
/// The same operation also takes `multipart/form-data` with the parts `name`, `public` and `file`: the bytes as they
/// are, streamed, for anything but small files.
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
