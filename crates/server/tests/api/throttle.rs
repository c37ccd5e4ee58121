//! How often somebody may try.

use futures::future::join_all;
use kleister_server::Config;
use kleister_server::config::Signin;
use kleister_server::signin::memory;
use kleister_server::signin::network::Network;
use kleister_server::signin::throttle::Account;
use serde_json::json;

use crate::test_app::{Answer, Caller, PASSWORD, TestApp};

const EVE: &str = "203.0.113.7";

/// The limits as they are without a configuration, and hashes that cost next to nothing.
fn throttled(config: &mut Config) {
    config.signin = Signin { memory: 8, passes: 1, ..Signin::default() };
}

/// A throttled server with eve, who signed in at her address, and somebody without a token elsewhere.
async fn with_eve() -> (TestApp, Caller) {
    let app = TestApp::configured(throttled).await;
    app.user("eve", false).await;
    app.anonymous().at(EVE).login("eve", PASSWORD).await.ok();
    let stranger = app.anonymous().at("198.51.100.1");
    (app, stranger)
}

/// Fails so often that strangers cannot sign in as this user any more, each time from another address.
async fn fail_from_everywhere(app: &TestApp, username: &str) {
    for last in 0..100 {
        app.anonymous().at(&format!("192.0.2.{last}")).login(username, "wrong").await.refused(401);
    }
}

