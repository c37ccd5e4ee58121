//! Mods of two releases side by side. A mod is known by its slug, or if that changed, by its bytes or by what its place
//! calls it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Setting, treatment};
use crate::{File, InstancePath, Origin, Release};

/// A mod that came or left.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mod {
    /// The mod's slug.
    pub slug: String,
    /// The mod's name for people.
    pub name: String,
    /// The version's name; of several, all of them.
    pub version: String,
    /// Its files.
    pub paths: Vec<InstancePath>,
}

/// A mod that is there in another version, or with other bytes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ModUpdate {
    /// The mod as it is.
    pub to: Mod,
    /// The version that it was.
    pub from_version: String,
    /// The files that it had.
    pub from_paths: Vec<InstancePath>,
}

/// What happened to mods.
#[derive(Default)]
pub(super) struct Mods {
    pub(super) added: Vec<Mod>,
    pub(super) updated: Vec<ModUpdate>,
    pub(super) removed: Vec<Mod>,
    pub(super) settings: Vec<Setting>,
}

/// A mod of a release: everything that it brings.
struct Brought<'a> {
    slug: &'a str,
    name: &'a str,
    versions: BTreeSet<&'a str>,
    /// In the order of their paths.
    files: Vec<&'a File>,
}

pub(super) fn compare(from: &Release, to: &Release) -> Mods {
    let (from, mut to) = (brought(from), brought(to));
    let mut mods = Mods::default();
    let (same, others): (Vec<_>, Vec<_>) = from.into_iter().partition(|(slug, _)| to.contains_key(slug));
    for (slug, old) in same {
        if let Some(new) = to.remove(slug) {
            pair(&mut mods, &old, &new);
        }
    }
    for (_, old) in others {
        let renamed = to.iter().find(|(_, new)| is_same(&old, new)).map(|(slug, _)| *slug);
        match renamed.and_then(|slug| to.remove(slug)) {
            Some(new) => pair(&mut mods, &old, &new),
            None => mods.removed.push(told(&old)),
        }
    }
    mods.added.extend(to.values().map(told));
    let by_name = |module: &Mod| (module.name.to_lowercase(), module.slug.clone());
    mods.added.sort_by_key(by_name);
    mods.removed.sort_by_key(by_name);
    mods.updated.sort_by_key(|update| by_name(&update.to));
    mods.settings.sort_by(|one, other| one.subject.cmp(&other.subject));
    mods
}

fn brought(release: &Release) -> BTreeMap<&str, Brought<'_>> {
    let mut mods: BTreeMap<&str, Brought<'_>> = BTreeMap::new();
    for file in release.sorted_files() {
        let Some(content) = &file.content else { continue };
        let new =
            || Brought { slug: &content.module, name: &content.name, versions: BTreeSet::new(), files: Vec::new() };
        let module = mods.entry(&content.module).or_insert_with(new);
        module.versions.insert(&content.version);
        module.files.push(file);
    }
    mods
}

/// Notes what is different about a mod that is in both releases.
fn pair(mods: &mut Mods, old: &Brought<'_>, new: &Brought<'_>) {
    let same_files = old.files.len() == new.files.len()
        && old.files.iter().zip(&new.files).all(|(one, other)| one.has_bytes_of(other));
    let same_version = old.versions == new.versions;
    if !same_version || !same_files {
        mods.updated.push(ModUpdate { to: told(new), from_version: version(old), from_paths: paths(old) });
    }
    let (Some(first_old), Some(first_new)) = (old.files.first(), new.files.first()) else { return };
    let mut changes = treatment(first_old, first_new);
    if same_version && same_files {
        changes.extend(Change::of("path", Some(first_old.path.to_string()), Some(first_new.path.to_string())));
    }
    let setting = |change| Setting { is_mod: true, subject: new.slug.to_owned(), name: new.name.to_owned(), change };
    mods.settings.extend(changes.into_iter().map(setting));
}

/// Whether two mods of different slugs are one: they have a file in common, or a project at the same place.
fn is_same(old: &Brought<'_>, new: &Brought<'_>) -> bool {
    let project = |origin: &Origin, other: &Origin| origin.place == other.place && origin.project == other.project;
    let is_common = |one: &File, other: &File| {
        one.has_bytes_of(other)
            || one.origins.iter().any(|origin| other.origins.iter().any(|other| project(origin, other)))
    };
    old.files.iter().any(|one| new.files.iter().any(|other| is_common(one, other)))
}

fn told(module: &Brought<'_>) -> Mod {
    Mod { slug: module.slug.to_owned(), name: module.name.to_owned(), version: version(module), paths: paths(module) }
}

fn version(module: &Brought<'_>) -> String {
    module.versions.iter().copied().collect::<Vec<_>>().join(", ")
}

fn paths(module: &Brought<'_>) -> Vec<InstancePath> {
    module.files.iter().map(|file| file.path.clone()).collect()
}
