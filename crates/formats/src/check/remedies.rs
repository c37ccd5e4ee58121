//! What helps against a finding, as data that a client can apply.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::jar::{Evidence, Jar, Range, Relation, Side};
use crate::ranges::{Wish, fabric, maven, minecraft};
use crate::{Delivery, LoaderKind, Support};

use super::book::{Draft, Place};
use super::present::active;
use super::{Facts, Finding, Origin, Piece, Rule, zips};

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

/// A version that could be attached.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Its name and mod.
    pub origin: Origin,
    /// What its jar says.
    pub jar: Arc<Jar>,
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

/// What helps, each by itself.
pub(super) fn remedies(draft: &Draft, facts: &Facts) -> Vec<Remedy> {
    let complaining =
        || sole(&draft.complaining.iter().copied().collect::<Vec<_>>()).map(|place| take_out(place, facts));
    match draft.rule {
        Rule::MissingDependency => {
            let off = sole(&draft.accused.iter().copied().collect::<Vec<_>>()).and_then(|place| version(place, facts));
            let first = off.map_or_else(|| search(draft, None), Remedy::SetChosen);
            std::iter::once(first).chain(complaining()).collect()
        }
        Rule::WrongSide => wrong_side(draft, facts).into_iter().chain(complaining()).collect(),
        Rule::OutOfRange => {
            let accused = draft.accused.iter().copied().find_map(|place| own_version(place, &draft.subject, facts));
            std::iter::once(search(draft, accused)).chain(complaining()).collect()
        }
        Rule::Incompatible | Rule::Discouraged => {
            let accused = sole(&draft.accused.iter().copied().collect::<Vec<_>>()).map(|place| take_out(place, facts));
            accused.into_iter().chain(complaining()).collect()
        }
        Rule::Recommended => vec![search(draft, None)],
        Rule::Duplicate | Rule::PathClash if draft.complaining.len() == 2 => {
            draft.complaining.iter().map(|place| take_out(*place, facts)).collect()
        }
        Rule::WrongLoader => other_loader(draft).into_iter().chain(complaining()).collect(),
        Rule::WrongLoaderVersion => {
            let loader = facts.loader.as_ref().map(|loader| loader.kind);
            let set = loader.zip(example(draft, str::to_owned));
            let set = set.map(|(loader, version)| Remedy::SetLoader { loader, version: Some(version) });
            set.into_iter().chain(complaining()).collect()
        }
        Rule::WrongMinecraft => {
            let set = example(draft, minecraft::semantic).map(|minecraft| Remedy::SetMinecraft { minecraft });
            set.into_iter().chain(complaining()).collect()
        }
        Rule::JavaTooOld | Rule::JavaTooNew => set_java(draft).into_iter().chain(complaining()).collect(),
        Rule::Unexpanded | Rule::UnreadableRange => complaining().into_iter().collect(),
        Rule::ZipOverlap | Rule::ZipNameClash => zips::remedies(draft, facts),
        Rule::UnreadableOverrides => vec![Remedy::RemoveFile { path: draft.subject.clone() }],
        Rule::Redistribution => std::iter::once(Remedy::MakePrivate).chain(complaining()).collect(),
        Rule::ManualDownload => {
            let upload = draft.complaining.first().and_then(|place| version(*place, facts)).map(Remedy::Upload);
            upload.into_iter().chain(complaining()).collect()
        }
        Rule::Duplicate | Rule::PathClash | Rule::Unknown => Vec::new(),
    }
}

/// The one of a list that has no other; what several files cause, none of them mends alone.
fn sole(all: &[Place]) -> Option<Place> {
    if let [one] = all { Some(*one) } else { None }
}

fn version(place: Place, facts: &Facts) -> Option<Version> {
    facts.files.get(place)?.origin.as_ref().map(Version::from)
}

/// The version at a place, if it is the mod of this id itself and not one that only has it within.
fn own_version(place: Place, id: &str, facts: &Facts) -> Option<Version> {
    let mods = &facts.files.get(place)?.jar.as_ref()?.mods;
    mods.iter().any(|module| module.id == id).then(|| version(place, facts)).flatten()
}

fn take_out(place: Place, facts: &Facts) -> Remedy {
    let path = || facts.files[place].path.clone();
    version(place, facts).map_or_else(|| Remedy::RemoveFile { path: path() }, Remedy::Detach)
}

