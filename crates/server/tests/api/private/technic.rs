//! The page on which a player lets his Technic Launcher into a private pack.

use axum::body::Body;
use axum::http::Request;
use kleister_store::rows::audit_event;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};

use super::channels::publish;
use super::{DAY, token, world};
use crate::solder::{api, is_refused};
use crate::test_app::{Answer, Caller};

const LAUNCHERS: [&str; 4] = [
    "2f6a0d1c-58b1-4f0e-9d5b-0c8f3f3f3a11",
    "8c1b7a52-0f0e-4b86-9b0e-3a9e1d2c4b77",
    "11111111-2222-3333-4444-555555555555",
    "99999999-aaaa-bbbb-cccc-dddddddddddd",
];

fn address(token: &str) -> String {
    format!("/t/{token}/packs/secret/technic")
}

/// Sends the form as a browser does.
async fn send(caller: &Caller, token: &str, what: &str, client_id: &str) -> Answer {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", client_id)
        .append_pair("do", what)
        .finish();
    let request = Request::post(address(token)).header("content-type", "application/x-www-form-urlencoded");
    caller.request(request.body(Body::from(form)).unwrap()).await
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.bytes.to_vec()).unwrap()
}

/// The builds that a launcher sees of the pack.
async fn builds(caller: &Caller, cid: &str) -> Value {
    api(caller, &format!("/modpack/secret?cid={cid}")).await.json()["builds"].clone()
}

