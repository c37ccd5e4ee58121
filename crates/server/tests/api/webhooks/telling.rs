//! What is told when, in which words, and that it is told once.

use kleister_server::webhooks::{keep, send_due};
use kleister_store::webhooks as store;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::receiver::{Receiver, log, webhook};
use crate::test_app::{Caller, TestApp};

/// Makes and publishes another build of `sky` in one call.
async fn publish(admin: &Caller, name: &str, fields: Value) {
    let mut wanted = json!({"name": name, "from": "1.0", "published": true});
    wanted.as_object_mut().unwrap().extend(fields.as_object().cloned().unwrap());
    admin.post("/packs/sky/builds", wanted).await.ok();
}

#[tokio::test]
async fn published_build_is_told_with_a_signature() {
    let receiver = Receiver::new().await;
    let (app, admin) = receiver.world().await;
    let (path, secret) = webhook(&admin, &receiver.at("hook?key=1"), json!({})).await;
    let change = json!({"published": true, "changelog": "- Boats fly", "channel": "Beta", "latest": true});
    let build = admin.put("/packs/sky/builds/1.0", change).await.ok();
    app.clock.advance(7);
    send_due(&app.app).await.unwrap();
    let [got] = &receiver.got()[..] else { panic!("not told once") };
    let pack = admin.get("/packs/sky").await.ok();
    let expected = json!({
        "type": "build.published", "timestamp": "2026-11-24T09:30:00.000Z",
        "data": {
            "pack": {"id": pack["id"], "slug": "sky", "name": "Sky Pack", "public": true},
            "build": {"id": build["id"], "name": "1.0", "minecraft": "1.21.1", "changelog": "- Boats fly"},
            "channels": ["latest", "beta"],
            "url": format!("https://mc.example.org/packs/sky#{}", build["id"].as_str().unwrap()),
        },
    });
    assert_eq!(got.json(), expected);
    assert_eq!(
        (got.path.as_str(), got.header("content-type"), got.signed_by(&secret)),
        ("hook", "application/json", 1)
    );
    assert_eq!(got.header("webhook-timestamp"), "1795512607");
    let list = admin.get(&format!("{path}/deliveries")).await.ok();
    let told = json!([{
        "id": got.header("webhook-id"), "event": "published", "build": "1.0", "state": "delivered", "attempts": 1,
        "status": 200, "created_at": "2026-11-24T09:30:00.000Z", "finished_at": "2026-11-24T09:30:07.000Z",
    }]);
    assert_eq!(list["deliveries"], told);
    assert_eq!(receiver.told(&app).await, Vec::<String>::new());
}

#[tokio::test]
async fn each_is_told_what_it_wants_in_the_order_in_which_it_happened() {
    let receiver = Receiver::new().await;
    let (app, admin) = receiver.world().await;
    webhook(&admin, &receiver.at("all"), json!({})).await;
    webhook(&admin, &receiver.at("yanks"), json!({"events": ["yanked"]})).await;
    webhook(&admin, &receiver.at("off"), json!({"enabled": false})).await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    publish(&admin, "2.0", json!({"recommended": true})).await;
    admin.put("/packs/sky/builds/1.0", json!({"recommended": true})).await.ok();
    admin.put("/packs/sky/builds/1.0", json!({"recommended": true, "latest": true})).await.ok();
    admin.put("/packs/sky/channels/recommended", json!({"build": "2.0"})).await.ok();
    admin.put("/packs/sky/channels/latest", json!({"build": "2.0"})).await.ok();
    admin
        .put("/packs/sky/builds/1.0", json!({"yanked": true, "reason": "eats worlds", "replacement": "2.0"}))
        .await
        .ok();
    admin.put("/packs/sky/builds/1.0", json!({"reason": "eats whole worlds"})).await.ok();
    send_due(&app.app).await.unwrap();
    let (yanks, all): (Vec<_>, Vec<_>) = receiver.got().into_iter().partition(|got| got.path == "yanks");
    let expected = [
        "build.published 1.0",
        "build.published 2.0",
        "build.recommended 2.0",
        "build.recommended 1.0",
        "build.recommended 2.0",
        "build.yanked 1.0",
    ];
    assert_eq!(all.iter().map(super::receiver::Got::line).collect::<Vec<_>>(), expected);
    assert!(all.iter().all(|got| got.path == "all"));
    assert_eq!([2, 3, 4].map(|at| all[at].json()["data"]["former"].clone()), [Value::Null, json!("2.0"), json!("1.0")]);
    let [yank] = &yanks[..] else { panic!("not told once") };
    let data = &yank.json()["data"];
    assert_eq!((&data["reason"], &data["replacement"]), (&json!("eats worlds"), &json!("2.0")));
}

#[tokio::test]
async fn discord_gets_its_own_shape() {
    let receiver = Receiver::new().await;
    let (app, admin) = receiver.world().await;
    let (path, _) = webhook(&admin, &receiver.at("api/webhooks/1/x"), json!({"shape": "discord"})).await;
    receiver.answer([super::receiver::Answers::With(204)]);
    admin.put("/packs/sky", json!({"name": "@everyone's *Sky*"})).await.ok();
    let build =
        admin.put("/packs/sky/builds/1.0", json!({"published": true, "changelog": "- **Boats** fly"})).await.ok();
    send_due(&app.app).await.unwrap();
    let got = receiver.got().remove(0);
    let expected = json!({
        "embeds": [{
            "title": "@\u{200b}everyone's \\*Sky\\* 1.0 is out",
            "url": format!("https://mc.example.org/packs/sky#{}", build["id"].as_str().unwrap()),
            "description": "- **Boats** fly", "color": 3_046_706,
            "fields": [{"name": "Minecraft", "value": "1.21.1", "inline": true}],
            "timestamp": "2026-11-24T09:30:00.000Z",
        }],
        "allowed_mentions": {"parse": []},
    });
    assert_eq!(got.json(), expected);
    assert!(got.headers.get("webhook-signature").is_none());
    admin.put("/packs/sky/builds/1.0", json!({"yanked": true, "reason": "eats _worlds_"})).await.ok();
    send_due(&app.app).await.unwrap();
    let embed = &receiver.got()[0].json()["embeds"][0];
    assert_eq!((&embed["description"], &embed["color"]), (&json!("eats \\_worlds\\_"), &json!(12_986_408)));
    assert_eq!(log(&admin, &path).await, ["yanked delivered 1 200 -", "published delivered 1 204 -"]);
}

