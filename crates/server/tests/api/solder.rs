//! Technic Solder's read API, and its keys and clients.

mod database;
mod fixture;
mod held;
mod mixed;
mod moving;
mod old_solder;
mod overlaps;
mod readers;
mod replay;
mod told;

use md5::{Digest, Md5};
use serde_json::{Value, json};

use crate::test_app::{Answer, Caller, TestApp};

const CID: &str = "2f6a0d1c-58b1-4f0e-9d5b-0c8f3f3f3a11";

/// What `/solder/api` answers.
pub(crate) async fn api(caller: &Caller, path: &str) -> Answer {
    caller.fetch(&format!("/solder/api{path}")).await
}

/// Asserts that an address answers with one of Solder's refusals.
pub(crate) async fn is_refused(caller: &Caller, path: &str, status: u16, error: &str) {
    let answer = api(caller, path).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (status, json!({"error": error})), "{path}");
}

#[tokio::test]
async fn what_answers_here_is_known_by_its_tag() {
    let (_app, admin, _, anonymous) = world().await;
    let made = admin.post("/packs/sky/tokens", json!({"name": "Eve"})).await.ok();
    let by_token = format!("/t/{}/solder/api", made["token"].as_str().unwrap());
    for address in ["/solder/api", &by_token] {
        let answer = anonymous.fetch(address).await;
        assert_eq!(answer.ok()["api"], "TechnicSolder");
        let tag = [("if-none-match", answer.headers["etag"].to_str().unwrap().to_owned())];
        assert_eq!(anonymous.fetch_with(address, &tag).await.status, 304, "{address}");
    }
}

fn md5(bytes: &[u8]) -> String {
    hex::encode(Md5::digest(bytes))
}

/// A server with a public pack `sky`, in which `1.0` is published.
async fn world() -> (TestApp, Caller, Caller, Caller) {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.put("/packs/sky/builds/1.0", json!({"java": "21", "memory": "2048", "published": true})).await.ok();
    (app, admin, eve, anonymous)
}

/// A key that was made here.
async fn key(admin: &Caller) -> String {
    let made = admin.post("/solder/keys", json!({"name": "The Platform"})).await.ok();
    made["key"].as_str().unwrap().to_owned()
}

/// Lets the client with [`CID`] into `sky`.
async fn link(admin: &Caller) {
    admin.post("/solder/clients", json!({"name": "Eve's launcher", "uuid": CID})).await.ok();
    admin.post(&format!("/solder/clients/{CID}/packs"), json!({"pack": "sky"})).await.ok();
}

#[tokio::test]
async fn published_pack_is_installed_by_a_launcher() {
    let (_, _, _, anonymous) = world().await;
    assert_eq!(api(&anonymous, "/").await.json()["api"], "TechnicSolder");
    let list = api(&anonymous, "/modpack").await.json();
    assert_eq!(list, json!({"modpacks": {"sky": "Sky Pack"}, "mirror_url": "https://mc.example.org/solder/"}));
    let pack = api(&anonymous, "/modpack/sky").await.json();
    let expected = json!({
        "id": pack["id"], "name": "sky", "display_name": "Sky Pack", "url": null, "icon": null, "icon_md5": null,
        "logo": null, "logo_md5": null, "background": null, "background_md5": null, "recommended": "1.0",
        "latest": "1.0", "builds": ["1.0"]
    });
    assert_eq!(pack, expected);
    let build = api(&anonymous, "/modpack/sky/1.0").await.json();
    let zip = &build["mods"][0];
    let expected = json!({
        "id": build["id"], "minecraft": "1.21.1", "java": "21", "memory": 2048, "forge": null,
        "mods": [{"id": zip["id"], "name": "jei", "version": "1.0", "md5": "d059efe0b43bf1a95f929ee77f75f5a7",
            "filesize": 140,
            "url": "https://mc.example.org/solder/packs/sky/1.0/jei/jei-1.0.zip"}]
    });
    assert_eq!(build, expected);
    let url = zip["url"].as_str().unwrap().strip_prefix("https://mc.example.org").unwrap();
    let fetched = anonymous.fetch(url).await;
    assert_eq!((fetched.status.as_u16(), md5(&fetched.bytes)), (200, zip["md5"].as_str().unwrap().to_owned()));
    assert_eq!(fetched.bytes.len() as u64, zip["filesize"].as_u64().unwrap());
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(fetched.bytes)).unwrap();
    let mut jar = Vec::new();
    std::io::Read::read_to_end(&mut archive.by_name("mods/jei-1.0.jar").unwrap(), &mut jar).unwrap();
    assert_eq!((archive.len(), &*jar), (1, &b"PK jei 1.0"[..]));
}

