//! The first administrator.

use kleister_store::setup;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::test_app::{PASSWORD, TestApp};

const TOKEN: &str = "the setup token";

async fn waiting() -> TestApp {
    let app = TestApp::empty().await;
    let write = app.app.db.write().await.unwrap();
    setup::renew(&*write, &hex::encode(Sha256::digest(TOKEN)), app.clock.now()).await.unwrap();
    write.commit().await.unwrap();
    app
}

fn admin(token: &str) -> Value {
    json!({"token": token, "username": "admin", "password": PASSWORD})
}

#[tokio::test]
async fn setup_makes_an_admin_once() {
    let app = waiting().await;
    let token = app.anonymous().post("/setup", admin(TOKEN)).await.ok();
    let admin_caller = app.with_token(token["token"].as_str().unwrap());
    assert_eq!(admin_caller.get("/profile/self").await.ok()["admin"], true);
    app.anonymous().post("/setup", admin(TOKEN)).await.refused(404);
}

#[tokio::test]
async fn setup_wants_its_token_and_a_good_password() {
    let app = waiting().await;
    app.anonymous().post("/setup", admin("another")).await.refused(401);
    let weak = json!({"token": TOKEN, "username": "admin", "password": "password"});
    let violations = app.anonymous().post("/setup", weak).await.violations();
    assert_eq!(violations, ["password: is among those that are tried first; choose another one"]);
    app.anonymous().post("/setup", admin(TOKEN)).await.ok();
}

#[tokio::test]
async fn setup_token_is_old_after_a_day() {
    let app = waiting().await;
    app.clock.advance(24 * 3600);
    app.anonymous().post("/setup", admin(TOKEN)).await.refused(404);
}

#[tokio::test]
async fn setup_is_closed_where_there_is_an_admin() {
    let app = waiting().await;
    app.user("operator", true).await;
    app.anonymous().post("/setup", admin(TOKEN)).await.refused(404);
}

#[tokio::test]
async fn of_two_setups_at_once_one_wins() {
    let app = waiting().await;
    let one = app.anonymous();
    let other = app.anonymous();
    let (one, other) = tokio::join!(one.post("/setup", admin(TOKEN)), other.post("/setup", admin(TOKEN)));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
}
