//! Personal tokens.

use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kleister_server::signin::memory;
use serde_json::{Value, json};

use crate::test_app::{Caller, PASSWORD, TestApp};

/// A new personal token of a caller.
async fn new_token(caller: &Caller) -> String {
    caller.get("/profile/token").await.ok()["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_is_made_listed_and_revoked() {
    let (app, admin, eve, _) = TestApp::with_callers().await;
    let made = eve.get("/profile/token").await.ok();
    assert_eq!(made["expires_at"], "2027-11-24T09:30:00.000Z");
    let secret = made["token"].as_str().unwrap();
    assert!(secret.starts_with("kls_") && secret.len() == 50);
    app.clock.advance(1);
    let robot = app.with_token(new_token(&eve).await);
    let list = eve.get("/profile/tokens").await.ok();
    assert_eq!(list["total"], 2);
    let oldest = &list["tokens"][1];
    let expected = json!({
        "id": oldest["id"], "last_four": secret[46..], "created_at": "2026-11-24T09:30:00.000Z",
        "expires_at": "2027-11-24T09:30:00.000Z",
    });
    assert_eq!(oldest, &expected);
    assert!(!list.to_string().contains(secret));
    assert_eq!(admin.get("/profile/tokens").await.ok(), json!({"total": 0, "tokens": []}));
    robot.get("/profile/self").await.ok();
    let id = list["tokens"][0]["id"].as_str().unwrap();
    admin.delete(&format!("/profile/tokens/{id}")).await.refused(404);
    eve.delete(&format!("/profile/tokens/{id}")).await.ok();
    robot.get("/profile/self").await.refused(401);
    eve.delete(&format!("/profile/tokens/{id}")).await.refused(404);
    assert_eq!(eve.get("/profile/tokens").await.ok()["total"], 1);
}

#[tokio::test]
async fn a_token_speaks_for_its_user_in_every_header() {
    let (_, _, eve, anonymous) = TestApp::with_callers().await;
    let token = new_token(&eve).await;
    let basic = |text: String| ("authorization", format!("Basic {}", STANDARD.encode(text)));
    for header in [
        ("x-api-key", token.clone()),
        ("authorization", format!("Bearer {token}")),
        ("authorization", token.clone()),
        basic(format!("eve:{token}")),
        basic(format!("EVE:{token}")),
    ] {
        let profile = anonymous.get_with("/profile/self", std::slice::from_ref(&header)).await.ok();
        assert_eq!(profile["username"], "eve");
        anonymous.get_with("/auth/verify", &[header]).await.ok();
    }
    anonymous.get_with("/profile/self", &[basic(format!("admin:{token}"))]).await.refused(401);
    anonymous.get_with("/profile/self", &[basic(format!("{token}:"))]).await.refused(401);
    assert_eq!(anonymous.get(&format!("/auth/verify/{token}")).await.ok()["username"], "eve");
}

#[tokio::test]
async fn a_token_with_its_user_name_computes_no_hash() {
    let (app, _, eve, anonymous) = TestApp::with_callers().await;
    let token = new_token(&eve).await;
    let before = app.app.passwords.computed();
    for name in ["eve", "admin", "nobody"] {
        let header = ("authorization", format!("Basic {}", STANDARD.encode(format!("{name}:{token}"))));
        anonymous.get_with("/profile/self", &[header]).await;
    }
    assert_eq!(app.app.passwords.computed(), before);
}

#[tokio::test]
async fn a_token_has_the_rights_that_its_user_has_now() {
    let (app, admin, _, _) = TestApp::with_callers().await;
    let second = app.user("second", true).await;
    let robot = app.with_token(new_token(&second).await);
    robot.post("/users", json!({"username": "new one"})).await.ok();
    admin.put("/users/second", json!({"admin": false})).await.ok();
    robot.post("/users", json!({"username": "newer one"})).await.refused(403);
    robot.post("/packs", json!({"name": "Sky Pack"})).await.ok();
}

#[tokio::test]
async fn a_token_is_not_refreshed_and_has_no_session() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let robot = app.with_token(new_token(&eve).await);
    assert!(robot.get("/auth/refresh").await.refused(401).contains("not refreshed"));
    assert!(robot.post("/auth/logout", json!({})).await.refused(403).contains("/profile/tokens/{token_id}"));
    robot.get("/profile/self").await.ok();
}

#[tokio::test]
async fn a_token_makes_no_tokens_and_changes_no_password() {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    let robot = app.with_token(new_token(&eve).await);
    let admins_robot = app.with_token(new_token(&admin).await);
    assert!(robot.get("/profile/token").await.refused(403).contains("sign in with your password"));
    for change in [json!({"password": "quite another password"}), json!({"email": "eve@example.org"})] {
        robot.put("/profile/self", change.clone()).await.refused(403);
        admins_robot.put("/users/admin", change.clone()).await.refused(403);
        admins_robot.put("/users/eve", change.clone()).await.refused(403);
    }
    robot.put("/profile/self", json!({"fullname": "Eve's robot"})).await.ok();
    admins_robot.put("/users/eve", json!({"fullname": "Eve"})).await.ok();
    anonymous.login("eve", PASSWORD).await.ok();
}

