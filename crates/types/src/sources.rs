//! Modrinth and `CurseForge`: what they have, and bringing it in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::mods::Kind;

/// A place that mods come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// <https://modrinth.com>
    Modrinth,
    /// <https://www.curseforge.com>; only where the operator has a key for its API.
    Curseforge,
}

impl Source {
    /// The word for it, on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Modrinth => "modrinth",
            Self::Curseforge => "curseforge",
        }
    }

    /// What people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Modrinth => "Modrinth",
            Self::Curseforge => "CurseForge",
        }
    }
}

/// What to look for at a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectSearch {
    /// Words to look for; without any, what is popular.
    #[serde(default)]
    pub query: Option<String>,
    /// Only what is for this release of Minecraft, such as `1.20.1`.
    #[serde(default)]
    pub minecraft: Option<String>,
    /// Only what is for this loader: `forge`, `neoforge`, `fabric` or `quilt`.
    #[serde(default)]
    pub loader: Option<String>,
    /// Projects on a page: 20 unless given, at most 50.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Projects to pass over: 0 unless given, at most 9,950.
    #[serde(default)]
    pub offset: Option<u32>,
}

/// Which versions of a project to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VersionSearch {
    /// Only what is for this release of Minecraft, such as `1.20.1`.
    #[serde(default)]
    pub minecraft: Option<String>,
    /// Only what is for this loader: `forge`, `neoforge`, `fabric` or `quilt`.
    #[serde(default)]
    pub loader: Option<String>,
}

/// One page of the projects that a source has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectPage {
    /// How many there are in all, as the source counts them.
    pub total: u64,
    /// The projects that a page holds, as applied.
    pub limit: u32,
    /// The projects that were passed over, as applied.
    pub offset: u32,
    /// The projects, in the source's order.
    pub projects: Vec<Project>,
}

/// A mod, or another piece, as its source calls it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Project {
    /// The source.
    pub source: Source,
    /// The identifier there, which never changes.
    pub id: String,
    /// The name in addresses there.
    pub slug: String,
    /// The name for people.
    pub name: String,
    /// What it is; nothing for what a pack has no place for, such as other packs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// What it does, in a line or two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Who made it, where that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The licence, as SPDX calls it where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Its page for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Its picture, at the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// What the client needs of it, where that is told: `required`, `optional` or `unsupported`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// What the server needs of it, where that is told: `required`, `optional` or `unsupported`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// Whether its author lets others hand it out: an open licence says yes, `CurseForge`'s switch against distribution no.
    /// Nothing where neither says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redistribution: Option<bool>,
}

/// The versions of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectVersions {
    /// The project.
    pub project: Project,
    /// Its versions, the newest first; `CurseForge` tells at most 500.
    pub versions: Vec<ProjectVersion>,
}

/// One version of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectVersion {
    /// The identifier there, which never changes.
    pub id: String,
    /// The number; where there is none, the name for people.
    pub number: String,
    /// The name for people.
    pub name: String,
    /// How finished it is: `release`, `beta` or `alpha`.
    pub stage: String,
    /// When it was published, as the source has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// The loaders that it is for.
    pub loaders: Vec<String>,
    /// The releases of Minecraft that it is for.
    pub minecrafts: Vec<String>,
    /// The name of its file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The size of its file, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Whether players must fetch the file by hand, since its author lets nobody else do so.
    pub manual: bool,
}

/// What to bring in from a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceImport {
    /// The project, by its identifier there; at Modrinth by slug too.
    #[serde(default)]
    pub project: String,
    /// The version, by its identifier there; the newest finished one that fits unless given.
    #[serde(default)]
    pub version: Option<String>,
    /// Whether to keep a copy.
    #[serde(default)]
    pub mode: ImportMode,
    /// Whether to bring in all that it requires too, and what that requires, up to 50 versions; false unless given.
    #[serde(default)]
    pub dependencies: bool,
    /// The release of Minecraft that dependencies must be for, and the version where none is named; that of the build, or
    /// the version's first one, unless given.
    #[serde(default)]
    pub minecraft: Option<String>,
    /// The loader that they must be for; that of the build, or the version's first one, unless given.
    #[serde(default)]
    pub loader: Option<String>,
    /// The pack of the build to attach all of it to, by identifier or slug.
    #[serde(default)]
    pub pack: Option<String>,
    /// The draft of that pack to attach all of it to, by identifier or name.
    #[serde(default)]
    pub build: Option<String>,
}

/// Whether this server keeps a copy of what it brings in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ImportMode {
    /// The bytes are fetched, compared with their hashes, and kept; what its author lets nobody fetch is linked.
    #[default]
    Copy,
    /// Only what is known of the bytes is noted: players fetch them from the source.
    Link,
}

/// What was brought in from a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceImported {
    /// The versions that are here now, the one that was asked for first.
    pub imported: Vec<SourcePlaced>,
    /// What they have to do with besides: what they require unless it was brought in, what they do more with, what they
    /// cannot stand, what they have in them.
    pub dependencies: Vec<SourceDependency>,
}

/// What became of a version that was brought in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourcePlaced {
    /// The mod's identifier.
    pub mod_id: String,
    /// The mod's name in addresses.
    pub mod_slug: String,
    /// The version's identifier.
    pub version_id: String,
    /// The version's name.
    pub version: String,
    /// `known` if it was here already, `filled` if only its bytes were missing, `added` if its mod was here, `begun` if its
    /// mod is new.
    pub outcome: String,
    /// Whether its bytes are here.
    pub copied: bool,
}

/// Another project that a version has to do with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceDependency {
    /// In which way: `required`, `optional`, `incompatible` or `embedded`.
    pub kind: String,
    /// The project.
    pub project: Project,
    /// The version of it that would do, where one is needed and there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<ProjectVersion>,
}
