//! What places that mods come from tell of them: [`modrinth`] and [`curseforge`], in one vocabulary.
//!
//! The documents come from elsewhere and may be anything. One that is not of its kind is refused as a whole; in a list,
//! an entry that lacks what it must have is left out, and everything else that is odd is passed over.

pub mod curseforge;
pub mod modrinth;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Environment, Error, InstancePath};

/// The longest text that is taken over, in characters; longer ones are cut.
const TEXT: usize = 1024;
/// The longest changelog that is taken over, in characters.
const CHANGELOG: usize = 65_536;
/// The most names in a list within an entry.
const NAMES: usize = 500;

/// A mod, or another piece, as its place calls it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// The identifier, which never changes.
    pub id: String,
    /// The name in addresses.
    pub slug: String,
    /// The name for people.
    pub name: String,
    /// What it is; nothing for what a pack has no place for, such as other packs.
    pub kind: Option<Kind>,
    /// What it does, in a line or two.
    pub summary: Option<String>,
    /// Who made it, where that is told.
    pub author: Option<String>,
    /// The licence, as SPDX calls it where it does.
    pub licence: Option<String>,
    /// Its page for people.
    pub page: Option<String>,
    /// Its picture.
    pub icon: Option<String>,
    /// What each side needs of it, where that is told.
    pub environment: Option<Environment>,
    /// Whether its author lets others hand it out; nothing where he does not say.
    pub redistribution: Option<bool>,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A mod.
    Mod,
    /// A resource pack.
    Resourcepack,
    /// A shader.
    Shader,
    /// A data pack.
    Datapack,
    /// A plugin for servers.
    Plugin,
}

/// One release of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The identifier, which never changes.
    pub id: String,
    /// The project's identifier.
    pub project: String,
    /// The number; where there is none, the name for people.
    pub number: String,
    /// The name for people.
    pub name: String,
    /// How finished it is.
    pub stage: Stage,
    /// When it was published, as the document has it.
    pub published: Option<String>,
    /// What is new, in Markdown.
    pub changelog: Option<String>,
    /// The loaders that it is for, in lower case.
    pub loaders: Vec<String>,
    /// The releases of Minecraft that it is for.
    pub minecrafts: Vec<String>,
    /// What each side needs of it, where that is told.
    pub environment: Option<Environment>,
    /// What it needs, and what it cannot stand.
    pub dependencies: Vec<Dependency>,
    /// Its files, the one that is meant first.
    pub files: Vec<File>,
}

/// How finished a release is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// For everybody.
    #[default]
    Release,
    /// For testers.
    Beta,
    /// For the brave.
    Alpha,
}

/// A file of a release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its name, which is one that a file of an instance can have.
    pub name: String,
    /// Where it is to be had; nothing where its author wants players to fetch it by hand.
    pub address: Option<String>,
    /// In bytes, where that is told.
    pub size: Option<u64>,
    /// In lower-case hexadecimal, as are the others.
    pub md5: Option<String>,
    /// Which `.mrpack`s ask for.
    pub sha1: Option<String>,
    /// Which `.mrpack`s ask for.
    pub sha512: Option<String>,
    /// `CurseForge`'s own.
    pub fingerprint: Option<u32>,
}

/// What a release has to do with another project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependency {
    /// In which way.
    pub kind: Need,
    /// The project; where only a release is named, that project is found by it.
    pub project: Option<String>,
    /// The one release that is meant, where it is one.
    pub version: Option<String>,
}

/// In which way releases have to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Need {
    /// It does not work without the other.
    Required,
    /// It does more with the other.
    Optional,
    /// It does not work with the other.
    Incompatible,
    /// It has the other in it.
    Embedded,
}

/// One page of what a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// How many there are in all.
    pub total: u64,
    /// Those of this page.
    pub projects: Vec<Project>,
}

/// Reads a document of a known shape.
fn read<T: DeserializeOwned>(document: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(document).map_err(|error| Error::Source(error.to_string()))
}

/// The entries that have what they must have.
fn entries<T: DeserializeOwned>(list: Vec<Value>) -> impl Iterator<Item = T> {
    list.into_iter().filter_map(|entry| serde_json::from_value(entry).ok())
}

/// A text that says something, cut to a length that is fit to keep.
fn text(text: Option<String>) -> Option<String> {
    let text: String = text?.trim().chars().filter(|c| !c.is_control() || *c == '\n').take(TEXT).collect();
    Some(text).filter(|text| !text.is_empty())
}

/// An address that a browser can open.
fn address(text: Option<String>) -> Option<String> {
    let is_web = |address: &String| ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme));
    text.filter(|address| address.len() <= 2 * TEXT && is_web(address) && !address.contains(char::is_control))
}

/// Whether a file of an instance can have the name.
fn is_file_name(name: &str) -> bool {
    !name.contains('/') && name.parse::<InstancePath>().is_ok()
}

/// A digest of so many digits, in lower case.
fn digest(text: Option<String>, digits: usize) -> Option<String> {
    let text = text?.to_ascii_lowercase();
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(text)
}

/// An identifier that may stand in an address.
fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// A list of names, each one only once.
fn names(list: Vec<String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in list {
        if !name.is_empty() && name.len() <= 64 && names.len() < NAMES && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// What may be `null` where its default is meant.
fn or_default<'de, D: serde::Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}
