//! Archives whose files become a build's own: all of them, or none.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::imports::zip;
use crate::test_app::{Answer, Caller, TestApp};

const FILES: &str = "/packs/sky/builds/1.0/files";

impl Caller {
    /// Sends an archive as it is.
    pub(crate) async fn put_archive(&self, path: &str, archive: &[u8]) -> Answer {
        let request = Request::put(format!("/api/v1{path}")).header("content-type", "application/zip");
        self.request(request.body(Body::from(archive.to_vec())).unwrap()).await
    }
}

/// A server with a draft `1.0` of a public pack `sky`.
async fn with_draft() -> (TestApp, Caller) {
    let (app, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    (app, admin)
}

async fn paths(admin: &Caller) -> Vec<String> {
    admin.get(FILES).await.column("files", "path")
}

fn whats(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|left| left["what"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn all_files_of_an_archive_are_added_with_their_settings() {
    let (_app, admin) = with_draft().await;
    let archive = zip(&[("config/a.toml", b"a"), ("config/b/c.json", b"{}"), ("options.txt", b"fov:70")]);
    let changed = admin.put_archive(&format!("{FILES}?policy=seed&server=unsupported"), &archive).await.ok();
    assert_eq!(changed["added"], json!(["config/a.toml", "config/b/c.json", "options.txt"]));
    assert_eq!((&changed["changed"], &changed["left_out"]), (&json!([]), &json!([])));
    let listed = admin.get(FILES).await.ok();
    for file in listed["files"].as_array().unwrap() {
        let settings = ["client", "server", "policy"].map(|field| file[field].as_str().unwrap());
        assert_eq!(settings, ["required", "unsupported", "seed"], "{file}");
    }
    assert_eq!(&admin.get(&format!("{FILES}/config/a.toml")).await.bytes[..], b"a");
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    assert_eq!(admin.fetch("/packs/sky/1.0/files/config/b/c.json").await.bytes, "{}");
}

#[tokio::test]
async fn second_archive_tells_what_it_changed_and_keeps_what_it_does_not_name() {
    let (_app, admin) = with_draft().await;
    admin
        .put_archive(&format!("{FILES}?policy=keep"), &zip(&[("a.cfg", b"1"), ("b.cfg", b"1"), ("c.cfg", b"1")]))
        .await
        .ok();
    let changed = admin.put_archive(FILES, &zip(&[("A.cfg", b"2"), ("b.cfg", b"1"), ("d.cfg", b"1")])).await.ok();
    let told = json!({"added": ["d.cfg"], "changed": ["A.cfg"], "removed": [], "unchanged": 1, "left_out": []});
    assert_eq!(changed, told);
    assert_eq!(paths(&admin).await, ["A.cfg", "b.cfg", "c.cfg", "d.cfg"]);
    let policies = admin.get(FILES).await.column("files", "policy");
    assert_eq!(policies, ["keep", "keep", "keep", "force"]);
}

#[tokio::test]
async fn replacing_empties_the_folder_and_nothing_beside_it() {
    let (_app, admin) = with_draft().await;
    let before = zip(&[("config/a.toml", b"a"), ("config/old.toml", b"o"), ("configs/x", b"x"), ("kubejs/y.js", b"y")]);
    admin.put_archive(FILES, &before).await.ok();
    let next = zip(&[("a.toml", b"a"), ("new.toml", b"n")]);
    let changed = admin.put_archive(&format!("{FILES}?folder=Config/&replace=true"), &next).await.ok();
    assert_eq!((&changed["removed"], &changed["added"]), (&json!(["config/old.toml"]), &json!(["Config/new.toml"])));
    assert_eq!(paths(&admin).await, ["Config/a.toml", "Config/new.toml", "configs/x", "kubejs/y.js"]);
    let all = admin.put_archive(&format!("{FILES}?replace=true"), &zip(&[("only.txt", b"1")])).await.ok();
    assert_eq!(all["removed"].as_array().unwrap().len(), 4);
    assert_eq!(paths(&admin).await, ["only.txt"]);
}

#[tokio::test]
async fn folder_of_the_archive_is_taken_off_and_what_lies_beside_it_left_out() {
    let (_app, admin) = with_draft().await;
    let archive = zip(&[("sky-main/overrides/config/a.toml", b"a"), ("sky-main/README.md", b"r")]);
    let changed = admin.put_archive(&format!("{FILES}?strip=sky-main/overrides"), &archive).await.ok();
    assert_eq!(
        (&changed["added"], whats(&changed["left_out"])),
        (&json!(["config/a.toml"]), vec!["sky-main/README.md"])
    );
    let wrong = admin.put_archive(&format!("{FILES}?strip=sky-dev&replace=true"), &archive).await;
    assert_eq!(wrong.violations(), ["file: has no file in `sky-dev` that goes into a build"]);
    assert_eq!(paths(&admin).await, ["config/a.toml"]);
    for query in ["strip=../x", "folder=C:", "folder=a//b"] {
        assert_eq!(admin.put_archive(&format!("{FILES}?{query}"), &archive).await.violations().len(), 1, "{query}");
    }
}

#[tokio::test]
async fn what_is_the_players_own_is_left_out_and_told() {
    let (_app, admin) = with_draft().await;
    let archive = zip(&[
        ("config/a.toml", b"a"),
        ("saves/World/level.dat", b"w"),
        ("saves/World/region/r.0.0.mca", b"w"),
        ("logs/latest.log", b"l"),
        ("launcher_accounts.json", b"{}"),
        ("__MACOSX/config/._a.toml", b"m"),
    ]);
    let changed = admin.put_archive(FILES, &archive).await.ok();
    assert_eq!(changed["added"], json!(["config/a.toml"]));
    let left_out = ["__MACOSX/config/._a.toml", "launcher_accounts.json", "logs/", "saves/"];
    assert_eq!(whats(&changed["left_out"]), left_out);
    let only_saves = admin.put_archive(&format!("{FILES}?replace=true"), &zip(&[("saves/a", b"w")])).await;
    assert!(only_saves.violations()[0].contains("`saves/`"));
    assert_eq!(paths(&admin).await, ["config/a.toml"]);
}

#[tokio::test]
async fn form_brings_an_archive_too() {
    let (_app, admin) = with_draft().await;
    let head = "--XX\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n\r\n";
    let form = [head.as_bytes(), &zip(&[("a.cfg", b"1")]), b"\r\n--XX--\r\n"].concat();
    let send = |form: Vec<u8>| {
        let request = Request::put(format!("/api/v1{FILES}"));
        let request = request.header("content-type", "multipart/form-data; boundary=XX").body(Body::from(form));
        admin.request(request.unwrap())
    };
    assert_eq!(send(form).await.ok()["added"], json!(["a.cfg"]));
    let without = b"--XX\r\ncontent-disposition: form-data; name=\"other\"\r\n\r\n1\r\n--XX--\r\n".to_vec();
    assert!(send(without).await.refused(400).contains("no part `file`"));
}

#[tokio::test]
async fn archives_of_enemies_are_refused_with_the_entry_and_leave_nothing() {
    let (_app, admin) = with_draft().await;
    admin.put_archive(FILES, &zip(&[("a.cfg", b"1")])).await.ok();
    let mut named = 0;
    for hostile in kleister_samples::hostile().into_iter().filter(|hostile| hostile.as_pack.is_some()) {
        let answer = admin.put_archive(&format!("{FILES}?replace=true"), &hostile.bytes).await;
        let violations = answer.violations();
        assert_eq!(violations.len(), 1, "{}", hostile.name);
        named += usize::from(violations[0].contains("Entry "));
        assert_eq!(paths(&admin).await, ["a.cfg"], "{}", hostile.name);
    }
    assert!(named > 20, "{named}");
    // What is only found out while it is unpacked is refused as well, with all that came before it.
    for (name, bytes, _) in kleister_samples::rotten() {
        let answer = admin.put_archive(&format!("{FILES}?replace=true"), &bytes).await;
        assert_eq!(answer.violations().len(), 1, "{name}");
        assert_eq!(paths(&admin).await, ["a.cfg"], "{name}");
    }
}

#[tokio::test]
async fn archive_keeps_to_limits_and_rules() {
    let app = TestApp::configured(|config| config.upload.limit = 4096).await;
    let admin = app.user("admin", true).await;
    admin.pack_with_build().await;
    let inside = zip(&[("small.txt", b"s"), ("large.bin", &[0; 5000])]);
    assert!(inside.len() < 4096);
    assert!(admin.put_archive(FILES, &inside).await.refused(413).contains("4096"));
    assert!(admin.put_archive(FILES, &[0; 5000]).await.refused(413).contains("4096"));
    assert_eq!(paths(&admin).await, Vec::<String>::new());
    let wrong = admin.put_archive(&format!("{FILES}?client=never"), &zip(&[("a", b"a")])).await;
    assert_eq!(wrong.json()["errors"][0]["field"], "client");
    admin.put_archive(&format!("{FILES}?replace=perhaps"), &zip(&[("a", b"a")])).await.refused(400);
}

#[tokio::test]
async fn published_build_takes_no_archive() {
    let (_app, admin) = with_draft().await;
    admin.put_archive(FILES, &zip(&[("a.cfg", b"1")])).await.ok();
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    let why = admin.put_archive(&format!("{FILES}?replace=true"), &zip(&[("b.cfg", b"1")])).await.refused(409);
    assert!(why.contains("make a new build from this one"), "{why}");
    assert_eq!(admin.fetch("/packs/sky/1.0/files/a.cfg").await.bytes, "1");
}
