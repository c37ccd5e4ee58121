//! Comparisons: what changed from one build of a pack to another.

use serde_json::{Value, json};

use crate::test_app::{Caller, TestApp};

/// `sky` with build `1.0` published and draft `2.0`, in which a mod, a config and Minecraft are others.
pub(crate) async fn two_builds(admin: &Caller) {
    admin.pack_with_build().await;
    admin.put("/packs/sky/builds/1.0/files/config/a.toml", json!({"a": 1})).await.ok();
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    admin.post("/packs/sky/builds", json!({"name": "2.0", "from": "1.0", "minecraft_id": "1.21.2"})).await.ok();
    admin.put("/packs/sky/builds/2.0/files/config/a.toml", json!({"a": 2})).await.ok();
    admin.upload("jei", "2.0", "jei-2.0.jar", b"PK jei 2.0").await.ok();
    let versions = json!({"versions": [{"mod": "jei", "version": "2.0"}]});
    admin.put("/packs/sky/builds/2.0/versions", versions).await.ok();
}

async fn compared(caller: &Caller, from: &str, to: &str) -> Value {
    caller.get(&format!("/packs/sky/compare?from={from}&to={to}")).await.ok()
}

#[tokio::test]
async fn comparison_tells_mods_files_and_what_the_game_runs_on() {
    let (_, admin, ..) = TestApp::with_callers().await;
    two_builds(&admin).await;
    let told = compared(&admin, "1.0", "2.0").await;
    assert_eq!((&told["from"]["state"], &told["to"]["state"]), (&json!("published"), &json!("draft")));
    let updated = json!([{"slug": "jei", "name": "Just Enough Items", "from": "1.0", "to": "2.0",
        "from_paths": ["mods/jei-1.0.jar"], "to_paths": ["mods/jei-2.0.jar"]}]);
    assert_eq!((&told["updated"], &told["added"], &told["removed"]), (&updated, &json!([]), &json!([])));
    assert_eq!(told["platform"], json!([{"what": "minecraft", "from": "1.21.1", "to": "1.21.2"}]));
    assert_eq!(told["reinstall"], true);
    let diff = told["files"][0]["diff"].as_str().unwrap();
    assert!(diff.contains("\n-{\"a\":1}") && diff.contains("\n+{\"a\":2}"), "{diff}");
    let changelog = told["changelog"].as_str().unwrap();
    assert!(changelog.contains("- Just Enough Items 1.0 → 2.0"), "{changelog}");
    let back = compared(&admin, "2.0", "latest").await;
    assert_eq!((&back["updated"][0]["from"], &back["updated"][0]["to"]), (&json!("2.0"), &json!("1.0")));
}

#[tokio::test]
async fn comparison_is_markdown_for_who_asks() {
    let (_, admin, ..) = TestApp::with_callers().await;
    two_builds(&admin).await;
    let path = "/packs/sky/compare?from=1.0&to=2.0";
    let accepts = [("accept", "text/markdown, */*;q=0.1".to_owned())];
    let by_accept = admin.get_with(path, &accepts).await;
    assert_eq!(by_accept.headers["content-type"], "text/markdown; charset=utf-8");
    assert_eq!(by_accept.headers["vary"], "Accept");
    let text = String::from_utf8(by_accept.bytes.to_vec()).unwrap();
    assert!(text.starts_with("# 1.0 → 2.0\n") && text.contains("```diff\n--- a/config/a.toml\n"), "{text}");
    assert_eq!(admin.get(&format!("{path}&format=markdown")).await.bytes, by_accept.bytes);
    assert_eq!(admin.get_with(&format!("{path}&format=json"), &accepts).await.ok()["reinstall"], true);
    assert!(admin.get(&format!("{path}&format=html")).await.refused(400).contains("markdown"));
}

#[tokio::test]
async fn only_those_who_see_a_build_compare_it() {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    two_builds(&admin).await;
    let path = "/packs/sky/compare?from=1.0&to=2.0";
    assert_eq!(anonymous.get(path).await.refused(404), "Failed to find build");
    app.make_member("user_packs", "eve", "sky", 1).await;
    eve.get(path).await.refused(404);
    assert_eq!(compared(&anonymous, "1.0", "latest").await["platform"], json!([]));
    let published = admin.put("/packs/sky/builds/2.0", json!({"published": true})).await.ok();
    let id = published["id"].as_str().unwrap();
    assert_eq!(compared(&anonymous, "1.0", id).await["updated"][0]["to"], "2.0");
    admin.put("/packs/sky", json!({"public": false})).await.ok();
    assert_eq!(anonymous.get(path).await.refused(404), "Failed to find pack");
}

#[tokio::test]
async fn comparison_says_what_it_misses() {
    let (_, admin, ..) = TestApp::with_callers().await;
    two_builds(&admin).await;
    assert!(admin.get("/packs/sky/compare?from=1.0").await.refused(400).contains("`to`"));
    assert_eq!(admin.get("/packs/sky/compare?from=1.0&to=3.0").await.refused(404), "Failed to find build");
}

#[tokio::test]
async fn draft_that_is_not_complete_is_compared_all_the_same() {
    let (_, admin, ..) = TestApp::with_callers().await;
    two_builds(&admin).await;
    admin.put("/packs/sky/builds/2.0", json!({"minecraft_id": ""})).await.ok();
    assert_eq!(compared(&admin, "1.0", "2.0").await["platform"], json!([{"what": "minecraft", "from": "1.21.1"}]));
}

#[tokio::test]
async fn text_that_was_taken_down_is_not_in_a_comparison() {
    let (_, admin, ..) = TestApp::with_callers().await;
    two_builds(&admin).await;
    let sha256 = compared(&admin, "1.0", "2.0").await["files"][0]["from_sha256"].as_str().unwrap().to_owned();
    admin.put(&format!("/blobs/{sha256}/block"), json!({"reason": "it is only a test"})).await.ok();
    let file = &compared(&admin, "1.0", "2.0").await["files"][0];
    assert_eq!((&file["diff"], &file["no_diff"]), (&Value::Null, &json!("its bytes cannot be read now")));
}
