//! What changed from one release to another: mods, what the game runs on, files with their text, how all are treated.
//!
//! A comparison is made of two releases alone. The bytes of files are not in them: [`Comparison::wanted`] says which
//! would be needed, and [`Comparison::read`] makes the differences of texts once somebody has fetched them. The other way
//! round everything is mirrored: what was added is removed.

mod markdown;
mod mods;
mod text;

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use self::mods::{Mod, ModUpdate};
use crate::{Choice, File, InstancePath, Policy, Release, Support};

/// The largest file of which the text is compared, in bytes.
const FILE_LIMIT: u64 = 256 << 10;
/// How many files are compared as texts, and how many bytes of all of them are read.
const MOST_FILES: usize = 200;
const ALL_LIMIT: u64 = 16 << 20;

/// What is said of a file that is not compared as a text.
const TOO_LARGE: &str = "it is too large to compare as a text";
const TOO_MANY: &str = "too many files changed to compare all of them as texts";
const NOT_READ: &str = "its bytes cannot be read now";

/// What changed from one release to another.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Comparison {
    /// The version that it goes from.
    pub from: String,
    /// The version that it goes to.
    pub to: String,
    /// What the game runs on, as far as it changed.
    pub platform: Vec<Change>,
    /// Mods that came, by their name.
    pub added: Vec<Mod>,
    /// Mods that are there in another version, by their name.
    pub updated: Vec<ModUpdate>,
    /// Mods that left, by their name.
    pub removed: Vec<Mod>,
    /// Files that belong to no mod and came, changed or left, by their path.
    pub files: Vec<FileChange>,
    /// What is said about mods and files that are in both: sides, choices, policies.
    pub settings: Vec<Setting>,
}

/// Something that was one thing and is another.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Change {
    /// What it is: `minecraft`, `loader`, `java`, `memory_minimum`, `memory_maximum` or `jvm_arguments`; of a mod or
    /// file `client`, `server`, `default`, `text`, `group`, `policy` or `path`.
    pub what: &'static str,
    /// What it was; nothing if it was not set.
    pub from: Option<String>,
    /// What it is; nothing if it is not set any more.
    pub to: Option<String>,
}

impl Change {
    /// The change of something, unless it is the same.
    fn of(what: &'static str, from: Option<String>, to: Option<String>) -> Option<Self> {
        (from != to).then_some(Self { what, from, to })
    }
}

/// A change in how a mod or a file is treated.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Setting {
    /// Whether it is about a mod, and not about a file of the build itself.
    pub is_mod: bool,
    /// The mod's slug, or the file's path.
    pub subject: String,
    /// What people call it.
    pub name: String,
    /// What changed.
    pub change: Change,
}

/// A file of the build itself that came, changed or left.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FileChange {
    /// Where it lies in the game folder.
    pub path: InstancePath,
    /// What it was; nothing if it came.
    pub from: Option<Kept>,
    /// What it is; nothing if it left.
    pub to: Option<Kept>,
    /// The unified difference of its texts, if it changed, or why there is none.
    pub diff: Option<Result<String, &'static str>>,
}

/// The bytes of a file: their name and number.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Kept {
    /// Their SHA-256.
    pub sha256: String,
    /// How many they are.
    pub size: u64,
}

impl Comparison {
    /// Whether a player's instance must be set up anew: what updates itself brings mods and files, but in most launchers
    /// neither another Minecraft nor another loader.
    pub fn needs_reinstall(&self) -> bool {
        self.platform.iter().any(|change| ["minecraft", "loader"].contains(&change.what))
    }

    /// The bytes that the differences of texts are made of: few and small enough to be held in memory.
    pub fn wanted(&self) -> BTreeSet<Kept> {
        let chosen = self.files.iter().filter(|file| file.diff == Some(Err(NOT_READ)));
        chosen.flat_map(|file| [&file.from, &file.to]).flatten().cloned().collect()
    }

    /// Makes the differences of texts, of bytes by their SHA-256.
    #[must_use]
    pub fn read(mut self, bytes: &HashMap<String, Vec<u8>>) -> Self {
        let mut effort = text::Effort::default();
        for file in &mut self.files {
            let (Some(from), Some(to), Some(Err(NOT_READ))) = (&file.from, &file.to, &file.diff) else { continue };
            if let (Some(from), Some(to)) = (bytes.get(&from.sha256), bytes.get(&to.sha256)) {
                file.diff = Some(text::unified(file.path.as_str(), (from, to), &mut effort));
            }
        }
        self
    }

    /// The whole comparison for people, as Markdown with the differences of texts.
    pub fn to_markdown(&self) -> String {
        markdown::whole(self)
    }

