//! The zips of a release.

use std::collections::{BTreeMap, HashSet};

use super::{Described, Kept, Zip};
use crate::plan::{Entry, Plan};
use crate::{Content, Delivery, File, Release, Support, loader_package};

/// A zip of a release, as launchers know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// A number that is the version's own.
    pub id: u64,
    /// The mod's slug.
    pub name: String,
    /// The version's name.
    pub version: String,
    /// More about the mod.
    pub described: Described,
    /// The version of a mod whose files it has; none for the files of the build itself, and for the loader.
    pub content: Option<Content>,
    /// What it is made of.
    pub bytes: Bytes,
}

/// The bytes of a zip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bytes {
    /// Kept as they came.
    Kept {
        /// Their SHA-256.
        sha256: String,
        /// Their MD5.
        md5: String,
        /// How many they are.
        size: u64,
    },
    /// Laid out of stored files.
    Planned(Plan),
}

impl Bytes {
    /// How many they are.
    pub fn size(&self) -> u64 {
        match self {
            Self::Kept { size, .. } => *size,
            Self::Planned(plan) => plan.size,
        }
    }
}

/// The zips of a release, in the order in which launchers are told of them.
///
/// A build that was imported from a Solder has exactly the zips that it had there, in their order. Every other one has a
/// zip for each version of a mod, sorted by name, and one for the files of the build itself. Left out is what players
/// do not get from us: files for servers only, optional ones that are off by default, and what others hand out. The loader
/// is a zip like any other, unless a file of the build or a zip from a Solder brings it.
pub fn packages(release: &Release) -> Vec<Package> {
    let kept = release.solder.as_ref();
    let zips = kept.map_or(&[][..], |kept| &kept.zips);
    let mut packages: Vec<Package> = zips.iter().map(of_zip).collect();
    if kept.is_some_and(|kept| kept.id.is_some()) {
        return packages;
    }
    packages.extend(planned(release, kept));
    let loader = loader(release, &packages);
    packages.extend(loader);
    packages.sort_by_key(|package| (package.name.to_lowercase(), package.version.clone()));
    packages
}

fn of_zip(zip: &Zip) -> Package {
    Package {
        id: zip.id,
        name: zip.name.clone(),
        version: zip.version.clone(),
        described: Described {
            pretty_name: zip.content.name.clone(),
            author: zip.author.clone(),
            description: zip.description.clone(),
            link: zip.link.clone(),
        },
        content: Some(zip.content.clone()),
        bytes: Bytes::Kept { sha256: zip.sha256.clone(), md5: zip.md5.clone(), size: zip.size },
    }
}

/// The zips of what is in no kept one.
fn planned(release: &Release, kept: Option<&Kept>) -> Vec<Package> {
    let zips = kept.map_or(&[][..], |kept| &kept.zips);
    let covered: HashSet<_> = zips.iter().map(|zip| handle(&zip.content)).collect();
    let own = own(release);
    let mut groups: BTreeMap<(&str, &str), (&Content, Vec<&File>)> = BTreeMap::new();
    for file in release.files.iter().filter(|file| is_for_players(file)) {
        let content = file.content.as_ref().unwrap_or(&own);
        if !covered.contains(&handle(content)) {
            groups.entry(handle(content)).or_insert((content, Vec::new())).1.push(file);
        }
    }
    groups.into_values().filter_map(|(content, files)| package(content, &files)).collect()
}

/// The zip that brings the loader. Zips from a Solder whose versions have no files are loaders' packages.
fn loader(release: &Release, others: &[Package]) -> Option<Package> {
    let (loader, package) = (release.loader.as_ref()?, loader_package::of(release)?);
    let with_files: HashSet<_> = release.files.iter().filter_map(|file| file.content.as_ref()).map(handle).collect();
    let zips = release.solder.as_ref().map_or(&[][..], |kept| &kept.zips);
    if zips.iter().any(|zip| !with_files.contains(&handle(&zip.content))) {
        return None;
    }
    let plan = Plan::new(vec![package.entry()]);
    let is_free = |name: &String| others.iter().all(|other| !other.name.eq_ignore_ascii_case(name));
    let name = format!("{}-loader", loader.kind);
    let mut names = std::iter::once(name.clone()).chain((2..).map(|number| format!("{name}-{number}")));
    Some(Package {
        id: number(&plan.key),
        name: names.find(is_free)?,
        version: format!("{}-{}", loader.version, release.minecraft),
        described: Described { pretty_name: format!("{} loader", loader.kind), ..Described::default() },
        content: None,
        bytes: Bytes::Planned(plan),
    })
}

/// As whose the files of the build itself are told, which are no mod's.
pub(super) fn own(release: &Release) -> Content {
    Content {
        module: format!("{}-files", release.pack.slug),
        name: format!("Files of {}", release.pack.name),
        version: release.version.clone(),
        licence: None,
    }
}

pub(super) fn handle(content: &Content) -> (&str, &str) {
    (&content.module, &content.version)
}

fn package(content: &Content, files: &[&File]) -> Option<Package> {
    let plan = Plan::new(files.iter().map(|file| Entry::of(file)).collect::<Option<_>>()?);
    Some(Package {
        id: number(&plan.key),
        name: content.module.clone(),
        version: content.version.clone(),
        described: Described { pretty_name: content.name.clone(), ..Described::default() },
        content: files.iter().find_map(|file| file.content.clone()),
        bytes: Bytes::Planned(plan),
    })
}

/// A number of its own for what has only a hash: readers written in PHP and Java take 31 bits.
fn number(hash: &str) -> u64 {
    hash.get(..7).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or(0)
}

/// Whether the file is one that a player gets without being asked: readers of Solder know no choice.
fn is_for_players(file: &File) -> bool {
    let wanted = match file.environment.client {
        Support::Required => true,
        Support::Optional => file.choice.as_ref().is_some_and(|choice| choice.default),
        Support::Unsupported => false,
    };
    wanted && file.delivery == Delivery::Stored
}
