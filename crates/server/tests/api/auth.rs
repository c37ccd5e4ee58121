//! Signing in.

use serde_json::{Value, json};

use crate::test_app::{Answer, PASSWORD, TestApp};

#[tokio::test]
async fn login_gives_a_token_and_its_end() {
    let (_, _, _, anonymous) = TestApp::with_callers().await;
    let token = anonymous.login("eve", PASSWORD).await.ok();
    assert!(token["token"].as_str().unwrap().starts_with("eyJ"));
    assert_eq!(token["expires_at"], "2026-11-24T10:30:00.000Z");
}

#[tokio::test]
async fn username_counts_whatever_its_case() {
    let (_, _, _, anonymous) = TestApp::with_callers().await;
    anonymous.login("EvE", PASSWORD).await.ok();
}

#[tokio::test]
async fn wrong_password_unknown_user_and_inactive_user_are_told_the_same() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    let wrong = anonymous.login("eve", "not the password").await;
    let unknown = anonymous.login("nobody at all", PASSWORD).await;
    admin.put("/users/eve", json!({"active": false})).await.ok();
    let inactive = anonymous.login("eve", PASSWORD).await;
    wrong.refused(401);
    assert_eq!(wrong.headers["www-authenticate"], "Bearer");
    for other in [&unknown, &inactive] {
        assert_eq!((other.status, &other.bytes), (wrong.status, &wrong.bytes));
        let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names(other), names(&wrong));
    }
}

#[tokio::test]
async fn user_without_a_password_cannot_sign_in() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    admin.post("/users", json!({"username": "robot"})).await.ok();
    for password in ["", PASSWORD] {
        anonymous.login("robot", password).await.refused(401);
    }
}

#[tokio::test]
async fn verify_tells_whose_token_it_is() {
    let (_, _, eve, anonymous) = TestApp::with_callers().await;
    let expected = json!({"username": "eve", "created_at": "2026-11-24T09:30:00.000Z"});
    assert_eq!(eve.get("/auth/verify").await.ok(), expected);
    let path = format!("/auth/verify/{}", eve.token.unwrap());
    assert_eq!(anonymous.get(&path).await.ok(), expected);
}

#[tokio::test]
async fn whatever_is_no_token_is_told_the_same() {
    let (app, _, eve, anonymous) = TestApp::with_callers().await;
    let token = eve.token.clone().unwrap();
    let forged = forged(&token);
    let spellings = [
        "nonsense".to_owned(),
        "a/b/c".to_owned(),
        "%FF%00".to_owned(),
        format!("{token}/x"),
        format!("{token}%2F"),
        "x".repeat(8192),
        format!("{}.{}", token.rsplit_once('.').unwrap().0, "x".repeat(43)),
        forged,
    ];
    let reference = anonymous.get("/auth/verify/nonsense").await;
    reference.refused(401);
    for spelling in spellings {
        let answer = anonymous.get(&format!("/auth/verify/{spelling}")).await;
        assert_eq!((answer.status, answer.bytes), (reference.status, reference.bytes.clone()), "{spelling}");
    }
    assert_eq!(anonymous.get("/auth/verify").await.bytes, reference.bytes);
    assert_eq!(anonymous.get("/auth/verify/").await.bytes, reference.bytes);
    app.clock.advance(3600);
    assert_eq!(anonymous.get(&format!("/auth/verify/{token}")).await.bytes, reference.bytes);
}

/// The claims of a good token without a signature, as the algorithm `none` has it.
fn forged(token: &str) -> String {
    let claims = token.split('.').nth(1).unwrap();
    format!("eyJhbGciOiJub25lIiwidHlwIjoia2xlaXN0ZXIrand0In0.{claims}.")
}

#[tokio::test]
async fn token_ends_with_its_time_and_is_never_refreshed_after() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    app.clock.advance(3599);
    eve.get("/auth/verify").await.ok();
    app.clock.advance(1);
    eve.get("/auth/verify").await.refused(401);
    eve.get("/auth/refresh").await.refused(401);
    eve.get("/packs").await.refused(401);
}

#[tokio::test]
async fn refresh_gives_a_newer_token_of_the_same_session() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    app.clock.advance(600);
    let newer = eve.get("/auth/refresh").await.ok();
    assert_ne!(newer["token"], json!(eve.token));
    assert_eq!(newer["expires_at"], "2026-11-24T10:40:00.000Z");
    let (old, new) = (claims(eve.token.as_ref().unwrap()), claims(newer["token"].as_str().unwrap()));
    assert_eq!(old["sid"], new["sid"]);
    assert_ne!(old["jti"], new["jti"]);
}

fn claims(token: &str) -> Value {
    use base64::Engine;
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&claims).unwrap()
}

#[tokio::test]
async fn replaced_token_is_taken_for_a_minute() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let newer = eve.get("/auth/refresh").await.ok();
    let again = eve.get("/auth/refresh").await.ok();
    let newer = app.with_token(newer["token"].as_str().unwrap());
    let again = app.with_token(again["token"].as_str().unwrap());
    app.clock.advance(60);
    eve.get("/auth/verify").await.ok();
    app.clock.advance(1);
    eve.get("/auth/verify").await.refused(401);
    newer.get("/auth/verify").await.ok();
    again.get("/auth/verify").await.ok();
}

