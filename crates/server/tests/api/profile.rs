//! The signed-in user about himself.

use serde_json::json;

use crate::test_app::TestApp;

#[tokio::test]
async fn profile_shows_oneself_with_memberships() {
    let (_, admin, eve, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let profile = admin.get("/profile/self").await.ok();
    assert_eq!(profile["username"], "admin");
    assert_eq!(profile["packs"][0]["perm"], "owner");
    assert_eq!(profile["packs"][0]["pack"]["slug"], "sky");
    assert_eq!(profile["mods"][0]["mod"]["slug"], "jei");
    assert_eq!(eve.get("/profile/self").await.ok()["packs"], json!(null));
    anonymous.get("/profile/self").await.refused(401);
}

#[tokio::test]
async fn profile_is_changed_but_not_its_rights() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let change = json!({"fullname": "Eve Example", "email": "eve@example.org", "admin": true, "active": false});
    let profile = eve.put("/profile/self", change).await.ok();
    assert_eq!(
        (&profile["fullname"], &profile["admin"], &profile["active"]),
        (&json!("Eve Example"), &json!(false), &json!(true))
    );
    let profile = eve.put("/profile/self", json!({"fullname": null, "email": ""})).await.ok();
    assert_eq!((&profile["fullname"], &profile["email"]), (&json!("Eve Example"), &json!(null)));
}

#[tokio::test]
async fn empty_password_changes_nothing() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    eve.put("/profile/self", json!({"password": ""})).await.ok();
    eve.get("/profile/self").await.ok();
    app.sign_in("eve").await;
}

#[tokio::test]
async fn taken_or_bad_username_is_refused() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    for (name, rule) in [
        ("ADMIN", "username: is already taken"),
        ("ab", "username: the length must be between 3 and 255"),
        (" eve", "username: cannot begin or end with a space"),
        ("01arz3ndektsv4rrffq69g5fav", "username: cannot look like an identifier"),
    ] {
        assert_eq!(eve.put("/profile/self", json!({"username": name})).await.violations(), [rule]);
    }
    eve.put("/profile/self", json!({"username": "Eve"})).await.ok();
}

#[tokio::test]
async fn profile_shows_own_memberships() {
    let (_, admin, eve, _) = TestApp::with_callers().await;
    eve.post("/packs", json!({"slug": "sky", "name": "Sky"})).await.ok();
    admin.post("/groups", json!({"slug": "crew", "name": "Crew"})).await.ok();
    admin.post("/groups/crew/users", json!({"user": "eve", "perm": "admin"})).await.ok();
    let profile = eve.get("/profile/self").await.ok();
    assert_eq!(profile["packs"][0]["pack"]["slug"], "sky");
    assert_eq!(
        (&profile["groups"][0]["group"]["slug"], &profile["groups"][0]["perm"]),
        (&json!("crew"), &json!("admin"))
    );
    assert_eq!(profile.get("mods"), None);
}
