//! Packs.

use serde_json::json;

use crate::test_app::TestApp;

#[tokio::test]
async fn pack_is_made_shown_changed_and_deleted() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let pack = eve.post("/packs", json!({"name": "Sky & Block", "website": "https://sky.example.org"})).await.ok();
    assert_eq!((&pack["slug"], &pack["public"]), (&json!("sky-and-block"), &json!(false)));
    assert_eq!(eve.get("/packs/SKY-AND-BLOCK").await.ok(), pack);
    let changed = eve.put("/packs/sky-and-block", json!({"website": "", "public": true, "name": null})).await.ok();
    assert_eq!(
        (&changed["website"], &changed["public"], &changed["name"]),
        (&json!(null), &json!(true), &pack["name"])
    );
    assert_eq!(eve.delete("/packs/sky-and-block").await.ok()["message"], "Successfully deleted pack");
    assert_eq!(eve.get("/packs/sky-and-block").await.refused(404), "Failed to find pack");
}

#[tokio::test]
async fn public_false_is_kept_on_creation() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let pack = eve.post("/packs", json!({"name": "Private", "public": false})).await.ok();
    assert_eq!(pack["public"], false);
}

#[tokio::test]
async fn all_broken_rules_are_named_at_once() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let answer = eve.post("/packs", json!({"slug": "a b", "name": "x"})).await;
    assert_eq!(answer.refused(422), "Failed to validate pack");
    assert_eq!(
        answer.violations(),
        ["slug: must be 1 to 64 of A-Z a-z 0-9 . _ -", "name: the length must be between 3 and 255"]
    );
    assert_eq!(eve.post("/packs", json!({})).await.violations(), ["name: cannot be blank"]);
}

#[tokio::test]
async fn display_names_are_free_and_slugs_are_not() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let first = eve.post("/packs", json!({"name": "Same Name"})).await.ok();
    let second = eve.post("/packs", json!({"name": "Same Name"})).await.ok();
    assert_eq!(first["slug"], "same-name");
    assert!(second["slug"].as_str().unwrap().starts_with("same-name-"));
    let clash = eve.post("/packs", json!({"name": "Other", "slug": "SAME-name"})).await;
    assert_eq!(clash.violations(), ["slug: is already taken"]);
}

#[tokio::test]
async fn changed_slug_goes_on_answering_for_the_old_one() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let pack = eve.post("/packs", json!({"name": "Old Name"})).await.ok();
    eve.put("/packs/old-name", json!({"slug": "new-name"})).await.ok();
    assert_eq!(eve.get("/packs/old-name").await.ok()["id"], pack["id"]);
    assert_eq!(eve.post("/packs", json!({"name": "X Y Z", "slug": "old-name"})).await.violations().len(), 1);
    assert_eq!(eve.put("/packs/new-name", json!({"slug": "old-name"})).await.ok()["slug"], "old-name");
}

#[tokio::test]
async fn slug_made_of_the_name_is_made_again_if_emptied() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    eve.post("/packs", json!({"name": "My Pack"})).await.ok();
    assert_eq!(eve.put("/packs/my-pack", json!({"slug": ""})).await.ok()["slug"], "my-pack");
}

#[tokio::test]
async fn slug_of_a_deleted_pack_is_free_unless_it_was_published() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.post("/packs", json!({"name": "Draft Only"})).await.ok();
    admin.delete("/packs/draft-only").await.ok();
    admin.post("/packs", json!({"name": "Draft Only", "slug": "draft-only"})).await.ok();
    admin.pack_with_build().await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    admin.delete("/packs/sky").await.ok();
    assert_eq!(
        admin.post("/packs", json!({"name": "Sky", "slug": "sky"})).await.violations(),
        ["slug: is already taken"]
    );
}

#[tokio::test]
async fn slug_stays_reserved_though_the_published_build_was_deleted_first() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    admin.delete("/packs/sky/builds/1.0").await.ok();
    admin.delete("/packs/sky").await.ok();
    let answer = admin.post("/packs", json!({"name": "Sky", "slug": "sky"})).await;
    assert_eq!(answer.violations(), ["slug: is already taken"]);
}

#[tokio::test]
async fn ten_users_who_make_packs_at_once_own_their_own() {
    let (app, _, _, _) = TestApp::with_callers().await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..10 {
        let caller = app.user(&format!("user-{number}"), false).await;
        tasks.spawn(async move {
            for _ in 0..10 {
                caller.post("/packs", json!({"name": format!("pack of {number}")})).await.ok();
            }
            let profile = caller.get("/profile/self").await.ok();
            assert_eq!(profile["packs"].as_array().unwrap().len(), 10);
        });
    }
    tasks.join_all().await;
}

#[tokio::test]
async fn same_slug_fifty_times_at_once_is_one_pack() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let eve = eve.clone();
        tasks.spawn(async move { eve.post("/packs", json!({"name": "Race", "slug": "race"})).await.status.as_u16() });
    }
    let mut statuses = tasks.join_all().await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1], statuses[49]), (200, 422, 422));
}