    /// A changelog for players to begin from, as Markdown: what they notice, without the differences of texts.
    pub fn changelog(&self) -> String {
        markdown::changelog(self)
    }
}

/// Compares two releases.
pub fn compare(from: &Release, to: &Release) -> Comparison {
    let mods = mods::compare(from, to);
    let (files, mut settings) = files(from, to);
    settings.splice(0..0, mods.settings);
    Comparison {
        from: from.version.clone(),
        to: to.version.clone(),
        platform: platform(from, to),
        added: mods.added,
        updated: mods.updated,
        removed: mods.removed,
        files,
        settings,
    }
}

fn platform(from: &Release, to: &Release) -> Vec<Change> {
    let told = |release: &Release| {
        let number = |number: Option<u32>| number.map(|number| number.to_string());
        let loader = release.loader.as_ref().map(|loader| format!("{} {}", loader.kind, loader.version));
        [
            Some(release.minecraft.clone()).filter(|minecraft| !minecraft.is_empty()),
            loader,
            number(release.java),
            number(release.memory.minimum),
            number(release.memory.maximum),
            release.jvm_arguments.clone(),
        ]
    };
    let names = ["minecraft", "loader", "java", "memory_minimum", "memory_maximum", "jvm_arguments"];
    let both = told(from).into_iter().zip(told(to));
    names.into_iter().zip(both).filter_map(|(what, (from, to))| Change::of(what, from, to)).collect()
}

/// The files of the builds themselves: what came, changed or left, and how those in both are treated differently.
fn files(from: &Release, to: &Release) -> (Vec<FileChange>, Vec<Setting>) {
    let (from, to) = (own_files(from), own_files(to));
    let (mut changes, mut settings) = (Vec::new(), Vec::new());
    let (mut texts, mut room) = (0, ALL_LIMIT);
    let keys: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    for key in keys {
        let (old, new) = (from.get(key).copied(), to.get(key).copied());
        if let (Some(old), Some(new)) = (old, new) {
            let subject =
                |change| Setting { is_mod: false, subject: new.path.to_string(), name: new.path.to_string(), change };
            settings.extend(treatment(old, new).into_iter().map(subject));
            if old.has_bytes_of(new) {
                continue;
            }
        }
        let Some(file) = new.or(old) else { continue };
        let (kept_from, kept_to) = (old.and_then(kept), new.and_then(kept));
        let diff = match (&kept_from, &kept_to) {
            (Some(one), Some(other)) => Some(Err(reason(one.size.max(other.size), &mut texts, &mut room))),
            _ => None,
        };
        changes.push(FileChange { path: file.path.clone(), from: kept_from, to: kept_to, diff });
    }
    (changes, settings)
}

/// Why a file's text is not compared yet, or will not be: the sizes and the number of those that are is limited.
fn reason(size: u64, texts: &mut usize, room: &mut u64) -> &'static str {
    if size > FILE_LIMIT {
        return TOO_LARGE;
    }
    *texts += 1;
    let fits = *texts <= MOST_FILES && 2 * size <= *room;
    *room = room.saturating_sub(2 * size);
    if fits { NOT_READ } else { TOO_MANY }
}

/// The files that belong to no mod, by their key, in the order of their paths.
fn own_files(release: &Release) -> BTreeMap<String, &File> {
    let own = release.files.iter().filter(|file| file.content.is_none());
    own.map(|file| (file.path.key(), file)).collect()
}

fn kept(file: &File) -> Option<Kept> {
    file.hashes.sha256.clone().map(|sha256| Kept { sha256, size: file.size })
}

/// How a file is treated that is in both releases.
fn treatment(from: &File, to: &File) -> Vec<Change> {
    let told = |file: &File| {
        let choice = file.choice.clone().unwrap_or_default();
        let Choice { default, text, group } = choice;
        [
            Some(support(file.environment.client)),
            Some(support(file.environment.server)),
            file.choice.is_some().then(|| if default { "on" } else { "off" }.to_owned()),
            text,
            group,
            Some(policy(file.policy)),
        ]
    };
    let names = ["client", "server", "default", "text", "group", "policy"];
    let both = told(from).into_iter().zip(told(to));
    names.into_iter().zip(both).filter_map(|(what, (from, to))| Change::of(what, from, to)).collect()
}

fn support(support: Support) -> String {
    match support {
        Support::Required => "required",
        Support::Optional => "optional",
        Support::Unsupported => "unsupported",
    }
    .to_owned()
}

fn policy(policy: Policy) -> String {
    match policy {
        Policy::Force => "force",
        Policy::Seed => "seed",
        Policy::Keep => "keep",
    }
    .to_owned()
}