fn retry_after(answer: &Answer) -> u64 {
    answer.refused(429);
    answer.headers["retry-after"].to_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn an_address_fails_ten_times_and_then_once_in_six_seconds() {
    let (app, stranger) = with_eve().await;
    for name in 0..10 {
        stranger.login(&format!("name {name}"), "wrong").await.refused(401);
    }
    let before = app.app.passwords.computed();
    assert_eq!(retry_after(&stranger.login("eve", PASSWORD).await), 6);
    assert_eq!(app.app.passwords.computed(), before, "a refused try costs no hash");
    app.anonymous().at(EVE).login("eve", PASSWORD).await.ok();
    app.clock.advance(6);
    stranger.login("another", "wrong").await.refused(401);
    assert_eq!(retry_after(&stranger.login("another", "wrong").await), 6);
    app.clock.advance(60);
    for name in 0..10 {
        stranger.login(&format!("other {name}"), "wrong").await.refused(401);
    }
    stranger.login("eve", PASSWORD).await.refused(429);
}

#[tokio::test]
async fn success_does_not_forgive_the_address() {
    let (_, stranger) = with_eve().await;
    for name in 0..9 {
        stranger.login(&format!("name {name}"), "wrong").await.refused(401);
    }
    stranger.login("eve", PASSWORD).await.ok();
    stranger.login("nobody", "wrong").await.refused(401);
    stranger.login("eve", PASSWORD).await.refused(429);
}

#[tokio::test]
async fn the_same_name_from_the_same_address_waits_longer_and_longer() {
    let app = TestApp::configured(|config| {
        throttled(config);
        config.signin.address_failures = 1000;
    });
    let app = app.await;
    app.user("eve", false).await;
    let stranger = app.anonymous().at("198.51.100.1");
    let (network, account) = (Network::of("198.51.100.1".parse().unwrap()), Account::named("eve"));
    let mut waits = Vec::new();
    for _ in 0..26 {
        stranger.login("eve", "wrong").await.refused(401);
        let permitted = app.app.throttle.permit(network, &account, app.clock.now());
        waits.push(permitted.map_or_else(|throttled| throttled.retry_after, |()| 0));
        app.clock.advance(10);
    }
    assert_eq!(waits[..2], [0, 0], "who mistypes once or twice need not wait");
    assert_eq!((&waits[2..8], &waits[8..24], &waits[24..]), (&[1; 6][..], &[3; 16][..], &[5; 2][..]));
    stranger.login("eve", "wrong").await.refused(401);
    assert_eq!(retry_after(&stranger.login("eve", PASSWORD).await), 5);
    stranger.login("somebody else", "wrong").await.refused(401);
    app.anonymous().at(EVE).login("eve", PASSWORD).await.ok();
}

#[tokio::test]
async fn strangers_cannot_shut_a_user_out_from_where_he_signed_in() {
    let (app, stranger) = with_eve().await;
    fail_from_everywhere(&app, "eve").await;
    assert_eq!(retry_after(&stranger.login("eve", PASSWORD).await), 24 * 3600);
    app.anonymous().at(EVE).login("eve", "mistyped").await.refused(401);
    app.anonymous().at(EVE).login("eve", PASSWORD).await.ok();
    // His sign-in forgave the name.
    stranger.login("eve", PASSWORD).await.ok();
}

#[tokio::test]
async fn a_name_is_open_to_strangers_again_after_a_day() {
    let (app, stranger) = with_eve().await;
    fail_from_everywhere(&app, "eve").await;
    app.clock.advance(24 * 3600 - 1);
    assert_eq!(retry_after(&stranger.login("eve", PASSWORD).await), 1);
    app.clock.advance(1);
    stranger.login("eve", PASSWORD).await.ok();
}

#[tokio::test]
async fn an_address_is_known_for_thirty_days() {
    let (app, _) = with_eve().await;
    app.clock.advance(30 * 24 * 3600 - 1);
    fail_from_everywhere(&app, "eve").await;
    let eve = app.anonymous().at(EVE);
    eve.login("eve", "mistyped").await.refused(401);
    app.clock.advance(1);
    eve.login("eve", PASSWORD).await.refused(429);
}

#[tokio::test]
async fn a_restart_forgets_neither_failures_nor_addresses() {
    let (app, stranger) = with_eve().await;
    fail_from_everywhere(&app, "eve").await;
    drop(stranger);
    memory::write_down(&app.app).await.unwrap();
    let app = app.restarted().await;
    app.anonymous().at("198.51.100.1").login("eve", PASSWORD).await.refused(429);
    app.anonymous().at(EVE).login("eve", PASSWORD).await.ok();
    memory::write_down(&app.app).await.unwrap();
    let app = app.restarted().await;
    app.anonymous().at("198.51.100.1").login("eve", PASSWORD).await.ok();
}

#[tokio::test]
async fn failures_are_written_down_together() {
    let (app, _) = with_eve().await;
    memory::write_down(&app.app).await.unwrap();
    let epoch = app.app.db.epoch();
    fail_from_everywhere(&app, "eve").await;
    fail_from_everywhere(&app, "nobody").await;
    assert_eq!(app.app.db.epoch(), epoch, "a failed try writes nothing");
    memory::write_down(&app.app).await.unwrap();
    let read = app.app.db.read().await.unwrap();
    let written = kleister_store::logins::remembered(&read, 10, app.clock.now()).await.unwrap();
    drop(read);
    assert_eq!(written.failures.iter().map(|row| row.failures).collect::<Vec<_>>(), [100, 100]);
    assert_eq!(written.addresses.len(), 2, "of the callers who signed in: eve here, and where the tests do");
    app.clock.advance(24 * 3600);
    let write = app.app.db.write().await.unwrap();
    kleister_store::logins::forget_old(&*write, app.clock.now()).await.unwrap();
    let left = kleister_store::logins::remembered(&*write, 10, "1970-01-01T00:00:00Z".parse().unwrap()).await.unwrap();
    assert_eq!((left.failures.len(), left.addresses.len()), (0, 2));
}

#[tokio::test]
async fn many_tries_at_once_are_not_judged_by_the_same_count() {
    let (app, stranger) = with_eve().await;
    let before = app.app.passwords.computed();
    let names: Vec<_> = (0..60).map(|name| format!("name {name}")).collect();
    let answers = join_all(names.iter().map(|name| stranger.login(name, "wrong"))).await;
    let tried = answers.iter().filter(|answer| answer.status == 401).count();
    assert!((10..=11).contains(&tried), "{tried} of 60 were tried");
    assert_eq!(app.app.passwords.computed() - before, tried as u64);
    assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 60 - tried);
}

#[tokio::test]
async fn many_sign_ins_at_once_are_no_attack() {
    let (_, stranger) = with_eve().await;
    for answer in join_all((0..60).map(|_| stranger.login("eve", PASSWORD))).await {
        answer.ok();
    }
}

#[tokio::test]
async fn whoever_hangs_up_is_counted() {
    let app = TestApp::configured(|config| {
        throttled(config);
        config.signin.threads = 1;
        config.signin.address_failures = 1;
    });
    let app = app.await;
    let turn = app.app.passwords.turn().await.unwrap();
    let stranger = app.anonymous().at("198.51.100.1");
    let mut trying = Box::pin(stranger.login("eve", "wrong"));
    assert!(futures::poll!(&mut trying).is_pending());
    drop(trying);
    drop(turn);
    let (network, account) = (Network::of("198.51.100.1".parse().unwrap()), Account::named("eve"));
    let counted = async {
        while app.app.throttle.permit(network, &account, app.clock.now()).is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), counted).await.unwrap();
}

