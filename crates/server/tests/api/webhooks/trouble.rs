//! Receivers that fail, hang, are no more, or must not be reached.

use kleister_server::webhooks::send_due;
use serde_json::{Value, json};

use super::receiver::Answers::{Busy, Elsewhere, Never, With};
use super::receiver::{Receiver, log, webhook};
use crate::test_app::{Caller, TestApp};

/// A webhook of `sky` that was told of 1.0, and then of its withdrawal, but was sent neither yet.
async fn two_waiting(receiver: &Receiver) -> (TestApp, Caller, String) {
    let (app, admin) = receiver.world().await;
    let (path, _) = webhook(&admin, &receiver.at("hook"), json!({})).await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    admin.put("/packs/sky/builds/1.0", json!({"yanked": true})).await.ok();
    (app, admin, path)
}

#[tokio::test]
async fn what_fails_is_sent_again_with_the_same_identifier_before_what_came_later() {
    let receiver = Receiver::new().await;
    let (app, admin, path) = two_waiting(&receiver).await;
    receiver.answer([With(500), With(503)]);
    send_due(&app.app).await.unwrap();
    let first = receiver.got();
    assert_eq!(first.len(), 1);
    assert_eq!(log(&admin, &path).await, ["yanked waiting 0 null -", "published waiting 1 500 refused"]);
    let waiting = &admin.get(&format!("{path}/deliveries")).await.ok()["deliveries"][1];
    let next = waiting["next_at"].as_str().unwrap();
    assert!(("2026-11-24T09:30:05.000Z"..="2026-11-24T09:30:06.000Z").contains(&next), "{next}");
    assert_eq!(admin.get(&path).await.ok()["failing_since"], "2026-11-24T09:30:00.000Z");
    app.clock.advance(4);
    assert_eq!(receiver.told(&app).await, Vec::<String>::new());
    app.clock.advance(2);
    assert_eq!(receiver.told(&app).await, ["build.published 1.0"]);
    app.clock.advance(36);
    send_due(&app.app).await.unwrap();
    let last = receiver.got();
    assert_eq!(
        last.iter().map(super::receiver::Got::line).collect::<Vec<_>>(),
        ["build.published 1.0", "build.yanked 1.0"]
    );
    assert_eq!((first[0].header("webhook-id"), &first[0].bytes), (last[0].header("webhook-id"), &last[0].bytes));
    assert_ne!(first[0].header("webhook-timestamp"), last[0].header("webhook-timestamp"));
    assert_eq!(log(&admin, &path).await, ["yanked delivered 1 200 -", "published delivered 3 200 -"]);
    assert_eq!(admin.get(&path).await.ok()["failing_since"], Value::Null);
}

#[tokio::test]
async fn receiver_that_hangs_delays_no_other_one() {
    let receiver = Receiver::new().await;
    let (app, admin) = receiver.world().await;
    let silent = Receiver::new().await;
    silent.answer([Never]);
    let (path, _) = webhook(&admin, &silent.at("hook"), json!({})).await;
    webhook(&admin, &receiver.at("hook"), json!({})).await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    let sending = tokio::spawn({
        let app = app.app.clone();
        async move { send_due(&app).await.unwrap() }
    });
    assert_eq!(receiver.next().await.line(), "build.published 1.0");
    assert!(!sending.is_finished());
    sending.await.unwrap();
    assert_eq!(log(&admin, &path).await, ["published waiting 1 null unreachable"]);
}

#[tokio::test]
async fn receiver_that_is_no_more_is_not_told_again() {
    for (shape, status) in [("standard", 410), ("discord", 404)] {
        let receiver = Receiver::new().await;
        let (app, admin, path) = two_waiting(&receiver).await;
        admin.put(&path, json!({"shape": shape})).await.ok();
        receiver.answer([With(status)]);
        assert_eq!(receiver.told(&app).await.len(), 1);
        let shown = admin.get(&path).await.ok();
        assert_eq!((&shown["enabled"], &shown["disabled_because"]), (&json!(false), &json!("gone")));
        let failed = format!("published failed 1 {status} refused");
        assert_eq!(log(&admin, &path).await, ["yanked failed 0 null off", &failed]);
        let shown = admin.put(&path, json!({"enabled": true})).await.ok();
        assert_eq!(shown["kept"]["disabled_because"], Value::Null);
    }
}

