//! Three releases through every format: the bytes, what they promise, and what is lost.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod compare;
mod equality;
mod feed;
mod lasting;
mod mcupdater;
mod mrpack;
mod packs;
mod packwiz;
#[path = "../parts/mod.rs"]
mod parts;
mod releases;
mod sbom;
mod schema;
mod update;
mod upstream;

use kleister_formats::{Delivery, File, Loss, Release, index};
use serde_json::Value;

/// Losses as lines for a snapshot.
fn lines(losses: &[Loss]) -> String {
    losses.iter().map(|loss| format!("{}: {}", loss.what, loss.why)).collect::<Vec<_>>().join("\n")
}

#[test]
fn stored_document_stays_as_it_is() {
    for (name, release) in releases::all() {
        let document = release.to_document().replace(r#"{"path""#, "\n{\"path\"");
        insta::assert_snapshot!(format!("{name}.document"), document);
    }
}

#[test]
fn stored_document_is_read_back() {
    for (_, release) in releases::all() {
        assert_eq!(Release::from_document(&release.to_document()).unwrap(), release);
    }
}

#[test]
fn index_stays_as_it_is() {
    for (name, release) in releases::all() {
        insta::assert_snapshot!(format!("{name}.index"), index::write(&release, &releases::addresses()));
    }
}

#[test]
fn index_has_every_file_and_the_same_bytes_twice() {
    for (_, release) in releases::all() {
        let text = index::write(&release, &releases::addresses());
        assert_eq!(text, index::write(&release, &releases::addresses()));
        let index: Value = serde_json::from_str(&text).unwrap();
        let paths: Vec<_> =
            index["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
        let mut expected: Vec<_> = release.files.iter().map(|file| file.path.as_str()).collect();
        expected.sort_unstable();
        assert_eq!(paths, expected);
    }
}

#[test]
fn index_has_no_size_where_nobody_tells_it() {
    let mut release = releases::vanilla();
    let size = |release: &Release| {
        let index: Value = serde_json::from_str(&index::write(release, &releases::addresses())).unwrap();
        index["files"][0]["size"].clone()
    };
    release.files[0].size = 0;
    assert_eq!(size(&release), 0);
    release.files[0].delivery = Delivery::Linked;
    assert_eq!(size(&release), Value::Null);
}

#[test]
fn index_gives_no_address_for_what_the_player_must_fetch() {
    let index: Value = serde_json::from_str(&index::write(&releases::forge(), &releases::addresses())).unwrap();
    let file = index["files"].as_array().unwrap().iter().find(|file| file["path"] == "mods/optifine.jar").unwrap();
    assert_eq!(file["url"], Value::Null);
    assert_eq!(file["delivery"], "manual");
    assert_eq!(file["sources"][0], "https://example.org/optifine/page");
}

#[test]
fn order_of_files_in_the_release_changes_nothing() {
    let addresses = releases::addresses();
    for (_, release) in releases::all() {
        let mut reversed = release.clone();
        reversed.files.reverse();
        assert_eq!(index::write(&reversed, &addresses), index::write(&release, &addresses));
        assert_eq!(
            kleister_formats::mrpack::write(&reversed, &addresses),
            kleister_formats::mrpack::write(&release, &addresses)
        );
        assert_eq!(
            kleister_formats::packwiz::tree(&reversed, &addresses),
            kleister_formats::packwiz::tree(&release, &addresses)
        );
    }
}

#[test]
fn no_file_is_lost_in_silence() {
    let addresses = releases::addresses();
    for (_, release) in releases::all() {
        let tree = kleister_formats::packwiz::tree(&release, &addresses);
        let export = kleister_formats::mrpack::write(&release, &addresses);
        let is_manual = |file: &&File| file.delivery == Delivery::Manual;
        for path in release.files.iter().filter(is_manual).map(|file| file.path.as_str()) {
            assert!(tree.losses().iter().any(|loss| loss.what == path), "{path}");
            assert!(export.losses.iter().any(|loss| loss.what == path), "{path}");
        }
    }
}