#[tokio::test]
async fn being_refused_tells_nothing_about_a_name() {
    let app = TestApp::configured(|config| {
        throttled(config);
        config.signin.account_failures = 4;
    });
    let app = app.await;
    let admin = app.user("admin", true).await;
    for name in ["eve", "idle", "robot"] {
        app.user(name, false).await;
    }
    admin.put("/users/idle", json!({"active": false})).await.ok();
    admin.post("/users", json!({"username": "no password"})).await.ok();
    let mut seen = Vec::new();
    for (index, name) in ["eve", "idle", "no password", "nobody at all", "EVE\u{301}"].into_iter().enumerate() {
        let mut answers = Vec::new();
        for attempt in 0..6 {
            let before = app.app.passwords.computed();
            let caller = app.anonymous().at(&format!("10.{index}.{attempt}.1"));
            let answer = caller.login(name, "wrong").await;
            let headers: Vec<_> = answer.headers.iter().filter(|(name, _)| *name != "request-id").collect();
            let hashes = app.app.passwords.computed() - before;
            answers.push(format!("{} {headers:?} {:?} {hashes}", answer.status, answer.bytes));
        }
        seen.push(answers);
    }
    assert!(seen[0][0].starts_with("401") && seen[0][0].ends_with(" 1"), "{}", seen[0][0]);
    assert!(seen[0][5].starts_with("429") && seen[0][5].ends_with(" 0"), "{}", seen[0][5]);
    for other in &seen[1..] {
        assert_eq!(other, &seen[0]);
    }
}

#[tokio::test]
async fn an_address_sends_thirty_bad_tokens_in_a_minute() {
    let (app, stranger) = with_eve().await;
    let bad = app.with_token("nonsense").at("198.51.100.1");
    for round in 0..10 {
        stranger.get(&format!("/auth/verify/nonsense-{round}")).await.refused(401);
        stranger.post("/auth/redirect", json!({"token": "nonsense"})).await.refused(401);
        bad.get("/packs").await.refused(401);
    }
    assert_eq!(retry_after(&bad.get("/packs").await), 2);
    assert_eq!(retry_after(&bad.get("/auth/verify").await), 2);
    assert_eq!(retry_after(&stranger.post("/auth/redirect", json!({"token": "nonsense"})).await), 2);
    let eve = app.sign_in("eve").await;
    let path = format!("/auth/verify/{}", eve.token.clone().unwrap());
    assert_eq!(retry_after(&stranger.get(&path).await), 2, "nothing is told about the tokens of others either");
    eve.at("198.51.100.1").get("/profile/self").await.ok();
    stranger.get("/packs").await.ok();
    stranger.login("eve", PASSWORD).await.ok();
    app.anonymous().at(EVE).get("/auth/verify/nonsense").await.refused(401);
    app.clock.advance(2);
    bad.get("/packs").await.refused(401);
    bad.get("/packs").await.refused(429);
}

#[tokio::test]
async fn an_ipv6_household_is_one_address() {
    let (app, _) = with_eve().await;
    for host in 0..10 {
        let caller = app.anonymous().at(&format!("2001:db8:1:2::{host}"));
        caller.login(&format!("name {host}"), "wrong").await.refused(401);
    }
    app.anonymous().at("2001:db8:1:2:ffff::1").login("eve", PASSWORD).await.refused(429);
    app.anonymous().at("2001:db8:1:3::1").login("eve", PASSWORD).await.ok();
}

#[tokio::test]
async fn only_a_configured_proxy_tells_where_a_request_comes_from() {
    let app = TestApp::configured(|config| {
        throttled(config);
        config.server.proxies = serde_json::from_value(json!(["10.0.0.0/8"])).unwrap();
    });
    let app = app.await;
    app.user("eve", false).await;
    let proxy = app.anonymous().at("10.0.0.1");
    let through = |said: String| {
        let credential = basic(&format!("name for {said}"), "wrong");
        vec![("x-forwarded-for", said), ("authorization", credential)]
    };
    for round in 0..10 {
        proxy.get_with("/packs", &through(format!("192.0.2.{round}, 203.0.113.9"))).await.refused(401);
    }
    proxy.get_with("/packs", &through("192.0.2.77, 203.0.113.9".to_owned())).await.refused(429);
    proxy.get_with("/packs", &through("203.0.113.10".to_owned())).await.refused(401);
    let direct = app.anonymous().at("203.0.113.11");
    for round in 0..10 {
        direct.get_with("/packs", &through(format!("192.0.2.{round}"))).await.refused(401);
    }
    direct.get_with("/packs", &through("192.0.2.99".to_owned())).await.refused(429);
}

fn basic(username: &str, password: &str) -> String {
    use base64::Engine;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{username}:{password}")))
}