#[tokio::test]
async fn receiver_that_is_busy_is_given_the_time_that_it_asks_for() {
    let receiver = Receiver::new().await;
    let (app, _, _) = two_waiting(&receiver).await;
    receiver.answer([Busy(100)]);
    assert_eq!(receiver.told(&app).await.len(), 1);
    app.clock.advance(99);
    assert_eq!(receiver.told(&app).await.len(), 0);
    app.clock.advance(1);
    assert_eq!(receiver.told(&app).await.len(), 2);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let receiver = Receiver::new().await;
    let (app, admin, path) = two_waiting(&receiver).await;
    receiver.answer([Elsewhere]);
    assert_eq!(receiver.told(&app).await.len(), 1);
    assert_eq!(log(&admin, &path).await[1], "published waiting 1 307 refused");
}

#[tokio::test]
async fn what_a_living_receiver_does_not_want_makes_way_for_the_rest() {
    let receiver = Receiver::new().await;
    let (app, admin, path) = two_waiting(&receiver).await;
    receiver.answer([With(422); 5]);
    for pause in [0, 6, 36, 144, 720] {
        app.clock.advance(pause);
        send_due(&app.app).await.unwrap();
    }
    let expected = ["yanked delivered 1 200 -", "published failed 5 422 refused"];
    assert_eq!((log(&admin, &path).await, receiver.got().len()), (expected.map(str::to_owned).to_vec(), 6));
}

#[tokio::test]
async fn webhook_that_fails_for_days_is_switched_off() {
    let receiver = Receiver::new().await;
    let (app, _, path) = two_waiting(&receiver).await;
    receiver.answer([With(500); 27]);
    let days = async |days: i64| {
        for _ in 0..days * 24 {
            app.clock.advance(3600);
            send_due(&app.app).await.unwrap();
        }
        app.sign_in("admin").await
    };
    let admin = days(5).await;
    assert_eq!(log(&admin, &path).await, ["yanked failed 9 500 refused", "published failed 9 500 refused"]);
    assert_eq!(admin.get(&path).await.ok()["enabled"], true);
    admin.put("/packs/sky/builds/1.0", json!({"yanked": false})).await.ok();
    admin.put("/packs/sky/channels/recommended", json!({"build": "1.0"})).await.ok();
    let admin = days(3).await;
    let shown = admin.get(&path).await.ok();
    assert_eq!((&shown["enabled"], &shown["disabled_because"]), (&json!(false), &json!("failing")));
    assert_eq!(shown["failing_since"], "2026-11-24T10:30:00.000Z");
}

#[tokio::test]
async fn what_waits_is_given_up_when_somebody_switches_the_webhook_off() {
    let receiver = Receiver::new().await;
    let (app, admin, path) = two_waiting(&receiver).await;
    admin.put(&path, json!({"enabled": false})).await.ok();
    admin.put(&path, json!({"enabled": true})).await.ok();
    assert_eq!(receiver.told(&app).await.len(), 0);
    assert_eq!(log(&admin, &path).await, ["yanked failed 0 null off", "published failed 0 null off"]);
}

