//! `.mrpack`: one zip, one index.

use std::io::{Cursor, Read};

use kleister_formats::plan::Part;
use kleister_formats::{Addresses, Delivery, Error, Export, Release, mrpack};
use serde_json::Value;
use zip::{CompressionMethod, DateTime, ZipArchive};

use crate::{lines, packs, releases};

fn export(release: &Release) -> Export {
    mrpack::write(release, &releases::addresses()).unwrap()
}

fn text(export: &Export) -> String {
    let mut archive = ZipArchive::new(Cursor::new(&export.bytes)).unwrap();
    let mut text = String::new();
    archive.by_name("modrinth.index.json").unwrap().read_to_string(&mut text).unwrap();
    text
}

fn index(release: &Release) -> Value {
    serde_json::from_str(&text(&export(release))).unwrap()
}

fn file<'a>(index: &'a Value, path: &str) -> &'a Value {
    index["files"].as_array().unwrap().iter().find(|file| file["path"] == path).unwrap()
}

#[test]
fn index_and_losses_stay_as_they_are() {
    for (name, release) in releases::all() {
        let export = export(&release);
        let snapshot = format!("{}\n\n=== losses ===\n{}", text(&export), lines(&export.losses));
        insta::assert_snapshot!(format!("{name}.mrpack"), snapshot);
    }
}

#[test]
fn same_release_gives_the_same_bytes() {
    for (_, release) in releases::all() {
        assert_eq!(export(&release).bytes, export(&release.clone()).bytes);
    }
}

#[test]
fn archive_is_stored_and_knows_no_time_owner_or_machine() {
    let export = export(&releases::forge());
    let mut archive = ZipArchive::new(Cursor::new(&export.bytes)).unwrap();
    assert_eq!(archive.len(), 1);
    let entry = archive.by_index(0).unwrap();
    assert_eq!(entry.compression(), CompressionMethod::Stored);
    assert_eq!(entry.last_modified(), Some(DateTime::default()));
    assert_eq!(entry.extra_data().unwrap_or_default(), b"");
    assert!(export.bytes.starts_with(b"PK\x03\x04"));
    let directory = export.bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    assert_eq!(export.bytes[directory + 5], 0, "made by DOS, which has no modes");
    assert_eq!(export.bytes[directory + 38..directory + 42], [0; 4], "no attributes");
}

#[test]
fn client_only_mod_is_unsupported_on_the_server() {
    let index = index(&releases::forge());
    assert_eq!(file(&index, "mods/oculus.jar")["env"]["client"], "required");
    assert_eq!(file(&index, "mods/oculus.jar")["env"]["server"], "unsupported");
}

#[test]
fn dependencies_are_minecraft_and_the_bare_loader() {
    assert_eq!(index(&releases::vanilla())["dependencies"], serde_json::json!({"minecraft": "26.1"}));
    assert_eq!(
        index(&releases::forge())["dependencies"],
        serde_json::json!({"minecraft": "1.20.1", "forge": "47.2.0"})
    );
    assert_eq!(
        index(&releases::fabric())["dependencies"],
        serde_json::json!({"minecraft": "1.21.1", "fabric-loader": "0.16.9"})
    );
}

#[test]
fn linked_file_comes_from_its_https_sources_with_legal_addresses() {
    let index = index(&releases::forge());
    assert_eq!(
        file(&index, "mods/iron.jar")["downloads"],
        serde_json::json!(["https://cdn.modrinth.com/data/x/Iron%20%5BForge%5D%207.jar"])
    );
}

#[test]
fn source_without_https_is_kept_where_it_is_the_only_one_and_is_a_loss() {
    let mut release = releases::vanilla();
    release.files[0].delivery = Delivery::Linked;
    release.files[0].sources = vec!["http://mirror.example.org/a.zip".to_owned()];
    assert_eq!(index(&release)["files"][0]["downloads"], serde_json::json!(["http://mirror.example.org/a.zip"]));
    assert_eq!(export(&release).losses[0].what, "resourcepacks/faithful.zip");
}

#[test]
fn size_that_nobody_tells_is_a_loss() {
    let unmeasured = |delivery| {
        let mut release = releases::vanilla();
        (release.files[0].delivery, release.files[0].size) = (delivery, 0);
        release.files[0].sources = vec!["https://mirror.example.org/a.zip".to_owned()];
        release
    };
    let losses = export(&unmeasured(Delivery::Linked)).losses;
    assert_eq!((losses.len(), &*losses[0].what), (1, "resourcepacks/faithful.zip"));
    assert!(losses[0].why.contains("size is not known"), "{}", losses[0].why);
    // What is kept here is measured, though it be empty.
    assert_eq!(export(&unmeasured(Delivery::Stored)).losses, []);
}

