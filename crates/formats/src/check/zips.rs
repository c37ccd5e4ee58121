//! What is wrong with the zips that readers of Solder get: each is unpacked over the others.
//!
//! The Technic Launcher unpacks them from the last to the first, so that the first has its way; Prism Launcher from the
//! first to the last. Where two hold other bytes at one place, players have different games. The first launcher keeps each as
//! `NAME-VERSION.zip`, and installs nothing where two are called the same.

use std::collections::{BTreeMap, HashMap};

use crate::InstancePath;
use crate::jar::Side;
use crate::listings::Held;
use crate::loader_package::PLACES;

use super::book::{Book, Draft, Place};
use super::files::shared_places;
use super::{Evidence, Facts, Remedy, Rule, Severity, Version, Zip};

/// How many of the places at which two zips overlap are told of.
const TOLD: usize = 5;
/// The characters that the Technic Launcher lets into no name of a file.
const REPLACED: [char; 9] = ['\\', '/', ':', '*', '?', '"', '<', '>', '|'];

/// Judges the zips.
pub(super) fn judge(facts: &Facts, book: &mut Book<'_>) {
    name_clashes(facts, book);
    overlaps(facts, book);
    for (place, zip) in facts.zips.iter().enumerate().filter(|(_, zip)| zip.holds.is_none()) {
        let draft = book.about(Rule::Unknown, &zip.file_name()).at(Severity::Note).on(Side::Client);
        draft.says(said(zip.file_name(), "cannot be read, so it may overlap with others".to_owned()));
        draft.zips.insert(place);
    }
}

/// What helps: any one zip goes, if taking out one thing takes it out; of more than two, all but one go.
pub(super) fn remedies(draft: &Draft, facts: &Facts) -> Vec<Remedy> {
    let mut zips: Vec<&Zip> = draft.zips.iter().filter_map(|place| facts.zips.get(*place)).collect();
    if zips.len() > 2 {
        // The build's own files are kept, since no one thing takes them out.
        zips.sort_by_key(|zip| zip.origin.is_some());
        let versions = zips[1..].iter().filter_map(|zip| zip.origin.as_ref()).map(Version::from).collect();
        return vec![Remedy::TakeOut { versions, paths: Vec::new() }];
    }
    let remedy = |zip: &&Zip| match &zip.origin {
        Some(origin) => Some(Remedy::Detach(Version::from(origin))),
        None => own_file(zip, draft, facts).map(|path| Remedy::RemoveFile { path }),
    };
    zips.iter().filter_map(remedy).collect()
}

/// The one file of the build itself that a finding is about.
fn own_file(zip: &Zip, draft: &Draft, facts: &Facts) -> Option<String> {
    let paths: Vec<&str> = match draft.rule {
        Rule::ZipOverlap => draft.evidence.iter().map(|one| one.path.as_str()).collect(),
        _ => zip.holds.iter().flatten().map(|held| held.path.as_str()).collect(),
    };
    let [path] = paths[..] else { return None };
    let key = key(path)?;
    let own = facts.files.iter().filter(|piece| piece.origin.is_none()).map(|piece| &piece.path);
    own.into_iter().find(|own| self::key(own).as_ref() == Some(&key)).cloned()
}

impl Zip {
    /// What the Technic Launcher calls the zip where it keeps it.
    fn file_name(&self) -> String {
        format!("{}-{}.zip", self.name, self.version).replace(REPLACED, "-")
    }

    /// What people call the zip.
    fn told(&self) -> String {
        format!("`{}` {}", self.name, self.version)
    }
}

/// Zips that the Technic Launcher would keep in one file; disks of most players ignore case.
fn name_clashes(facts: &Facts, book: &mut Book<'_>) {
    let mut names: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    for (place, zip) in facts.zips.iter().enumerate() {
        names.entry(zip.file_name().to_lowercase()).or_default().push(place);
    }
    for (name, places) in names.into_iter().filter(|(_, places)| places.len() > 1) {
        let draft = book.about(Rule::ZipNameClash, &name).at(Severity::Error).on(Side::Client);
        for place in &places {
            let zip = &facts.zips[*place];
            draft.says(said(zip.file_name(), format!("is the zip of {}", zip.told())));
        }
        draft.detail =
            format!("{} zips are called `{name}` by the Technic Launcher, which then installs nothing.", places.len());
        draft.zips.extend(&places);
    }
}

/// Zips that hold other bytes at one place, unless that is told of already.
fn overlaps(facts: &Facts, book: &mut Book<'_>) {
    let known = shared_places(facts);
    let mut found: BTreeMap<(Place, Place), Vec<&Held>> = BTreeMap::new();
    for (key, (first, last)) in ends(facts) {
        if first.0 != last.0 && !first.1.is_same(last.1) && !known.contains_key(&key) {
            found.entry((first.0, last.0)).or_default().push(first.1);
        }
    }
    for ((first, last), held) in found {
        overlap((first, &facts.zips[first]), (last, &facts.zips[last]), &held, book);
    }
}

/// A file with the place of its zip among the facts.
type Lying<'a> = (Place, &'a Held);

/// The first zip and the last that hold something at a place, by the path for comparing: those of the Technic Launcher and
/// of Prism Launcher.
fn ends(facts: &Facts) -> BTreeMap<String, (Lying<'_>, Lying<'_>)> {
    let mut ends: HashMap<String, (Lying<'_>, Lying<'_>)> = HashMap::new();
    for (place, zip) in facts.zips.iter().enumerate() {
        for held in zip.holds.iter().flatten() {
            let Some(key) = key(&held.path).filter(|key| is_unpacked(key)) else { continue };
            ends.entry(key).and_modify(|(_, last)| *last = (place, held)).or_insert(((place, held), (place, held)));
        }
    }
    ends.into_iter().collect()
}

fn overlap((first, winner): (Place, &Zip), (last, other): (Place, &Zip), held: &[&Held], book: &mut Book<'_>) {
    let draft = book.about(Rule::ZipOverlap, &subject(winner, other)).at(Severity::Warning).on(Side::Client);
    for held in held.iter().take(TOLD) {
        let says = format!("has other bytes in `{}` than in `{}`", winner.file_name(), other.file_name());
        draft.says(said(held.path.clone(), says));
    }
    let shared = match held.len() {
        1 => "a file at the same place".to_owned(),
        count => format!("{count} files at the same places"),
    };
    draft.detail = format!(
        "The zips of {} and {} have {shared}, with other bytes: the Technic Launcher takes what is in the first, \
         Prism Launcher what is in the second.",
        winner.told(),
        other.told(),
    );
    draft.zips.extend([first, last]);
}

/// What two zips are called together: by their mods, if that tells them apart.
fn subject(one: &Zip, other: &Zip) -> String {
    if one.name.eq_ignore_ascii_case(&other.name) {
        format!("{}+{}", one.file_name(), other.file_name())
    } else {
        format!("{}+{}", one.name, other.name)
    }
}

fn said(path: String, says: String) -> Evidence {
    Evidence { path, id: None, number: None, says }
}

/// The path for comparing; none for what is no path of the game folder.
fn key(path: &str) -> Option<String> {
    path.parse::<InstancePath>().ok().map(|path| path.key())
}

/// Whether the launcher lets something into this place: of `bin` it takes little, of `cache` nothing.
fn is_unpacked(key: &str) -> bool {
    let is_known = || PLACES.contains(&key) || key == "bin/rundata";
    !key.starts_with("cache/") && (!key.starts_with("bin/") || is_known())
}