#[tokio::test]
async fn what_was_told_is_sent_again_when_somebody_asks() {
    let receiver = Receiver::new().await;
    let (app, admin, path) = two_waiting(&receiver).await;
    send_due(&app.app).await.unwrap();
    let first = receiver.got().remove(0);
    let again = format!("{path}/deliveries/{}/again", first.header("webhook-id"));
    let asked = admin.send("POST", &again, None).await.ok();
    assert_eq!((&asked["state"], &asked["attempts"]), (&json!("waiting"), &json!(0)));
    send_due(&app.app).await.unwrap();
    let second = receiver.got();
    assert_eq!((second.len(), &second[0].bytes), (1, &first.bytes));
    assert_eq!(first.header("webhook-id"), second[0].header("webhook-id"));
    receiver.answer([With(500)]);
    admin.send("POST", &again, None).await.ok();
    assert_eq!(receiver.told(&app).await.len(), 1);
    admin.send("POST", &again, None).await.ok();
    assert_eq!(receiver.told(&app).await.len(), 1);
    assert_eq!(log(&admin, &path).await[1], "published delivered 1 200 -");
}

#[tokio::test]
async fn private_addresses_are_not_reached_unless_the_operator_allows_their_network() {
    let receiver = Receiver::new().await;
    let app = TestApp::configured(|config| {
        config.webhook.enabled = true;
        config.webhook.plain_http = true;
        // What may be fetched from may not be told something.
        config.upstream.networks = serde_json::from_str("\"127.0.0.1\"").unwrap();
    });
    let app = app.await;
    let admin = app.user("admin", true).await;
    admin.pack_with_build().await;
    let refused = admin.post("/packs/sky/webhooks", json!({"name": "CI", "url": receiver.at("hook")})).await;
    assert_eq!(refused.violations().len(), 1);
    let (path, _) = webhook(&admin, &receiver.by_name("localhost"), json!({})).await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    assert_eq!(receiver.told(&app).await.len(), 0);
    admin.send("POST", &format!("{path}/test"), None).await.ok();
    assert_eq!(log(&admin, &path).await, ["test failed 1 null not_allowed", "published failed 1 null not_allowed"]);
    assert_eq!(receiver.got().len(), 0);
}

#[tokio::test]
async fn nothing_is_sent_where_the_operator_wants_nothing_sent() {
    let (app, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let path = format!("/packs/sky/webhooks/{}", super::made(&admin, "sky").await);
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    send_due(&app.app).await.unwrap();
    assert_eq!(log(&admin, &path).await, ["published failed 1 null off"]);
    assert_eq!(admin.get(&path).await.ok()["failing_since"], Value::Null);
}

#[tokio::test]
async fn for_a_day_both_secrets_sign() {
    let receiver = Receiver::new().await;
    let (app, admin) = receiver.world().await;
    let (path, former) = webhook(&admin, &receiver.at("hook"), json!({})).await;
    let changed = admin.put(&path, json!({"rotate_secret": true})).await.ok();
    let secret = changed["secret"].as_str().unwrap();
    let signed = async |admin: &Caller| {
        admin.send("POST", &format!("{path}/test"), None).await.ok();
        let got = receiver.got().remove(0);
        (got.signed_by(&former), got.signed_by(secret))
    };
    assert_eq!(signed(&admin).await, (1, 1));
    app.clock.advance(24 * 3600);
    assert_eq!(signed(&app.sign_in("admin").await).await, (0, 1));
}

#[tokio::test]
async fn the_log_remembers_the_last_hundred_for_a_month() {
    let receiver = Receiver::new().await;
    let (app, admin, path) = two_waiting(&receiver).await;
    send_due(&app.app).await.unwrap();
    for _ in 0..50 {
        for _ in 0..2 {
            admin.send("POST", &format!("{path}/test"), None).await.ok();
        }
        app.clock.advance(60);
    }
    let list = admin.get(&format!("{path}/deliveries?order=asc")).await.ok();
    assert_eq!((&list["total"], &list["deliveries"][0]["event"]), (&json!(100), &json!("test")));
    let forget = async |seconds: i64| {
        let write = app.app.db.write().await.unwrap();
        let before = app.clock.now().plus_seconds(seconds);
        kleister_store::webhooks::forget_old(&*write, before).await.unwrap();
        write.commit().await.unwrap();
        admin.get(&format!("{path}/deliveries")).await.ok()["total"].clone()
    };
    assert_eq!((forget(-1500).await, forget(0).await), (json!(50), json!(0)));
}
