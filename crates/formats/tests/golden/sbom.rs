//! `sbom.cdx.json`: what is in a pack, for those who must know.

use kleister_formats::{Release, sbom};
use serde_json::{Value, json};

use crate::{packs, releases};

fn read(release: &Release) -> Value {
    serde_json::from_str(&sbom::write(release)).unwrap()
}

fn component<'a>(sbom: &'a Value, reference: &str) -> &'a Value {
    sbom["components"].as_array().unwrap().iter().find(|component| component["bom-ref"] == reference).unwrap()
}

#[test]
fn document_stays_as_it_is() {
    for (name, release) in [("forge", releases::forge()), ("elsewhere", packs::elsewhere())] {
        insta::assert_snapshot!(format!("{name}.sbom"), sbom::write(&release));
    }
}

#[test]
fn every_file_is_listed_with_all_hashes_that_are_known() {
    for (name, release) in packs::all() {
        let sbom = read(&release);
        for file in &release.files {
            let component = component(&sbom, &format!("files/{}", file.path));
            let hash = |alg: &str| {
                let hashes = component["hashes"].as_array().cloned().unwrap_or_default();
                let found = hashes.iter().find(|hash| hash["alg"] == alg).map(|hash| hash["content"].clone());
                found.and_then(|hash| hash.as_str().map(str::to_owned))
            };
            let found = [hash("MD5"), hash("SHA-1"), hash("SHA-256"), hash("SHA-512")];
            let hashes = file.hashes.clone();
            assert_eq!(found, [hashes.md5, hashes.sha1, hashes.sha256, hashes.sha512], "{name}: {}", file.path);
        }
    }
}

#[test]
fn licence_is_an_identifier_an_expression_or_what_the_author_wrote() {
    for (written, told) in [
        ("MIT", json!({"license": {"id": "MIT"}})),
        ("MIT OR Apache-2.0", json!({"expression": "MIT OR Apache-2.0"})),
        ("All rights reserved", json!({"license": {"name": "All rights reserved"}})),
        ("mit", json!({"license": {"name": "mit"}})),
    ] {
        let mut release = packs::vanilla();
        release.files[0].content.as_mut().unwrap().licence = Some(written.to_owned());
        let reference = format!("files/{}", release.files[0].path);
        assert_eq!(component(&read(&release), &reference)["licenses"], json!([told]));
    }
}

#[test]
fn origins_are_told_as_addresses_and_properties() {
    let sbom = read(&packs::elsewhere());
    let kept = component(&sbom, "files/mods/kept.jar");
    let references = kept["externalReferences"].as_array().unwrap();
    assert_eq!(references[0], json!({"type": "website", "url": "https://modrinth.com/project/AANobbMI"}));
    assert_eq!((&references[1]["type"], references.len()), (&json!("distribution"), 3));
    let by_hand = component(&sbom, "files/mods/by-hand.jar")["properties"].as_array().unwrap();
    assert!(by_hand.contains(&json!({"name": "kleister:curseforge:file", "value": "4712866"})));
}

#[test]
fn serial_number_is_a_uuid_that_follows_from_the_files() {
    let mut serials: Vec<_> = packs::all().map(|(_, release)| read(&release)["serialNumber"].clone()).to_vec();
    let release = packs::vanilla();
    assert_eq!(read(&release)["serialNumber"], serials[0]);
    let mut changed = release;
    changed.files[0].hashes.sha256 = Some("0".repeat(64));
    serials.push(read(&changed)["serialNumber"].clone());
    for serial in &serials {
        let uuid = serial.as_str().unwrap().strip_prefix("urn:uuid:").unwrap();
        let parts: Vec<_> = uuid.split('-').map(str::len).collect();
        assert_eq!((parts.as_slice(), &uuid[14..15]), (&[8, 4, 4, 4, 12][..], "8"));
        assert!("89ab".contains(&uuid[19..20]), "{uuid}");
    }
    serials.sort_unstable_by_key(ToString::to_string);
    serials.dedup();
    assert_eq!(serials.len(), packs::all().len() + 1);
}
