//! Archives with files inside, over releases that these formats stumble over: every player's file at its path with its bytes,
//! or a loss that says otherwise. That all formats have the same files is proved in `tests/golden/equality.rs`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod instances;
mod loaders;
#[path = "../parts/mod.rs"]
mod parts;
mod releases;
mod texts;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{Cursor, Read};

use kleister_formats::plan::{Part, Plan};
use kleister_formats::{Bundle, File, Loss, Place, Release, Support, curseforge, prism, technic};
use serde_json::Value;
use sha2::{Digest, Sha256};
use zip::{CompressionMethod, DateTime, ZipArchive};

/// A format: its name, the folder that is the game folder, and how it is written.
type Format = (&'static str, &'static str, fn(&Release) -> Result<Bundle, Loss>);

const FORMATS: [Format; 3] = [
    ("prism", ".minecraft/", |release| Ok(prism::write(release, &releases::addresses()))),
    ("curseforge", "overrides/", |release| Ok(curseforge::write(release))),
    ("technic", "", technic::write),
];

/// Entries by their names.
type Entries = BTreeMap<String, Vec<u8>>;

/// The hash of something that a release has besides its files.
fn hash(name: &str) -> String {
    hex::encode(Sha256::digest(releases::bytes(name)))
}

/// The bytes of an archive, with those of its files.
fn laid_out(plan: &Plan, release: &Release) -> Vec<u8> {
    let files: HashMap<_, _> = release
        .files
        .iter()
        .map(|file| (file.hashes.sha256.clone().unwrap(), releases::bytes(file.path.as_str())))
        .chain(releases::BROUGHT.map(|name| (hash(name), releases::bytes(name))))
        .collect();
    let mut zip = Vec::new();
    for part in &plan.parts {
        let bytes = match part {
            Part::Bytes(bytes) => bytes,
            Part::File { sha256, .. } => &files[sha256],
        };
        assert_eq!(bytes.len() as u64, part.size());
        zip.extend(bytes);
    }
    assert_eq!(zip.len() as u64, plan.size);
    zip
}

/// What the archive holds, as a reader finds it that compares every checksum.
fn entries(bundle: &Bundle, release: &Release) -> Entries {
    let mut archive = ZipArchive::new(Cursor::new(laid_out(&bundle.plan, release))).unwrap();
    let mut entries = Entries::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let name = file.name().unwrap().into_owned();
        assert_eq!(entries.insert(name.clone(), bytes), None, "{name} is there twice");
    }
    entries
}

fn players_files(release: &Release) -> impl Iterator<Item = &File> {
    release.files.iter().filter(|file| file.environment.client != Support::Unsupported)
}

/// Files that `CurseForge` is asked for, by what the manifest numbers.
fn numbered(entries: &Entries, release: &Release) -> Vec<String> {
    let Some(manifest) = entries.get("manifest.json") else { return Vec::new() };
    let manifest: Value = serde_json::from_slice(manifest).unwrap();
    let path = |entry: &Value| {
        let is_it = |file: &&File| {
            let is_origin = |origin: &kleister_formats::Origin| {
                origin.place == Place::Curseforge
                    && origin.project.parse::<u64>().ok() == entry["projectID"].as_u64()
                    && origin.version.parse::<u64>().ok() == entry["fileID"].as_u64()
            };
            file.origins.iter().any(is_origin)
        };
        players_files(release).find(is_it).unwrap().path.to_string()
    };
    manifest["files"].as_array().unwrap().iter().map(path).collect()
}

