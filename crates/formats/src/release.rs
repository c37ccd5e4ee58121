//! The frozen description of a published build, from which every format is written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::losses::{self, Losses};
use crate::{Error, Extras, Hashes, InstancePath, LoaderPackage, solder};

/// The number that every stored release carries; it grows when old readers would misunderstand a new document.
const FORMAT: u32 = 1;

/// A published build, fully resolved: everything that any launcher or server could ask for.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// The pack as it was called at the moment of publishing.
    pub pack: Pack,
    /// The build's name.
    pub version: String,
    /// The Minecraft version, such as `1.20.1` or `26.1`.
    pub minecraft: String,
    /// The mod loader; none for a vanilla pack.
    #[serde(default)]
    pub loader: Option<Loader>,
    /// What the Technic Launcher starts the loader from; none where it was not at hand when the build was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loader_package: Option<LoaderPackage>,
    /// The major version of Java that the pack needs.
    #[serde(default)]
    pub java: Option<u32>,
    /// How much memory the game should get.
    #[serde(default)]
    pub memory: Memory,
    /// Further arguments for the Java machine, as one line.
    #[serde(default)]
    pub jvm_arguments: Option<String>,
    /// All files of the instance. No two have the same [key](InstancePath::key).
    pub files: Vec<File>,
    /// What is kept for the readers of Solder, where versions were imported with their zips.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solder: Option<solder::Kept>,
    /// What a launcher's instance has besides the files.
    #[serde(default, skip_serializing_if = "Extras::is_empty")]
    pub extras: Extras,
    /// What formats do not carry, as it was worked out at publishing; of a draft, and of what was published before this was
    /// kept, it is worked out when it is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub losses: Option<Losses>,
}

/// Whose release it is.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Pack {
    /// The pack's id, which no renaming changes.
    pub id: String,
    /// The pack's name in addresses.
    pub slug: String,
    /// The pack's name for people.
    pub name: String,
    /// What the pack is about, in one line.
    #[serde(default)]
    pub summary: Option<String>,
    /// Who made it.
    #[serde(default)]
    pub authors: Option<String>,
    /// Where to read more.
    #[serde(default)]
    pub website: Option<String>,
}

/// A mod loader in one version.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Loader {
    /// Which loader.
    pub kind: LoaderKind,
    /// Its bare version: Forge's is `47.2.0`, never `1.20.1-47.2.0`.
    pub version: String,
}

/// The mod loaders that Kleister knows.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LoaderKind {
    /// Minecraft Forge.
    Forge,
    /// NeoForge, the fork of 2023.
    NeoForge,
    /// Fabric.
    Fabric,
    /// Quilt.
    Quilt,
}

impl LoaderKind {
    /// Every loader, in the order in which people list them.
    pub const ALL: [Self; 4] = [Self::Forge, Self::NeoForge, Self::Fabric, Self::Quilt];

    /// The loader's name in Kleister, also its key in packwiz's `versions` (packwiz pack format 1.1.0).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Forge => "forge",
            Self::NeoForge => "neoforge",
            Self::Fabric => "fabric",
            Self::Quilt => "quilt",
        }
    }

    /// The loader's key in the `dependencies` of an `.mrpack` (Modrinth's modpack format, version 1).
    pub const fn mrpack_key(self) -> &'static str {
        match self {
            Self::Forge => "forge",
            Self::NeoForge => "neoforge",
            Self::Fabric => "fabric-loader",
            Self::Quilt => "quilt-loader",
        }
    }
}

impl fmt::Display for LoaderKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for LoaderKind {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let known = Self::ALL.into_iter().find(|kind| kind.name() == name);
        known.ok_or_else(|| Error::Loader(name.chars().take(40).collect()))
    }
}

/// Bounds for the game's memory, in megabytes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// What the game gets at its start.
    #[serde(default)]
    pub minimum: Option<u32>,
    /// What the game may grow to.
    #[serde(default)]
    pub maximum: Option<u32>,
}

/// One file of the instance: where it lies, which side needs it, what updates do to it, who hands it out.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Where it lies in the game folder.
    pub path: InstancePath,
    /// Which side needs it.
    pub environment: Environment,
    /// How the player is asked, where a side leaves the file to him.
    #[serde(default)]
    pub choice: Option<Choice>,
    /// What an update does to it.
    #[serde(default)]
    pub policy: Policy,
    /// What its bytes hash to.
    pub hashes: Hashes,
    /// How many bytes it has; 0 also where nobody tells, see [`File::known_size`].
    pub size: u64,
    /// Who hands it out.
    pub delivery: Delivery,
    /// Absolute upstream addresses, best first.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Whether the sources are asked before this server, where both hand it out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub source_first: bool,
    /// What the places that it comes from call it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Origin>,
    /// The mod's version that it belongs to; none for a config, script or other file of the build itself.
    #[serde(default)]
    pub content: Option<Content>,
}

impl File {
    /// How many bytes it has, if that is known: not every place tells the size of what only it hands out.
    pub fn known_size(&self) -> Option<u64> {
        (self.size > 0 || self.delivery == Delivery::Stored).then_some(self.size)
    }

    /// Whether the player is asked, in formats with one word for both sides: what holds for clients, where they have it. A
    /// choice that only servers have is not the player's.
    pub(crate) fn is_optional(&self) -> bool {
        let (asked, other) = match self.environment {
            Environment { client: Support::Unsupported, server } => (server, Support::Unsupported),
            Environment { client, server } => (client, server),
        };
        asked == Support::Optional || (self.choice.is_some() && other != Support::Optional)
    }

