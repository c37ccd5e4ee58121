//! Versions and their files.

use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use serde_json::json;

use crate::test_app::{TestApp, form};

fn data_url(bytes: &[u8]) -> String {
    let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
    format!("data:application/java-archive;base64,{encoded}")
}

#[tokio::test]
async fn version_comes_from_a_data_url() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.post("/mods", json!({"name": "Some Mod"})).await.ok();
    let version =
        admin.post("/mods/some-mod/versions", json!({"name": "1.0+a", "upload": data_url(b"hello")})).await.ok();
    assert_eq!((&version["name"], &version["public"]), (&json!("1.0+a"), &json!(true)));
    let file = &version["file"];
    assert_eq!(file["slug"], "some-mod-1.0+a.jar");
    assert_eq!(file["path"], "mods/some-mod-1.0+a.jar");
    assert_eq!((&file["size"], &file["md5"]), (&json!(5), &json!("5d41402abc4b2a76b9719d911017c592")));
    let address = file["url"].as_str().unwrap();
    assert!(address.starts_with("https://mc.example.org/api/v1/storage/versions/"), "{address}");
}

#[tokio::test]
async fn data_url_may_name_its_file_and_be_percent_encoded() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.post("/mods", json!({"name": "Some Mod", "kind": "resourcepack"})).await.ok();
    let upload = "data:text/plain;name=my.zip,a%20b";
    let version = admin.post("/mods/some-mod/versions", json!({"name": "1", "upload": upload})).await.ok();
    assert_eq!((&version["file"]["path"], &version["file"]["size"]), (&json!("resourcepacks/my.zip"), &json!(3)));
}

#[tokio::test]
async fn version_comes_from_a_form() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.post("/mods", json!({"name": "Some Mod"})).await.ok();
    let version = admin.upload("some-mod", "1.0", "Some Mod [1.0].jar", b"PK\x03\x04 and more").await.ok();
    assert_eq!(version["file"]["path"], "mods/Some Mod [1.0].jar");
    assert_eq!(version["file"]["content_type"], "application/zip");
}

#[tokio::test]
async fn what_is_no_upload_is_explained() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.post("/mods", json!({"name": "Some Mod"})).await.ok();
    let answer = admin.post("/mods/some-mod/versions", json!({})).await;
    assert_eq!(answer.violations(), ["name: cannot be blank", "upload: cannot be blank"]);
    for upload in ["nonsense", "data:;base64,***", "http://example.org/x.jar"] {
        let answer = admin.post("/mods/some-mod/versions", json!({"name": "1", "upload": upload})).await;
        assert!(answer.refused(400).starts_with("Failed to decode upload"), "{upload}");
    }
    let request = Request::post("/api/v1/mods/some-mod/versions").header("content-type", "text/plain");
    admin.request(request.body(Body::from("hello")).unwrap()).await.refused(400);
    let truncated = form("1", "x.jar", b"hello")[..120].to_vec();
    let request = Request::post("/api/v1/mods/some-mod/versions");
    let request = request.header("content-type", "multipart/form-data; boundary=XX").body(truncated.into());
    admin.request(request.unwrap()).await.refused(400);
    assert_eq!(admin.get("/mods/some-mod/versions").await.ok()["total"], 0);
}

#[tokio::test]
async fn hostile_names_are_refused() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.post("/mods", json!({"name": "Some Mod"})).await.ok();
    for name in ["../1", "a/b", "..", "1...2", " 1", "a\u{202e}b", "a:b"] {
        let answer = admin.post("/mods/some-mod/versions", json!({"name": name, "upload": data_url(b"x")})).await;
        assert_eq!(answer.violations().len(), 1, "{name:?}");
    }
    for file in ["../x.jar", "a\\\\b.jar", "CON.jar", "x.jar."] {
        assert_eq!(admin.upload("some-mod", "1", file, b"x").await.violations().len(), 1, "{file:?}");
    }
}

#[tokio::test]
async fn names_are_unique_within_a_mod_only() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    for name in ["First Mod", "Second Mod"] {
        let module = admin.post("/mods", json!({"name": name})).await.ok();
        admin.upload(module["slug"].as_str().unwrap(), "1.0", "x.jar", b"x").await.ok();
    }
    assert_eq!(admin.upload("first-mod", "1.0", "x.jar", b"x").await.violations(), ["name: is already taken"]);
}

