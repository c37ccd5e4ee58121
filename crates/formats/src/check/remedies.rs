//! What helps against a finding, as data that a client can apply.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::jar::{Evidence, Range, Relation, Side};
use crate::ranges::{Wish, fabric, maven, minecraft};
use crate::{Loader, LoaderKind, Support};

use super::book::{Draft, Place};
use super::present::{active, bare};
use super::{Facts, Origin, Piece, Redistribution, Rule, zips};

/// Of how many copies it is offered to keep just this one.
const KEPT: usize = 3;

/// One thing to do, after which the finding is gone.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Remedy {
    /// Attach this version of a mod, which the server has.
    Attach {
        /// The mod's slug.
        module: String,
        /// The version's name.
        version: String,
        /// The version to detach in its favour.
        instead_of: Option<Version>,
    },
    /// Find a mod with this id in such a version, and attach it.
    Search {
        /// The id.
        id: String,
        /// What is asked of its version; all of it must hold.
        ranges: Vec<Range>,
        /// Versions that were named and will do.
        examples: Vec<String>,
        /// The version to detach in its favour.
        instead_of: Option<Version>,
    },
    /// Detach a version.
    Detach(Version),
    /// Take out a file that belongs to no version.
    RemoveFile {
        /// Where it lies.
        path: String,
    },
    /// Detach all of these versions, and take out all of these files: none of them mends it alone.
    TakeOut {
        /// The versions.
        versions: Vec<Version>,
        /// Files that belong to no version, by their paths.
        paths: Vec<String>,
    },
    /// Set what the sides need of a version.
    SetEnvironment {
        /// The version.
        version: Version,
        /// What clients need of it.
        client: Support,
        /// What servers need of it.
        server: Support,
    },
    /// Let an optional version be on until the player says otherwise.
    SetChosen(Version),
    /// Run the build on this loader.
    SetLoader {
        /// The loader.
        loader: LoaderKind,
        /// A version of it that will do; absent if any may.
        version: Option<String>,
    },
    /// Run the build on this Minecraft.
    SetMinecraft {
        /// The version.
        minecraft: String,
    },
    /// Run the build on this major version of Java.
    SetJava {
        /// The version.
        java: u32,
    },
    /// Upload the file of a version, if its author lets you.
    Upload(Version),
    /// Make the pack private.
    MakePrivate,
}

/// A version of a mod of this server.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// The mod's slug.
    pub module: String,
    /// The version's name.
    pub version: String,
}

impl From<&Origin> for Version {
    fn from(origin: &Origin) -> Self {
        Self { module: origin.module.clone(), version: origin.version.clone() }
    }
}

impl Draft {
    /// A version of Java that something needs; the newest counts.
    pub(super) fn need_java(&mut self, java: u32) {
        let former = self.detail.parse().unwrap_or(0);
        self.detail = java.max(former).to_string();
    }
}

/// What helps, each by itself; where nothing else does, taking out whatever complains.
pub(super) fn remedies(draft: &Draft, facts: &Facts) -> Vec<Remedy> {
    let complaining = || take_out(draft.complaining.iter().copied(), facts);
    let accused = || take_out(draft.accused.iter().copied(), facts);
    let fits = |remedy: &Remedy| still_fits(draft, remedy, facts);
    match draft.rule {
        Rule::MissingDependency => {
            let off = sole(&draft.accused).and_then(|place| version(place, facts));
            let first = off.map_or_else(|| search(draft, None), Remedy::SetChosen);
            std::iter::once(first).chain(complaining()).collect()
        }
        Rule::WrongSide => wrong_side(draft, facts).into_iter().chain(complaining()).collect(),
        Rule::OutOfRange => {
            let accused = draft.accused.iter().copied().find_map(|place| own_version(place, &draft.subject, facts));
            std::iter::once(search(draft, accused)).chain(complaining()).collect()
        }
        Rule::Incompatible | Rule::Discouraged => accused().into_iter().chain(complaining()).collect(),
        Rule::Recommended => vec![search(draft, None)],
        Rule::Duplicate | Rule::PathClash => keep_one(draft, facts),
        Rule::WrongLoader => other_loader(draft, facts).into_iter().filter(fits).chain(complaining()).collect(),
        Rule::WrongLoaderVersion => {
            let loader = facts.loader.as_ref().map(|loader| loader.kind);
            let set = loader.zip(example(draft, str::to_owned));
            let set = set.map(|(loader, version)| Remedy::SetLoader { loader, version: Some(version) });
            set.into_iter().filter(fits).chain(complaining()).collect()
        }
        Rule::WrongMinecraft => {
            let set = example(draft, minecraft::semantic).map(|minecraft| Remedy::SetMinecraft { minecraft });
            set.into_iter().filter(fits).chain(complaining()).collect()
        }
        Rule::JavaTooOld | Rule::JavaTooNew => set_java(draft).into_iter().filter(fits).chain(complaining()).collect(),
        Rule::Unexpanded | Rule::UnreadableRange => complaining().into_iter().collect(),
        Rule::Unknown => complaining().into_iter().chain(zips::remedies(draft, facts)).collect(),
        Rule::ZipOverlap | Rule::ZipNameClash => zips::remedies(draft, facts),
        Rule::UnreadableOverrides => vec![Remedy::RemoveFile { path: draft.subject.clone() }],
        Rule::Redistribution => std::iter::once(Remedy::MakePrivate).chain(complaining()).collect(),
        Rule::ManualDownload => {
            let upload = sole(&draft.complaining).filter(|place| may_be_stored(&facts.files[*place], facts));
            let upload = upload.and_then(|place| version(place, facts)).map(Remedy::Upload);
            upload.into_iter().chain(complaining()).collect()
        }
    }
}

