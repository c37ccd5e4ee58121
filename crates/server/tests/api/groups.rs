//! Groups.

use serde_json::json;

use crate::test_app::TestApp;

#[tokio::test]
async fn anybody_who_is_signed_in_makes_a_group_and_owns_it() {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    let group = eve.post("/groups", json!({"name": "The Crew"})).await.ok();
    assert_eq!(group["slug"], "the-crew");
    assert_eq!(eve.get("/groups/the-crew/users").await.ok()["users"][0]["perm"], "owner");
    let bob = app.user("bob", false).await;
    assert_eq!(bob.get("/groups/THE-CREW").await.ok()["id"], group["id"]);
    bob.put("/groups/the-crew", json!({"name": "Mine now"})).await.refused(403);
    bob.delete("/groups/the-crew").await.refused(403);
    anonymous.get("/groups/the-crew").await.refused(401);
    anonymous.get("/groups/no-crew").await.refused(401);
    admin.put("/groups/the-crew", json!({"slug": "crew"})).await.ok();
    // The former slug goes on answering.
    assert_eq!(eve.get("/groups/the-crew").await.ok()["slug"], "crew");
    eve.delete("/groups/crew").await.ok();
    eve.get("/groups/crew").await.refused(404);
}

#[tokio::test]
async fn group_keeps_the_rules_for_names() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    assert_eq!(eve.post("/groups", json!({})).await.violations(), ["name: cannot be blank"]);
    let answer = eve.post("/groups", json!({"slug": "a b", "name": "x"})).await;
    assert_eq!(answer.violations().len(), 2);
    eve.post("/groups", json!({"slug": "crew", "name": "Crew"})).await.ok();
    let answer = eve.post("/groups", json!({"slug": "CREW", "name": "Another"})).await;
    assert_eq!(answer.violations(), ["slug: is already taken"]);
    // Only slugs are unique; one that we make gets a suffix.
    let second = eve.post("/groups", json!({"name": "Crew"})).await.ok();
    assert!(second["slug"].as_str().unwrap().starts_with("crew-"));
}

#[tokio::test]
async fn groups_are_sorted_and_searched() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    for name in ["Crew 10", "Crew 9", "Builders"] {
        eve.post("/groups", json!({"name": name})).await.ok();
    }
    assert_eq!(eve.get("/groups").await.column("groups", "name"), ["Builders", "Crew 9", "Crew 10"]);
    assert_eq!(eve.get("/groups?search=CREW&order=desc&limit=1").await.column("groups", "name"), ["Crew 10"]);
}
