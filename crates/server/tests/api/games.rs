//! Minecraft itself, Mojang's client or server: taken by no way in which files come.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use crate::imports;
use crate::test_app::{Answer, Caller, TestApp};

async fn put_file(caller: &Caller, path: &str, bytes: Vec<u8>) -> Answer {
    let request = Request::put(format!("/api/v1/packs/sky/builds/1.0/files/{path}"));
    caller.request(request.body(Body::from(bytes)).unwrap()).await
}

#[tokio::test]
async fn the_game_is_refused_as_a_version_and_as_a_file_of_a_build() {
    let (_app, admin, ..) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    for (what, bytes) in kleister_samples::games() {
        let refused = admin.upload("jei", "game", "client.jar", &bytes).await;
        assert_eq!(refused.status, 422, "{what}");
        assert!(refused.violations()[0].contains("Minecraft itself"), "{what}: {:?}", refused.violations());
        let refused = put_file(&admin, "bin/minecraft.jar", bytes).await;
        assert_eq!(refused.status, 422, "{what}");
    }
    assert_eq!(admin.get("/packs/sky/builds/1.0/files").await.ok()["total"], 0);
    assert_eq!(admin.get("/mods/jei/versions").await.ok()["total"], 1);
}

#[tokio::test]
async fn what_only_has_something_of_the_game_is_taken() {
    let (_app, admin, ..) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    for (number, (what, bytes)) in kleister_samples::no_games().into_iter().enumerate() {
        let taken = admin.upload("jei", &format!("other-{number}"), "lamps.jar", &bytes).await;
        assert_eq!(taken.status, 200, "{what}");
        assert_eq!(put_file(&admin, &format!("lib/{number}.jar"), bytes).await.status, 200, "{what}");
    }
}

#[tokio::test]
async fn the_game_waits_for_no_word_and_becomes_no_version() {
    let (_app, _, eve, _) = TestApp::with_callers().await;
    for (what, bytes) in kleister_samples::games() {
        let sent = eve.drop_file("server.jar", &bytes).await.ok();
        let told = sent["intakes"][0].to_string();
        assert!(told.contains("Minecraft itself"), "{what}: {told}");
        let id = sent["intakes"][0]["id"].as_str().unwrap();
        eve.post(&format!("/intake/{id}/accept"), json!({"name": "The game"})).await.refused(422);
    }
}

#[tokio::test]
async fn an_import_leaves_the_game_out_and_says_so() {
    let (app, admin, ..) = TestApp::with_callers().await;
    let game = kleister_samples::games().remove(1).1;
    let lamps = kleister_samples::fabric("lamps", "1.0", "");
    let files = [("mods/lamps.jar", lamps), ("mods/minecraft.jar", game.clone()), ("bin/minecraft.jar", game)];
    let report = imports::import(&app, &admin, &kleister_samples::archive(&files), &[]).await;
    let left = report["left_out"].to_string();
    assert!(left.contains("mods/minecraft.jar") && left.contains("bin/minecraft.jar"), "{report}");
    assert_eq!((&report["created"], &report["own"]), (&json!(1), &json!(0)), "{report}");
}
