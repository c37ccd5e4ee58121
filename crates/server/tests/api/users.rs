//! Users.

use serde_json::json;

use crate::test_app::TestApp;

#[tokio::test]
async fn admin_makes_and_changes_users() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    let user = admin.post("/users", json!({"username": "Ann", "email": "ann@example.org"})).await.ok();
    assert_eq!((&user["active"], &user["admin"]), (&json!(true), &json!(false)));
    let path = format!("/users/{}", user["id"].as_str().unwrap());
    let changed = admin.put(&path, json!({"fullname": "Ann Example", "email": ""})).await.ok();
    assert_eq!((&changed["fullname"], &changed["email"]), (&json!("Ann Example"), &json!(null)));
    assert_eq!(admin.get("/users/ANN").await.ok()["id"], user["id"]);
}

#[tokio::test]
async fn others_see_a_name_and_no_more() {
    let (_, admin, eve, anonymous) = TestApp::with_callers().await;
    admin.put("/users/admin", json!({"email": "root@example.org"})).await.ok();
    let seen = eve.get("/users/admin").await.ok();
    assert_eq!((&seen["username"], &seen["email"], &seen["admin"]), (&json!("admin"), &json!(null), &json!(null)));
    assert_eq!(eve.get("/users/eve").await.ok()["admin"], false);
    assert_eq!(eve.get("/users?search=root@").await.ok()["total"], 0);
    assert_eq!(admin.get("/users?search=ROOT@").await.column("users", "username"), ["admin"]);
    eve.get("/users?sort=email").await.refused(400);
    admin.get("/users?sort=email").await.ok();
    anonymous.get("/users").await.refused(401);
}

#[tokio::test]
async fn former_username_can_be_taken_by_others() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.put("/users/eve", json!({"username": "evelyn"})).await.ok();
    admin.get("/users/eve").await.refused(404);
    admin.post("/users", json!({"username": "eve"})).await.ok();
}

#[tokio::test]
async fn last_admin_stays_one() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    for change in [json!({"admin": false}), json!({"active": false})] {
        let message = admin.put("/users/admin", change).await.refused(409);
        assert!(message.contains("last admin"), "{message}");
    }
    admin.put("/users/eve", json!({"admin": true})).await.ok();
    admin.put("/users/admin", json!({"admin": false})).await.ok();
}

#[tokio::test]
async fn weak_password_is_refused() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    for password in ["short", "password123", "Minecraft"] {
        let answer = admin.post("/users", json!({"username": "ann", "password": password})).await;
        assert_eq!(answer.violations().len(), 1, "{password}");
    }
}

#[tokio::test]
async fn deleted_user_is_gone_at_once() {
    let (_, admin, eve, _) = TestApp::with_callers().await;
    admin.post("/groups", json!({"slug": "crew", "name": "Crew"})).await.ok();
    admin.post("/groups/crew/users", json!({"user": "eve", "perm": "user"})).await.ok();
    assert_eq!(admin.delete("/users/eve").await.ok()["message"], "Successfully deleted user");
    eve.get("/profile/self").await.refused(401);
    admin.get("/users/eve").await.refused(404);
    assert_eq!(admin.get("/groups/crew/users").await.ok()["total"], 1);
    admin.post("/users", json!({"username": "eve"})).await.ok();
    let message = admin.delete("/users/admin").await.refused(409);
    assert!(message.contains("last admin"), "{message}");
}
