//! Files of builds that belong to no mod.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::test_app::{Answer, Caller, TestApp};

const FILES: &str = "/packs/sky/builds/1.0/files";

/// Adds a file to build `1.0` of `sky`; behind the path may stand a query.
async fn put(caller: &Caller, path: &str, bytes: &[u8]) -> Answer {
    let request = Request::put(format!("/api/v1{FILES}/{path}")).body(Body::from(bytes.to_vec()));
    caller.request(request.unwrap()).await
}

/// A server with a draft `1.0` of a public pack `sky`.
async fn with_draft() -> (TestApp, Caller, Caller) {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    (app, admin, anonymous)
}

fn file_of(index: &Value, path: &str) -> Value {
    let files = index["files"].as_array().unwrap();
    files.iter().find(|file| file["path"] == path).unwrap_or_else(|| panic!("no {path} in {index:#}")).clone()
}

#[tokio::test]
async fn file_reaches_players_with_its_sides_and_its_policy() {
    let (_app, admin, anonymous) = with_draft().await;
    let added = put(&admin, "config/jei.toml?policy=seed&server=unsupported", b"a = 1").await.ok();
    assert_eq!((&added["path"], &added["size"]), (&json!("config/jei.toml"), &json!(5)));
    assert_eq!(added["url"], "https://mc.example.org/api/v1/packs/sky/builds/1.0/files/config/jei.toml");
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    let index = anonymous.fetch("/packs/sky/1.0/index.json").await.json();
    let file = file_of(&index, "config/jei.toml");
    assert_eq!((&file["policy"], &file["environment"]["server"]), (&json!("seed"), &json!("unsupported")));
    assert_eq!(anonymous.fetch("/packs/sky/1.0/files/config/jei.toml").await.bytes, "a = 1");
    let shown = anonymous.get(&format!("{FILES}/config/jei.toml")).await;
    assert_eq!((shown.status.as_u16(), &shown.bytes[..]), (200, &b"a = 1"[..]));
}

#[tokio::test]
async fn file_that_is_replaced_keeps_what_is_not_given() {
    let (_app, admin, _) = with_draft().await;
    put(&admin, "options.txt?policy=keep&client=optional", b"fov:70").await.ok();
    let changed = put(&admin, "Options.TXT", b"fov:80").await.ok();
    assert_eq!((&changed["path"], &changed["policy"]), (&json!("Options.TXT"), &json!("keep")));
    assert_eq!((&changed["client"], &changed["server"]), (&json!("optional"), &json!("required")));
    let list = admin.get(FILES).await.ok();
    assert_eq!((&list["total"], &list["files"][0]["size"]), (&json!(1), &json!(6)));
}

#[tokio::test]
async fn files_are_listed_searched_and_taken_out() {
    let (_app, admin, _) = with_draft().await;
    for path in ["config/b.cfg", "config/a.cfg", "scripts/x.zs"] {
        put(&admin, path, path.as_bytes()).await.ok();
    }
    assert_eq!(admin.get(FILES).await.column("files", "path"), ["config/a.cfg", "config/b.cfg", "scripts/x.zs"]);
    let found = admin.get(&format!("{FILES}?search=CONFIG&sort=path&order=desc&limit=1")).await.ok();
    assert_eq!((&found["total"], &found["files"][0]["path"]), (&json!(2), &json!("config/b.cfg")));
    admin.delete(&format!("{FILES}/config/A.cfg")).await.ok();
    admin.delete(&format!("{FILES}/config/a.cfg")).await.refused(404);
    admin.get(&format!("{FILES}/config/a.cfg")).await.refused(404);
    assert_eq!(admin.get(FILES).await.ok()["total"], 2);
}

#[tokio::test]
async fn file_outside_of_the_instance_is_refused() {
    let (_app, admin, _) = with_draft().await;
    for path in ["..%2f..%2fevil.txt", "config/%2e%2e/x", "C:%5cx", "con.txt", "config/trailing.%20", "a//b"] {
        let refused = put(&admin, path, b"x").await;
        assert!([404, 422].contains(&refused.status.as_u16()), "{path}: {}", refused.status);
    }
    assert_eq!(admin.get(FILES).await.ok()["total"], 0);
    let errors = put(&admin, "a.txt?client=never", b"x").await;
    assert_eq!((errors.status.as_u16(), &errors.json()["errors"][0]["field"]), (422, &json!("client")));
    put(&admin, "a.txt?policy=sometimes", b"x").await.refused(400);
}

#[tokio::test]
async fn files_of_a_published_build_do_not_change() {
    let (_app, admin, _) = with_draft().await;
    put(&admin, "a.txt", b"one").await.ok();
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    let why = put(&admin, "a.txt", b"two").await.refused(409);
    assert!(why.contains("make a new build from this one"), "{why}");
    admin.delete(&format!("{FILES}/a.txt")).await.refused(409);
    admin.post("/packs/sky/builds", json!({"name": "1.1", "from": "1.0"})).await.ok();
    assert_eq!(admin.get("/packs/sky/builds/1.1/files").await.column("files", "path"), ["a.txt"]);
}

#[tokio::test]
async fn bytes_that_two_files_share_are_kept_once() {
    let (app, admin, _) = with_draft().await;
    let (one, other) = (put(&admin, "a.txt", b"same").await.ok(), put(&admin, "b.txt", b"same").await.ok());
    assert_eq!(one["sha256"], other["sha256"]);
    let sha256 = one["sha256"].as_str().unwrap();
    app.app.files.check(sha256, 4).await.unwrap();
}
