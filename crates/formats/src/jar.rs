//! What a jar, or another file that goes into packs, says about itself.
//!
//! [`read`] opens the archive by the rules of [`crate::archive`], reads the few small files in which loaders look for
//! mods, and those of nested jars to a depth of two. It unpacks nothing else, and never to disk.
//!
//! Everything here is somebody else's word. Texts are as the author wrote them, but for characters that make a name
//! look like another one, which are taken out; whoever shows them escapes them. What could not be read is never an
//! error: it is a [`Note`] beside what could. Only an archive that is dangerous or none at all is [`Refused`].

mod fabric;
mod forge;
mod game;
mod guess;
mod legacy;
mod links;
mod manifest;
mod mods;
mod nested;
mod packs;
mod page;
mod plugins;
mod quilt;
mod reading;
mod survey;
mod text;

use std::io::{Read, Seek};

use serde::{Deserialize, Serialize};

pub use crate::archive::Refused;
use crate::archive::{Archive, Rules};
use crate::{Environment, Support};
pub use manifest::main_class;
pub use mods::{
    Dependency, Evidence, Language, Link, Links, Mod, Provided, Range, Relation, Side, Sides, System, Wanted,
};

/// The revision of this reader: what is stored with a lower one is worth reading again.
pub const REVISION: u32 = 2;

/// The most bytes of a picture.
const ICON_LIMIT: u64 = 5 << 20;

/// What one file says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Jar {
    /// What it is.
    pub kind: Kind,
    /// Whether it is Minecraft itself, Mojang's client or server, which nobody else may hand out.
    pub game: bool,
    /// The mods that it declares, one for each loader and id. A jar for several loaders has several; a library or an
    /// old coremod has none.
    pub mods: Vec<Mod>,
    /// Jars within it that its loader loads too.
    pub nested: Vec<Nested>,
    /// What its manifest asks the loader for.
    pub marks: Marks,
    /// The Java version that its classes need at least, such as 17: the highest among a few of them.
    pub java: Option<u32>,
    /// What `pack.mcmeta` says of a resource pack or a datapack.
    pub pack: Option<PackMeta>,
    /// What it may be called, when it does not say so itself.
    pub guess: Option<Guess>,
    /// What could not be read or was changed, for the maintainer.
    pub notes: Vec<Note>,
}

/// What kind of thing a file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A mod, or a coremod or tweaker that a loader takes from `mods/`.
    Mod,
    /// A resource pack: `pack.mcmeta` and `assets/`.
    ResourcePack,
    /// A shader pack for Iris or `OptiFine`: `shaders/`.
    Shader,
    /// A datapack: `pack.mcmeta` and `data/`.
    Datapack,
    /// A plugin of Bukkit, Paper, Velocity or `BungeeCord`.
    Plugin,
    /// A library that a loader takes from `mods/` (`FMLModType`).
    Library,
    /// An archive that tells nothing of what it is.
    #[default]
    Unknown,
}

/// A jar within a jar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Nested {
    /// Where it lies in the outer jar.
    pub path: String,
    /// The loaders that look for it there.
    pub systems: Vec<System>,
    /// What `META-INF/jarjar/metadata.json` says of it: the loader takes the newest of one identifier in all jars.
    pub artifact: Option<Artifact>,
    /// What it says about itself; absent if it was not opened, for a reason that is in the notes.
    pub jar: Option<Jar>,
}

/// How Forge and `NeoForge` know a nested jar (`JarJar`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Artifact {
    /// The Maven group, such as `io.github.llamalad7`.
    pub group: String,
    /// The Maven artifact, such as `mixinextras-forge`.
    pub artifact: String,
    /// The version that lies here.
    pub number: String,
    /// The versions that would do, as a Maven range.
    pub range: Range,
    /// Whether it must be remapped before it runs.
    pub obfuscated: bool,
}

/// What a manifest asks the loader for, beside mods.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marks {
    /// `FMLCorePlugin`: the class of a coremod, of Forge up to 1.12.2.
    pub coremod: Option<String>,
    /// `FMLCorePluginContainsFMLMod` or `ForceLoadAsMod`: the coremod is a mod as well.
    pub coremod_is_mod: bool,
    /// `TweakClass`: the class of a tweaker, of the launch wrapper up to 1.12.2.
    pub tweaker: Option<String>,
    /// `FMLModType`: `MOD`, `LIBRARY`, `GAMELIBRARY` or `LANGPROVIDER`, of Forge since 1.17 and `NeoForge`.
    pub mod_type: Option<String>,
    /// `Automatic-Module-Name`: what a library is called as a Java module.
    pub module: Option<String>,
    /// `MixinConfigs`: the mixins that Forge applies.
    pub mixins: Vec<String>,
}

