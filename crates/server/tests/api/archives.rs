//! Archives with a pack's files inside: laid out while they are sent, the same bytes for everybody.

use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use kleister_server::storage;
use kleister_store::{Caller as Who, Who as User};
use serde_json::json;
use zip::ZipArchive;

use crate::test_app::{Answer, Caller, TestApp};
use crate::upstream::synced;

const FORMATS: [&str; 3] = ["prism", "curseforge", "technic"];

/// The SHA-256 of `PK jei 1.0`.
const JEI: &str = "10d46fa27547b6ff35af5f5ed3994f26508d8ab383774209141dacbfe2ed6473";

fn address(format: &str) -> String {
    format!("/packs/sky/1.0/{format}.zip")
}

async fn put(caller: &Caller, path: &str, bytes: &[u8]) {
    let request = Request::put(format!("/api/v1/packs/sky/builds/1.0/files/{path}"));
    caller.request(request.body(Body::from(bytes.to_vec())).unwrap()).await.ok();
}

async fn publish(admin: &Caller) {
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
}

/// A server with a published build: a mod, a setting, a file for servers only.
async fn published() -> (TestApp, Caller, Caller) {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    put(&admin, "config/jei.toml", b"a = 1").await;
    put(&admin, "server.properties?client=unsupported", b"motd=x").await;
    publish(&admin).await;
    app.settled().await;
    (app, admin, anonymous)
}

/// Names and texts of what an archive holds, with every checksum compared.
fn unzipped(answer: &Answer) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(Cursor::new(&answer.bytes)).unwrap();
    let entry = |index| {
        let (mut file, mut text) = (archive.by_index(index).unwrap(), String::new());
        file.read_to_string(&mut text).unwrap();
        (file.name().unwrap().into_owned(), text)
    };
    (0..ZipArchive::new(Cursor::new(&answer.bytes)).unwrap().len()).map(entry).collect()
}

/// Where a blob lies.
fn place(app: &TestApp, key: &str) -> PathBuf {
    Path::new(&app.app.config.upload.path).join("blobs").join(&key[..2]).join(&key[2..4]).join(key)
}

#[tokio::test]
async fn archives_hold_what_players_need() {
    let (_app, _, anonymous) = published().await;
    for (format, folder) in [("prism", ".minecraft/"), ("curseforge", "overrides/"), ("technic", "")] {
        let answer = anonymous.fetch(&address(format)).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.headers["content-type"]),
            (200, &"application/zip".parse().unwrap())
        );
        let saved = format!("attachment; filename*=UTF-8''sky-1.0-{format}.zip");
        assert_eq!(answer.headers["content-disposition"], saved);
        let entries = unzipped(&answer);
        let found = |name: &str| entries.iter().find(|(found, _)| found == name).map(|(_, text)| text.as_str());
        assert_eq!(found(&format!("{folder}mods/jei-1.0.jar")), Some("PK jei 1.0"), "{format}");
        assert_eq!(found(&format!("{folder}config/jei.toml")), Some("a = 1"), "{format}");
        assert!(!entries.iter().any(|(name, _)| name.contains("server.properties")), "{format}");
    }
}

#[tokio::test]
async fn every_part_of_an_archive_can_be_asked_for() {
    let (_app, _, anonymous) = published().await;
    for format in FORMATS {
        let whole = anonymous.fetch(&address(format)).await;
        let (size, tag) = (whole.bytes.len(), whole.headers["etag"].to_str().unwrap().to_owned());
        assert_eq!(whole.headers["content-length"], size.to_string());
        // Steps that no length of a header or a file is a multiple of.
        for start in (0..size).step_by(23) {
            let end = (start + 37).min(size);
            let range = [("range", format!("bytes={start}-{}", end - 1))];
            let part = anonymous.fetch_with(&address(format), &range).await;
            assert_eq!(part.status, 206);
            assert_eq!(part.bytes, whole.bytes[start..end], "{format} {start}");
            assert_eq!(part.headers["content-range"], format!("bytes {start}-{}/{size}", end - 1));
        }
        let known = anonymous.fetch_with(&address(format), &[("if-none-match", tag.clone())]).await;
        assert_eq!((known.status.as_u16(), known.bytes.len(), &known.headers["etag"]), (304, 0, &tag.parse().unwrap()));
        let behind = anonymous.fetch_with(&address(format), &[("range", format!("bytes={size}-"))]).await;
        assert_eq!(behind.status, 416);
        let head = Request::head(address(format)).body(Body::empty()).unwrap();
        let head = anonymous.request(head).await;
        assert_eq!((head.status.as_u16(), head.bytes.len()), (200, 0));
        assert_eq!((&head.headers["etag"], &head.headers["content-length"]), (&tag.parse().unwrap(), &size.into()));
    }
}