#[test]
fn http_address_of_the_server_is_a_loss() {
    let addresses = Addresses::new("http://192.168.0.2:8080/packs/golden/1.0");
    let export = mrpack::write(&releases::vanilla(), &addresses).unwrap();
    assert_eq!(export.losses.len(), 1);
    assert_eq!(export.losses[0].what, "downloads");
    assert!(text(&export).contains("http://192.168.0.2:8080/packs/golden/1.0/files/"));
}

#[test]
fn file_of_four_gibibytes_is_left_out() {
    let mut release = releases::vanilla();
    release.files[0].size = 1 << 32;
    assert_eq!(index(&release)["files"], serde_json::json!([]));
    assert!(export(&release).losses[0].why.contains("4 GiB"));
    release.files[0].size -= 1;
    assert_eq!(index(&release)["files"][0]["fileSize"], u32::MAX);
}

#[test]
fn long_summary_is_cut_and_reported() {
    let mut release = releases::vanilla();
    release.pack.summary = Some("many words ".repeat(300));
    assert!(index(&release)["summary"].as_str().unwrap().len() <= 2048);
    assert_eq!(export(&release).losses[0].what, "summary");
}

/// The addresses of a file of the pack whose files are elsewhere.
fn downloads(write: fn(&Release, &Addresses) -> Result<Export, Error>, path: &str) -> Vec<String> {
    let export = write(&packs::elsewhere(), &releases::addresses()).unwrap();
    let index: Value = serde_json::from_str(&text(&export)).unwrap();
    let downloads = file(&index, path)["downloads"].as_array().unwrap();
    downloads.iter().map(|address| address.as_str().unwrap().to_owned()).collect()
}

#[test]
fn players_fetch_from_modrinth_alone_what_modrinth_has() {
    let theirs = "https://cdn.modrinth.com/data/AANobbMI/versions/b2JhY2tz";
    assert_eq!(downloads(mrpack::write, "mods/kept.jar"), [format!("{theirs}/kept.jar")]);
    assert_eq!(downloads(mrpack::write, "mods/linked.jar"), [format!("{theirs}/linked.jar")]);
    let mut release = packs::elsewhere();
    release.files.iter_mut().for_each(|file| file.origins.clear());
    let kept = index(&release);
    assert_eq!(file(&kept, "mods/kept.jar")["downloads"].as_array().unwrap().len(), 3, "nobody says it is the same");
}

#[test]
fn own_source_has_no_other_address_of_what_is_kept_here() {
    let ours = "https://mc.example.org/packs/golden/1.0/files/mods/kept.jar";
    assert_eq!(downloads(mrpack::write_own, "mods/kept.jar"), [ours]);
    assert_eq!(downloads(mrpack::write_own, "mods/linked.jar").len(), 1, "what is only linked has no address of ours");
}

#[test]
fn upload_fetches_from_modrinth_and_github_only() {
    let upload = mrpack::write_upload(&packs::elsewhere(), &releases::addresses());
    let Some(Part::Bytes(index)) = upload.plan.parts.get(1) else { panic!("the index is the only entry") };
    let index: Value = serde_json::from_slice(index).unwrap();
    let files = index["files"].as_array().unwrap();
    let hosts = files.iter().flat_map(|file| file["downloads"].as_array().unwrap());
    assert!(hosts.clone().count() > 0);
    assert!(hosts.into_iter().all(|address| address.as_str().unwrap().starts_with("https://cdn.modrinth.com/")));
    insta::assert_snapshot!("elsewhere.upload", lines(&upload.losses));
}

#[test]
fn upload_names_the_jars_whose_permission_must_be_shown() {
    let upload = mrpack::write_upload(&packs::forge_1_20_1(), &releases::addresses());
    let asked = upload.losses.iter().filter(|loss| loss.why.contains("may hand it out")).map(|loss| &*loss.what);
    assert_eq!(
        asked.collect::<Vec<_>>(),
        [
            "mods/create-1.20.1-0.5.1.jar",
            "mods/embeddium-0.3.31.jar",
            "mods/oculus-1.7.0.jar",
            "mods/spark-1.10.53.jar"
        ]
    );
}