/// The paths at which the client's files differ from what an archive gives him, where what is switched off differs.
fn differences(format: &Format, release: &Release) -> BTreeSet<String> {
    let (_, folder, write) = format;
    let bundle = write(release).unwrap();
    let entries = entries(&bundle, release);
    let mut given: Entries = entries
        .iter()
        .filter_map(|(name, bytes)| Some((name.strip_prefix(folder)?.to_owned(), bytes.clone())))
        .collect();
    let numbered = numbered(&entries, release);
    let mut differing = BTreeSet::new();
    for file in players_files(release) {
        let path = file.path.to_string();
        let is_given = given.remove(&path).is_some_and(|bytes| bytes == releases::bytes(&path));
        if !is_given && !numbered.contains(&path) {
            differing.insert(path.clone());
        }
        if let Some(off) = given.remove(&format!("{path}.disabled")) {
            assert_eq!(off, releases::bytes(&path), "{path} is there, switched off");
        }
    }
    given.remove("bin/runData");
    if prism::is_updated(release) {
        // What brings the updates, and what that remembers.
        given.retain(|path, _| !path.starts_with("packwiz"));
    }
    assert_eq!(given.keys().collect::<Vec<_>>(), Vec::<&String>::new(), "something came from nowhere");
    for path in &differing {
        assert!(bundle.losses.iter().any(|loss| loss.what == *path), "{path} is lost in silence");
    }
    differing
}

/// Where each format differs from what a player should have; everywhere else it does not. None where it refuses.
fn expected(format: &str, release: &str) -> Option<&'static [&'static str]> {
    Some(match (format, release) {
        ("technic", "equipped" | "forge-1.20.1" | "neoforge" | "quilt" | "elsewhere") => return None,
        ("technic", "forge-1.7.10") => &["bin/minecraft.jar", "cache/downloads.txt"],
        ("technic" | "prism", "forge-1.12.2") => &["mods/shaders.jar"],
        (_, "fabric") => &["mods/twin.jar", "mods/zoom.jar", "shaderpacks/sunset.zip"],
        ("prism", "self-updating") => &["mods/minimap.jar", "mods/zoom.jar"],
        (_, "self-updating" | "equipped") => &["mods/zoom.jar"],
        ("prism", "elsewhere") => {
            &["mods/candles.jar", "mods/lanterns.jar", "mods/old.jar", "mods/optifine.jar", "resourcepacks/bricks.zip"]
        }
        ("curseforge", "elsewhere") => &["mods/candles.jar", "mods/old.jar", "mods/optifine.jar"],
        _ => &[],
    })
}

#[test]
fn players_get_their_files_or_are_told() {
    for format in &FORMATS {
        for (name, release) in releases::all() {
            if let Some(paths) = expected(format.0, name) {
                let found = differences(format, &release);
                assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), paths, "{} of {name}", format.0);
            } else {
                let loss = format.2(&release).unwrap_err();
                assert!(loss.why.contains("kleister admin loaders package"), "{}", loss.why);
            }
        }
    }
}

#[test]
fn servers_files_are_in_no_archive_of_players() {
    let release = &releases::all()[3].1;
    for bundle in [prism::write(release, &releases::addresses()), curseforge::write(release)] {
        let entries = entries(&bundle, release);
        assert!(!entries.keys().any(|name| name.contains("spark") || name.contains("server.properties")));
    }
}

#[test]
fn entries_are_stored_sorted_and_know_no_time() {
    for (format, _, write) in FORMATS {
        for (name, release) in releases::all() {
            let Ok(bundle) = write(&release) else { continue };
            let mut archive = ZipArchive::new(Cursor::new(laid_out(&bundle.plan, &release))).unwrap();
            let names: Vec<_> = (0..archive.len())
                .map(|index| {
                    let file = archive.by_index(index).unwrap();
                    assert_eq!(file.compression(), CompressionMethod::Stored);
                    assert_eq!(file.last_modified(), Some(DateTime::default()));
                    file.name().unwrap().into_owned()
                })
                .collect();
            assert!(names.is_sorted(), "{format} of {name}: {names:?}");
        }
    }
}

#[test]
fn order_of_files_in_the_release_changes_nothing() {
    for (_, _, write) in FORMATS {
        for (_, release) in releases::all() {
            let mut reversed = release.clone();
            reversed.files.reverse();
            // Losses of the same file are told in one order too.
            assert_eq!(write(&reversed), write(&release));
        }
    }
}
