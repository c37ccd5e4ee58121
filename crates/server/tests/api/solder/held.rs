//! What is told of a build is held: nothing is asked twice, and nobody is told what was made for another.

use serde_json::json;

use super::{CID, api, is_refused, key, link, world};
use crate::test_app::{Answer, Caller, TestApp};

const BUILD: &str = "/solder/api/modpack/sky/1.0";

/// What somebody is told of the build at this address, and the first zip there.
async fn installed(caller: &Caller, tree: &str, query: &str) -> Answer {
    let answer = caller.fetch(&format!("{tree}{BUILD}{query}")).await;
    let url = answer.ok()["mods"][0]["url"].as_str().unwrap().to_owned();
    let zip = url.strip_prefix("https://mc.example.org").unwrap();
    assert_eq!(caller.fetch(zip).await.status, 200, "{url}");
    answer
}

async fn is_gone(caller: &Caller, tree: &str, query: &str) {
    for path in [BUILD, "/solder/packs/sky/1.0/jei/jei-1.0.zip"] {
        assert_eq!(caller.fetch(&format!("{tree}{path}{query}")).await.status, 404, "{tree}{path}{query}");
    }
}

/// The tree of a token that was made for this.
async fn by_token(admin: &Caller, wanted: serde_json::Value) -> String {
    let made = admin.post("/packs/sky/tokens", wanted).await.ok();
    format!("/t/{}", made["token"].as_str().unwrap())
}

#[tokio::test]
async fn what_was_told_once_is_told_again_without_the_database() {
    let (app, admin, _, anonymous) = world().await;
    let (key, tree) = (key(&admin).await, by_token(&admin, json!({"name": "Eve"})).await);
    link(&admin).await;
    app.settled().await;
    let key = format!("?k={key}");
    let cid = format!("?cid={CID}");
    for (tree, query) in [("", ""), ("", "?include=mods"), ("", &*key), ("", &*cid), (&*tree, "")] {
        let first = installed(&anonymous, tree, query).await;
        let before = app.app.db.queries();
        let again = installed(&anonymous, tree, query).await;
        assert_eq!(app.app.db.queries() - before, 0, "{tree}{query}");
        assert_eq!((&again.bytes, &again.headers["etag"]), (&first.bytes, &first.headers["etag"]), "{tree}{query}");
        assert_eq!(again.headers["cache-control"], first.headers["cache-control"], "{tree}{query}");
        let tag = [("if-none-match", first.headers["etag"].to_str().unwrap().to_owned())];
        assert_eq!(anonymous.fetch_with(&format!("{tree}{BUILD}{query}"), &tag).await.status, 304);
        assert_eq!(first.json()["mods"][0].get("pretty_name").is_some(), query.contains("include"), "{query}");
    }
}

#[tokio::test]
async fn nobody_is_told_what_was_held_for_another() {
    let (_app, admin, _, anonymous) = world().await;
    admin.put("/packs/sky", json!({"public": false})).await.ok();
    let (key, tree) = (key(&admin).await, by_token(&admin, json!({"name": "Eve"})).await);
    link(&admin).await;
    let (key, cid) = (format!("?k={key}"), format!("?cid={CID}"));
    for (tree, query) in [("", &*key), ("", &*cid), (&*tree, "")] {
        let answer = installed(&anonymous, tree, query).await;
        let url = answer.json()["mods"][0]["url"].as_str().unwrap().to_owned();
        assert_eq!(url, format!("https://mc.example.org{tree}/solder/packs/sky/1.0/jei/jei-1.0.zip{query}"));
    }
    for query in ["", "?k=wrong", "?cid=nobody", &key.replace("k=", "cid="), &cid.replace("cid=", "k=")] {
        is_gone(&anonymous, "", query).await;
    }
    is_gone(&anonymous, "/t/klp_wrong", "").await;
    is_gone(&anonymous, "/t/klp_wrong", &key).await;
}

#[tokio::test]
async fn what_is_held_ends_with_what_it_was_for() {
    let (_app, admin, _, anonymous) = world().await;
    installed(&anonymous, "", "").await;
    admin.put("/packs/sky", json!({"public": false})).await.ok();
    is_gone(&anonymous, "", "").await;

    let (key, tree) = (key(&admin).await, by_token(&admin, json!({"name": "Eve"})).await);
    link(&admin).await;
    let (key, cid) = (format!("?k={key}"), format!("?cid={CID}"));
    for (tree, query) in [("", &*key), ("", &*cid), (&*tree, "")] {
        installed(&anonymous, tree, query).await;
    }
    admin.send("DELETE", &format!("/solder/clients/{CID}/packs"), Some(json!({"pack": "sky"}))).await.ok();
    is_gone(&anonymous, "", &cid).await;
    let keys = admin.get("/solder/keys").await.column("keys", "id");
    admin.delete(&format!("/solder/keys/{}", keys[0])).await.ok();
    is_gone(&anonymous, "", &key).await;
    let tokens = admin.get("/packs/sky/tokens").await.column("tokens", "id");
    admin.delete(&format!("/packs/sky/tokens/{}", tokens[0])).await.ok();
    is_gone(&anonymous, &tree, "").await;

    // What was private is told with nobody's secrets once it is everybody's.
    admin.put("/packs/sky", json!({"public": true})).await.ok();
    let answer = installed(&anonymous, "", &cid).await.json();
    assert_eq!(answer["mods"][0]["url"], "https://mc.example.org/solder/packs/sky/1.0/jei/jei-1.0.zip");
}

#[tokio::test]
async fn what_is_held_for_a_token_ends_with_its_time() {
    let (app, admin, _, anonymous) = world().await;
    admin.put("/packs/sky", json!({"public": false})).await.ok();
    let tree = by_token(&admin, json!({"name": "Eve", "days": 1})).await;
    let form = format!("client_id={CID}");
    let request = axum::http::Request::post(format!("{tree}/packs/sky/technic"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.into())
        .unwrap();
    assert_eq!(anonymous.request(request).await.status, 200);
    let cid = format!("?cid={CID}");
    app.clock.advance(24 * 3600 - 1);
    installed(&anonymous, &tree, "").await;
    installed(&anonymous, "", &cid).await;
    app.clock.advance(1);
    is_gone(&anonymous, &tree, "").await;
    is_gone(&anonymous, "", &cid).await;
}

#[tokio::test]
async fn guesses_count_where_answers_are_held_too() {
    let app = TestApp::configured(|config| config.signin.token_failures = 3).await;
    let admin = app.user("admin", true).await;
    admin.pack_with_build().await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    let key = format!("?k={}", key(&admin).await);
    let guesser = app.anonymous().at("198.51.100.1");
    for query in ["", &*key, "?k=wrong", "?k=wrong", "?k=wrong"] {
        assert_eq!(guesser.fetch(&format!("{BUILD}{query}")).await.status, 200, "{query}");
    }
    for query in ["?k=wrong", &*key] {
        let error = "Too many invalid keys were tried. Try again later.";
        is_refused(&guesser, &format!("/modpack/sky/1.0{query}"), 429, error).await;
    }
    assert_eq!(api(&guesser, "/modpack/sky/1.0").await.status, 200);
}
