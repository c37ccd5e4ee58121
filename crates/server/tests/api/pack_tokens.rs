//! Pack tokens: made, listed and revoked by those who may change the pack, one by one or for a whole whitelist.

use serde_json::{Value, json};

use crate::test_app::{Caller, TestApp};

const TOKENS: &str = "/packs/sky/tokens";
const WHITELIST: &str = "/packs/sky/tokens/whitelist";
const STEVE: &str = "2f6a0d1c-58b1-4f0e-9d5b-0c8f3f3f3a11";
const ALEX: &str = "8d1f3c2a-11aa-4b5b-8c77-6a5e4d3c2b1a";

/// A server with a private pack `sky`, in which `1.0` is published.
async fn world() -> (TestApp, Caller, Caller, Caller) {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    admin.put("/packs/sky", json!({"public": false})).await.ok();
    (app, admin, eve, anonymous)
}

async fn opens(caller: &Caller, token: &Value) -> bool {
    let address = format!("/t/{}/packs/sky/latest/index.json", token.as_str().unwrap());
    let status = caller.fetch(&address).await.status;
    assert!([200, 404].contains(&status.as_u16()), "{status}");
    status == 200
}

#[tokio::test]
async fn token_is_shown_once_and_opens_the_pack() {
    let (_, admin, _, anonymous) = world().await;
    let wanted = json!({"kind": "server", "name": "Survival", "channel": "latest", "days": 30});
    let made = admin.post(TOKENS, wanted).await.ok();
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("klc_"), "{token}");
    assert_eq!(made["url"], format!("https://mc.example.org/t/{token}/packs/sky"));
    assert_eq!(made["solder_url"], format!("https://mc.example.org/t/{token}/solder/api/"));
    let expected = json!({
        "id": made["kept"]["id"], "kind": "server", "name": "Survival", "channel": "latest",
        "last_four": &token[token.len() - 4..], "ends_at": "2026-12-24T09:30:00.000Z",
        "created_at": "2026-11-24T09:30:00.000Z",
    });
    assert_eq!(made["kept"], expected);
    let list = admin.get(TOKENS).await;
    assert_eq!(list.ok()["tokens"], json!([expected]));
    assert!(!String::from_utf8_lossy(&list.bytes).contains(token));
    assert!(opens(&anonymous, &made["token"]).await);
}

#[tokio::test]
async fn only_the_hash_of_a_token_is_kept_and_its_making_is_noted() {
    use kleister_store::rows::{audit_event, token};
    use sea_orm::EntityTrait;
    let (app, admin, _, _) = world().await;
    let made = admin.post(TOKENS, json!({"name": "Eve"})).await.ok();
    admin.delete(&format!("{TOKENS}/{}", made["kept"]["id"].as_str().unwrap())).await.ok();
    let again = admin.post(TOKENS, json!({"name": "Eve"})).await.ok();
    let db = app.app.db.read().await.unwrap();
    let kept = token::Entity::find().one(&db).await.unwrap().unwrap();
    assert_eq!(kept.secret_hash, kleister_server::signin::secret::hash(again["token"].as_str().unwrap()));
    let events = audit_event::Entity::find().all(&db).await.unwrap();
    for action in ["pack_token.create", "pack_token.revoke"] {
        assert!(events.iter().any(|event| event.action == action), "{action}");
    }
    let rest = format!("{kept:?} {events:?}");
    for made in [made, again] {
        assert!(!rest.contains(&made["token"].as_str().unwrap()["klc_".len()..]), "{rest}");
    }
}

#[tokio::test]
async fn last_use_is_written_down_later_and_costs_no_epoch() {
    let (app, admin, _, anonymous) = world().await;
    let made = admin.post(TOKENS, json!({"name": "Eve"})).await.ok();
    let used = async || admin.get(TOKENS).await.ok()["tokens"][0]["used_at"].clone();
    app.clock.advance(600);
    assert!(opens(&anonymous, &made["token"]).await);
    assert_eq!(used().await, Value::Null);
    let epoch = app.app.db.epoch();
    kleister_server::signin::memory::write_down(&app.app).await.unwrap();
    assert_eq!((used().await, app.app.db.epoch()), (json!("2026-11-24T09:40:00.000Z"), epoch));
    app.clock.advance(60);
    let token = made["token"].as_str().unwrap();
    assert_eq!(anonymous.fetch(&format!("/t/{token}/solder/api/modpack/sky")).await.status, 200);
    kleister_server::signin::memory::write_down(&app.app).await.unwrap();
    assert_eq!(used().await, "2026-11-24T09:41:00.000Z");
}

#[tokio::test]
async fn token_goes_on_when_its_maker_leaves_and_the_pack_is_renamed() {
    let (_, admin, eve, anonymous) = world().await;
    admin.post("/packs/sky/users", json!({"user": "eve", "perm": "admin"})).await.ok();
    let made = eve.post(TOKENS, json!({"name": "Steve"})).await.ok();
    admin.delete("/users/eve").await.ok();
    admin.put("/packs/sky", json!({"slug": "heaven"})).await.ok();
    assert!(opens(&anonymous, &made["token"]).await);
    admin.delete("/packs/heaven").await.ok();
    assert!(!opens(&anonymous, &made["token"]).await);
}

