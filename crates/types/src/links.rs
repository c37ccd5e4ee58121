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
