//! Hashes of passwords: old ones are made anew, and only so many are computed at once.

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use kleister_store::users;
use kleister_types::users::NewUser;

use crate::test_app::{PASSWORD, TestApp};

/// A server with eve, whose password has this hash.
async fn with_hash(hash: &str) -> TestApp {
    let app = TestApp::empty().await;
    let eve = NewUser { username: Some("eve".to_owned()), ..NewUser::default() };
    let write = app.app.db.write().await.unwrap();
    users::create(&*write, &eve, Some(hash.to_owned()), app.clock.now()).await.unwrap();
    write.commit().await.unwrap();
    app
}

async fn stored(app: &TestApp) -> (String, String) {
    let eve = users::find_by_name(&app.app.db.read().await.unwrap(), "eve").await.unwrap().unwrap();
    (eve.id, eve.password_hash.unwrap())
}

#[tokio::test]
async fn bcrypt_of_the_server_before_is_made_anew_at_sign_in() {
    for version in ["$2a$", "$2b$", "$2y$"] {
        let app = with_hash(&bcrypt::hash(PASSWORD, 4).unwrap().replacen("$2b$", version, 1)).await;
        let eve = app.anonymous();
        eve.login("eve", "wrong").await.refused(401);
        assert!(stored(&app).await.1.starts_with(version));
        let signed_in = app.with_token(eve.login("eve", PASSWORD).await.ok()["token"].as_str().unwrap());
        assert!(stored(&app).await.1.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
        signed_in.get("/profile/self").await.ok();
        eve.login("eve", PASSWORD).await.ok();
        eve.login("eve", "wrong").await.refused(401);
    }
}

#[tokio::test]
async fn the_whole_password_counts_once_it_is_hashed_anew() {
    let long = "a long password of more than seventy-two bytes, of which bcrypt has never seen the end";
    let app = with_hash(&bcrypt::hash(long, 4).unwrap()).await;
    app.anonymous().login("eve", &long[..71]).await.refused(401);
    app.anonymous().login("eve", long).await.ok();
    app.anonymous().login("eve", &long[..80]).await.refused(401);
    app.anonymous().login("eve", long).await.ok();
}

#[tokio::test]
async fn what_cannot_be_checked_never_matches() {
    for hash in ["$2a$15$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga", "allmine", "$2a$10$cut"] {
        let app = with_hash(hash).await;
        let before = app.app.passwords.computed();
        app.anonymous().login("eve", "allmine").await.refused(401);
        assert_eq!(app.app.passwords.computed() - before, 1);
        assert_eq!(stored(&app).await.1, hash);
    }
}

#[tokio::test]
async fn hashing_anew_undoes_no_change_of_the_password() {
    let app = with_hash("former").await;
    let (id, _) = stored(&app).await;
    let write = app.app.db.write().await.unwrap();
    assert!(users::rehash(&*write, &id, "former", "newer").await.unwrap());
    assert!(!users::rehash(&*write, &id, "former", "newest").await.unwrap());
    write.commit().await.unwrap();
    assert_eq!(stored(&app).await.1, "newer");
}

#[tokio::test]
async fn only_so_many_wait_for_a_hash_and_others_go_on() {
    let app = TestApp::configured(|config| config.signin.threads = 1).await;
    let eve = app.user("eve", false).await;
    let turn = app.app.passwords.turn().await.unwrap();
    let callers: Vec<_> = (0..100).map(|_| app.anonymous()).collect();
    let mut flood: FuturesUnordered<_> = callers.iter().map(|caller| caller.login("eve", PASSWORD)).collect();
    for _ in 0..36 {
        let refused = flood.next().await.unwrap();
        assert!(refused.refused(503).contains("many sign-ins"));
        assert_eq!(refused.headers["retry-after"], "1");
    }
    assert!(futures::poll!(flood.next()).is_pending());
    eve.get("/profile/self").await.ok();
    eve.post("/packs", serde_json::json!({"name": "Sky Pack"})).await.ok();
    drop(turn);
    while let Some(answer) = flood.next().await {
        answer.ok();
    }
}