#[tokio::test]
async fn renaming_and_a_restart_change_no_byte() {
    let (app, admin, anonymous) = published().await;
    let mut before = Vec::new();
    for format in FORMATS {
        let answer = anonymous.fetch(&address(format)).await;
        before.push((answer.bytes, answer.headers["etag"].clone()));
    }
    admin.put("/packs/sky", json!({"name": "Cloud Pack", "slug": "cloud", "summary": "New"})).await.ok();
    admin.put("/mods/jei", json!({"name": "Barely Enough Items", "side": "server"})).await.ok();
    drop((admin, anonymous));
    let app = app.restarted().await;
    for (format, before) in FORMATS.iter().zip(before) {
        let answer = app.anonymous().fetch(&address(format)).await;
        assert_eq!((answer.bytes, answer.headers["etag"].clone()), before, "{format}");
    }
}

#[tokio::test]
async fn archive_with_a_bad_file_is_refused_before_its_first_byte() {
    let (app, _, anonymous) = published().await;
    fs::write(place(&app, JEI), b"PK jei 1").unwrap();
    for format in FORMATS {
        assert_eq!(anonymous.fetch(&address(format)).await.status, 503, "{format}: it is too short");
    }
}

#[tokio::test]
async fn part_of_an_archive_needs_no_file_that_it_has_nothing_of() {
    let (app, _, anonymous) = published().await;
    fs::remove_file(place(&app, JEI)).unwrap();
    for format in FORMATS {
        let first = anonymous.fetch_with(&address(format), &[("range", "bytes=0-3".to_owned())]).await;
        assert_eq!((first.status.as_u16(), &*first.bytes), (206, &b"PK\x03\x04"[..]), "{format}");
    }
}

#[tokio::test]
async fn file_that_goes_while_it_is_sent_ends_the_connection() {
    for format in FORMATS {
        let (app, _, anonymous) = published().await;
        let request = Request::get(address(format)).body(Body::empty()).unwrap();
        let response = anonymous.response(request).await;
        assert_eq!(response.status(), 200);
        let mut body = response.into_body();
        body.frame().await.unwrap().unwrap();
        fs::remove_file(place(&app, JEI)).unwrap();
        assert!(body.collect().await.is_err(), "{format} ends as if it were whole");
    }
}

#[tokio::test]
async fn archive_with_a_file_that_was_taken_down_is_gone_for_those_who_know_it_too() {
    let (app, _, anonymous) = published().await;
    let tag = anonymous.fetch(&address("prism")).await.headers["etag"].to_str().unwrap().to_owned();
    let operator = Who::User(User { id: String::new(), username: "operator".to_owned(), admin: true });
    storage::block(&app.app, &operator, JEI, "it steals passwords").await.unwrap();
    for format in FORMATS {
        let refused = anonymous.fetch(&address(format)).await;
        assert_eq!(refused.status, 451, "{format}");
        assert!(String::from_utf8_lossy(&refused.bytes).contains("it steals passwords"));
    }
    let refused = anonymous.fetch("/solder/packs/sky/1.0/jei/jei-1.0.zip").await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["error"]),
        (451, &"This was taken down: it steals passwords".into())
    );
    assert_eq!(anonymous.fetch_with(&address("prism"), &[("if-none-match", tag)]).await.status, 451);
}

#[tokio::test]
async fn zip_for_technic_without_a_loader_is_refused_until_the_build_brings_it() {
    let (app, _upstream, admin) = synced().await;
    let games = json!({"minecraft_id": "1.21.1", "neoforge_id": "21.1.77"});
    admin.put("/packs/sky/builds/1.0", games.clone()).await.ok();
    put(&admin, "config/a.cfg", b"a").await;
    publish(&admin).await;
    let refused = app.anonymous().fetch(&address("technic")).await;
    assert_eq!((refused.status.as_u16(), &refused.headers["cache-control"]), (409, &"no-store".parse().unwrap()));
    let why = String::from_utf8_lossy(&refused.bytes).into_owned();
    assert!(why.contains("neoforge 21.1.77") && why.contains("bin/modpack.jar"), "{why}");

    admin.post("/packs/sky/builds", json!({"name": "2.0", "from": "1.0"})).await.ok();
    let installer = Request::put("/api/v1/packs/sky/builds/2.0/files/bin/modpack.jar").body("PK installer".into());
    admin.request(installer.unwrap()).await.ok();
    admin.put("/packs/sky/builds/2.0", json!({"published": true})).await.ok();
    let given = app.anonymous().fetch("/packs/sky/2.0/technic.zip").await;
    let entries = unzipped(&given);
    assert_eq!(entries[0], ("bin/modpack.jar".to_owned(), "PK installer".to_owned()));
}
