//! What was published once has the same bytes for ever, whichever Kleister hands it out.
//!
//! In `tests/lasting`, `NAME.json` is a release as a database has it, and `NAME.sums` has what its exports hashed to when it
//! was added, at an address by HTTPS and at one with a token. None of these files is ever changed: players' launchers know
//! what was published by its hashes, and may keep it for ever. Where an exporter has to write something else, it does so for
//! releases that say that they are newer.
//!
//! `KLEISTER_WRITE_LASTING=1 cargo test -p kleister-formats --test golden lasting` adds what is missing.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use kleister_formats::plan::{Part, Plan};
use kleister_formats::{
    Addresses, LoaderPackage, Release, curseforge, index, mcupdater, mrpack, packwiz, prism, sbom, solder, technic,
};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::packs;

/// Where releases are handed out: by HTTPS to everybody, and without it to the holder of a token for a channel.
fn addresses() -> [(&'static str, Addresses); 2] {
    let private = Addresses::new("http://192.168.0.2:8080/t/klc_0123456789/packs/golden/1.0");
    [("public", Addresses::new("https://mc.example.org/packs/golden/1.0")), ("private", private.following("beta"))]
}

/// What each export of a release hashes to.
fn sums(release: &Release, addresses: &Addresses) -> BTreeMap<String, String> {
    let mut sums = BTreeMap::new();
    let mut add =
        |name: &str, sum: String| assert_eq!(sums.insert(name.to_owned(), sum), None, "{name} is there twice");
    add("index.json", of_bytes(index::write(release, addresses).as_bytes()));
    add("sbom.cdx.json", of_bytes(sbom::write(release).as_bytes()));
    add("pack.mrpack", of_plan(&mrpack::write(release, addresses).plan));
    add("pack.mrpack?source=own", of_plan(&mrpack::write_own(release, addresses).plan));
    add("pack.mrpack?for=modrinth", of_plan(&mrpack::write_upload(release, addresses).plan));
    add("prism.zip", of_plan(&prism::write(release, addresses).plan));
    add("curseforge.zip", of_plan(&curseforge::write(release).plan));
    if let Ok(bundle) = technic::write(release) {
        add("technic.zip", of_plan(&bundle.plan));
    }
    if let Ok(export) = mcupdater::write(release, addresses) {
        add("mcupdater.xml", of_bytes(&export.bytes));
    }
    for (path, entry) in packwiz::tree(release, addresses).iter() {
        if let packwiz::Entry::Text(text) = entry {
            add(&format!("packwiz/{path}"), of_bytes(text.as_bytes()));
        }
    }
    for package in solder::packages(release) {
        let sum = match &package.bytes {
            solder::Bytes::Kept { sha256, .. } => sha256.clone(),
            solder::Bytes::Planned(plan) => of_plan(plan),
        };
        add(&format!("solder {} {} {}", package.id, package.name, package.version), sum);
    }
    sums
}

fn of_bytes(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The hash of what was made of an archive, with the hashes of its files in between.
fn of_plan(plan: &Plan) -> String {
    let mut digest = Sha256::new();
    for part in &plan.parts {
        match part {
            Part::Bytes(bytes) => digest.update(bytes),
            Part::File { sha256, .. } => digest.update(sha256),
        }
    }
    hex::encode(digest.finalize())
}

fn told(release: &Release) -> String {
    let mut text = String::new();
    for (kind, addresses) in addresses() {
        for (name, sum) in sums(release, &addresses) {
            writeln!(text, "{sum}  {kind} {name}").unwrap();
        }
    }
    text
}

/// Releases as they are published today.
fn todays() -> Vec<(&'static str, Release)> {
    let mut releases = packs::all().map(|(name, release)| (name, release.freeze())).to_vec();
    releases.push(("equipped", equipped().freeze()));
    releases
}

/// A release with everything that one can have besides its files.
fn equipped() -> Release {
    let extras = json!({
        "icon": {"ending": "png", "sha256": "a".repeat(64), "size": 300, "crc32": 7},
        "server": "play.example.org:25570",
        "components": [{"uid": "org.example.agent", "version": "3", "patch": {"+tweakers": []}}],
        "updater": {
            "bootstrap": {"sha256": "b".repeat(64), "size": 1, "crc32": 2},
            "installer": {"sha256": "c".repeat(64), "size": 3, "crc32": 4},
        },
    });
    let package =
        LoaderPackage { path: "bin/version.json".parse().unwrap(), sha256: "d".repeat(64), size: 5, crc32: 6 };
    Release { extras: serde_json::from_value(extras).unwrap(), loader_package: Some(package), ..packs::fabric() }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/lasting")
}

/// Writes a file that is not there yet.
fn keep(name: &str, text: &str) {
    let path = folder().join(name);
    if std::env::var_os("KLEISTER_WRITE_LASTING").is_some() && !path.exists() {
        fs::create_dir_all(folder()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn what_was_published_keeps_its_bytes() {
    for (name, release) in todays() {
        keep(&format!("{name}.json"), &(release.to_document() + "\n"));
        keep(&format!("{name}.sums"), &told(&release));
    }
    let mut names: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    assert!(names.len() >= 9, "{names:?}");
    for path in names {
        let release = Release::from_document(&fs::read_to_string(&path).unwrap()).unwrap();
        let before = fs::read_to_string(path.with_extension("sums")).unwrap();
        let after = told(&release);
        let changed: Vec<_> = before.lines().filter(|line| !after.lines().any(|after| after == *line)).collect();
        assert!(changed.is_empty(), "{} was handed out as {changed:#?} before", path.display());
    }
}

#[test]
fn release_is_published_with_the_losses_of_that_day() {
    let release = packs::fabric().freeze();
    let mut later = release.clone();
    later.losses.as_mut().unwrap().get_mut("prism.zip").unwrap()[0].why = "In other words.".to_owned();
    let [(_, public), _] = addresses();
    assert!(index::write(&later, &public).contains("In other words."));
    let again = Release::from_document(&later.to_document()).unwrap();
    assert_eq!(index::write(&again, &public), index::write(&later, &public));
}
