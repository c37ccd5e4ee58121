//! Packs of other tools, read into one description of what they hold.
//!
//! | source | room |
//! |---|---|
//! | Modrinth's `.mrpack` | [`mrpack`] |
//! | packwiz: its folder as a zip, or its files one by one | [`packwiz`] |
//! | CurseForge's zip | [`curseforge`] |
//! | an instance of Prism Launcher or `MultiMC` as a zip | [`prism`] |
//! | a `mods` folder or a whole game folder as a zip | [`folder`] |
//!
//! [`read_part`] reads archives that are no packs, only files for a place in a game folder.
//!
//! [`read`] tells which of them an archive is by what is in it. Nothing here decides what becomes of a file: an
//! [`Import`] says where each one lies, where its bytes are and what the source says about it; and what was not taken
//! is told with the reason, never dropped in silence.

mod collection;
pub mod curseforge;
pub mod folder;
mod leave;
mod loader;
pub mod mrpack;
pub mod packwiz;
mod part;
pub mod prism;
mod refused;
mod root;
mod source;
mod text;

use std::io::{Read, Seek};

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use self::collection::switched_off;
pub use self::part::{Part, read_part};
pub use self::refused::{Refused, check_hash};
use self::root::Root;
pub use self::source::{Origin, Source};
use crate::archive::{Archive, Rules};
use crate::{Choice, Environment, InstancePath, Loader, Memory, Policy};

/// The most that a list of a pack's files may have, in bytes: some 20,000 files of the wordiest format.
pub const INDEX_LIMIT: u64 = 16 << 20;
/// The most that any other document of a pack may have, in bytes.
pub const DOCUMENT_LIMIT: u64 = 1 << 20;
/// The most files that a pack may have.
pub const FILES_LIMIT: usize = 20_000;

/// What kind of pack was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Modrinth's `.mrpack`.
    Mrpack,
    /// packwiz.
    Packwiz,
    /// CurseForge's zip.
    Curseforge,
    /// An instance of Prism Launcher or `MultiMC`.
    Prism,
    /// A folder of mods, or a game folder.
    Folder,
}

/// A pack as another tool wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// What it was read from.
    pub kind: Kind,
    /// The pack's name.
    pub name: Option<String>,
    /// The version, which becomes the build's name.
    pub version: Option<String>,
    /// What the pack is about, in one line.
    pub summary: Option<String>,
    /// Who made it.
    pub authors: Option<String>,
    /// The game server that it joins.
    pub server_address: Option<String>,
    /// The release of Minecraft.
    pub minecraft: Option<String>,
    /// The mod loader.
    pub loader: Option<Loader>,
    /// The major version of Java.
    pub java: Option<u32>,
    /// How much memory the game should get.
    pub memory: Memory,
    /// Further arguments for the Java machine.
    pub jvm_arguments: Option<String>,
    /// What a launcher adds to the game besides Minecraft and the loader.
    pub components: Vec<Component>,
    /// The archive's entry with the pack's icon.
    pub icon: Option<usize>,
    /// The files, sorted by path. No two have the same [key](InstancePath::key).
    pub files: Vec<Found>,
    /// What was not taken, and why: first what concerns the pack, then entries sorted by path.
    pub left_out: Vec<LeftOut>,
}

/// A component of a launcher, as `mmc-pack.json` names it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Component {
    /// Which one, such as `com.mumfrey.liteloader`.
    pub uid: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What the pack itself says of it: the document `patches/<uid>.json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch: Option<Value>,
}

/// A file of a pack.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Where it lies in the game folder.
    pub path: InstancePath,
    /// Where its bytes are.
    pub place: Place,
    /// What its bytes hash to, as the source says; what comes must be that.
    pub hashes: Known,
    /// How many bytes it has, as the source says.
    pub size: Option<u64>,
    /// Which side needs it, where the source says so.
    pub environment: Option<Environment>,
    /// How the player is asked; none if he is not.
    pub choice: Option<Choice>,
    /// What updates do to it.
    pub policy: Policy,
    /// Where it comes from, best first.
    pub sources: Vec<Source>,
    /// What it is called, where the source has a name for it.
    pub name: Option<String>,
    /// Whether its author lets others hand it out, where that is told.
    pub redistribution: Option<bool>,
}

/// Where the bytes of a file are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the archive: the entry at this place in its directory.
    Inside(usize),
    /// At these addresses, best first. With none, the player must fetch it.
    At(Vec<String>),
    /// At CurseForge, which tells its address to those who have a key.
    CurseForge {
        /// The project's number.
        project: u32,
        /// The file's number.
        file: u32,
        /// Whether the source names the file. Otherwise its path is made up of the two numbers, and it may not be a
        /// mod at all.
        is_named: bool,
    },
}

/// Hashes that a source gives, in lower-case hexadecimal (murmur2 in decimal).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// MD5.
    pub md5: Option<String>,
    /// SHA-1.
    pub sha1: Option<String>,
    /// SHA-256.
    pub sha256: Option<String>,
    /// SHA-512.
    pub sha512: Option<String>,
    /// CurseForge's fingerprint.
    pub murmur2: Option<String>,
}

/// Something that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its path in the source, or the name of a setting.
    pub what: String,
    /// Why.
    pub why: String,
}

impl Import {
    /// A description of nothing yet.
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            name: None,
            version: None,
            summary: None,
            authors: None,
            server_address: None,
            minecraft: None,
            loader: None,
            java: None,
            memory: Memory::default(),
            jvm_arguments: None,
            components: Vec::new(),
            icon: None,
            files: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// Notes a part of the pack's own description that was not taken.
    fn leave(&mut self, what: &str, why: impl Into<String>) {
        self.left_out.push(LeftOut { what: what.to_owned(), why: why.into() });
    }
}

impl LeftOut {
    /// Says what and why.
    pub fn new(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { what: what.into(), why: why.into() }
    }
}

impl Found {
    /// A file of which nothing is known but where it lies and where its bytes are.
    fn new(path: InstancePath, place: Place) -> Self {
        Self {
            path,
            place,
            hashes: Known::default(),
            size: None,
            environment: None,
            choice: None,
            policy: Policy::default(),
            sources: Vec::new(),
            name: None,
            redistribution: None,
        }
    }
}

/// Reads a pack of whichever kind it is.
pub fn read<R: Read + Seek>(source: R) -> Result<(Import, Archive<R>), Refused> {
    let mut archive = Archive::open(source, Rules::Pack)?;
    let root = Root::of(&archive);
    let import = match root.kind(&mut archive)? {
        Kind::Mrpack => mrpack::read(&mut archive, &root),
        Kind::Packwiz => packwiz::read(&mut archive, &root),
        Kind::Curseforge => curseforge::read(&mut archive, &root),
        Kind::Prism => prism::read(&mut archive, &root),
        Kind::Folder => folder::read(&mut archive, &root),
    }?;
    Ok((import, archive))
}
