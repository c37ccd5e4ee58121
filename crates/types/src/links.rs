//! Links between builds and versions: which version of which mod is in which build.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::builds::Build;
use crate::mods::Mod;
use crate::packs::Pack;
use crate::versions::Version;

/// A version that is in a build, seen from either side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BuildVersion {
    /// The build's identifier.
    pub build_id: String,
    /// The build with its pack, where versions' builds are listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<Build>,
    /// The version's identifier.
    pub version_id: String,
    /// The version with its mod and file, where builds' versions are listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// Whether a client needs it: `required`, `optional` or `unsupported`; as the version itself says where it is
    /// missing.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Whether a server needs it, in the same words.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// Whether an optional one is on until the player says otherwise.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default)]
    pub default: bool,
    /// What the player reads about an optional one.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The heading under which an optional one is listed with others.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Where its file lies in this build, if not at its own path.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// When the version was attached.
    pub created_at: Timestamp,
    /// When the link was changed last.
    pub updated_at: Timestamp,
}

/// A version, named by its mod and its own name or identifier.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct VersionOfMod {
    /// The mod, by identifier or slug.
    #[serde(rename = "mod")]
    pub module: String,
    /// The version, by identifier or name.
    pub version: String,
}

/// A version to attach to a build, and how it is there. What is absent or null is as for a version of which nothing is
/// set, or as it was for the one that makes room.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct VersionToAttach {
    /// The mod, by identifier or slug.
    #[serde(rename = "mod")]
    pub module: String,
    /// The version, by identifier or name.
    pub version: String,
    /// Another version of the same mod that is in the build and makes room, by identifier or name: the new one takes its
    /// place in the list, with what was set for it. It may be the version itself, to change what is set for it.
    #[schemars(extend("x-kleister-addition" = true))]
    pub instead_of: Option<String>,
    /// Whether a client needs it: `required`, `optional` or `unsupported`; empty for what the version itself says.
    #[schemars(extend("x-kleister-addition" = true))]
    pub client: Option<String>,
    /// Whether a server needs it, in the same words.
    #[schemars(extend("x-kleister-addition" = true))]
    pub server: Option<String>,
    /// Whether an optional one is on until the player says otherwise; false unless given.
    #[schemars(extend("x-kleister-addition" = true))]
    pub default: Option<bool>,
    /// What the player reads about an optional one, at most 1024 characters; empty to remove it.
    #[schemars(extend("x-kleister-addition" = true))]
    pub text: Option<String>,
    /// The heading under which an optional one is listed with others, at most 255 characters; empty to remove it.
    #[schemars(extend("x-kleister-addition" = true))]
    pub group: Option<String>,
    /// Where its file lies in this build, such as `mods/jei.jar`; empty for the file's own path.
    #[schemars(extend("x-kleister-addition" = true))]
    pub path: Option<String>,
}

impl From<VersionToAttach> for VersionEntry {
    /// What is said of the version; the one that makes room is no part of it.
    fn from(wanted: VersionToAttach) -> Self {
        let VersionToAttach { module, version, instead_of: _, client, server, default, text, group, path } = wanted;
        Self { module, version, client, server, default, text, group, path }
    }
}

/// A version that a build is to have, and how it is there; what is absent or null stays as it is for a version that
/// the build has already.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct VersionEntry {
    /// The mod, by identifier or slug.
    #[serde(rename = "mod")]
    pub module: String,
    /// The version, by identifier or name.
    pub version: String,
    /// Whether a client needs it: `required`, `optional` or `unsupported`; empty for what the version itself says.
    pub client: Option<String>,
    /// Whether a server needs it, in the same words.
    pub server: Option<String>,
    /// Whether an optional one is on until the player says otherwise; false unless given.
    pub default: Option<bool>,
    /// What the player reads about an optional one, at most 1024 characters; empty to remove it.
    pub text: Option<String>,
    /// The heading under which an optional one is listed with others, at most 255 characters; empty to remove it.
    pub group: Option<String>,
    /// Where its file lies in this build, such as `mods/jei.jar`; empty for the file's own path.
    pub path: Option<String>,
}

/// All versions that a build is to have, in their order.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct VersionsChange {
    /// The versions, at most 10000, each once.
    pub versions: Vec<VersionEntry>,
}

/// A build, named by its pack and its own name or identifier.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct BuildOfPack {
    /// The pack, by identifier or slug.
    pub pack: String,
    /// The build, by identifier or name.
    pub build: String,
}

/// A page of the versions of a build.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct BuildVersionPage {
    /// How many versions match in all.
    pub total: u64,
    /// The rows on a page, as applied.
    pub limit: u64,
    /// The rows passed over, as applied.
    pub offset: u64,
    /// The pack.
    pub pack: Pack,
    /// The build.
    pub build: Build,
    /// The versions of this page, each with its mod and file.
    pub versions: Vec<BuildVersion>,
}

/// A page of the builds of a version.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct VersionBuildPage {
    /// How many builds match in all, among those that the caller may see.
    pub total: u64,
    /// The rows on a page, as applied.
    pub limit: u64,
    /// The rows passed over, as applied.
    pub offset: u64,
    /// The mod.
    #[serde(rename = "mod")]
    pub module: Mod,
    /// The version.
    pub version: Version,
    /// The builds of this page, each with its pack.
    pub builds: Vec<BuildVersion>,
}