    /// Whether it has the bytes of another file: by the best hash that is known of both, or where there is none, by
    /// where they come from.
    pub(crate) fn has_bytes_of(&self, other: &Self) -> bool {
        let hashes = |file: &Self| {
            let Hashes { sha512, sha256, sha1, md5, .. } = &file.hashes;
            [sha512, sha256, sha1, md5].map(|hash| hash.as_ref().map(|hash| hash.to_lowercase()))
        };
        let known = hashes(self).into_iter().zip(hashes(other)).find_map(|(one, other)| one.zip(other));
        let same_source = !self.sources.is_empty() && self.sources == other.sources && self.size == other.size;
        known.map_or(same_source, |(one, other)| one == other)
    }
}

/// What a file means to the two sides of the game.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// On a player's machine.
    pub client: Support,
    /// On a game server.
    pub server: Support,
}

/// What a file means to one side.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Support {
    /// The side needs the file.
    #[default]
    Required,
    /// The side works with and without it.
    Optional,
    /// The side must not have it.
    Unsupported,
}

/// How an optional file is offered.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Whether it is on until the player says otherwise.
    pub default: bool,
    /// What the player reads before he decides.
    #[serde(default)]
    pub text: Option<String>,
    /// The heading under which it is listed with others.
    #[serde(default)]
    pub group: Option<String>,
}

/// What an update does to a file that lies in the instance already.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// Always ours.
    #[default]
    Force,
    /// Written only if absent.
    Seed,
    /// Replaced only as long as the player has not changed it.
    Keep,
}

/// Who hands a file out.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Delivery {
    /// This server.
    Stored,
    /// Its source: clients fetch it from there.
    Linked,
    /// Nobody: its author wants players to fetch it by hand.
    Manual,
}

/// A file at a place that it comes from.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// Which place.
    pub place: Place,
    /// The project there.
    pub project: String,
    /// The version there; at `CurseForge`, the file.
    pub version: String,
}

/// Places that files come from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// Modrinth.
    Modrinth,
    /// `CurseForge`.
    Curseforge,
}

/// What a file of a mod is called.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// The mod's slug.
    pub module: String,
    /// The mod's name for people.
    pub name: String,
    /// The version's name.
    pub version: String,
    /// Under which licence it comes, in the words of its author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
}

impl Release {
    /// The release as it is published, with everything in it that a later Kleister would say in other words.
    #[must_use]
    pub fn freeze(self) -> Self {
        Self { losses: Some(losses::work_out(&self)), ..self }
    }

    /// The release as the JSON document in which it is stored for ever.
    pub fn to_document(&self) -> String {
        #[derive(Serialize)]
        struct Document<'a> {
            format: u32,
            #[serde(flatten)]
            release: &'a Release,
        }
        serde_json::to_string(&Document { format: FORMAT, release: self })
            .expect("a release has nothing that JSON lacks")
    }

    /// The release that a stored document describes.
    ///
    /// Fields that this Kleister does not know are passed over, so an older one can read what a newer one wrote as
    /// long as the format number is the same.
    pub fn from_document(document: &str) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Header {
            format: u32,
        }
        match serde_json::from_str(document)? {
            Header { format: FORMAT } => Ok(serde_json::from_str(document)?),
            Header { format } => Err(Error::Format(format)),
        }
    }

    /// The files in the order of their paths, byte by byte: the order of every format.
    pub(crate) fn sorted_files(&self) -> Vec<&File> {
        let mut files: Vec<_> = self.files.iter().collect();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        files
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLDEST: &str = r#"{
        "format": 1,
        "pack": {"id": "01j0pack", "slug": "sky", "name": "Sky", "mascot": "a field of tomorrow"},
        "version": "1.0",
        "minecraft": "1.20.1",
        "files": [{
            "path": "mods/a.jar",
            "environment": {"client": "required", "server": "unsupported"},
            "hashes": {"md5": "00", "sha1": "01", "sha256": "02", "sha512": "03", "crc32": 4},
            "size": 5,
            "delivery": "stored"
        }]
    }"#;

    #[test]
    fn loader_names_are_read_back() {
        for kind in LoaderKind::ALL {
            assert_eq!(kind.to_string().parse::<LoaderKind>().unwrap(), kind);
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{kind}\""));
        }
        assert!("Rift".parse::<LoaderKind>().unwrap_err().to_string().contains("neoforge"));
    }

    #[test]
    fn document_is_read_back() {
        let release = Release::from_document(OLDEST).unwrap();
        assert_eq!(Release::from_document(&release.to_document()).unwrap(), release);
        assert!(release.to_document().starts_with(r#"{"format":1,"#));
    }

    #[test]
    fn document_may_have_unknown_fields_and_lack_optional_ones() {
        let release = Release::from_document(OLDEST).unwrap();
        assert_eq!(release.memory, Memory::default());
        assert!(release.extras.is_empty() && !release.to_document().contains("extras"));
        assert!(release.loader_package.is_none() && !release.to_document().contains("loader_package"));
        assert_eq!(release.files[0].policy, Policy::Force);
        assert_eq!(release.files[0].environment.server, Support::Unsupported);
    }

    #[test]
    fn document_of_a_newer_format_asks_for_an_update() {
        let newer = OLDEST.replace("\"format\": 1", "\"format\": 2");
        assert!(matches!(Release::from_document(&newer), Err(Error::Format(2))));
    }

    #[test]
    fn document_with_a_hostile_path_is_refused() {
        let hostile = OLDEST.replace("mods/a.jar", "../a.jar");
        assert!(matches!(Release::from_document(&hostile), Err(Error::Document(_))));
    }
}