#[tokio::test]
async fn session_ends_after_thirty_days_however_often_it_is_refreshed() {
    let app = TestApp::configured(|config| config.token.expire = "2d".to_owned()).await;
    let mut eve = app.user("eve", false).await;
    let mut ends = Vec::new();
    for _ in 0..29 {
        app.clock.advance(24 * 3600);
        let newer = eve.get("/auth/refresh").await.ok();
        ends.push(newer["expires_at"].as_str().unwrap().to_owned());
        eve = app.with_token(newer["token"].as_str().unwrap());
    }
    assert!(ends.is_sorted());
    assert_eq!(ends[27..], ["2026-12-24T09:30:00.000Z", "2026-12-24T09:30:00.000Z"]);
    app.clock.advance(24 * 3600);
    eve.get("/auth/verify").await.refused(401);
}

#[tokio::test]
async fn first_token_that_holds_counts() {
    let (_, _, eve, anonymous) = TestApp::with_callers().await;
    let token = eve.token.unwrap();
    for headers in [
        vec![("x-api-key", token.clone())],
        vec![("authorization", format!("Bearer {token}"))],
        vec![("authorization", format!("bearer  {token}"))],
        vec![("authorization", token.clone())],
        vec![("x-api-key", "broken".to_owned()), ("authorization", format!("Bearer {token}"))],
        vec![("x-api-key", token.clone()), ("authorization", "Bearer broken".to_owned())],
    ] {
        for path in ["/auth/verify", "/auth/refresh", "/profile/self"] {
            anonymous.get_with(path, &headers).await.ok();
        }
    }
}

#[tokio::test]
async fn bad_credential_is_refused_even_on_public_things() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    for headers in [
        vec![("x-api-key", "broken".to_owned())],
        vec![("authorization", "Bearer broken".to_owned())],
        vec![("authorization", "Basic YWRtaW46YWRtaW4=".to_owned())],
    ] {
        anonymous.get_with("/packs/sky", &headers).await.refused(401);
    }
    anonymous.get_with("/packs/sky", &[("x-api-key", String::new())]).await.ok();
}

#[tokio::test]
async fn deactivated_user_is_out_at_the_next_request() {
    let (_, admin, eve, _) = TestApp::with_callers().await;
    eve.get("/profile/self").await.ok();
    admin.put("/users/eve", json!({"active": false})).await.ok();
    eve.get("/profile/self").await.refused(401);
    eve.get("/auth/verify").await.refused(401);
    eve.get("/auth/refresh").await.refused(401);
    admin.put("/users/eve", json!({"active": true})).await.ok();
    eve.get("/profile/self").await.refused(401);
}

#[tokio::test]
async fn new_password_ends_all_sessions() {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    let elsewhere = app.sign_in("eve").await;
    eve.put("/profile/self", json!({"password": "quite another password"})).await.ok();
    eve.get("/profile/self").await.refused(401);
    elsewhere.get("/profile/self").await.refused(401);
    anonymous.login("eve", PASSWORD).await.refused(401);
    anonymous.login("eve", "quite another password").await.ok();
    admin.get("/profile/self").await.ok();
}

#[tokio::test]
async fn ended_session_is_over_at_the_next_request() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let elsewhere = app.sign_in("eve").await;
    eve.get("/profile/self").await.ok();
    eve.post("/auth/logout", json!({})).await.ok();
    eve.get("/profile/self").await.refused(401);
    eve.get("/auth/refresh").await.refused(401);
    elsewhere.get("/profile/self").await.ok();
}

#[tokio::test]
async fn lost_right_is_lost_at_the_next_request() {
    let (app, admin, _, _) = TestApp::with_callers().await;
    let second = app.user("second", true).await;
    second.post("/users", json!({"username": "new one"})).await.ok();
    admin.put("/users/second", json!({"admin": false})).await.ok();
    second.post("/users", json!({"username": "newer one"})).await.refused(403);
}

#[tokio::test]
async fn bodies_that_are_no_credentials_are_explained() {
    let (_, _, _, anonymous) = TestApp::with_callers().await;
    for body in [json!({}), json!({"username": "eve"}), json!({"username": 1, "password": "x"}), json!([]), json!(null)]
    {
        anonymous.post("/auth/login", body).await.refused(400);
    }
    let long = json!({"username": "eve", "password": "x".repeat(20_000)});
    anonymous.post("/auth/login", long).await.refused(413);
}

#[tokio::test]
async fn answers_about_credentials_are_not_kept() {
    let (_, _, eve, anonymous) = TestApp::with_callers().await;
    for answer in
        [anonymous.login("eve", PASSWORD).await, eve.get("/auth/verify").await, eve.get("/auth/refresh").await]
    {
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer");
    }
}