#[tokio::test]
async fn whitelist_becomes_a_token_for_each_player() {
    let (_, admin, _, anonymous) = world().await;
    let players = json!([{"uuid": STEVE, "name": "Steve"}, {"uuid": ALEX, "name": "Alex"}]);
    let answer = admin.post(WHITELIST, json!({"whitelist": players, "days": 30})).await.ok();
    let made = answer["made"].as_array().unwrap();
    assert_eq!((made.len(), &answer["kept"]), (2, &json!([])));
    for (made, (uuid, name)) in made.iter().zip([(STEVE, "Steve"), (ALEX, "Alex")]) {
        let kept = &made["kept"];
        assert_eq!((&kept["player"], &kept["name"], &kept["kind"]), (&json!(uuid), &json!(name), &json!("player")));
        assert!(opens(&anonymous, &made["token"]).await, "{name}");
    }
    assert_eq!(admin.get(TOKENS).await.column("tokens", "name"), ["Alex", "Steve"]);
    assert_eq!(admin.get(&format!("{TOKENS}?search=ALE")).await.column("tokens", "name"), ["Alex"]);
}

#[tokio::test]
async fn player_who_has_a_token_gets_no_other_one() {
    let (app, admin, _, anonymous) = world().await;
    let whitelist = |players: Value| json!({"whitelist": players, "days": 1});
    let first = admin.post(WHITELIST, whitelist(json!([{"uuid": STEVE, "name": "Steve"}]))).await.ok();
    let steve = STEVE.replace('-', "").to_uppercase();
    let players =
        json!([{"uuid": steve, "name": "Renamed"}, {"uuid": ALEX, "name": "Alex"}, {"uuid": ALEX, "name": "Alex"}]);
    let second = admin.post(WHITELIST, whitelist(players.clone())).await.ok();
    assert_eq!(second["kept"], json!([first["made"][0]["kept"]]));
    assert_eq!((second["made"].as_array().unwrap().len(), &second["made"][0]["kept"]["name"]), (1, &json!("Alex")));
    assert!(opens(&anonymous, &first["made"][0]["token"]).await);
    app.clock.advance(24 * 3600);
    let third = app.sign_in("admin").await.post(WHITELIST, whitelist(players)).await.ok();
    assert_eq!((third["made"].as_array().unwrap().len(), &third["kept"]), (2, &json!([])));
    assert!(!opens(&anonymous, &first["made"][0]["token"]).await);
}

#[tokio::test]
async fn a_pack_has_only_so_many_tokens() {
    let (_, admin, _, _) = world().await;
    let players = |from: usize, to: usize| -> Value {
        (from..to).map(|number| json!({"uuid": format!("{number:032x}"), "name": format!("p{number}")})).collect()
    };
    let answer = admin.post(WHITELIST, json!({"whitelist": players(0, 2_001)})).await;
    assert_eq!(answer.violations(), ["whitelist: must have at most 2000 players"]);
    admin.post(WHITELIST, json!({"whitelist": players(0, 1_999)})).await.ok();
    let why = "The pack has 1999 tokens, and can have 2000; revoke those that nobody uses any more first";
    assert_eq!(admin.post(WHITELIST, json!({"whitelist": players(1_999, 2_001)})).await.refused(409), why);
    admin.post(WHITELIST, json!({"whitelist": players(0, 2_000)})).await.ok();
    let why = why.replace("1999", "2000");
    assert_eq!(admin.post(TOKENS, json!({"name": "one more"})).await.refused(409), why);
    assert_eq!(admin.get(&format!("{TOKENS}?limit=1")).await.ok()["total"], 2_000);
}

#[tokio::test]
async fn pack_tokens_keep_their_rules() {
    let (_, admin, eve, anonymous) = world().await;
    for (wanted, violation) in [
        (json!({"name": " "}), "name: cannot be blank"),
        (json!({"name": "x".repeat(256)}), "name: must be at most 255 characters"),
        (json!({"name": "a\nb"}), "name: cannot contain control characters"),
        (json!({"name": "Steve", "player": "steve"}), "player: must be the UUID of a Minecraft account"),
        (json!({"name": "Lobby", "player": STEVE, "kind": "server"}), "player: cannot be given for a server"),
        (json!({"name": "Steve", "channel": "beta"}), "channel: is no channel of the pack"),
        (json!({"name": "Steve", "days": 0}), "days: must be between 1 and 3650"),
        (json!({"name": "Steve", "days": 3651}), "days: must be between 1 and 3650"),
    ] {
        assert_eq!(admin.post(TOKENS, wanted.clone()).await.violations(), [violation], "{wanted}");
    }
    let whitelist =
        json!({"whitelist": [{"uuid": STEVE, "name": "Steve"}, {"uuid": "x", "name": ""}], "channel": "beta"});
    let expected = [
        "whitelist[1].name: cannot be blank",
        "whitelist[1].uuid: must be the UUID of a Minecraft account",
        "channel: is no channel of the pack",
    ];
    assert_eq!(admin.post(WHITELIST, whitelist).await.violations(), expected);
    assert_eq!(admin.post(WHITELIST, json!({"whitelist": []})).await.violations(), ["whitelist: cannot be empty"]);
    assert_eq!(admin.get(TOKENS).await.ok()["total"], 0);
    admin.delete(&format!("{TOKENS}/01hz0000000000000000000000")).await.refused(404);
    anonymous.get(TOKENS).await.refused(404);
    eve.get(TOKENS).await.refused(404);
}

#[tokio::test]
async fn revoked_token_is_in_no_list() {
    let (_, admin, _, anonymous) = world().await;
    let made = admin.post(TOKENS, json!({"name": "Eve"})).await.ok();
    assert!(opens(&anonymous, &made["token"]).await);
    let path = format!("{TOKENS}/{}", made["kept"]["id"].as_str().unwrap());
    admin.delete(&path).await.ok();
    assert!(!opens(&anonymous, &made["token"]).await);
    assert_eq!(admin.get(TOKENS).await.ok()["total"], 0);
    admin.delete(&path).await.refused(404);
}