/// The one of a list that has no other; what several files cause, none of them mends alone.
fn sole(all: &BTreeSet<Place>) -> Option<Place> {
    all.first().copied().filter(|_| all.len() == 1)
}

/// Whether a pack may hand out a file once it is here.
fn may_be_stored(piece: &Piece, facts: &Facts) -> bool {
    !facts.public || piece.redistribution != Redistribution::No
}

/// Whether what complains would start after a change of what the build runs on.
///
/// Another loader, Minecraft or Java is nothing that helps a mod which does not run there either.
fn still_fits(draft: &Draft, remedy: &Remedy, facts: &Facts) -> bool {
    let files = draft.complaining.iter().map(|place| facts.files[*place].clone()).collect();
    let before = Facts { files, ..facts.clone_without_files() };
    let mut after = before.clone();
    // Where no version of the loader is named, one may be chosen that fits.
    let mut any_loader = false;
    match remedy {
        Remedy::SetLoader { loader, version } => {
            any_loader = version.is_none();
            after.loader = Some(Loader { kind: *loader, version: version.clone().unwrap_or_default() });
        }
        Remedy::SetMinecraft { minecraft } => after.minecraft = Some(minecraft.clone()),
        Remedy::SetJava { java } => after.java = Some(*java),
        _ => return true,
    }
    let mut former = super::judged(&before).errors_about(&draft.subject);
    former.retain(|rule| *rule != draft.rule);
    let mut left = super::judged(&after).errors_about(&draft.subject);
    left.retain(|rule| !(former.contains(rule) || any_loader && *rule == Rule::WrongLoaderVersion));
    left.is_empty()
}

/// Takes out all but one of several files: all but the one that the loader takes, or else another that does for all.
fn keep_one(draft: &Draft, facts: &Facts) -> Vec<Remedy> {
    let number = |place: &Place| {
        let mods = facts.files[*place].jar.as_ref().map(|jar| jar.mods.as_slice()).unwrap_or_default();
        let own = mods.iter().find(|module| module.id == draft.subject).or(mods.first());
        own.and_then(|module| module.number.clone()).unwrap_or_default()
    };
    let wishes: Vec<Wish> = draft.ranges.iter().filter_map(|range| Wish::read(range).ok()).collect();
    let best = |place: &Place| !draft.accused.contains(place);
    let does = |place: &&Place| best(place) || wishes.iter().all(|wish| wish.accepts(&number(place)));
    let does = draft.complaining.iter().filter(does);
    let mut kept: Vec<(bool, String, Place)> = does.map(|place| (best(place), number(place), *place)).collect();
    kept.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| newer(&other.1, &one.1, facts)));
    let others = |kept: Place| draft.complaining.iter().copied().filter(move |place| *place != kept);
    kept.into_iter().take(KEPT).filter_map(|(.., place)| take_out(others(place), facts)).collect()
}

fn version(place: Place, facts: &Facts) -> Option<Version> {
    facts.files.get(place)?.origin.as_ref().map(Version::from)
}

/// The version at a place, if it is the mod of this id itself and not one that only has it within.
fn own_version(place: Place, id: &str, facts: &Facts) -> Option<Version> {
    let mods = &facts.files.get(place)?.jar.as_ref()?.mods;
    mods.iter().any(|module| module.id == id).then(|| version(place, facts)).flatten()
}

/// Takes out files; nothing if there are none.
fn take_out(places: impl Iterator<Item = Place>, facts: &Facts) -> Option<Remedy> {
    let (mut versions, mut paths) = (Vec::new(), Vec::new());
    for place in places {
        match version(place, facts) {
            Some(version) if versions.contains(&version) => {}
            Some(version) => versions.push(version),
            None => paths.push(facts.files[place].path.clone()),
        }
    }
    Some(match (versions.pop(), paths.pop()) {
        (None, None) => return None,
        (Some(version), None) if versions.is_empty() => Remedy::Detach(version),
        (None, Some(path)) if paths.is_empty() => Remedy::RemoveFile { path },
        (version, path) => {
            versions.extend(version);
            paths.extend(path);
            Remedy::TakeOut { versions, paths }
        }
    })
}

