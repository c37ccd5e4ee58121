//! Mods.

use serde_json::json;

use crate::test_app::TestApp;

#[tokio::test]
async fn mod_is_made_shown_changed_and_deleted() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let wanted =
        json!({"name": "Just Enough Items", "side": "client", "author": "mezz", "donate": "https://d.example.org"});
    let module = eve.post("/mods", wanted).await.ok();
    assert_eq!(
        (&module["slug"], &module["kind"], &module["public"]),
        (&json!("just-enough-items"), &json!("mod"), &json!(false))
    );
    let changed =
        eve.put("/mods/just-enough-items", json!({"side": "both", "author": "", "kind": "plugin"})).await.ok();
    assert_eq!(
        (&changed["side"], &changed["author"], &changed["kind"]),
        (&json!("both"), &json!(null), &json!("plugin"))
    );
    eve.delete("/mods/just-enough-items").await.ok();
    eve.get("/mods/just-enough-items").await.refused(404);
}

#[tokio::test]
async fn side_is_one_of_three_words() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let answer = eve.post("/mods", json!({"name": "Some Mod", "side": "left"})).await;
    assert_eq!(answer.violations(), ["side: must be both, client or server"]);
}

#[tokio::test]
async fn mod_that_a_build_uses_is_kept() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let message = admin.delete("/mods/jei").await.refused(409);
    assert_eq!(message, "Build `1.0` of pack `sky` uses a version of this mod; take it out of the build, or keep it");
    let link = json!({"mod": "jei", "version": "1.0"});
    admin.send("DELETE", "/packs/sky/builds/1.0/versions", Some(link)).await.ok();
    admin.delete("/mods/jei").await.ok();
}

#[tokio::test]
async fn minecraft_releases_are_there_from_the_start() {
    let (_, _, _, anonymous) = TestApp::with_callers().await;
    let names = anonymous.get("/minecraft").await.column("versions", "name");
    assert_eq!((names[0].as_str(), names.last().unwrap().as_str()), ("1.0", "26.3"));
    let (nine, ten) = (names.iter().position(|n| n == "1.9"), names.iter().position(|n| n == "1.10"));
    assert!(nine.unwrap() < ten.unwrap());
    let found = anonymous.get("/minecraft?search=1.21.1").await.column("versions", "name");
    assert_eq!(found, ["1.21.1", "1.21.10", "1.21.11"]);
}