#[tokio::test]
async fn launcher_is_let_in_until_the_token_is_revoked() {
    let (_, admin, anonymous) = world().await;
    let (id, token) = token(&admin, "secret", json!({})).await;
    let [cid, ..] = LAUNCHERS;
    is_refused(&anonymous, &format!("/modpack/secret?cid={cid}"), 404, "Modpack does not exist").await;
    let answer = send(&anonymous, &token, "add", &format!("  {}\n", cid.to_uppercase().replace('-', ""))).await;
    assert_eq!(answer.status, 200);
    let page = text(&answer);
    for told in ["Your launcher is let in", cid, "<b>1.0</b> (recommended)", "Send launcher client ID", "1 of 3"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert_eq!(builds(&anonymous, cid).await, json!(["1.0"]));
    let list = api(&anonymous, &format!("/modpack?cid={cid}")).await.json();
    assert_eq!(list["modpacks"], json!({"secret": "Secret Pack"}));
    let build = api(&anonymous, &format!("/modpack/secret/1.0?cid={cid}")).await.json();
    let zip = build["mods"][0]["url"].as_str().unwrap().strip_prefix("https://mc.example.org").unwrap().to_owned();
    let module = format!("/solder/api/mod/secretmod/1.0?cid={cid}");
    for address in [&zip, &module] {
        assert_eq!(anonymous.fetch(address).await.status, 200, "{address}");
    }
    admin.delete(&format!("/packs/secret/tokens/{id}")).await.ok();
    is_refused(&anonymous, &format!("/modpack/secret?cid={cid}"), 404, "Modpack does not exist").await;
    for gone in [&zip, &module, &address(&token)] {
        assert_eq!(anonymous.fetch(gone).await.status, 404, "{gone}");
    }
    assert_eq!(send(&anonymous, &token, "add", cid).await.status, 404);
}

#[tokio::test]
async fn launcher_goes_when_the_token_ends() {
    let (app, admin, anonymous) = world().await;
    let (_, token) = token(&admin, "secret", json!({"days": 1})).await;
    send(&anonymous, &token, "add", LAUNCHERS[0]).await;
    app.clock.advance(DAY - 1);
    assert_eq!(builds(&anonymous, LAUNCHERS[0]).await, json!(["1.0"]));
    app.clock.advance(1);
    is_refused(&anonymous, &format!("/modpack/secret?cid={}", LAUNCHERS[0]), 404, "Modpack does not exist").await;
}

#[tokio::test]
async fn token_for_a_channel_lets_a_launcher_into_no_more() {
    let (_, admin, anonymous) = world().await;
    publish(&admin, "3.0", "beta").await;
    let (_, token) = token(&admin, "secret", json!({"channel": "beta"})).await;
    let page = text(&send(&anonymous, &token, "add", LAUNCHERS[0]).await);
    assert!(page.contains("for the builds of <b>beta</b>") && !page.contains("<b>1.0</b>"), "{page}");
    assert_eq!(builds(&anonymous, LAUNCHERS[0]).await, json!(["3.0"]));
    let cid = LAUNCHERS[0];
    is_refused(&anonymous, &format!("/modpack/secret/1.0?cid={cid}"), 404, "Build does not exist").await;
    let versions = api(&anonymous, &format!("/mod/secretmod?cid={cid}")).await.json();
    assert_eq!(versions["versions"], json!(["3.0"]));
}

#[tokio::test]
async fn token_lets_in_three_launchers_at_a_time() {
    let (_, admin, anonymous) = world().await;
    let (_, token) = token(&admin, "secret", json!({})).await;
    for cid in [LAUNCHERS[0], LAUNCHERS[1], LAUNCHERS[1], LAUNCHERS[2]] {
        assert_eq!(send(&anonymous, &token, "add", cid).await.status, 200);
    }
    let refused = send(&anonymous, &token, "add", LAUNCHERS[3]).await;
    assert_eq!(refused.status, 409);
    assert!(text(&refused).contains("take one out first"));
    let removed = send(&anonymous, &token, "remove", LAUNCHERS[0]).await;
    assert!(removed.status == 200 && text(&removed).contains("The launcher is told that there is no such pack."));
    is_refused(&anonymous, &format!("/modpack/secret?cid={}", LAUNCHERS[0]), 404, "Modpack does not exist").await;
    assert_eq!(send(&anonymous, &token, "add", LAUNCHERS[3]).await.status, 200);
    let page = text(&anonymous.fetch(&address(&token)).await);
    assert!(LAUNCHERS[1..].iter().all(|cid| page.contains(cid)) && !page.contains(LAUNCHERS[0]), "{page}");
}

#[tokio::test]
async fn page_tells_what_a_launcher_is_told_without_letting_it_in() {
    let (_, admin, anonymous) = world().await;
    let (_, token) = token(&admin, "secret", json!({})).await;
    let told = async |what: &str| {
        let answer = send(&anonymous, &token, "check", LAUNCHERS[0]).await;
        assert!(answer.status == 200 && text(&answer).contains(what), "{what}: {}", text(&answer));
    };
    told("This server does not know it. The launcher is told that there is no such pack.").await;
    admin.post("/solder/clients", json!({"name": "Eve", "uuid": LAUNCHERS[0]})).await.ok();
    told("This server knows it, but it is not let into this pack.").await;
    admin.post(&format!("/solder/clients/{}/packs", LAUNCHERS[0]), json!({"pack": "secret"})).await.ok();
    told("The pack's makers let it in. The launcher finds the pack with <b>1.0</b> (recommended).").await;
    let (_, other) = super::token(&admin, "secret", json!({})).await;
    send(&anonymous, &other, "add", LAUNCHERS[1]).await;
    let answer = text(&send(&anonymous, &token, "check", LAUNCHERS[1]).await);
    assert!(answer.contains("by another address like this one"), "{answer}");
    let listed = admin.get("/packs/secret/tokens").await.ok().to_string();
    assert_eq!((listed.matches(LAUNCHERS[0]).count(), listed.matches(LAUNCHERS[1]).count()), (0, 1), "{listed}");
}

#[tokio::test]
async fn client_that_makers_keep_stays_when_the_token_goes() {
    let (_, admin, anonymous) = world().await;
    let (id, token) = token(&admin, "secret", json!({})).await;
    send(&anonymous, &token, "add", LAUNCHERS[0]).await;
    admin.post("/solder/clients", json!({"name": "Eve", "uuid": LAUNCHERS[0]})).await.ok();
    admin.post(&format!("/solder/clients/{}/packs", LAUNCHERS[0]), json!({"pack": "secret"})).await.ok();
    admin.delete(&format!("/packs/secret/tokens/{id}")).await.ok();
    assert_eq!(builds(&anonymous, LAUNCHERS[0]).await, json!(["1.0"]));
}

#[tokio::test]
async fn makers_see_which_launcher_came_by_which_token() {
    let (app, admin, anonymous) = world().await;
    let (id, token) = token(&admin, "secret", json!({})).await;
    assert_eq!(admin.get("/packs/secret/tokens").await.ok()["tokens"][0]["clients"], Value::Null);
    send(&anonymous, &token, "add", LAUNCHERS[1]).await;
    app.clock.advance(60);
    send(&anonymous, &token, "add", LAUNCHERS[0]).await;
    let listed = admin.get("/packs/secret/tokens").await.ok();
    let clients = listed["tokens"][0]["clients"].as_array().unwrap();
    let uuids: Vec<_> = clients.iter().map(|client| client["uuid"].as_str().unwrap()).collect();
    assert_eq!(uuids, [LAUNCHERS[1], LAUNCHERS[0]]);
    send(&anonymous, &token, "remove", LAUNCHERS[1]).await;
    let events = audit_event::Entity::find().order_by_asc(audit_event::Column::CreatedAt);
    let events = events.order_by_asc(audit_event::Column::Id).all(&app.app.db.read().await.unwrap()).await.unwrap();
    let told = events.iter().filter(|event| event.action.starts_with("pack_token.let_"));
    let told: Vec<_> = told
        .map(|event| {
            let changes: Value = serde_json::from_str(event.changes.as_ref().unwrap()).unwrap();
            assert_eq!((event.object_name.as_deref(), &changes["token"]), (Some("secret"), &json!(id)));
            (event.action.clone(), changes["uuid"].as_str().unwrap().to_owned())
        })
        .collect();
    let noted = |action: &str, at: usize| (action.to_owned(), LAUNCHERS[at].to_owned());
    let expected = [noted("pack_token.let_in", 1), noted("pack_token.let_in", 0), noted("pack_token.let_out", 1)];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn page_is_for_players_only() {
    let (_, admin, anonymous) = world().await;
    admin.put("/packs/secret", json!({"public": true})).await.ok();
    let (_, server) = token(&admin, "secret", json!({"kind": "server"})).await;
    let preview = admin.post("/packs/secret/previews", json!({})).await.ok()["token"].as_str().unwrap().to_owned();
    for other in [server.as_str(), &preview, "klc_nothing"] {
        assert_eq!(anonymous.fetch(&address(other)).await.status, 404, "{other}");
        assert_eq!(send(&anonymous, other, "add", LAUNCHERS[0]).await.status, 404, "{other}");
        let page = anonymous.fetch(&format!("/t/{other}/packs/secret")).await;
        assert!(!text(&page).contains("/technic\""), "{other}");
    }
    assert_eq!(anonymous.fetch("/packs/secret/technic").await.status, 404);
    let (_, player) = token(&admin, "secret", json!({})).await;
    let page = text(&anonymous.fetch(&format!("/t/{player}/packs/secret")).await);
    assert!(page.contains(&format!("href=\"https://mc.example.org{}\"", address(&player))), "{page}");
}

#[tokio::test]
async fn page_needs_no_script_and_sends_its_form_nowhere_else() {
    let (_, admin, anonymous) = world().await;
    let (_, token) = token(&admin, "secret", json!({})).await;
    let written = "\"><script>alert(1)</script>";
    let (shown, refused) = (anonymous.fetch(&address(&token)).await, send(&anonymous, &token, "add", written).await);
    assert_eq!(refused.status, 422);
    for answer in [shown, refused] {
        let (page, headers) = (text(&answer), &answer.headers);
        assert!(!page.contains("<script"), "{page}");
        assert!(page.contains("method=\"post\"") && page.contains("<label for=\"client_id\">"), "{page}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && policy.contains("form-action 'self'"), "{policy}");
        for (name, value) in
            [("cache-control", "no-store"), ("referrer-policy", "no-referrer"), ("x-frame-options", "DENY")]
        {
            assert_eq!(headers[name], value, "{name}");
        }
    }
}

#[tokio::test]
async fn form_that_is_none_is_refused() {
    let (_, admin, anonymous) = world().await;
    let (_, token) = token(&admin, "secret", json!({})).await;
    let json = r#"{"client_id": "x"}"#.to_owned();
    let form = "application/x-www-form-urlencoded";
    for (media_type, body) in [
        ("application/json", json),
        (form, "else=1".to_owned()),
        (form, format!("client_id={}&do=burn", LAUNCHERS[0])),
        (form, format!("client_id={}", "a".repeat(5000))),
    ] {
        let request = Request::post(address(&token)).header("content-type", media_type);
        let answer = anonymous.request(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.status, 400, "{media_type}: {}", text(&answer));
    }
}
