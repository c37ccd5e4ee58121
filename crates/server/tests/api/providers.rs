//! Providers of identities, of which there are none, and the one-time tokens that they lead to.

use futures::future::join_all;
use kleister_server::signin::personal::digest;
use serde_json::json;

use crate::test_app::{Answer, TestApp};

#[tokio::test]
async fn there_is_no_provider() {
    let app = TestApp::empty().await;
    assert_eq!(app.anonymous().get("/auth/providers").await.ok(), json!({"total": 0, "providers": []}));
    for path in ["/auth/github/request", "/auth/github/callback?code=x&state=y", "/auth/login/request"] {
        assert_eq!(app.anonymous().get(path).await.refused(404), "Failed to find provider");
    }
    app.anonymous().get("/auth/verify/request").await.refused(401);
    app.anonymous().get("/auth/verify/callback").await.refused(401);
}

#[tokio::test]
async fn one_time_token_is_exchanged_once() {
    let (app, _, eve, anonymous) = TestApp::with_callers().await;
    let id = eve.get("/profile/self").await.ok()["id"].as_str().unwrap().to_owned();
    let give = async |code: &str| {
        let write = app.app.db.write().await.unwrap();
        kleister_store::tokens::create_code(&*write, &id, digest(code), app.clock.now()).await.unwrap();
        write.commit().await.unwrap();
    };
    give("once").await;
    let answers = join_all((0..10).map(|_| anonymous.post("/auth/redirect", json!({"token": "once"})))).await;
    let tokens: Vec<_> = answers.iter().filter(|answer| answer.status == 200).map(Answer::ok).collect();
    assert_eq!(tokens.len(), 1);
    assert!(
        answers
            .iter()
            .filter(|answer| answer.status != 200)
            .all(|answer| answer.refused(401) == "Failed to validate token")
    );
    let eve = app.with_token(tokens[0]["token"].as_str().unwrap());
    assert_eq!(eve.get("/auth/verify").await.ok()["username"], "eve");

    give("late").await;
    app.clock.advance(60);
    anonymous.post("/auth/redirect", json!({"token": "late"})).await.refused(401);
}

#[tokio::test]
async fn one_time_token_of_a_deactivated_user_is_worth_nothing() {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    let id = eve.get("/profile/self").await.ok()["id"].as_str().unwrap().to_owned();
    let write = app.app.db.write().await.unwrap();
    kleister_store::tokens::create_code(&*write, &id, digest("code"), app.clock.now()).await.unwrap();
    write.commit().await.unwrap();
    anonymous.get("/auth/verify/code").await.refused(401);
    admin.put("/users/eve", json!({"active": false})).await.ok();
    anonymous.post("/auth/redirect", json!({"token": "code"})).await.refused(401);
}
