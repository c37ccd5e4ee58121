//! Technic Solder: what the Technic Launcher, technicpack.net, Prism and others read, and what is imported from one.
//!
//! The shapes are those of `TechnicSolder` itself, the reference of the protocol. They are written as strictly as the
//! strictest reader wants them (`mirror_url`, `builds` and `mods` are never null, names are texts), and read as
//! leniently as the servers out there write them (numbers for texts, `[]` for an empty object).
//!
//! A launcher identifies a zip by name, version and MD5, so [`packages`] gives each release the same zips for ever: the
//! original bytes where it was imported with them, else an archive that a [`Plan`](crate::plan::Plan) lays out byte by byte.

mod lenient;
mod loader;
mod losses;
mod packages;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Release;

pub use loader::{Bound, bound};
pub use losses::losses;
pub use packages::{Bytes, Package, packages};

/// What is said of a pack that is missing or may not be seen. Readers compare the text.
pub const NO_PACK: &str = "Modpack does not exist";
/// What is said of a build that is missing, unpublished or may not be seen.
pub const NO_BUILD: &str = "Build does not exist";
/// What is said of a mod that is missing or may not be seen.
pub const NO_MOD: &str = "Mod does not exist";
/// What is said of a version of a mod that is missing or may not be seen.
pub const NO_VERSION: &str = "Mod version does not exist";
/// What is said of a key that nobody has.
pub const NO_KEY: &str = "Invalid key provided.";

/// What is answered instead of anything that is not there. No other answer has a key of this name: launchers refuse
/// whatever has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Why.
    pub error: String,
}

/// `api/`: what answers here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct About {
    /// The name of the protocol's server.
    pub api: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Its branch.
    pub stream: &'static str,
}

/// `api/modpack`: the packs that may be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackList<T> {
    /// By slug: the display name, or with `include=full` everything.
    #[serde(serialize_with = "lenient::write_map", deserialize_with = "lenient::map")]
    #[serde(bound(serialize = "T: Serialize", deserialize = "T: serde::de::DeserializeOwned"))]
    pub modpacks: Vec<(String, T)>,
    /// The base of the file store. The launcher refuses every pack of a server where it is null.
    #[serde(default)]
    pub mirror_url: Option<String>,
}

/// `api/modpack/{slug}`: a pack with its builds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pack {
    /// A number that is the pack's own.
    #[serde(default, deserialize_with = "lenient::number")]
    pub id: u64,
    /// The slug.
    pub name: String,
    /// The name for people.
    #[serde(default)]
    pub display_name: String,
    /// Where to read more.
    #[serde(default)]
    pub url: Option<String>,
    /// The address of the icon.
    #[serde(default)]
    pub icon: Option<String>,
    /// The MD5 of the icon.
    #[serde(default)]
    pub icon_md5: Option<String>,
    /// The address of the logo.
    #[serde(default)]
    pub logo: Option<String>,
    /// The MD5 of the logo.
    #[serde(default)]
    pub logo_md5: Option<String>,
    /// The address of the background.
    #[serde(default)]
    pub background: Option<String>,
    /// The MD5 of the background.
    #[serde(default)]
    pub background_md5: Option<String>,
    /// The build that players should have.
    #[serde(default, deserialize_with = "lenient::text")]
    pub recommended: Option<String>,
    /// The newest build.
    #[serde(default, deserialize_with = "lenient::text")]
    pub latest: Option<String>,
    /// All builds that may be seen, the oldest first: launchers tell updates by the order.
    #[serde(deserialize_with = "lenient::texts")]
    pub builds: Vec<String>,
}

/// `api/modpack/{slug}/{build}`: what to install.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Build {
    /// A number that is the build's own.
    #[serde(default, deserialize_with = "lenient::number")]
    pub id: u64,
    /// The Minecraft version.
    #[serde(default, deserialize_with = "lenient::some_text")]
    pub minecraft: String,
    /// The least version of Java, such as `1.8` or `17`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub java: Option<String>,
    /// The least memory in megabytes.
    #[serde(default, deserialize_with = "lenient::maybe_number")]
    pub memory: Option<u64>,
    /// The version of Forge, in anybody's words; no launcher reads it.
    #[serde(default, deserialize_with = "lenient::text")]
    pub forge: Option<String>,
    /// The zips. Where two hold the same file, the Technic Launcher takes that of the first.
    pub mods: Vec<Mod>,
}

