//! Webhooks: made, shown, changed and deleted by those who may change the pack, without telling what is secret.

mod receiver;
mod telling;
mod trouble;

use serde_json::{Value, json};

use self::receiver::{Receiver, log, webhook};
use crate::test_app::{Caller, TestApp};

const WEBHOOKS: &str = "/packs/sky/webhooks";
const DISCORD: &str = "https://discord.com/api/webhooks/123/a-token-that-nobody-guesses-x7Qz";

/// Makes a webhook of a pack that never tells anybody, and gives its identifier.
pub(crate) async fn made(caller: &Caller, pack: &str) -> String {
    let wanted = json!({"name": "CI", "url": "https://ci.example.org/hook"});
    let made = caller.post(&format!("/packs/{pack}/webhooks"), wanted).await.ok();
    made["kept"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn webhook_is_shown_without_its_secrets() {
    let (_, admin, eve, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let made = admin.post(WEBHOOKS, json!({"name": "Our Discord", "url": DISCORD})).await.ok();
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_") && secret.len() == "whsec_".len() + 44, "{secret}");
    let expected = json!({
        "id": made["kept"]["id"], "name": "Our Discord", "address": "https://discord.com/…x7Qz", "shape": "discord",
        "events": ["published", "recommended", "yanked"], "enabled": true,
        "created_at": "2026-11-24T09:30:00.000Z", "updated_at": "2026-11-24T09:30:00.000Z",
    });
    assert_eq!(made["kept"], expected);
    let path = format!("{WEBHOOKS}/{}", made["kept"]["id"].as_str().unwrap());
    let (list, shown) = (admin.get(WEBHOOKS).await, admin.get(&path).await);
    assert_eq!((&list.ok()["webhooks"], shown.ok()), (&json!([expected]), expected));
    let changed = admin.put(&path, json!({"name": "Discord", "events": ["yanked", "published"]})).await;
    assert_eq!(changed.ok()["kept"]["events"], json!(["published", "yanked"]));
    let tested = admin.send("POST", &format!("{path}/test"), None).await;
    for answer in [list, shown, changed, tested, admin.get(&format!("{path}/deliveries")).await] {
        let text = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert!(!text.contains("whsec_") && !text.contains("a-token") && !text.contains("api/webhooks"), "{text}");
    }
    for path in [path.clone(), format!("{path}/deliveries"), WEBHOOKS.to_owned()] {
        anonymous.get(&path).await.refused(401);
        eve.get(&path).await.refused(403);
    }
    admin.put("/packs/sky", json!({"public": false})).await.ok();
    assert_eq!(eve.get(&path).await.refused(404), eve.get("/packs/nowhere").await.refused(404));
}

#[tokio::test]
async fn what_is_done_with_webhooks_is_noted_without_their_secrets() {
    use kleister_store::rows::audit_event;
    use sea_orm::EntityTrait;
    let (app, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let (path, secret) = webhook(&admin, DISCORD, json!({})).await;
    let rotated = admin.put(&path, json!({"rotate_secret": true})).await.ok();
    admin.delete(&path).await.ok();
    admin.get(&path).await.refused(404);
    admin.delete(&path).await.refused(404);
    let db = app.app.db.read().await.unwrap();
    let events = audit_event::Entity::find().all(&db).await.unwrap();
    for action in ["webhook.create", "webhook.change", "webhook.delete"] {
        assert!(events.iter().any(|event| event.action == action), "{action}");
    }
    let noted = format!("{events:?}");
    for hidden in [&secret[6..], &rotated["secret"].as_str().unwrap()[6..], "a-token-that"] {
        assert!(!noted.contains(hidden), "{noted}");
    }
}

#[tokio::test]
async fn webhooks_keep_their_rules() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let rule = "url: must be an https address of a public host, without a user, at the usual port or one above 1023";
    let at = |url: &str| json!({"name": "CI", "url": url});
    let too_long = at(&format!("https://ci.example.org/{}", "x".repeat(2048)));
    for (wanted, violation) in [
        (json!({"url": DISCORD}), "name: cannot be blank"),
        (json!({"name": "x".repeat(256), "url": DISCORD}), "name: must be at most 255 characters"),
        (json!({"name": "CI"}), "url: cannot be blank"),
        (json!({"name": "CI", "url": ""}), "url: cannot be blank"),
        (too_long, "url: must be at most 2048 characters"),
        (json!({"name": "CI", "url": DISCORD, "events": []}), "events: cannot be empty; leave it out for all of them"),
        (at("ci.example.org/hook"), rule),
        (at("http://ci.example.org/hook"), rule),
        (at("ftp://ci.example.org/hook"), rule),
        (at("file:///etc/passwd"), rule),
        (at("https://eve:secret@ci.example.org/"), rule),
        (at("https://ci.example.org:22/"), rule),
        (at("https://127.0.0.1/"), rule),
        (at("https://2130706433/"), rule),
        (at("https://0x7f.1:8443/"), rule),
        (at("https://[::ffff:10.0.0.1]/"), rule),
        (at("https://169.254.169.254/latest/"), rule),
    ] {
        assert_eq!(admin.post(WEBHOOKS, wanted.clone()).await.violations(), [violation], "{wanted}");
    }
    admin.post(WEBHOOKS, json!({"name": "CI", "url": DISCORD, "events": ["deleted"]})).await.refused(400);
    let (path, _) = webhook(&admin, "https://ci.example.org:8443/hook", json!({})).await;
    assert_eq!(admin.put(&path, json!({"url": "https://10.0.0.1/"})).await.violations(), [rule]);
    assert_eq!(admin.get(WEBHOOKS).await.ok()["total"], 1);
}

#[tokio::test]
async fn a_pack_has_only_so_many_webhooks() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    for _ in 0..20 {
        made(&admin, "sky").await;
    }
    let why = "The pack has 20 webhooks, and can have no more; delete one that nobody needs first";
    let wanted = json!({"name": "CI", "url": DISCORD});
    assert_eq!(admin.post(WEBHOOKS, wanted).await.refused(409), why);
    assert_eq!(admin.get(&format!("{WEBHOOKS}?limit=5&search=ci")).await.ok()["total"], 20);
    assert_eq!(admin.get(&format!("{WEBHOOKS}?search=nothing")).await.ok()["total"], 0);
}

#[tokio::test]
async fn a_webhook_goes_with_its_pack_and_is_no_other_packs() {
    use kleister_store::rows::{webhook, webhook_delivery};
    use sea_orm::{EntityTrait, PaginatorTrait};
    let (app, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.post("/packs", json!({"slug": "sea", "name": "Sea Pack"})).await.ok();
    let id = made(&admin, "sky").await;
    for path in ["", "/deliveries"] {
        admin.get(&format!("/packs/sea/webhooks/{id}{path}")).await.refused(404);
    }
    admin.put(&format!("/packs/sea/webhooks/{id}"), json!({"name": "stolen"})).await.refused(404);
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    admin.delete("/packs/sky").await.ok();
    let db = app.app.db.read().await.unwrap();
    let left =
        (webhook::Entity::find().count(&db).await.unwrap(), webhook_delivery::Entity::find().count(&db).await.unwrap());
    assert_eq!(left, (0, 0));
}

#[tokio::test]
async fn test_is_sent_at_once_and_told_with_what_came_of_it() {
    let receiver = Receiver::new().await;
    let (app, admin) = receiver.world().await;
    let (path, secret) = webhook(&admin, &receiver.at("hook"), json!({})).await;
    let test = async || admin.send("POST", &format!("{path}/test"), None).await;
    let told = test().await.ok();
    let expected = json!({
        "id": told["id"], "event": "test", "state": "delivered", "attempts": 1, "status": 200,
        "created_at": "2026-11-24T09:30:00.000Z", "finished_at": "2026-11-24T09:30:00.000Z",
    });
    assert_eq!(told, expected);
    let got = receiver.got().remove(0);
    assert_eq!((got.header("webhook-id"), got.signed_by(&secret)), (told["id"].as_str().unwrap(), 1));
    let pack = admin.get("/packs/sky").await.ok();
    let message = json!({
        "type": "test", "timestamp": "2026-11-24T09:30:00.000Z",
        "data": {
            "pack": {"id": pack["id"], "slug": "sky", "name": "Sky Pack", "public": true},
            "url": "https://mc.example.org/packs/sky",
        },
    });
    assert_eq!(got.json(), message);
    receiver.answer([receiver::Answers::With(500)]);
    assert_eq!(test().await.ok()["failure"], "refused");
    assert_eq!(receiver.got().len(), 1);
    app.clock.advance(600);
    assert_eq!(receiver.told(&app).await.len(), 0);
    assert_eq!(log(&admin, &path).await, ["test failed 1 500 refused", "test delivered 1 200 -"]);
}

#[tokio::test]
async fn a_webhook_is_tested_only_so_often_and_only_while_it_is_on() {
    let (app, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let path = format!("{WEBHOOKS}/{}", made(&admin, "sky").await);
    let test = async || admin.send("POST", &format!("{path}/test"), None).await;
    for _ in 0..10 {
        assert_eq!(test().await.ok()["failure"], "off");
    }
    assert_eq!(test().await.refused(409), "The webhook was tested 10 times in a minute; wait a moment");
    app.clock.advance(60);
    test().await.ok();
    assert_eq!(admin.put(&path, json!({"enabled": false})).await.ok()["kept"]["enabled"], false);
    let why = "The webhook is switched off; switch it on by `enabled: true` first";
    assert_eq!(test().await.refused(409), why);
    let list: Value = admin.get(&format!("{path}/deliveries?limit=1")).await.ok();
    let again = format!("{path}/deliveries/{}/again", list["deliveries"][0]["id"].as_str().unwrap());
    assert_eq!(admin.send("POST", &again, None).await.refused(409), why);
    admin.send("POST", &format!("{path}/deliveries/01hz0000000000000000000000/again"), None).await.refused(409);
    admin.put(&path, json!({"enabled": true})).await.ok();
    admin.send("POST", &format!("{path}/deliveries/01hz0000000000000000000000/again"), None).await.refused(404);
    assert_eq!(admin.send("POST", &again, None).await.ok()["state"], "waiting");
}
