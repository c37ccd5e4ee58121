//! Intake: files that were read and wait for a word before they become versions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::mods::Kind;
use crate::sources::{Project, ProjectVersion, Source};
use crate::{Environment, Timestamp};

/// A file that was read. Nothing has been made of it until it is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Intake {
    /// The identifier: 26 characters, lower case. It answers until the file is accepted or the time is over.
    pub id: String,
    /// The file's name.
    pub name: String,
    /// The number of bytes.
    pub size: u64,
    /// The SHA-256 of the bytes, in hexadecimal; absent where they were refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Why the file cannot become a version: it is broken, dangerous, or no archive. It can only be dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// What the file says about itself, and what the places that know it say where it is silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<ReadFile>,
    /// What Modrinth and `CurseForge` know of it, as they said when it came; empty where they do not know it, or were not asked.
    /// Once it is accepted, they are sources of the version's file.
    #[serde(default)]
    pub recognised: Vec<Recognised>,
    /// Why either was not asked or did not answer, each a sentence. It does not matter for anything else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_asked: Vec<String>,
    /// What it would become, or what it became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub becomes: Option<Becomes>,
    /// Why it was not accepted, such as a name that is taken; it can be corrected and accepted again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// What to look at before accepting it.
    pub warnings: Vec<String>,
    /// Whether it was accepted just now.
    pub accepted: bool,
    /// When the file came.
    pub created_at: Timestamp,
    /// When it is forgotten.
    pub ends_at: Timestamp,
}

/// A version of a project elsewhere that has the very same file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recognised {
    /// Where it is.
    pub source: Source,
    /// The project.
    pub project: Project,
    /// The version.
    pub version: ProjectVersion,
    /// What the version has to do with besides.
    pub dependencies: Vec<RecognisedDependency>,
}

/// Another project that a recognised version has to do with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecognisedDependency {
    /// In which way: `required`, `optional`, `incompatible` or `embedded`.
    pub kind: String,
    /// The project. `ImportSource` brings it in.
    pub project: Project,
    /// The mod that it is here, by identifier, where the caller sees one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mod_id: Option<String>,
    /// That mod's name in addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mod_slug: Option<String>,
}

/// What is known of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadFile {
    /// What it is.
    pub kind: Kind,
    /// What people call the mod.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The number of the version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// What loaders call it, as `fabric:sodium`.
    pub ids: Vec<String>,
    /// The loaders that it is for.
    pub loaders: Vec<String>,
    /// The releases of Minecraft that it is for, among those that this server knows; none where it names none.
    pub minecraft: Vec<String>,
    /// What each side needs of it; absent where nothing says so, and both are assumed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// The licence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Where to read on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// What it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it needs, recommends, or cannot stand.
    pub dependencies: Vec<DeclaredDependency>,
}

/// What a file thinks of another mod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeclaredDependency {
    /// `required`, `optional`, `recommended`, `suggested`, `incompatible`, `discouraged` or `embedded`.
    pub kind: String,
    /// The other mod, by the id that loaders know.
    pub id: String,
    /// The versions that it is about, as they are written; any where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
    /// The side on which that holds; both where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<String>,
}

/// What a file becomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Becomes {
    /// What is done with it.
    pub outcome: IntakeOutcome,
    /// The mod's name.
    pub mod_name: String,
    /// The mod's identifier, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mod_id: Option<String>,
    /// The mod's name in addresses, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mod_slug: Option<String>,
    /// The version's name.
    pub version: String,
    /// The version's identifier, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_id: Option<String>,
}

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum IntakeOutcome {
    /// Nothing: the caller has the same bytes already, as this version.
    Duplicate,
    /// A version that had no bytes gets them.
    Filled,
    /// A mod that is there gets a version.
    Version,
    /// A new mod, with this as its first version; the caller owns it.
    Mod,
}

/// What to do otherwise than a file would by itself. What is said here of environment, name and mod is kept for the
/// mod's next versions.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Acceptance {
    /// The mod that the file belongs to, by identifier or slug; the caller must be allowed to change it.
    #[serde(default, rename = "mod")]
    pub module: Option<String>,
    /// What the mod is called: 3 to 255 bytes.
    #[serde(default)]
    pub name: Option<String>,
    /// What the version is called; unique within the mod.
    #[serde(default)]
    pub version: Option<String>,
    /// The version's number.
    #[serde(default)]
    pub number: Option<String>,
    /// What each side needs of it.
    #[serde(default)]
    pub environment: Option<Environment>,
    /// What it is; for a new mod.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// Whether the version is offered to others, and a new mod is seen by everybody. Left out, a version is and a new
    /// mod is not.
    #[serde(default)]
    pub public: Option<bool>,
    /// Whether the file's author lets others hand it out.
    #[serde(default)]
    pub redistribution: Option<bool>,
}

/// A file of many that are accepted together.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct AcceptedIntake {
    /// The intake, by identifier.
    pub id: String,
    /// What to do otherwise.
    #[serde(default, flatten)]
    pub corrections: Acceptance,
}

/// Files that are accepted together.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct AcceptIntakes {
    /// The files, in the order in which they are done.
    pub intakes: Vec<AcceptedIntake>,
    /// The pack of `build`, by identifier or slug.
    #[serde(default)]
    pub pack: Option<String>,
    /// A draft to attach the versions to, by identifier or name.
    #[serde(default)]
    pub build: Option<String>,
}

/// How files that are sent are to be treated.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct IntakeQuery {
    /// Accept at once what is read, as it is.
    #[serde(default)]
    pub accept: Option<bool>,
    /// The pack of `build`, by identifier or slug.
    #[serde(default)]
    pub pack: Option<String>,
    /// A draft to attach the accepted versions to, by identifier or name.
    #[serde(default)]
    pub build: Option<String>,
    /// The file's name, where the body is the file itself.
    #[serde(default)]
    pub name: Option<String>,
    /// The SHA-1 that the file must have, in hexadecimal, where the body is the file itself.
    #[serde(default)]
    pub sha1: Option<String>,
    /// The SHA-512 that the file must have, likewise.
    #[serde(default)]
    pub sha512: Option<String>,
    /// Whether Modrinth and `CurseForge` are asked whether they know the files, for which hashes of them are sent there; true
    /// unless given. The operator may switch it off for all.
    #[serde(default)]
    pub recognise: Option<bool>,
}

/// Files that were read.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct IntakeList {
    /// How many there are.
    pub total: u64,
    /// The files, in the order in which they came.
    pub intakes: Vec<Intake>,
}