#[tokio::test]
async fn version_is_changed_and_deleted() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.post("/mods", json!({"name": "Some Mod"})).await.ok();
    let old = admin.upload("some-mod", "1.0", "x.jar", b"old").await.ok();
    let path = "/mods/some-mod/versions/1.0";
    let new = admin.put(path, json!({"name": "1.1", "public": false, "upload": data_url(b"new")})).await.ok();
    assert_eq!((&new["id"], &new["name"], &new["public"]), (&old["id"], &json!("1.1"), &json!(false)));
    assert_ne!(new["file"]["sha256"], old["file"]["sha256"]);
    admin.get(path).await.refused(404);
    assert_eq!(admin.delete("/mods/some-mod/versions/1.1").await.ok()["message"], "Successfully deleted version");
    admin.get("/mods/some-mod/versions/1.1").await.refused(404);
}

#[tokio::test]
async fn file_is_for_those_who_see_the_mod() {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    admin.post("/mods", json!({"name": "Some Mod"})).await.ok();
    let version = admin.upload("some-mod", "1.0", "x.jar", b"the bytes").await.ok();
    let address = version["file"]["url"].as_str().unwrap().to_owned();
    let path = address.strip_prefix("https://mc.example.org/api/v1").unwrap();
    let file = admin.get(path).await;
    assert_eq!((file.status.as_u16(), &*file.bytes), (200, &b"the bytes"[..]));
    assert_eq!(file.headers["cache-control"], "private, no-cache");
    eve.get(path).await.refused(404);
    anonymous.get(path).await.refused(401);
    app.make_member("user_mods", "eve", "some-mod", 1).await;
    assert_eq!(eve.get(path).await.status, 200);
    admin.get("/storage/versions/01arz3ndektsv4rrffq69g5fav/x.jar").await.refused(404);
    admin.get("/storage/versions").await.refused(404);
}

#[tokio::test]
async fn versions_sort_and_are_searched() {
    let (_, admin, eve, _) = TestApp::with_callers().await;
    admin.post("/mods", json!({"name": "Some Mod", "public": true})).await.ok();
    for name in ["1.10", "1.9", "2.0-beta"] {
        admin.upload("some-mod", name, "x.jar", name.as_bytes()).await.ok();
    }
    admin.put("/mods/some-mod/versions/2.0-beta", json!({"public": false})).await.ok();
    let list = admin.get("/mods/some-mod/versions").await;
    assert_eq!(list.column("versions", "name"), ["1.9", "1.10", "2.0-beta"]);
    assert_eq!(list.ok()["mod"]["slug"], "some-mod");
    assert_eq!(eve.get("/mods/some-mod/versions").await.column("versions", "name"), ["1.9", "1.10"]);
    assert_eq!(admin.get("/mods/some-mod/versions?search=BETA").await.ok()["total"], 1);
    eve.get("/mods/some-mod/versions/2.0-beta").await.refused(404);
}

#[tokio::test]
async fn version_tells_what_it_is_for_and_needs() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    eve.post("/mods", json!({"slug": "sodium", "name": "Sodium"})).await.ok();
    let jar = kleister_samples::fabric(
        "sodium",
        "0.5",
        r#""depends": {"minecraft": ">=1.20 <=1.20.2", "fabric-api": ">=0.90"}, "breaks": {"optifabric": "*"}"#,
    );
    let made = eve.upload("sodium", "0.5", "sodium.jar", &jar).await.ok();
    assert_eq!(made["loaders"], json!(["fabric"]));
    assert_eq!(made["minecraft"], json!(["1.20", "1.20.1", "1.20.2"]));
    let needed = made["dependencies"].as_array().unwrap();
    let needed: Vec<_> = needed.iter().map(|it| format!("{} {}", it["kind"], it["id"])).collect();
    assert!(needed.contains(&r#""required" "fabric-api""#.to_owned()), "{needed:?}");
    assert!(needed.contains(&r#""incompatible" "optifabric""#.to_owned()), "{needed:?}");
    assert_eq!(eve.get("/mods/sodium/versions/0.5").await.ok(), made);
    assert_eq!(eve.get("/mods/sodium/versions").await.ok()["versions"], json!([made]));
}
