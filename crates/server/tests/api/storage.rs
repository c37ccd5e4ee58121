//! Bytes looked after: collected, hashed again, moved, taken down; and kept in a bucket.

use std::fs;
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::http::Request;
use kleister_server::config::{Config, Upload};
use kleister_server::{App, Clock, storage};
use kleister_store::{Caller as Who, Who as User};
use serde_json::json;

use crate::s3;
use crate::test_app::{Caller, TestApp};

/// The SHA-256 of the file in the pack `sky`.
const JEI: &str = "10d46fa27547b6ff35af5f5ed3994f26508d8ab383774209141dacbfe2ed6473";

/// Where players get it.
const ADDRESS: &str = "/packs/sky/1.0/files/mods/jei-1.0.jar";

/// So many seconds that every file which a test has written is older than a day then.
const AGES: i64 = 100 * 365 * 24 * 3600;

async fn published(admin: &Caller) {
    admin.pack_with_build().await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
}

fn operator() -> Who {
    Who::User(User { id: String::new(), username: "operator".to_owned(), admin: true })
}

fn place(app: &TestApp, key: &str) -> PathBuf {
    Path::new(&app.app.config.upload.path).join("blobs").join(&key[..2]).join(&key[2..4]).join(key)
}

/// Keeps bytes that no row names.
async fn stray(app: &App, bytes: &'static [u8]) -> String {
    let mut upload = app.files.upload(None, 1000).await.unwrap();
    upload.write(bytes.into()).await.unwrap();
    upload.finish().await.unwrap().sha256
}

#[tokio::test]
async fn what_nothing_names_is_deleted_after_a_day_and_nothing_else() {
    let (app, admin, ..) = TestApp::with_callers().await;
    published(&admin).await;
    admin.upload("jei", "0.9", "jei-0.9.jar", b"PK jei 0.9").await.ok();
    admin.delete("/mods/jei/versions/0.9").await.ok();
    let stray = stray(&app.app, b"of an upload that broke off").await;
    assert_eq!(storage::collect(&app.app, false, &|_| {}).await.unwrap(), storage::Collected::default());
    app.clock.advance(AGES);
    let told = storage::collect(&app.app, true, &|_| {}).await.unwrap();
    assert_eq!((told.blobs.len(), told.bytes), (2, 10 + 27));
    assert!(place(&app, &stray).exists());
    let done = storage::collect(&app.app, false, &|_| {}).await.unwrap();
    assert_eq!(done, told);
    assert!(done.blobs.iter().all(|key| !place(&app, key).exists()));
    assert!(place(&app, JEI).exists());
    assert_eq!(app.anonymous().fetch(ADDRESS).await.bytes, "PK jei 1.0");
    assert_eq!(storage::collect(&app.app, false, &|_| {}).await.unwrap(), storage::Collected::default());
}

#[tokio::test]
async fn bad_blobs_are_told_with_whom_they_hurt_and_healed_by_an_upload() {
    let (app, admin, ..) = TestApp::with_callers().await;
    published(&admin).await;
    let verified = storage::verify(&app.app, &|_| {}).await.unwrap();
    assert_eq!((verified.blobs, verified.bytes, verified.bad.len()), (1, 10, 0));
    fs::write(place(&app, JEI), b"PK jei 6.6").unwrap();
    let verified = storage::verify(&app.app, &|_| {}).await.unwrap();
    let bad = &verified.bad[0];
    assert_eq!(bad.sha256, JEI);
    assert!(bad.fault.contains("others"), "{}", bad.fault);
    assert_eq!(bad.hurts, ["version `1.0` of mod `jei`", "build `1.0` of pack `sky` (published)"]);
    assert_eq!(app.anonymous().fetch(ADDRESS).await.status, 503);
    drop(admin);
    let app = app.restarted().await;
    let admin = app.sign_in("admin").await;
    assert_eq!(app.anonymous().fetch(ADDRESS).await.status, 503);
    admin.post("/mods", json!({"name": "Again"})).await.ok();
    admin.upload("again", "1", "again.jar", b"PK jei 1.0").await.ok();
    assert_eq!(app.anonymous().fetch(ADDRESS).await.bytes, "PK jei 1.0");
    assert!(storage::verify(&app.app, &|_| {}).await.unwrap().bad.is_empty());
}

