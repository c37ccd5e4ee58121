//! Archives with the files inside, as their launchers unpack them.

use std::io::{Cursor, Read};

use kleister_formats::plan::{Part, Plan};
use kleister_formats::{Addresses, Bundle, Place, Release, curseforge, prism, solder, technic};
use sha1::{Digest, Sha1};
use zip::ZipArchive;

use super::{Files, Told, by_hash, fetched};
use crate::packs;

/// A file of which nothing is said but its bytes.
fn bare(bytes: &[u8]) -> Told {
    Told { sha1: Some(hex::encode(Sha1::digest(bytes))), ..Told::default() }
}

/// What lies in an archive: names with bytes.
pub(super) fn entries(plan: &Plan, release: &Release) -> Vec<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    for part in &plan.parts {
        match part {
            Part::Bytes(made) => bytes.extend(made),
            Part::File { sha256, .. } => bytes.extend(packs::bytes(&by_hash(release, "sha256", sha256).path)),
        }
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let count = archive.len();
    let entry = |at| {
        let mut entry = archive.by_index(at).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        (entry.name().unwrap().into_owned(), content)
    };
    (0..count).map(entry).collect()
}

/// What an archive puts into the game folder, which is this folder of it.
fn unpacked(bundle: &Bundle, release: &Release, folder: &str) -> Files {
    let placed = entries(&bundle.plan, release).into_iter();
    placed.filter_map(|(name, bytes)| Some((name.strip_prefix(folder)?.to_owned(), bare(&bytes)))).collect()
}

/// An instance of Prism. What is switched off lies there under another name, and is not there for the game.
pub(super) fn of_prism(release: &Release, addresses: &Addresses) -> Files {
    let mut files = unpacked(&prism::write(release, addresses), release, ".minecraft/");
    files.retain(|path, _| !is_off(release, path));
    files
}

/// A profile of `CurseForge` App: what lies in the archive, and what its manifest numbers and requires.
pub(super) fn of_curseforge(release: &Release, _: &Addresses) -> Files {
    let bundle = curseforge::write(release);
    let mut files = unpacked(&bundle, release, "overrides/");
    files.retain(|path, _| !is_off(release, path));
    let (_, text) = entries(&bundle.plan, release).into_iter().find(|(name, _)| name == "manifest.json").unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&text).unwrap();
    for line in manifest["files"].as_array().unwrap() {
        let file = release.files.iter().find(|file| {
            file.origins.iter().any(|origin| {
                origin.place == Place::Curseforge
                    && origin.project.parse().ok() == line["projectID"].as_u64()
                    && origin.version.parse().ok() == line["fileID"].as_u64()
            })
        });
        let path = file.unwrap().path.to_string();
        files.insert(path.clone(), Told { sha1: Some(fetched(&path)), ..Told::default() });
    }
    files
}

/// What the Technic Launcher unpacks over an empty folder; nothing where the loader is missing. What it is told about Java
/// and memory is no file of the player.
pub(super) fn of_technic(release: &Release, _: &Addresses) -> Files {
    let Ok(bundle) = technic::write(release) else { return Files::new() };
    let mut files = unpacked(&bundle, release, "");
    files.retain(|path, _| path != "bin/runData" || has(release, path));
    files
}

/// What the Technic Launcher unpacks of a build's zips: the last one first, so that what is before wins. The loader's zip is
/// no file of the player.
pub(super) fn of_solder(release: &Release, _: &Addresses) -> Files {
    let mut files = Files::new();
    for package in solder::packages(release).iter().rev() {
        let solder::Bytes::Planned(plan) = &package.bytes else { panic!("{} is kept", package.name) };
        files.extend(entries(plan, release).into_iter().map(|(path, bytes)| (path, bare(&bytes))));
    }
    files
}

/// Whether a path is that of a file under the name that it has while it is switched off.
fn is_off(release: &Release, path: &str) -> bool {
    !has(release, path) && path.strip_suffix(".disabled").is_some_and(|on| has(release, on))
}

fn has(release: &Release, path: &str) -> bool {
    release.files.iter().any(|file| file.path.as_str() == path)
}