#[tokio::test]
async fn trailing_slash_is_the_same_address() {
    let (_, _, _, anonymous) = world().await;
    for path in ["", "/modpack", "/modpack/sky", "/modpack/sky/1.0", "/mod", "/mod/jei", "/mod/jei/1.0", "/verify/x"] {
        let (plain, slashed) = (api(&anonymous, path).await, api(&anonymous, &format!("{path}/")).await);
        assert_eq!((plain.status, plain.bytes), (slashed.status, slashed.bytes), "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_in_solders_words() {
    let (_, admin, _, anonymous) = world().await;
    admin.post("/packs/sky/builds", json!({"name": "2.0"})).await.ok();
    admin.put("/mods/jei", json!({"public": true})).await.ok();
    for path in ["/modpack/none", "/modpack/none/1.0", "/modpack/no%20such"] {
        is_refused(&anonymous, path, 404, "Modpack does not exist").await;
    }
    for path in ["/modpack/sky/3.0", "/modpack/sky/2.0", "/modpack/sky/latest", "/modpack/sky/a%2Fb"] {
        is_refused(&anonymous, path, 404, "Build does not exist").await;
    }
    is_refused(&anonymous, "/mod/none", 404, "Mod does not exist").await;
    is_refused(&anonymous, "/mod/jei/9", 404, "Mod version does not exist").await;
    is_refused(&anonymous, "/verify/nobodys", 403, "Invalid key provided.").await;
    for path in ["/nothing", "/modpack/%00", "/modpack/sky/%FF", "/modpack/sky/1.0/more"] {
        is_refused(&anonymous, path, 404, "Not found").await;
    }
    for path in ["/solder/packs/sky/1.0/jei/jei-2.0.zip", "/solder/mods/jei/jei-2.0.zip", "/solder/pictures/sky/icon"] {
        assert_eq!(anonymous.fetch(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn hidden_pack_is_in_no_list_but_found() {
    let (_, admin, _, anonymous) = world().await;
    admin.put("/packs/sky", json!({"hidden": true})).await.ok();
    assert_eq!(api(&anonymous, "/modpack").await.json()["modpacks"], json!({}));
    assert_eq!(api(&anonymous, "/modpack/sky").await.status, 200);
    assert_eq!(api(&anonymous, "/modpack/sky/1.0").await.status, 200);
    let key = key(&admin).await;
    assert_eq!(api(&anonymous, &format!("/modpack?k={key}")).await.json()["modpacks"], json!({"sky": "Sky Pack"}));
}

#[tokio::test]
async fn private_pack_is_there_for_keys_and_linked_clients_only() {
    let (_, admin, _, anonymous) = world().await;
    admin.put("/packs/sky", json!({"public": false})).await.ok();
    let key = key(&admin).await;
    link(&admin).await;
    for query in ["", "?k=wrong", "?cid=nobody", "?k=", "?cid=%00", &format!("?k={CID}&cid={key}")] {
        assert_eq!(api(&anonymous, &format!("/modpack{query}")).await.json()["modpacks"], json!({}), "{query}");
        is_refused(&anonymous, &format!("/modpack/sky{query}"), 404, "Modpack does not exist").await;
        is_refused(&anonymous, &format!("/modpack/sky/1.0{query}"), 404, "Modpack does not exist").await;
        is_refused(&anonymous, &format!("/mod/jei{query}"), 404, "Mod does not exist").await;
        let zip = anonymous.fetch(&format!("/solder/packs/sky/1.0/jei/jei-1.0.zip{query}")).await;
        assert_eq!(zip.status, 404, "{query}");
    }
    for query in [format!("?k={key}"), format!("?cid={CID}"), format!("?cid={}", CID.to_uppercase())] {
        assert_eq!(api(&anonymous, &format!("/modpack{query}")).await.json()["modpacks"], json!({"sky": "Sky Pack"}));
        assert_eq!(api(&anonymous, &format!("/modpack/sky{query}")).await.json()["builds"], json!(["1.0"]));
        let build = api(&anonymous, &format!("/modpack/sky/1.0{query}")).await;
        assert_eq!(build.headers["cache-control"], "no-store");
        let url = build.json()["mods"][0]["url"].as_str().unwrap().to_owned();
        assert!(url.ends_with(&query), "{url}");
        let zip = anonymous.fetch(url.strip_prefix("https://mc.example.org").unwrap()).await;
        assert_eq!((zip.status.as_u16(), &zip.headers["cache-control"]), (200, &"private, no-cache".parse().unwrap()));
    }
    admin.send("DELETE", &format!("/solder/clients/{CID}/packs"), Some(json!({"pack": "sky"}))).await.ok();
    is_refused(&anonymous, &format!("/modpack/sky?cid={CID}"), 404, "Modpack does not exist").await;
    let keys = admin.get("/solder/keys").await.column("keys", "id");
    admin.delete(&format!("/solder/keys/{}", keys[0])).await.ok();
    is_refused(&anonymous, &format!("/modpack/sky?k={key}"), 404, "Modpack does not exist").await;
    is_refused(&anonymous, &format!("/verify/{key}"), 403, "Invalid key provided.").await;
}

#[tokio::test]
async fn private_build_leaves_a_pack_that_answers_without_it() {
    let (_, admin, _, anonymous) = world().await;
    admin.put("/packs/sky/builds/1.0", json!({"public": false})).await.ok();
    link(&admin).await;
    let pack = api(&anonymous, "/modpack/sky").await.json();
    assert_eq!((&pack["builds"], &pack["latest"], &pack["recommended"]), (&json!([]), &Value::Null, &Value::Null));
    is_refused(&anonymous, "/modpack/sky/1.0", 404, "Build does not exist").await;
    let pack = api(&anonymous, &format!("/modpack/sky?cid={CID}")).await.json();
    assert_eq!(
        (&pack["builds"], &pack["latest"], &pack["recommended"]),
        (&json!(["1.0"]), &json!("1.0"), &json!("1.0"))
    );
    assert_eq!(api(&anonymous, &format!("/modpack/sky/1.0?cid={CID}")).await.status, 200);
}

#[tokio::test]
async fn builds_are_told_from_the_oldest_and_withdrawn_ones_not_at_all() {
    let (app, admin, _, anonymous) = world().await;
    for name in ["0.9", "1.1"] {
        app.clock.advance(60);
        admin.post("/packs/sky/builds", json!({"name": name, "from": "1.0"})).await.ok();
        admin.put(&format!("/packs/sky/builds/{name}"), json!({"published": true})).await.ok();
    }
    admin.put("/packs/sky/channels/recommended", json!({"build": "1.0"})).await.ok();
    let pack = api(&anonymous, "/modpack/sky").await.json();
    assert_eq!(pack["builds"], json!(["1.0", "0.9", "1.1"]));
    assert_eq!((&pack["recommended"], &pack["latest"]), (&json!("1.0"), &json!("1.1")));
    let full = api(&anonymous, "/modpack?include=full").await.json();
    assert_eq!(full["modpacks"]["sky"], pack);
    admin.put("/packs/sky/builds/1.1", json!({"yanked": true, "reason": "broken"})).await.ok();
    let pack = api(&anonymous, "/modpack/sky").await.json();
    assert_eq!((&pack["builds"], &pack["latest"]), (&json!(["1.0", "0.9"]), &json!("0.9")));
    assert_eq!(api(&anonymous, "/modpack/sky/1.1").await.status, 200);
}

#[tokio::test]
async fn platform_is_told_more_about_mods() {
    let (_, admin, _, anonymous) = world().await;
    admin.put("/mods/jei", json!({"public": true, "author": "mezz"})).await.ok();
    let build = api(&anonymous, "/modpack/sky/1.0?include=mods").await.json();
    assert_eq!(build["mods"][0]["pretty_name"], "Just Enough Items");
    assert_eq!(api(&anonymous, "/mod").await.json(), json!({"mods": {"jei": "Just Enough Items"}}));
    let module = api(&anonymous, "/mod/jei").await.json();
    assert_eq!((&module["author"], &module["versions"]), (&json!("mezz"), &json!(["1.0"])));
    let version = api(&anonymous, "/mod/jei/1.0").await.json();
    assert_eq!(version["md5"], build["mods"][0]["md5"]);
    let zip = anonymous.fetch(version["url"].as_str().unwrap().strip_prefix("https://mc.example.org").unwrap()).await;
    assert_eq!(md5(&zip.bytes), version["md5"].as_str().unwrap());
    let key = key(&admin).await;
    let verified = api(&anonymous, &format!("/verify/{key}")).await;
    assert_eq!(verified.json(), json!({"valid": "Key validated.", "name": "The Platform"}));
}

#[tokio::test]
async fn keys_are_not_guessed() {
    let app = TestApp::configured(|config| config.signin.token_failures = 3).await;
    let admin = app.user("admin", true).await;
    admin.pack_with_build().await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    let key = key(&admin).await;
    let (guesser, other) = (app.anonymous().at("198.51.100.1"), app.anonymous().at("198.51.100.2"));
    is_refused(&guesser, "/verify/one", 403, "Invalid key provided.").await;
    assert_eq!(api(&guesser, "/modpack?k=two").await.status, 200);
    assert_eq!(api(&guesser, "/mod/jei?k=three").await.status, 404);
    for path in ["/verify/four", &format!("/verify/{key}"), "/modpack?k=five", &format!("/modpack/sky?k={key}")] {
        let answer = api(&guesser, path).await;
        assert_eq!((answer.status.as_u16(), answer.headers["retry-after"].to_str().unwrap()), (429, "20"), "{path}");
        assert_eq!(answer.json(), json!({"error": "Too many invalid keys were tried. Try again later."}));
    }
    // Players behind the same address are none the worse for it, and neither is the Platform elsewhere.
    for path in ["/modpack", "/modpack/sky", "/modpack/sky/1.0", &format!("/modpack/sky?cid={CID}")] {
        assert_eq!(api(&guesser, path).await.status, 200, "{path}");
    }
    assert_eq!(api(&other, &format!("/verify/{key}")).await.status, 200);
    app.clock.advance(20);
    assert_eq!(api(&guesser, &format!("/verify/{key}")).await.status, 200);
}

#[tokio::test]
async fn client_ids_that_nobody_has_are_no_guesses() {
    let app = TestApp::configured(|config| config.signin.token_failures = 1).await;
    let anonymous = app.anonymous().at("198.51.100.1");
    for number in 0..5 {
        assert_eq!(api(&anonymous, &format!("/modpack?cid={number}")).await.status, 200);
    }
}

#[tokio::test]
async fn zip_is_had_in_parts_and_not_twice() {
    let (_, _, _, anonymous) = world().await;
    let path = "/solder/packs/sky/1.0/jei/jei-1.0.zip";
    let whole = anonymous.fetch(path).await;
    assert_eq!(whole.headers["cache-control"], "public, max-age=31536000, immutable");
    let size = whole.bytes.len();
    for (from, to) in [(0, 0), (0, size - 1), (10, 50), (45, 60), (size - 30, size - 1)] {
        let range = [("range", format!("bytes={from}-{to}"))];
        let part = anonymous.fetch_with(path, &range).await;
        assert_eq!((part.status.as_u16(), &part.bytes), (206, &whole.bytes.slice(from..=to)), "{from}-{to}");
    }
    assert_eq!(anonymous.fetch_with(path, &[("range", format!("bytes={size}-"))]).await.status, 416);
    let tag = whole.headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(anonymous.fetch_with(path, &[("if-none-match", tag)]).await.status, 304);
}

#[tokio::test]
async fn zips_hold_what_players_get_without_being_asked() {
    let (_, admin, _, anonymous) = world().await;
    admin.post("/packs/sky/builds", json!({"name": "2.0", "from": "1.0"})).await.ok();
    for slug in ["on", "off", "server"] {
        admin.post("/mods", json!({"slug": slug, "name": format!("Mod {slug}")})).await.ok();
        admin.upload(slug, "1", &format!("{slug}.jar"), slug.as_bytes()).await.ok();
    }
    let versions = json!([
        {"mod": "jei", "version": "1.0"},
        {"mod": "on", "version": "1", "client": "optional", "default": true},
        {"mod": "off", "version": "1", "client": "optional"},
        {"mod": "server", "version": "1", "client": "unsupported"},
    ]);
    admin.put("/packs/sky/builds/2.0/versions", json!({"versions": versions})).await.ok();
    admin.put("/packs/sky/builds/2.0", json!({"published": true})).await.ok();
    let build = api(&anonymous, "/modpack/sky/2.0").await.json();
    let names: Vec<_> = build["mods"].as_array().unwrap().iter().map(|zip| zip["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["jei", "on"]);
}

#[tokio::test]
async fn keys_and_clients_keep_their_rules() {
    let (_, admin, eve, anonymous) = world().await;
    let given = json!({"name": "Given", "key": "0123456789abcdef0123456789abcdef"});
    let kept = admin.post("/solder/keys", given.clone()).await.ok();
    assert_eq!((&kept["kept"]["last_four"], &kept["key"]), (&json!("cdef"), &Value::Null));
    assert_eq!(api(&anonymous, "/verify/0123456789abcdef0123456789abcdef").await.json()["name"], "Given");
    assert_eq!(admin.post("/solder/keys", given).await.violations(), ["key: is already kept"]);
    let short = admin.post("/solder/keys", json!({"name": "S", "key": "short"})).await.violations();
    assert_eq!(short, ["name: the length must be between 3 and 255", "key: the length must be between 16 and 255"]);
    let list = admin.get("/solder/keys").await.ok();
    assert!(!list.to_string().contains("0123456789"), "{list}");
    eve.post("/solder/clients", json!({"name": "Eve", "uuid": CID})).await.ok();
    let twice = eve.post("/solder/clients", json!({"name": "Eve", "uuid": CID.to_uppercase()})).await;
    assert_eq!(twice.violations(), ["uuid: is already taken"]);
    let broken = eve.post("/solder/clients", json!({"name": "Eve", "uuid": "a b"})).await.violations();
    assert_eq!(broken.len(), 1);
    let packs = format!("/solder/clients/{CID}/packs");
    eve.post(&packs, json!({"pack": "sky"})).await.refused(403);
    admin.post(&packs, json!({"pack": "sky"})).await.ok();
    assert_eq!(admin.post(&packs, json!({"pack": "sky"})).await.refused(412), "Client is already attached");
    assert_eq!(admin.get(&packs).await.column("packs", "slug"), ["sky"]);
    assert_eq!(eve.get(&packs).await.ok()["total"], 0);
    admin.put(&format!("/solder/clients/{CID}"), json!({"name": "Eve's new one"})).await.ok();
    assert_eq!(admin.get("/solder/clients").await.column("clients", "name"), ["Eve's new one"]);
    admin.delete(&format!("/solder/clients/{CID}")).await.ok();
    assert_eq!(admin.get(&packs).await.refused(404), "Failed to find client");
}
