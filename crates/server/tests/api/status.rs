//! How a release stands now, told beside its files, which never change.

use serde_json::{Value, json};

use crate::compare::two_builds;
use crate::test_app::{Caller, TestApp};

async fn status(caller: &Caller, address: &str) -> Value {
    let answer = caller.fetch(address).await;
    assert_eq!(answer.status, 200, "{address}");
    assert_eq!(answer.headers["content-type"], "application/json");
    serde_json::from_slice(&answer.bytes).unwrap()
}

fn place(pack: &str, build: &str) -> Value {
    json!({"build": build, "status": format!("https://mc.example.org{pack}/{build}/status.json")})
}

/// `sky` with `1.0` and `2.0` published a minute apart.
async fn world() -> (TestApp, Caller, Caller) {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    two_builds(&admin).await;
    app.clock.advance(60);
    admin.put("/packs/sky/builds/2.0", json!({"published": true})).await.ok();
    app.settled().await;
    (app, admin, anonymous)
}

#[tokio::test]
async fn it_tells_which_channels_point_there_and_what_those_have_who_follow() {
    let (_app, admin, anonymous) = world().await;
    let told = status(&anonymous, "/packs/sky/1.0/status.json").await;
    let expected = json!({
        "pack": "sky", "build": "1.0", "state": "published", "published_at": "2026-11-24T09:30:00.000Z",
        "page": "https://mc.example.org/packs/sky",
        "channels": [], "current": place("/packs/sky", "2.0"), "missing": [],
    });
    assert_eq!(told, expected);
    assert_eq!(status(&anonymous, "/packs/sky/latest/status.json").await["channels"], json!(["latest"]));
    admin.put("/packs/sky/channels/recommended", json!({"build": "1.0"})).await.ok();
    let told = status(&anonymous, "/packs/sky/1.0/status.json").await;
    assert_eq!((&told["channels"], &told["current"]), (&json!(["recommended"]), &place("/packs/sky", "1.0")));
    admin.put("/packs/sky/builds/1.0", json!({"changelog": "- flies"})).await.ok();
    assert_eq!(status(&anonymous, "/packs/sky/1.0/status.json").await["changelog"], "- flies");
}

#[tokio::test]
async fn withdrawal_shows_here_and_changes_no_byte_of_the_release() {
    let (_app, admin, anonymous) = world().await;
    let before = anonymous.fetch("/packs/sky/2.0/index.json").await;
    let tag = anonymous.fetch("/packs/sky/2.0/status.json").await.headers["etag"].clone();
    let wanted = json!({"yanked": true, "reason": "it eats worlds", "replacement": "1.0"});
    admin.put("/packs/sky/builds/2.0", wanted).await.ok();
    let told = status(&anonymous, "/packs/sky/2.0/status.json").await;
    assert_eq!((&told["state"], &told["reason"]), (&json!("yanked"), &json!("it eats worlds")));
    assert_eq!((&told["replacement"], &told["current"]), (&place("/packs/sky", "1.0"), &place("/packs/sky", "1.0")));
    assert_eq!(anonymous.fetch("/packs/sky/2.0/index.json").await.bytes, before.bytes);
    let asked = [("if-none-match", tag.to_str().unwrap().to_owned())];
    let answer = anonymous.fetch_with("/packs/sky/2.0/status.json", &asked).await;
    assert_eq!(
        (answer.status, &answer.headers["cache-control"]),
        (200.try_into().unwrap(), &"public, no-cache".parse().unwrap())
    );
    let page = anonymous.fetch("/packs/sky").await;
    let page = String::from_utf8_lossy(&page.bytes).into_owned();
    assert!(page.contains("Withdrawn: it eats worlds. Take 1.0 instead."), "{page}");
}

#[tokio::test]
async fn files_that_nobody_can_have_are_named() {
    let (app, admin, anonymous) = world().await;
    let index: Value = serde_json::from_slice(&anonymous.fetch("/packs/sky/2.0/index.json").await.bytes).unwrap();
    let file = index["files"].as_array().unwrap().iter().find(|file| file["delivery"] == "stored").unwrap();
    let sha256 = file["hashes"]["sha256"].as_str().unwrap();
    app.app.files.mark_damaged(sha256).await;
    let missing = status(&anonymous, "/packs/sky/2.0/status.json").await["missing"].clone();
    let expected = json!([{"path": file["path"], "reason": "damaged: it comes back when it is uploaded again"}]);
    assert_eq!(missing, expected);
    admin.put(&format!("/blobs/{sha256}/block"), json!({"reason": "malware"})).await.ok();
    let told = status(&anonymous, "/packs/sky/2.0/status.json").await;
    assert_eq!(told["state"], "yanked");
    assert_eq!(told["missing"], json!([{"path": file["path"], "reason": "taken down: malware"}]));
}

/// A token for a channel tells of nothing but its channel.
#[tokio::test]
async fn token_for_a_channel_hears_of_its_channel_alone() {
    let (_app, admin, anonymous) = world().await;
    admin.put("/packs/sky/channels/beta", json!({"build": "2.0"})).await.ok();
    admin.put("/packs/sky", json!({"public": false})).await.ok();
    let made = admin.post("/packs/sky/tokens", json!({"name": "Eve", "channel": "beta"})).await.ok();
    let tree = format!("/t/{}/packs/sky", made["token"].as_str().unwrap());
    let told = status(&anonymous, &format!("{tree}/2.0/status.json")).await;
    assert_eq!((&told["channels"], &told["current"]), (&json!(["beta"]), &place(&tree, "2.0")));
    admin.put("/packs/sky/builds/2.0", json!({"yanked": true, "replacement": "1.0"})).await.ok();
    let told = status(&anonymous, &format!("{tree}/2.0/status.json")).await;
    assert_eq!((&told["state"], told.get("replacement")), (&json!("yanked"), None));
}