/// One zip of a build.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mod {
    /// A number that is the version's own.
    #[serde(default, deserialize_with = "lenient::number")]
    pub id: u64,
    /// The mod's slug.
    pub name: String,
    /// The version's name. No two zips of a build have the same name and version.
    #[serde(deserialize_with = "lenient::some_text")]
    pub version: String,
    /// The MD5 of the zip, in hexadecimal.
    #[serde(default, deserialize_with = "lenient::some_text")]
    pub md5: String,
    /// The size of the zip in bytes.
    #[serde(default, deserialize_with = "lenient::maybe_number")]
    pub filesize: Option<u64>,
    /// Where to fetch the zip.
    #[serde(default, deserialize_with = "lenient::some_text")]
    pub url: String,
    /// More about the mod, where it was asked for.
    #[serde(flatten)]
    pub described: Option<Described>,
}

/// What `include=mods` adds to a zip.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Described {
    /// The mod's name for people; technicpack.net wants a text.
    pub pretty_name: String,
    /// Who made it.
    #[serde(default)]
    pub author: Option<String>,
    /// What it is.
    #[serde(default)]
    pub description: Option<String>,
    /// Where to read more.
    #[serde(default)]
    pub link: Option<String>,
}

/// `api/mod`: the mods that may be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModList {
    /// By slug: the name for people.
    pub mods: BTreeMap<String, String>,
}

/// `api/mod/{slug}`: a mod with its versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModDetails {
    /// A number that is the mod's own.
    #[serde(default, deserialize_with = "lenient::number")]
    pub id: u64,
    /// The slug.
    pub name: String,
    /// More about it.
    #[serde(flatten)]
    pub described: Described,
    /// The names of its versions.
    #[serde(deserialize_with = "lenient::texts")]
    pub versions: Vec<String>,
}

/// `api/mod/{slug}/{version}`: one zip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VersionDetails {
    /// A number that is the version's own.
    pub id: u64,
    /// The MD5 of the zip.
    pub md5: String,
    /// Its size in bytes.
    pub filesize: Option<u64>,
    /// Where to fetch it.
    pub url: String,
}

/// `api/verify/{key}`: a key that somebody has. technicpack.net looks for `valid`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// Says so.
    pub valid: String,
    /// Whose key it is.
    #[serde(default)]
    pub name: Option<String>,
}

impl Refusal {
    /// A refusal with this text.
    pub fn new(error: &str) -> Self {
        Self { error: error.to_owned() }
    }
}

impl Build {
    /// What to install of a release: its zips, each with the address under which it is had.
    pub fn new(release: &Release, id: u64, mods: Vec<Mod>) -> Self {
        let kept = release.solder.as_ref();
        let memory = release.memory.minimum.or(release.memory.maximum);
        let forge = release.loader.as_ref().filter(|loader| loader.kind == crate::LoaderKind::Forge);
        Self {
            id: kept.and_then(|kept| kept.id).unwrap_or(id),
            minecraft: release.minecraft.clone(),
            java: kept.and_then(|kept| kept.java.clone()).or_else(|| release.java.map(java)),
            memory: memory.map(u64::from),
            forge: kept.and_then(|kept| kept.forge.clone()).or_else(|| forge.map(|loader| loader.version.clone())),
            mods,
        }
    }
}

/// The version of Java as launchers read it: `1.8`, and plain numbers from 9 on.
pub(crate) fn java(major: u32) -> String {
    if major < 9 { format!("1.{major}") } else { major.to_string() }
}

/// What a release keeps for the readers of Solder, beside what all formats are made of.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The number that the build had in the Solder from which it was imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// The version of Java as it was written there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub java: Option<String>,
    /// The version of Forge as it was written there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forge: Option<String>,
    /// The zips that are kept as they came, in their order.
    pub zips: Vec<Zip>,
}

/// A zip that is handed out byte for byte as it came.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Zip {
    /// The number that the version had there.
    pub id: u64,
    /// The mod's slug there, under which launchers keep the zip.
    pub name: String,
    /// The version's name there.
    pub version: String,
    /// The mod's version here, whose files are in the zip.
    pub content: crate::Content,
    /// Who made the mod.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where to read more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The MD5 of the zip.
    pub md5: String,
    /// The SHA-256 of the zip, under which it is stored.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
}
