//! What this server exports comes back as it was.

use serde_json::{Value, json};

use super::{import, sky, zip};
use crate::test_app::{Caller, TestApp};

/// A published build with something of everything.
async fn published(app: &TestApp, eve: &Caller) -> Value {
    import(app, eve, &sky(), &[("slug", "sky")]).await;
    let far = eve.get("/packs/sky/builds/1.4.2/versions").await.ok();
    let far = far["versions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|link| link["version"]["mod"]["slug"] == "far")
        .unwrap()
        .clone();
    eve.send(
        "DELETE",
        "/packs/sky/builds/1.4.2/versions",
        Some(json!({"mod": "far", "version": far["version"]["name"]})),
    )
    .await
    .ok();
    eve.put("/packs/sky", json!({"public": true})).await.ok();
    eve.put("/packs/sky/builds/1.4.2", json!({"published": true})).await.ok();
    files(eve, "1.4.2").await
}

/// What a build holds: each path with its SHA-1, environment, whether the player is asked, and policy.
async fn files(caller: &Caller, build: &str) -> Value {
    let index: Value =
        serde_json::from_slice(&caller.fetch(&format!("/packs/sky/{build}/index.json")).await.bytes).unwrap();
    let kept = |file: &Value| {
        let asked = !file["choice"].is_null();
        json!([file["path"], file["hashes"]["sha1"], file["environment"], asked, file["policy"]])
    };
    index["files"].as_array().unwrap().iter().map(kept).collect()
}

#[tokio::test]
async fn own_mrpack_comes_back_as_the_same_files() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let before = published(&app, &eve).await;
    let exported = eve.fetch("/packs/sky/1.4.2/pack.mrpack").await.bytes;
    let report = import(&app, &eve, &exported, &[("pack", "sky"), ("build", "again")]).await;
    assert_eq!((&report["left_out"], &report["created"], &report["linked"]), (&json!([]), &json!(0), &json!(0)));
    eve.put("/packs/sky/builds/again", json!({"published": true})).await.ok();
    assert_eq!(files(&eve, "again").await, before);
}

#[tokio::test]
async fn own_packwiz_tree_comes_back_as_the_same_files() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let before = published(&app, &eve).await;
    let fetch = async |path: &str| eve.fetch(&format!("/packs/sky/1.4.2/packwiz/{path}")).await.bytes.to_vec();
    let pack = fetch("pack.toml").await;
    let listed = |text: &[u8]| -> Vec<String> {
        let text = String::from_utf8(text.to_vec()).unwrap();
        let files = text.lines().filter_map(|line| line.strip_prefix("file = \"")?.strip_suffix('"'));
        files.map(str::to_owned).collect()
    };
    let index = listed(&pack).remove(0);
    let text = fetch(&index).await;
    assert_eq!(fetch("index.toml").await, text, "the index goes on being found where it was");
    let paths = listed(&text);
    let mut entries = vec![("pack.toml", pack), (&index, text)];
    for path in &paths {
        entries.push((path, fetch(path).await));
    }
    let entries: Vec<(&str, &[u8])> = entries.iter().map(|(path, bytes)| (*path, bytes.as_slice())).collect();
    let report = import(&app, &eve, &zip(&entries), &[("pack", "sky"), ("build", "again")]).await;
    assert_eq!((&report["left_out"], &report["created"], &report["linked"]), (&json!([]), &json!(0), &json!(0)));
    eve.put("/packs/sky/builds/again", json!({"published": true})).await.ok();
    assert_eq!(files(&eve, "again").await, before);
}

#[tokio::test]
async fn own_instance_for_prism_comes_back_as_the_files_of_players() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let before = published(&app, &eve).await;
    let index: Value = serde_json::from_slice(&eve.fetch("/packs/sky/1.4.2/index.json").await.bytes).unwrap();
    let losses = index["losses"]["prism.zip"].as_array().unwrap();
    let lost = |what: &str| losses.iter().any(|loss| loss["what"] == what);
    let exported = eve.fetch("/packs/sky/1.4.2/prism.zip").await.bytes;
    let report = import(&app, &eve, &exported, &[("pack", "sky"), ("build", "again")]).await;
    assert_eq!((&report["created"], &report["linked"]), (&json!(0), &json!(0)), "{report}");
    eve.put("/packs/sky/builds/again", json!({"published": true})).await.ok();
    let after = files(&eve, "again").await;
    let mut after = after.as_array().unwrap().iter();
    for file in before.as_array().unwrap() {
        let path = file[0].as_str().unwrap();
        if file[2]["client"] == "unsupported" {
            assert!(lost("environment"), "{path}");
            continue;
        }
        let same = after.next().unwrap();
        assert_eq!((&same[0], &same[1]), (&file[0], &file[1]));
        assert!(same[2] == file[2] || lost("environment"), "{path}: {same} was {file}");
        assert!(same[3] == file[3] || lost(path), "{path}: {same} was {file}");
        assert!(same[4] == file[4] || lost("updates"), "{path}: {same} was {file}");
    }
    assert_eq!(after.next(), None);
}
