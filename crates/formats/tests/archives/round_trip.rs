//! What is in an archive comes back through the importer as the files that it was, except for what the
//! export or the import names as lost.

use std::collections::BTreeMap;
use std::io::Cursor;

use kleister_formats::import::{self, Place, Refused};
use kleister_formats::{Bundle, Choice, Environment, File, Policy, Release, Support, prism};
use sha1::{Digest, Sha1};

use crate::{FORMATS, laid_out, releases};

/// What must be the same before and after, beside the path.
#[derive(Debug, PartialEq)]
struct Kept {
    sha1: String,
    environment: Environment,
    asked: bool,
    policy: Policy,
}

fn sha1(bytes: &[u8]) -> String {
    hex::encode(Sha1::digest(bytes))
}

/// Whether a side or the player may leave the file out.
fn is_asked(environment: Environment, choice: Option<&Choice>) -> bool {
    choice.is_some() || [environment.client, environment.server].contains(&Support::Optional)
}

fn before(file: &File) -> Kept {
    let asked = is_asked(file.environment, file.choice.as_ref());
    let sha1 = sha1(&releases::bytes(file.path.as_str()));
    Kept { sha1, environment: file.environment, asked, policy: file.policy }
}

/// The file of a release that `CurseForge` knows by two numbers.
fn numbered(release: &Release, project: u32, number: u32) -> &File {
    let is_it = |origin: &kleister_formats::Origin| {
        origin.place == kleister_formats::Place::Curseforge
            && (&origin.project, &origin.version) == (&project.to_string(), &number.to_string())
    };
    release.files.iter().find(|file| file.origins.iter().any(is_it)).unwrap()
}

/// The files that the importer finds by their paths, and what it says that it left out; none if it cannot tell what
/// kind of pack it is.
fn come_back(bundle: &Bundle, release: &Release) -> Option<(BTreeMap<String, Kept>, Vec<String>)> {
    let (import, mut archive) = match import::read(Cursor::new(laid_out(&bundle.plan, release))) {
        Err(Refused::Unknown) => return None,
        read => read.unwrap(),
    };
    let mut files = BTreeMap::new();
    for found in import.files {
        let (path, bytes) = match found.place {
            Place::Inside(index) => (found.path.to_string(), archive.read(index, 1 << 20).unwrap()),
            // CurseForge tells the name and the bytes of what has these numbers.
            Place::CurseForge { project, file, .. } => {
                let path = numbered(release, project, file).path.to_string();
                (path.clone(), releases::bytes(&path))
            }
            Place::At(_) => panic!("{} is fetched from elsewhere", found.path),
        };
        let environment = found.environment.unwrap_or_default();
        let asked = is_asked(environment, found.choice.as_ref());
        let kept = Kept { sha1: sha1(&bytes), environment, asked, policy: found.policy };
        assert!(files.insert(path, kept).is_none());
    }
    Some((files, import.left_out.into_iter().map(|left| left.what).collect()))
}

/// Compares, and returns how many files came back exactly as they were; none if nothing came back at all.
fn compare(name: &str, bundle: &Bundle, release: &Release, updates: bool) -> Option<usize> {
    let (mut files, left_out) = come_back(bundle, release)?;
    let lost = |what: &str| bundle.losses.iter().any(|loss| loss.what == what);
    let mut exact = 0;
    for file in &release.files {
        let (path, before) = (file.path.as_str(), before(file));
        let for_servers = file.environment.client == Support::Unsupported;
        let Some(after) = files.remove(path) else {
            let reported = left_out.iter().any(|what| what.ends_with(path));
            let named = lost(path) || reported || for_servers && lost("environment");
            assert!(named, "{name}: {path} is lost in silence");
            continue;
        };
        exact += usize::from(after == before);
        let is = |same: bool, otherwise: bool, what: &str| {
            assert!(same || otherwise, "{name}: {what} of {path} was {before:?} and is {after:?}");
        };
        is(after.sha1 == before.sha1, false, "the bytes");
        is(after.environment == before.environment, lost("environment"), "the environment");
        is(after.asked == before.asked, lost(path) || updates && lost("environment"), "the choice");
        is(after.policy == before.policy, lost(path) || lost("updates"), "the policy");
    }
    files.remove("bin/runData");
    // What a release itself has under the name of something that is switched off comes back as that.
    files.retain(|path, kept| !(kept.asked && lost(&format!("{path}.disabled"))));
    files.retain(|path, _| !(updates && path.starts_with("packwiz-installer")));
    assert!(files.is_empty(), "{name}: something came from nowhere: {files:?}");
    Some(exact)
}

#[test]
fn files_come_back_as_they_were_or_are_named_as_lost() {
    let mut exact = Vec::new();
    for (name, release) in releases::all() {
        let mut counts = vec![format!("{} files", release.files.len())];
        for (format, _, write) in FORMATS {
            let Ok(bundle) = write(&release) else { continue };
            let updates = format == "prism" && prism::is_updated(&release);
            let exact = compare(&format!("{format} of {name}"), &bundle, &release, updates);
            counts.push(exact.map_or_else(|| "unknown".to_owned(), |exact| exact.to_string()));
        }
        exact.push(format!("{name}: {}", counts.join(", ")));
    }
    // In the order of the formats; NeoForge's packs, Quilt's and the like are refused by Technic's. A zip without a jar
    // is no pack that anybody knows.
    let expected = [
        "vanilla: 2 files, 2, 1, unknown",
        "forge-1.7.10: 7 files, 7, 7, 5",
        "forge-1.12.2: 8 files, 6, 6, 6",
        "forge-1.20.1: 5 files, 1, 1",
        "neoforge: 2 files, 2, 2",
        "fabric: 11 files, 5, 4, 5",
        "quilt: 1 files, 1, 1",
        "elsewhere: 7 files, 2, 4",
        "equipped: 2 files, 1, 1",
        "self-updating: 4 files, 0, 0, 0",
    ];
    assert_eq!(exact, expected);
}