fn search(draft: &Draft, instead_of: Option<Version>) -> Remedy {
    let examples = examples(draft, str::to_owned);
    Remedy::Search { id: draft.subject.clone(), ranges: draft.ranges.clone(), examples, instead_of }
}

/// Versions that are named and meet everything that is asked.
fn examples(draft: &Draft, seen_as: impl Fn(&str) -> String) -> Vec<String> {
    let wishes: Vec<Wish> = draft.ranges.iter().filter_map(|range| Wish::read(range).ok()).collect();
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

fn other_loader(draft: &Draft) -> Option<Remedy> {
    if draft.found.is_some() {
        return None;
    }
    let loader = draft.detail.split(", ").next()?.parse().ok()?;
    Some(Remedy::SetLoader { loader, version: None })
}

fn set_java(draft: &Draft) -> Option<Remedy> {
    let named = example(draft, str::to_owned).and_then(|number| number.split('.').next()?.parse().ok());
    let needed = draft.detail.parse::<u32>().ok();
    let java = if draft.rule == Rule::JavaTooOld { named.max(needed) } else { named.or(needed) };
    java.map(|java| Remedy::SetJava { java })
}

/// Puts a version that the server has before each search that it satisfies: the newest one that fits the build.
pub fn offer(findings: &mut [Finding], facts: &Facts, shelf: &[Offer]) {
    for finding in findings {
        let place = finding.remedies.iter().position(|remedy| matches!(remedy, Remedy::Search { .. }));
        let Some((place, Remedy::Search { id, ranges, instead_of, .. })) =
            place.map(|place| (place, finding.remedies[place].clone()))
        else {
            continue;
        };
        let wishes: Vec<Wish> = ranges.iter().filter_map(|range| Wish::read(range).ok()).collect();
        let fitting = shelf.iter().filter_map(|offer| Some((fits(offer, &id, &wishes, facts)?, offer)));
        let newest = fitting.max_by(|(one, _), (other, _)| newer(one, other, facts));
        if let Some((_, Offer { origin, .. })) = newest {
            let (module, version) = (origin.module.clone(), origin.version.clone());
            finding.remedies.insert(place, Remedy::Attach { module, version, instead_of });
        }
    }
}

fn newer(one: &str, other: &str, facts: &Facts) -> std::cmp::Ordering {
    match facts.loader.as_ref().map(|loader| loader.kind) {
        Some(LoaderKind::Fabric | LoaderKind::Quilt) => fabric::Version::new(one).cmp(&fabric::Version::new(other)),
        _ => maven::Version::new(one).cmp(&maven::Version::new(other)),
    }
}

/// The number of the mod in an offer, if it has the id, will do, and runs on the build's Minecraft.
fn fits(offer: &Offer, id: &str, wishes: &[Wish], facts: &Facts) -> Option<String> {
    let piece = |facts: &Facts| Piece {
        origin: Some(offer.origin.clone()),
        path: "mods/offer.jar".to_owned(),
        environment: crate::Environment::default(),
        chosen: true,
        redistribution: super::Redistribution::Unknown,
        delivery: Delivery::Stored,
        jar: facts.loader.as_ref().map(|_| offer.jar.clone()),
    };
    let (mods, _) = active(facts, &offer.jar, false);
    let module =
        mods.into_iter().find(|module| module.id == id || module.provides.iter().any(|provided| provided.id == id))?;
    let number = module.number.clone().filter(|_| !module.unexpanded)?;
    if !wishes.iter().all(|wish| wish.accepts(&number)) {
        return None;
    }
    let asks = module.dependencies.iter().any(|one| one.relation == Relation::Required);
    let alone = Facts { files: vec![piece(facts)], public: false, ..facts.clone_without_files() };
    let unfit = [Rule::WrongMinecraft, Rule::WrongLoaderVersion, Rule::JavaTooOld];
    let refused =
        || super::check(&alone).iter().any(|finding| unfit.contains(&finding.rule) && finding.subject == module.id);
    (!asks || !refused()).then_some(number)
}

impl Facts {
    /// The same build without a file.
    fn clone_without_files(&self) -> Self {
        Self {
            minecraft: self.minecraft.clone(),
            loader: self.loader.clone(),
            java: self.java,
            public: self.public,
            files: Vec::new(),
            zips: Vec::new(),
            overrides: self.overrides.clone(),
        }
    }
}