#[tokio::test]
async fn a_file_taken_down_goes_neither_out_nor_in_and_its_builds_are_withdrawn() {
    let (app, admin, ..) = TestApp::with_callers().await;
    published(&admin).await;
    let affected = storage::block(&app.app, &operator(), JEI, "it steals passwords").await.unwrap();
    assert_eq!((affected[0].pack.as_str(), affected[0].build.as_str()), ("sky", "1.0"));
    assert_eq!(affected[0].owners, ["admin"]);
    let refused = app.anonymous().fetch(ADDRESS).await;
    assert_eq!(refused.status, 451);
    assert!(String::from_utf8_lossy(&refused.bytes).contains("it steals passwords"));
    let again = Request::builder().uri(ADDRESS).header("if-none-match", format!("\"{JEI}\""));
    assert_eq!(app.anonymous().request(again.body(Body::empty()).unwrap()).await.status, 451);
    assert_eq!(admin.get("/packs/sky/builds/1.0").await.ok()["state"], "yanked");
    assert_eq!(app.anonymous().fetch("/packs/sky/latest/pack.mrpack").await.status, 404);
    assert!(!place(&app, JEI).exists());
    admin.post("/mods", json!({"name": "Again"})).await.ok();
    let again = admin.upload("again", "1", "again.jar", b"PK jei 1.0").await;
    assert!(again.refused(451).contains("it steals passwords"));
    drop(admin);
    let app = app.restarted().await;
    let admin = app.sign_in("admin").await;
    assert_eq!(app.anonymous().fetch(ADDRESS).await.status, 451);
    storage::unblock(&app.app, &operator(), JEI).await.unwrap();
    assert_eq!(app.anonymous().fetch(ADDRESS).await.status, 503);
    admin.upload("again", "1", "again.jar", b"PK jei 1.0").await.ok();
    assert_eq!(app.anonymous().fetch(ADDRESS).await.bytes, "PK jei 1.0");
}

/// A service that keeps its buckets in a folder, and the settings for one of them.
async fn bucket(root: &Path) -> Upload {
    Upload {
        driver: "s3".to_owned(),
        endpoint: s3::serve(root).await,
        bucket: "packs".to_owned(),
        access: "access".to_owned().into(),
        secret: "secret".to_owned().into(),
        ..Upload::default()
    }
}

/// The same storage folder, with a bucket.
fn with_bucket(config: &mut Config, bucket: Upload, proxy: bool) {
    let Upload { path, reserve, .. } = config.upload.clone();
    config.upload = Upload { path, reserve, proxy, ..bucket };
}

#[tokio::test]
async fn players_get_files_from_a_bucket_through_the_server_or_from_an_address_there() {
    let folder = tempfile::tempdir().unwrap();
    for proxy in [true, false] {
        let bucket = bucket(&folder.path().join(proxy.to_string())).await;
        let app = TestApp::configured(|config| with_bucket(config, bucket, proxy)).await;
        published(&app.user("admin", true).await).await;
        let answer = app.anonymous().fetch(ADDRESS).await;
        if proxy {
            assert_eq!(answer.bytes, "PK jei 1.0");
            continue;
        }
        assert_eq!((answer.status.as_u16(), &answer.headers["cache-control"]), (302, &"no-store".parse().unwrap()));
        assert_eq!(answer.headers["etag"], format!("\"{JEI}\""));
        let head = app.anonymous().request(Request::head(ADDRESS).body(Body::empty()).unwrap()).await;
        assert_eq!((head.status.as_u16(), &head.headers["content-length"]), (200, &10.into()));
        assert_eq!(head.headers["etag"], answer.headers["etag"]);
        let lent = reqwest::get(answer.headers["location"].to_str().unwrap()).await.unwrap();
        assert_eq!(lent.headers()["content-disposition"], "attachment; filename*=UTF-8''jei-1.0.jar");
        assert_eq!(lent.bytes().await.unwrap(), "PK jei 1.0");
        storage::block(&app.app, &operator(), JEI, "malware").await.unwrap();
        assert_eq!(app.anonymous().fetch(ADDRESS).await.status, 451);
    }
}

#[tokio::test]
async fn a_server_with_a_wrong_key_does_not_start_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let bucket = bucket(&folder.path().join("service")).await;
    let mut config = Config::default();
    config.upload.path = folder.path().join("files").display().to_string();
    config.database.name = folder.path().join("rows.sqlite3").display().to_string();
    with_bucket(&mut config, Upload { secret: "guessed".to_owned().into(), ..bucket }, true);
    let error = App::open(config, Clock::default()).await.err().unwrap().to_string();
    assert!(error.contains("refuses the access key") && error.contains("upload.secret"), "{error}");
}

#[tokio::test]
async fn all_bytes_move_to_a_bucket_and_a_second_time_copies_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let bucket = bucket(folder.path()).await;
    let app = TestApp::configured(|config| {
        with_bucket(config, bucket, true);
        config.upload.driver = "file".to_owned();
    })
    .await;
    published(&app.user("admin", true).await).await;
    let moved = storage::copy(&app.app, true, &|_| {}).await.unwrap();
    assert_eq!((moved.copied, moved.there, moved.bytes), (1, 0, 10));
    let moved = storage::copy(&app.app, true, &|_| {}).await.unwrap();
    assert_eq!((moved.copied, moved.there, moved.bad.len()), (0, 1, 0));
    assert!(storage::copy(&app.app, false, &|_| {}).await.is_err());
    let kept = folder.path().join("packs/blobs").join(&JEI[..2]).join(&JEI[2..4]).join(JEI);
    assert_eq!(fs::read(kept).unwrap(), b"PK jei 1.0");
}