#[tokio::test]
async fn a_token_ends_itself_but_no_other() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let robot = app.with_token(new_token(&eve).await);
    let own = eve.get("/profile/tokens").await.column("tokens", "id").remove(0);
    new_token(&eve).await;
    let ids = eve.get("/profile/tokens").await.column("tokens", "id");
    let other = ids.iter().find(|id| **id != own).unwrap();
    robot.delete(&format!("/profile/tokens/{other}")).await.refused(403);
    robot.delete(&format!("/profile/tokens/{own}")).await.ok();
    robot.get("/profile/self").await.refused(401);
}

#[tokio::test]
async fn a_token_ends_after_a_year() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let robot = app.with_token(new_token(&eve).await);
    app.clock.advance(365 * 24 * 3600 - 1);
    robot.get("/profile/self").await.ok();
    app.clock.advance(1);
    robot.get("/profile/self").await.refused(401);
    let eve = app.sign_in("eve").await;
    assert_eq!(eve.get("/profile/tokens").await.ok()["total"], 0);
}

#[tokio::test]
async fn deactivation_and_reset_end_tokens_and_ones_own_new_password_does_not() {
    let (app, admin, eve, _) = TestApp::with_callers().await;
    let robot = app.with_token(new_token(&eve).await);
    eve.put("/profile/self", json!({"password": "quite another password"})).await.ok();
    robot.get("/profile/self").await.ok();
    admin.put("/users/eve", json!({"password": PASSWORD})).await.ok();
    robot.get("/profile/self").await.refused(401);
    let robot = app.with_token(new_token(&app.sign_in("eve").await).await);
    robot.get("/profile/self").await.ok();
    admin.put("/users/eve", json!({"active": false})).await.ok();
    robot.get("/profile/self").await.refused(401);
    admin.put("/users/eve", json!({"active": true})).await.ok();
    robot.get("/profile/self").await.refused(401);
}

#[tokio::test]
async fn a_user_has_fifty_tokens_at_the_most() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let tries = (0..55).map(|_| eve.get("/profile/token"));
    let answers = futures::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 50);
    assert!(eve.get("/profile/token").await.refused(409).contains("revoke one"));
    let ids = eve.get("/profile/tokens").await.column("tokens", "id");
    eve.delete(&format!("/profile/tokens/{}", ids[0])).await.ok();
    new_token(&eve).await;
    app.clock.advance(365 * 24 * 3600);
    new_token(&app.sign_in("eve").await).await;
}

#[tokio::test]
async fn use_is_noted_to_the_minute_and_verify_is_none() {
    let (app, _, eve, anonymous) = TestApp::with_callers().await;
    let token = new_token(&eve).await;
    let robot = app.with_token(token.clone());
    let used = async || {
        memory::write_down(&app.app).await.unwrap();
        eve.get("/profile/tokens").await.ok()["tokens"][0]["used_at"].clone()
    };
    robot.get("/auth/verify").await.ok();
    anonymous.get(&format!("/auth/verify/{token}")).await.ok();
    assert_eq!(used().await, Value::Null);
    app.clock.advance(30);
    robot.get("/profile/self").await.ok();
    assert_eq!(used().await, "2026-11-24T09:30:00.000Z");
    app.clock.advance(60);
    let epoch = app.app.db.epoch();
    for _ in 0..3 {
        robot.get("/packs").await.ok();
    }
    assert_eq!(used().await, "2026-11-24T09:31:00.000Z");
    assert_eq!(app.app.db.epoch(), epoch, "what is held in memory stays");
}

#[tokio::test]
async fn head_makes_no_token() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let request = Request::head("/api/v1/profile/token").body(Body::empty()).unwrap();
    assert_eq!(eve.request(request).await.status, 405);
    assert_eq!(eve.get("/profile/tokens").await.ok()["total"], 0);
}

#[tokio::test]
async fn what_only_looks_like_a_token_is_refused_like_any_other() {
    let (_, _, eve, anonymous) = TestApp::with_callers().await;
    let token = new_token(&eve).await;
    let reference = anonymous.get("/auth/verify/nonsense").await;
    let unknown = format!("kls_{}", "0".repeat(46));
    for text in [unknown, format!("{token}0"), token[..49].to_owned(), token.to_lowercase(), token.replace("kls_", "")]
    {
        let answer = anonymous.get(&format!("/auth/verify/{text}")).await;
        assert_eq!((answer.status, &answer.bytes), (reference.status, &reference.bytes), "{text}");
    }
}