/// What `pack.mcmeta` says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PackMeta {
    /// The lowest pack format that it supports.
    pub least: Option<u32>,
    /// The highest one.
    pub most: Option<u32>,
    /// What players see below its name, without formatting.
    pub description: Option<String>,
}

/// What a file may be called, by something that was not made to say so. Never more than a proposal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Guess {
    /// The name.
    pub name: String,
    /// The number of the version.
    pub number: Option<String>,
    /// What it was guessed from.
    pub from: Source,
}

/// What a [`Guess`] was made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// `Implementation-Title` and its like in the manifest.
    Manifest,
    /// The file's own name, such as `OptiFine_1.12.2_HD_U_G5.jar`.
    #[default]
    FileName,
}

/// Something that the maintainer should know about how the file was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The file within the archive that it is about; empty for the archive itself.
    pub file: String,
    /// What is the matter, and what was done about it.
    pub says: String,
}

impl Jar {
    /// This jar and all nested ones that were opened, outer ones first.
    pub fn all(&self) -> Vec<&Jar> {
        let mut jars = vec![self];
        jars.extend(self.nested.iter().filter_map(|nested| nested.jar.as_ref()).flat_map(Jar::all));
        jars
    }

    /// What the nested jars bring along, as dependencies that are met already.
    pub fn embedded(&self) -> Vec<Dependency> {
        let nested = self.nested.iter().filter_map(|nested| nested.jar.as_ref()).flat_map(Jar::all);
        nested.flat_map(|jar| &jar.mods).map(Dependency::embedding).collect()
    }

    /// Where it runs: on each side what the most demanding of its mods needs, or what its kind says.
    pub fn sides(&self) -> Sides {
        let only = |client, server| Sides {
            environment: Environment { client, server },
            evidence: Evidence::Kind,
            said: String::new(),
        };
        match self.kind {
            Kind::ResourcePack | Kind::Shader => return only(Support::Required, Support::Unsupported),
            Kind::Plugin => return only(Support::Unsupported, Support::Required),
            _ => {}
        }
        let demand = |of: fn(&Environment) -> Support| {
            let all = self.mods.iter().map(|module| of(&module.sides.environment));
            all.min_by_key(|support| {
                [Support::Required, Support::Optional, Support::Unsupported].iter().position(|known| known == support)
            })
        };
        let environment = Environment {
            client: demand(|environment| environment.client).unwrap_or_default(),
            server: demand(|environment| environment.server).unwrap_or_default(),
        };
        let is_same = |sides: &&Sides| sides.environment == environment;
        let stated = self.mods.iter().map(|module| &module.sides).filter(is_same);
        let best = stated.clone().find(|sides| sides.evidence != Evidence::Assumed).or_else(|| stated.clone().next());
        best.cloned().unwrap_or(Sides { environment, ..Sides::default() })
    }

    /// The loaders that find a mod in this very jar, each once, in the order of their files.
    pub fn systems(&self) -> Vec<System> {
        let mut systems = Vec::new();
        for module in &self.mods {
            if !systems.contains(&module.system) {
                systems.push(module.system);
            }
        }
        systems
    }
}

/// What the dependencies say of Minecraft's version.
fn minecraft(dependencies: &[Dependency]) -> Option<Range> {
    let needed = |dependency: &&Dependency| dependency.id == "minecraft" && dependency.relation == Relation::Required;
    dependencies.iter().find(needed).map(|dependency| dependency.range.clone()).filter(|range| !range.is_any())
}

/// Reads what a file says about itself.
///
/// `name` is the file's own name, which is what is left to guess from when the file tells nothing. An archive that
/// tells nothing is [`Kind::Unknown`], not an error; one that is dangerous, broken or none is [`Refused`].
pub fn read<R: Read + Seek>(mut source: R, name: &str) -> Result<Jar, Refused> {
    reading::read(&mut source, name)
}

/// The picture of a mod: the bytes of what [`Mod::icon`] names, if it is there and at most 5 MiB.
///
/// Whether it is a picture at all is for the reader to find out; nothing but its size was looked at.
pub fn icon<R: Read + Seek>(source: R, module: &Mod) -> Result<Option<Vec<u8>>, Refused> {
    let Some(path) = module.icon.as_deref().map(|path| path.trim_start_matches("./").trim_start_matches('/')) else {
        return Ok(None);
    };
    let mut archive = Archive::open(source, Rules::Jar)?;
    let found = archive.find(path).filter(|entry| entry.size <= ICON_LIMIT).map(|entry| entry.index);
    found.map(|index| archive.read(index, ICON_LIMIT)).transpose()
}
