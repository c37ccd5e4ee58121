//! Usernames and passwords that come with the request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kleister_server::config::Signin;
use serde_json::json;

use crate::test_app::{Answer, Caller, PASSWORD, TestApp};

fn basic(username: &str, password: &str) -> (&'static str, String) {
    ("authorization", format!("Basic {}", STANDARD.encode(format!("{username}:{password}"))))
}

async fn ask(caller: &Caller, username: &str, password: &str) -> Answer {
    caller.get_with("/profile/self", &[basic(username, password)]).await
}

#[tokio::test]
async fn username_and_password_work_like_a_token() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    assert_eq!(ask(&anonymous, "eve", PASSWORD).await.ok()["username"], "eve");
    assert_eq!(ask(&anonymous, "EVE", PASSWORD).await.ok()["username"], "eve");
    let verified = anonymous.get_with("/auth/verify", &[basic("eve", PASSWORD)]).await.ok();
    assert_eq!(verified["username"], "eve");
    anonymous.get_with("/users", &[basic("admin", PASSWORD)]).await.ok();
    anonymous
        .get_with("/packs/sky", &[("authorization", format!("basic  {}", STANDARD.encode("eve:x")))])
        .await
        .refused(401);
}

#[tokio::test]
async fn what_is_wrong_is_refused_without_asking_for_a_password() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    admin.post("/users", json!({"username": "robot"})).await.ok();
    admin.post("/users", json!({"username": "idle", "password": PASSWORD, "active": false})).await.ok();
    let wrong = ask(&anonymous, "eve", "wrong").await;
    wrong.refused(401);
    assert_eq!(wrong.headers["www-authenticate"], "Bearer");
    for (username, password) in [("robot", ""), ("idle", PASSWORD), ("nobody", PASSWORD), ("", ""), ("eve", "")] {
        let answer = ask(&anonymous, username, password).await;
        assert_eq!((answer.status, &answer.bytes), (wrong.status, &wrong.bytes), "{username}");
    }
    for text in ["Basic", "Basic !", "Basic ZXZl", "Digest username=eve"] {
        anonymous.get_with("/packs", &[("authorization", text.to_owned())]).await.refused(401);
    }
}

#[tokio::test]
async fn a_password_that_was_right_is_hashed_once_in_a_minute() {
    let (app, _, _, anonymous) = TestApp::with_callers().await;
    let hashes = || app.app.passwords.computed();
    let before = hashes();
    for _ in 0..3 {
        ask(&anonymous, "eve", PASSWORD).await.ok();
    }
    assert_eq!(hashes() - before, 1);
    ask(&anonymous, "eve", "wrong").await.refused(401);
    assert_eq!(hashes() - before, 2);
    app.clock.advance(59);
    ask(&anonymous, "eve", PASSWORD).await.ok();
    assert_eq!(hashes() - before, 2);
    app.clock.advance(1);
    ask(&anonymous, "eve", PASSWORD).await.ok();
    assert_eq!(hashes() - before, 3);
}

#[tokio::test]
async fn new_password_and_deactivation_hold_at_the_next_request() {
    let (_, admin, eve, anonymous) = TestApp::with_callers().await;
    ask(&anonymous, "eve", PASSWORD).await.ok();
    eve.put("/profile/self", json!({"password": "quite another password"})).await.ok();
    ask(&anonymous, "eve", PASSWORD).await.refused(401);
    ask(&anonymous, "eve", "quite another password").await.ok();
    admin.put("/users/eve", json!({"active": false})).await.ok();
    ask(&anonymous, "eve", "quite another password").await.refused(401);
}

#[tokio::test]
async fn guessing_is_not_faster_than_by_signing_in() {
    let app = TestApp::configured(|config| config.signin = Signin { memory: 8, passes: 1, ..Signin::default() }).await;
    app.user("eve", false).await;
    let caller = app.anonymous().at("203.0.113.7");
    ask(&caller, "eve", PASSWORD).await.ok();
    for name in 0..5 {
        ask(&caller, &format!("name {name}"), "wrong").await.refused(401);
        caller.login(&format!("other {name}"), "wrong").await.refused(401);
    }
    let before = app.app.passwords.computed();
    ask(&caller, "eve", "wrong").await.refused(429);
    ask(&caller, "eve", PASSWORD).await.refused(429);
    caller.login("eve", PASSWORD).await.refused(429);
    assert_eq!(app.app.passwords.computed(), before);
    ask(&app.anonymous().at("203.0.113.8"), "eve", PASSWORD).await.ok();
}

#[tokio::test]
async fn refresh_begins_a_session() {
    let (app, _, _, anonymous) = TestApp::with_callers().await;
    let token = anonymous.get_with("/auth/refresh", &[basic("eve", PASSWORD)]).await.ok();
    assert_eq!(token["expires_at"], "2026-11-24T10:30:00.000Z");
    let eve = app.with_token(token["token"].as_str().unwrap());
    assert_eq!(eve.get("/auth/verify").await.ok()["username"], "eve");
    eve.get("/auth/refresh").await.ok();
}

#[tokio::test]
async fn a_token_that_holds_goes_before_a_password() {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    let key = |token: &str| ("x-api-key", token.to_owned());
    let before = app.app.passwords.computed();
    let profile = anonymous.get_with("/profile/self", &[key(&admin.token.unwrap()), basic("eve", "wrong")]).await.ok();
    assert_eq!(profile["username"], "admin");
    assert_eq!(app.app.passwords.computed(), before);
    let profile = anonymous.get_with("/profile/self", &[key("broken"), basic("eve", PASSWORD)]).await.ok();
    assert_eq!(profile["username"], "eve");
    anonymous.get_with("/profile/self", &[key("broken"), basic("eve", "wrong")]).await.refused(401);
}

#[tokio::test]
async fn password_has_no_session_to_end() {
    let (_, _, _, anonymous) = TestApp::with_callers().await;
    let mut request = axum::http::Request::post("/api/v1/auth/logout").body(axum::body::Body::empty()).unwrap();
    let (name, value) = basic("eve", PASSWORD);
    request.headers_mut().insert(name, value.parse().unwrap());
    assert!(anonymous.request(request).await.refused(403).contains("no session"));
}
