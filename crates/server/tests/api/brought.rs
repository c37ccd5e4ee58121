//! Versions that are brought in from Modrinth and `CurseForge`, copied or linked, with what they need.

use serde_json::{Value, json};

use crate::sites::{Behaviour, Sites, sha1};
use crate::test_app::{Caller, TestApp};

/// A server beside sites where lanterns need oil, which needs wicks.
async fn stocked() -> (Sites, TestApp, Caller) {
    let sites = Sites::new().await;
    for (id, slug) in [("Wlantern", "lanterns"), ("Woilxxxx", "oil"), ("Wwickxxx", "wicks"), ("Wmirrorx", "mirrors")] {
        sites.project(id, slug, "MIT");
    }
    let needs = [("Woilxxxx", "required"), ("Wmirrorx", "optional"), ("Wgonexxx", "required")];
    sites.version("Wlantern", "lant0001", b"the lanterns", &needs);
    sites.version("Woilxxxx", "oil00001", b"the oil", &[("Wwickxxx", "required")]);
    sites.version("Wwickxxx", "wick0001", b"the wicks", &[("Wlantern", "required")]);
    sites.version("Wmirrorx", "mirr0001", b"the mirrors", &[]);
    sites.curse(7001, "candles", b"candles that burn", &Value::Null);
    sites.curse(7002, "matches", b"matches for few", &false.into());
    let app = sites.app().await;
    let eve = app.user("eve", false).await;
    (sites, app, eve)
}

async fn names(caller: &Caller) -> Vec<String> {
    caller.get("/mods").await.column("mods", "name")
}

#[tokio::test]
async fn a_copy_is_kept_with_what_its_source_says() {
    let (_sites, _app, eve) = stocked().await;
    let brought = eve.post("/sources/modrinth/import", json!({"project": "lanterns"})).await.ok();
    let placed = &brought["imported"][0];
    assert_eq!((&placed["outcome"], &placed["copied"]), (&json!("begun"), &json!(true)));
    assert_eq!(brought["imported"].as_array().unwrap().len(), 1);
    let module = eve.get(&format!("/mods/{}", placed["mod_id"].as_str().unwrap())).await.ok();
    assert_eq!((&module["name"], &module["side"]), (&json!("LANTERNS"), &json!("client")));
    let told: Vec<_> = brought["dependencies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (
                it["kind"].as_str().unwrap(),
                it["project"]["slug"].as_str().unwrap(),
                it["version"]["id"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [("required", "oil", "oil00001"), ("optional", "mirrors", "mirr0001")],
        "what is gone is not told"
    );
    let again = eve.post("/sources/modrinth/import", json!({"project": "Wlantern", "version": "lant0001"})).await.ok();
    assert_eq!(again["imported"][0]["outcome"], "known");
    assert_eq!(names(&eve).await, ["LANTERNS"]);
}

#[tokio::test]
async fn all_that_is_required_comes_too_and_goes_into_the_build() {
    let (_sites, app, eve) = stocked().await;
    eve.post("/packs", json!({"slug": "sky", "name": "Sky", "public": true})).await.ok();
    eve.post("/packs/sky/builds", json!({"name": "1.0", "minecraft_id": "1.21.1"})).await.ok();
    let wanted = json!({"project": "lanterns", "dependencies": true, "mode": "link", "pack": "sky", "build": "1.0"});
    let brought = eve.post("/sources/modrinth/import", wanted).await.ok();
    assert_eq!(names(&eve).await, ["LANTERNS", "OIL", "WICKS"]);
    assert_eq!(brought["imported"].as_array().unwrap().len(), 3);
    let links = eve.get("/packs/sky/builds/1.0/versions").await.ok();
    assert_eq!(links["total"], 3);
    eve.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    let index = app.anonymous().fetch("/packs/sky/1.0/index.json").await;
    let index: Value = serde_json::from_slice(&index.bytes).unwrap();
    let file = &index["files"][0];
    assert_eq!((&file["delivery"], &file["hashes"]["sha1"]), (&json!("linked"), &json!(sha1(b"the lanterns"))));
}

#[tokio::test]
async fn what_the_draft_has_already_stays_in_it() {
    let (_sites, _app, eve) = stocked().await;
    eve.post("/packs", json!({"slug": "sky", "name": "Sky"})).await.ok();
    eve.post("/packs/sky/builds", json!({"name": "1.0", "minecraft_id": "1.21.1"})).await.ok();
    let alone = json!({"project": "oil", "mode": "link", "pack": "sky", "build": "1.0"});
    eve.post("/sources/modrinth/import", alone.clone()).await.ok();
    let oil = eve.get("/mods/oil/versions").await.column("versions", "name");
    let path = "/packs/sky/builds/1.0/versions";
    let optional = json!({"versions": [{"mod": "oil", "version": oil[0], "client": "optional", "default": true}]});
    eve.put(path, optional).await.ok();
    let all = json!({"project": "lanterns", "dependencies": true, "mode": "link", "pack": "sky", "build": "1.0"});
    let brought = eve.post("/sources/modrinth/import", all).await.ok();
    let outcomes: Vec<_> = brought["imported"].as_array().unwrap().iter().map(|it| it["outcome"].clone()).collect();
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == "known").count(), 1, "{brought}");
    eve.post("/sources/modrinth/import", alone).await.ok();
    let links = eve.get(path).await.ok();
    assert_eq!(links["total"], 3);
    let kept = links["versions"].as_array().unwrap().iter().filter(|link| link["client"] == "optional").count();
    assert_eq!(kept, 1, "{links}");
}

#[tokio::test]
async fn what_its_author_lets_nobody_fetch_is_not_fetched() {
    let (sites, _app, eve) = stocked().await;
    let brought = eve.post("/sources/curseforge/import", json!({"project": "7002"})).await.ok();
    assert_eq!(brought["imported"][0]["copied"], false);
    assert!(!sites.asked().iter().any(|asked| asked.contains("/files/matches")));
    let copied = eve.post("/sources/curseforge/import", json!({"project": "7001", "version": "70010"})).await.ok();
    assert_eq!(copied["imported"][0]["copied"], true);
}

#[tokio::test]
async fn an_import_that_fails_leaves_nothing() {
    let (sites, app, eve) = stocked().await;
    sites.put("oil00001.jar", b"the oil, but other");
    let wanted = json!({"project": "lanterns", "dependencies": true});
    let message = eve.post("/sources/modrinth/import", wanted.clone()).await.refused(422);
    assert!(!message.contains("127.0.0.1"), "{message}");
    sites.put("oil00001.jar", b"the 0il");
    assert!(eve.post("/sources/modrinth/import", wanted.clone()).await.refused(422).contains("wrong hash"));
    for missing in [json!({"project": "nothing"}), json!({"project": "lanterns", "version": "nothing1"}), json!({})] {
        eve.post("/sources/modrinth/import", missing).await.refused(404);
    }
    let forge = json!({"project": "lanterns", "loader": "forge"});
    assert!(eve.post("/sources/modrinth/import", forge).await.refused(404).contains("loader"));
    sites.behave(Behaviour::Busy);
    eve.post("/sources/modrinth/import", wanted).await.refused(503);
    sites.behave(Behaviour::Well);
    let bob = app.user("bob", false).await;
    bob.post("/packs", json!({"slug": "his", "name": "His"})).await.ok();
    bob.post("/packs/his/builds", json!({"name": "1.0"})).await.ok();
    let into = json!({"project": "lanterns", "pack": "his", "build": "1.0"});
    eve.post("/sources/modrinth/import", into).await.refused(404);
    assert_eq!(names(&eve).await, Vec::<String>::new());
}