#[tokio::test]
async fn of_builds_for_members_nobody_is_told_until_they_are_for_everybody() {
    let receiver = Receiver::new().await;
    let (app, admin) = receiver.world().await;
    webhook(&admin, &receiver.at("hook"), json!({})).await;
    admin.put("/packs/sky/builds/1.0", json!({"public": false, "published": true})).await.ok();
    publish(&admin, "1.1", json!({"public": false})).await;
    admin.put("/packs/sky/builds/1.1", json!({"yanked": true})).await.ok();
    assert_eq!(receiver.told(&app).await, Vec::<String>::new());
    admin.put("/packs/sky/builds/1.0", json!({"public": true})).await.ok();
    send_due(&app.app).await.unwrap();
    let [got] = &receiver.got()[..] else { panic!("not told once") };
    assert_eq!((got.line(), &got.json()["data"]["channels"]), ("build.published 1.0".to_owned(), &json!(["latest"])));
}

#[tokio::test]
async fn the_page_of_a_private_pack_is_not_told() {
    let receiver = Receiver::new().await;
    let (app, admin) = receiver.world().await;
    admin.put("/packs/sky", json!({"public": false})).await.ok();
    webhook(&admin, &receiver.at("hook"), json!({})).await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    send_due(&app.app).await.unwrap();
    let data = &receiver.got()[0].json()["data"];
    assert_eq!((&data["url"], &data["pack"]["public"]), (&Value::Null, &json!(false)));
}

#[tokio::test]
async fn what_is_taken_down_is_told_as_withdrawn() {
    let receiver = Receiver::new().await;
    let (app, admin) = receiver.world().await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    webhook(&admin, &receiver.at("hook"), json!({})).await;
    let version = admin.get("/mods/jei/versions/1.0").await.ok();
    let sha256 = version["file"]["sha256"].as_str().unwrap();
    admin.put(&format!("/blobs/{sha256}/block"), json!({"reason": "malware"})).await.ok();
    send_due(&app.app).await.unwrap();
    let [got] = &receiver.got()[..] else { panic!("not told once") };
    let reason = got.json()["data"]["reason"].as_str().unwrap().to_owned();
    assert!(got.line() == "build.yanked 1.0" && reason.ends_with("malware"), "{reason}");
}

#[tokio::test]
async fn nothing_is_told_that_was_taken_back() {
    let receiver = Receiver::new().await;
    let (app, admin) = receiver.world().await;
    let (path, _) = webhook(&admin, &receiver.at("hook"), json!({})).await;
    let refused = admin.put("/packs/sky/builds/1.0", json!({"published": true, "channel": "a/b"})).await;
    assert_eq!(refused.status, 422);
    assert_eq!((receiver.told(&app).await, log(&admin, &path).await), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn what_a_stop_interrupted_goes_on_at_the_next_start() {
    let receiver = Receiver::new().await;
    let (app, admin) = receiver.world().await;
    let (path, _) = webhook(&admin, &receiver.at("hook"), json!({})).await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    hold(&app).await;
    assert_eq!(receiver.told(&app).await, Vec::<String>::new());
    drop(admin);
    let app = app.restarted().await;
    let stop = CancellationToken::new();
    let keeper = tokio::spawn(keep(app.app.clone(), stop.clone()));
    assert_eq!(receiver.next().await.line(), "build.published 1.0");
    stop.cancel();
    keeper.await.unwrap();
    let admin = app.sign_in("admin").await;
    assert_eq!(log(&admin, &path).await, ["published delivered 1 200 -"]);
}

/// Takes everything that is due, as a server does that is killed thereupon.
async fn hold(app: &TestApp) {
    let (write, now) = (app.app.db.write().await.unwrap(), app.clock.now());
    let turns = store::take_due(&*write, 10, now.plus_seconds(60), now).await.unwrap();
    assert_eq!(turns.len(), 1);
    write.commit_addition().await.unwrap();
}

#[tokio::test]
async fn whoever_holds_a_webhook_and_dies_lets_go_of_it_in_time() {
    let receiver = Receiver::new().await;
    let (app, admin) = receiver.world().await;
    webhook(&admin, &receiver.at("hook"), json!({})).await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    hold(&app).await;
    app.clock.advance(59);
    assert_eq!(receiver.told(&app).await, Vec::<String>::new());
    app.clock.advance(1);
    assert_eq!(receiver.told(&app).await, ["build.published 1.0"]);
}

#[tokio::test]
async fn two_who_send_at_the_same_time_send_nothing_twice() {
    let receiver = Receiver::new().await;
    let (app, admin) = receiver.world().await;
    for number in 0..5 {
        webhook(&admin, &receiver.at(&format!("hook-{number}")), json!({})).await;
    }
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    publish(&admin, "2.0", json!({})).await;
    let (one, other) = tokio::join!(send_due(&app.app), send_due(&app.app));
    one.and(other).unwrap();
    assert_eq!(receiver.got().len(), 10);
}