fn search(draft: &Draft, instead_of: Option<Version>) -> Remedy {
    let examples = examples(draft, str::to_owned);
    Remedy::Search { id: draft.subject.clone(), ranges: draft.ranges.clone(), examples, instead_of }
}

/// Versions that are named and meet everything that is asked.
fn examples(draft: &Draft, seen_as: impl Fn(&str) -> String) -> Vec<String> {
    let wishes: Vec<Wish> = draft.ranges.iter().filter_map(|range| Wish::read(range).ok()).collect();
    named_by(&wishes, seen_as)
}

/// The versions that wishes name, where all would take them.
fn named_by(wishes: &[Wish], seen_as: impl Fn(&str) -> String) -> Vec<String> {
    let named = wishes.iter().flat_map(Wish::examples);
    let mut all: Vec<String> = named.filter(|one| wishes.iter().all(|wish| wish.accepts(&seen_as(one)))).collect();
    all.sort_by_key(|number| maven::Version::new(number.as_str()));
    all.dedup();
    all
}

/// One made of numbers only: the name of a release.
fn example(draft: &Draft, seen_as: impl Fn(&str) -> String) -> Option<String> {
    let numbers = |text: &String| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    examples(draft, seen_as).into_iter().rfind(numbers)
}

fn wrong_side(draft: &Draft, facts: &Facts) -> Vec<Remedy> {
    let side = draft.lone_side();
    let set = |place: &Place, support: Support| {
        let (piece, version, side) = (&facts.files[*place], version(*place, facts)?, side?);
        let (client, server) = (piece.environment.client, piece.environment.server);
        Some(match side {
            Side::Server => Remedy::SetEnvironment { version, client, server: support },
            _ => Remedy::SetEnvironment { version, client: support, server },
        })
    };
    let willing = |place: &&Place| side.is_some_and(|side| may_be_on(&facts.files[**place], side));
    let bring = draft.accused.iter().find(willing).and_then(|place| set(place, Support::Required));
    let leave = if draft.complaining.len() == 1 { draft.complaining.first() } else { None };
    bring.into_iter().chain(leave.and_then(|place| set(place, Support::Unsupported))).collect()
}

/// Whether a file's own mods would run on a side.
fn may_be_on(piece: &Piece, side: Side) -> bool {
    let mods = piece.jar.as_ref().map(|jar| jar.mods.as_slice()).unwrap_or_default();
    mods.iter().all(|module| {
        let environment = module.sides.environment;
        let support = if side == Side::Server { environment.server } else { environment.client };
        module.sides.evidence != Evidence::Declared || support != Support::Unsupported
    })
}

fn other_loader(draft: &Draft, facts: &Facts) -> Option<Remedy> {
    if draft.found.is_some() {
        return None;
    }
    let loader: LoaderKind = draft.detail.split(", ").next()?.parse().ok()?;
    Some(Remedy::SetLoader { loader, version: asked_of_loader(draft, loader, facts) })
}

/// A version of a loader that all who complain name and would take.
fn asked_of_loader(draft: &Draft, loader: LoaderKind, facts: &Facts) -> Option<String> {
    let ids: &[&str] = match loader {
        LoaderKind::Fabric => &["fabricloader", "fabric-loader"],
        LoaderKind::Quilt => &["quilt_loader"],
        LoaderKind::Forge => &["forge"],
        LoaderKind::NeoForge => &["neoforge"],
    };
    let there = Facts { loader: Some(Loader { kind: loader, version: String::new() }), ..facts.clone_without_files() };
    let jars = draft.complaining.iter().filter_map(|place| facts.files[*place].jar.as_deref());
    let said = jars.flat_map(|jar| active(&there, jar, false).0).flat_map(|module| &module.dependencies);
    let asked = said.filter(|one| one.relation == Relation::Required && ids.contains(&bare(&one.id)));
    let wishes: Vec<Wish> = asked.filter_map(|one| Wish::read(&one.range).ok()).collect();
    named_by(&wishes, str::to_owned).pop()
}

fn set_java(draft: &Draft) -> Option<Remedy> {
    let named = example(draft, str::to_owned).and_then(|number| number.split('.').next()?.parse().ok());
    let needed = draft.detail.parse::<u32>().ok();
    let java = if draft.rule == Rule::JavaTooOld { named.max(needed) } else { named.or(needed) };
    java.map(|java| Remedy::SetJava { java })
}

/// Which of two versions the loader takes for the newer one.
pub(super) fn newer(one: &str, other: &str, facts: &Facts) -> std::cmp::Ordering {
    match facts.loader.as_ref().map(|loader| loader.kind) {
        Some(LoaderKind::Fabric | LoaderKind::Quilt) => fabric::Version::new(one).cmp(&fabric::Version::new(other)),
        _ => maven::Version::new(one).cmp(&maven::Version::new(other)),
    }
}
