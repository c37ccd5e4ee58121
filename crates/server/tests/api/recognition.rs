//! Files on their way in, recognised by Modrinth and `CurseForge`: what is shown, what is kept, and that nobody depends on it.

use kleister_server::fingerprints::catch_up;
use kleister_server::sources::{Known, recognise};
use kleister_store::rows::{blob, version_file, version_source};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::imports::{import, zip};
use crate::intake::{archive, jar};
use crate::sites::{Behaviour, Sites, sha1, sha512};
use crate::test_app::{Caller, TestApp};

/// A file that tells nothing of itself.
fn silent() -> Vec<u8> {
    archive(&[("assets/readme.txt", "lanterns of old")])
}

/// A server beside sites that know the lanterns, which say nothing, and the lamps, which say everything.
async fn stocked() -> (Sites, TestApp, Caller) {
    let sites = Sites::new().await;
    for (id, slug, licence) in
        [("Wlantern", "lanterns", "MIT"), ("Woilxxxx", "oil", "MIT"), ("Wlampsxx", "bulbs", "ISC")]
    {
        sites.project(id, slug, licence);
    }
    sites.version("Wlantern", "lant0001", &silent(), &[("Woilxxxx", "required"), ("Wgonexxx", "optional")]);
    sites.version("Woilxxxx", "oil00001", b"the oil", &[]);
    sites.version("Wlampsxx", "lamp0001", &jar("lamps", "2.1", "server"), &[]);
    sites.curse(7002, "bulbs", &jar("lamps", "2.1", "server"), &false.into());
    let app = sites.app().await;
    let eve = app.user("eve", false).await;
    (sites, app, eve)
}

/// The file of the only version of a mod, with where it comes from.
async fn file_of(app: &TestApp, path: &str) -> (version_file::Model, Vec<(String, Option<String>, Option<String>)>) {
    let db = app.app.db.read().await.unwrap();
    let file =
        version_file::Entity::find().filter(version_file::Column::Path.eq(path)).one(&db).await.unwrap().unwrap();
    let sources = version_source::Entity::find().filter(version_source::Column::FileId.eq(&file.id));
    let sources = sources.order_by_asc(version_source::Column::Kind).all(&db).await.unwrap();
    (file, sources.into_iter().map(|it| (it.kind, it.project, it.file)).collect())
}

#[tokio::test]
async fn what_a_source_says_is_shown_and_completes_what_the_file_does_not() {
    let (sites, app, eve) = stocked().await;
    let sent = eve.drop_file("x.jar", &silent()).await.ok();
    let intake = &sent["intakes"][0];
    let known = &intake["recognised"][0];
    assert_eq!((&known["source"], &known["project"]["id"]), (&json!("modrinth"), &json!("Wlantern")));
    assert_eq!(known["project"]["page"], "https://modrinth.com/mod/lanterns");
    assert_eq!((&known["version"]["id"], &known["version"]["file"]), (&json!("lant0001"), &json!("lant0001.jar")));
    let read = &intake["read"];
    let told = ["name", "number", "licence", "website"].map(|field| read[field].as_str().unwrap());
    assert_eq!(told, ["LANTERNS", "1.0-lant0001", "MIT", "https://modrinth.com/mod/lanterns"]);
    assert_eq!((&read["loaders"], &read["minecraft"]), (&json!(["fabric"]), &json!(["1.21.1"])));
    assert_eq!(read["environment"], json!({"client": "required", "server": "unsupported"}));
    assert_eq!(intake["becomes"], json!({"outcome": "mod", "mod_name": "LANTERNS", "version": "1.0-lant0001"}));
    // Two questions to each: what it knows, and the projects of that.
    assert_eq!(sites.asked().len(), 3, "CurseForge knows nothing, so it is asked once");

    sites.behave(Behaviour::Silent);
    let id = intake["id"].as_str().unwrap();
    let accepted = eve.post(&format!("/intake/{id}/accept"), json!({})).await.ok();
    assert_eq!((&accepted["accepted"], &accepted["recognised"]), (&json!(true), &intake["recognised"]));
    assert_eq!(sites.asked(), Vec::<String>::new(), "nobody is asked again");
    let (file, sources) = file_of(&app, "mods/x.jar").await;
    let ours = ("upload".to_owned(), None, None);
    assert_eq!(sources, [("modrinth".to_owned(), Some("Wlantern".to_owned()), Some("lant0001".to_owned())), ours]);
    assert_eq!(file.redistribution, "yes");
    let version = eve.get("/mods/lanterns/versions/1.0-lant0001").await.ok();
    assert_eq!((&version["licence"], &version["number"]), (&json!("MIT"), &json!("1.0-lant0001")));
}

#[tokio::test]
async fn word_of_the_file_counts_before_a_source_and_that_of_a_human_before_all() {
    let (sites, app, eve) = stocked().await;
    let lamps = jar("lamps", "2.1", "server");
    let sent = eve.drop_file("lamps.jar", &lamps).await.ok();
    let (intake, read) = (&sent["intakes"][0], &sent["intakes"][0]["read"]);
    let places: Vec<&str> =
        intake["recognised"].as_array().unwrap().iter().map(|it| it["source"].as_str().unwrap()).collect();
    assert_eq!(places, ["modrinth", "curseforge"]);
    assert_eq!((&intake["recognised"][1]["version"]["manual"], &read["licence"]), (&json!(true), &json!("MIT")));
    assert_eq!((&read["name"], &read["number"]), (&json!("The lamps"), &json!("2.1")));
    assert_eq!(read["environment"], json!({"client": "unsupported", "server": "required"}));
    let said = json!({"name": "My Lamps", "number": "9", "version": "nine", "redistribution": false,
        "environment": {"client": "optional", "server": "optional"}});
    let id = intake["id"].as_str().unwrap();
    eve.post(&format!("/intake/{id}/accept"), said).await.ok();
    let version = eve.get("/mods/my-lamps/versions/nine").await.ok();
    assert_eq!((&version["number"], &version["environment"]["client"]), (&json!("9"), &json!("optional")));
    let (file, sources) = file_of(&app, "mods/lamps.jar").await;
    assert_eq!((file.redistribution.as_str(), sources.len()), ("no", 3));
    // By the project elsewhere, a later version finds its mod whatever it calls itself.
    let other = archive(&[("nothing.txt", "another")]);
    sites.version("Wlampsxx", "lamp0002", &other, &[]);
    let next = eve.drop_file("renamed.jar", &other).await.ok();
    assert_eq!(next["intakes"][0]["becomes"]["mod_slug"], "my-lamps");
}

#[tokio::test]
async fn dependencies_are_offered_with_what_is_here_already() {
    let (_sites, app, eve) = stocked().await;
    let needs = async || {
        let sent = eve.drop_file("x.jar", &silent()).await.ok();
        sent["intakes"][0]["recognised"][0]["dependencies"].clone()
    };
    let offered = needs().await;
    assert_eq!(offered.as_array().unwrap().len(), 1, "what is gone is not offered: {offered}");
    assert_eq!((&offered[0]["kind"], &offered[0]["project"]["slug"]), (&json!("required"), &json!("oil")));
    assert_eq!(offered[0].get("mod_id"), None);
    let mallory = app.user("mallory", false).await;
    mallory.post("/sources/modrinth/import", json!({"project": "oil", "mode": "link"})).await.ok();
    assert_eq!(needs().await[0].get("mod_id"), None, "a mod that one does not see is not told of");
    let brought = eve.post("/sources/modrinth/import", json!({"project": "oil", "mode": "link"})).await.ok();
    let placed = &brought["imported"][0];
    let offered = needs().await;
    assert_eq!((&offered[0]["mod_id"], &offered[0]["mod_slug"]), (&placed["mod_id"], &placed["mod_slug"]));
}

#[tokio::test]
async fn exports_point_to_the_source_of_a_recognised_file() {
    let (sites, app, _) = stocked().await;
    let admin = app.user("admin", true).await;
    admin.pack_with_build().await;
    admin.put("/packs/sky", json!({"source_policy": "source_first"})).await.ok();
    let query = "?accept=true&pack=sky&build=1.0";
    admin.drop_files(query, &[("x.jar", silent())]).await.ok();
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    let index = app.anonymous().fetch("/packs/sky/1.0/index.json").await.json();
    let file = index["files"].as_array().unwrap().iter().find(|file| file["path"] == "mods/x.jar").unwrap().clone();
    assert_eq!(file["origins"], json!([{"place": "modrinth", "project": "Wlantern", "version": "lant0001"}]));
    let urls: Vec<&str> = file["urls"].as_array().unwrap().iter().map(|url| url.as_str().unwrap()).collect();
    assert_eq!(urls.len(), 2, "{urls:?}");
    assert_eq!(urls[0], sites.put("lant0001.jar", &silent()));
}

#[tokio::test]
async fn many_files_are_asked_about_at_once() {
    let (sites, _app, eve) = stocked().await;
    let names: Vec<String> = (0..40).map(|number| format!("mod-{number}.jar")).collect();
    let mut files: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (&**name, jar(name, "1.0", "*"))).collect();
    files.push(("lanterns.jar", silent()));
    files.push(("lamps.jar", jar("lamps", "2.1", "server")));
    files.push(("broken.jar", b"no archive".to_vec()));
    let sent = eve.drop_files("", &files).await.ok();
    let known: Vec<usize> =
        sent["intakes"].as_array().unwrap().iter().map(|row| row["recognised"].as_array().unwrap().len()).collect();
    assert_eq!(&known[39..], [0, 1, 2, 0]);
    assert_eq!(sites.asked().len(), 4);
}

#[tokio::test]
async fn source_that_fails_fails_no_intake_and_is_told() {
    let (sites, _app, eve) = stocked().await;
    for behaviour in [Behaviour::Busy, Behaviour::Nonsense, Behaviour::Silent] {
        sites.behave(behaviour);
        let sent = eve.drop_file("x.jar", &silent()).await.ok();
        let intake = &sent["intakes"][0];
        assert_eq!((&intake["recognised"], &intake["read"]["name"]), (&json!([]), &json!("x")), "{behaviour:?}");
        let why = intake["not_asked"].to_string();
        assert!(why.contains("CurseForge"), "{behaviour:?}: {why}");
        assert!(!why.contains("127.0.0.1"), "{why}");
    }
    let id = eve.get("/intake").await.column("intakes", "id")[0].clone();
    eve.post(&format!("/intake/{id}/accept"), json!({})).await.ok();
}

#[tokio::test]
async fn nothing_leaves_the_server_where_nobody_wants_it() {
    let sites = Sites::new().await;
    let off = |change: fn(&mut kleister_server::Config)| {
        let sites = sites.clone();
        TestApp::configured(move |config| {
            sites.configure(config);
            change(config);
        })
    };
    let told = async |app: &TestApp, query: &str| -> Value {
        let eve = app.user("eve", false).await;
        let sent = eve.drop_files(query, &[("x.jar", silent())]).await.ok();
        sent["intakes"][0]["not_asked"].clone()
    };
    let all_off = off(|config| config.upstream.enabled = false).await;
    assert!(told(&all_off, "").await.to_string().contains("`upstream.enabled`"));
    let not_wanted = off(|config| config.upstream.recognise = false).await;
    assert!(told(&not_wanted, "").await.to_string().contains("`upstream.recognise`"));
    let on = off(|_| {}).await;
    assert_eq!(told(&on, "?recognise=false").await, Value::Null);
    assert_eq!(sites.asked(), Vec::<String>::new());
    let keyless = off(|config| config.upstream.curseforge_key = String::new().into()).await;
    assert!(told(&keyless, "").await.to_string().contains("`upstream.curseforge_key`"));
    assert_eq!(sites.asked().len(), 1);
}

#[tokio::test]
async fn nobody_is_asked_about_a_file_in_pieces_where_its_metadata_says_so() {
    let (sites, _app, eve) = stocked().await;
    for (said, asked) in [("false", 0), ("true", 3)] {
        let jar = silent();
        let answer = eve.begin_with("x.jar", jar.len(), Some(said)).await;
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        eve.piece(&id, 0, jar).await;
        let intake = eve.get("/intake?sort=created&order=desc").await.ok()["intakes"][0].clone();
        assert_eq!(intake["recognised"].as_array().unwrap().is_empty(), asked == 0, "{said}");
        assert_eq!(sites.asked().len(), asked, "{said}");
        eve.delete(&format!("/intake/{}", intake["id"].as_str().unwrap())).await.ok();
    }
    assert_eq!(eve.begin_with("x.jar", 1, Some("perhaps")).await.status, 400);
}

#[tokio::test]
async fn jars_in_a_pack_are_asked_about_once_and_get_their_sources() {
    let (sites, app, eve) = stocked().await;
    let lamps = jar("lamps", "2.1", "server");
    let pack = zip(&[("mods/x.jar", &silent()), ("mods/lamps.jar", &lamps), ("config/a.toml", b"a = 1")]);
    let report = import(&app, &eve, &pack, &[("name", "Sky")]).await;
    assert_eq!((&report["created"], &report["notes"]), (&json!(2), &json!([])));
    assert_eq!(sites.asked().len(), 4);
    let (file, sources) = file_of(&app, "mods/x.jar").await;
    let ours = ("upload".to_owned(), None, None);
    assert_eq!(sources, [("modrinth".to_owned(), Some("Wlantern".to_owned()), Some("lant0001".to_owned())), ours]);
    assert_eq!(file.redistribution, "yes");
    let version = eve.get("/mods/lanterns/versions/1.0-lant0001").await.ok();
    assert_eq!((&version["licence"], &version["number"]), (&json!("MIT"), &json!("1.0-lant0001")));
    let (file, sources) = file_of(&app, "mods/lamps.jar").await;
    assert_eq!((file.murmur2.is_some(), sources.len()), (true, 3));
}

#[tokio::test]
async fn pack_is_imported_all_the_same_where_nobody_is_asked() {
    let sites = Sites::new().await;
    let pack = zip(&[("mods/x.jar", &silent())]);
    let told = async |enabled: bool, recognise: bool, texts: &[(&str, &str)]| -> Value {
        let app = TestApp::configured(|config| {
            sites.configure(config);
            (config.upstream.enabled, config.upstream.recognise) = (enabled, recognise);
        });
        let app = app.await;
        let eve = app.user("eve", false).await;
        import(&app, &eve, &pack, &[&[("name", "Sky")], texts].concat()).await["notes"].clone()
    };
    assert_eq!(told(true, true, &[("recognise", "false")]).await, json!([]));
    for (enabled, recognise, setting) in [(false, true, "`upstream.enabled`"), (true, false, "`upstream.recognise`")] {
        let notes = told(enabled, recognise, &[]).await;
        assert_eq!(notes[0]["what"], "recognition");
        assert!(notes[0]["why"].as_str().unwrap().contains(setting), "{notes}");
    }
    assert_eq!(sites.asked(), Vec::<String>::new());
    assert_eq!(told(true, true, &[]).await, json!([]));
    assert!(!sites.asked().is_empty());
}

#[tokio::test]
async fn file_of_the_same_fingerprint_is_not_taken_for_another() {
    let (sites, app, _) = stocked().await;
    sites.curse(7001, "candles", b"candles that burn", &Value::Null);
    let known = |bytes: &[u8]| Known {
        sha512: sha512(bytes),
        sha1: sha1(bytes),
        fingerprint: kleister_files::murmur2(std::io::Cursor::new(bytes)).ok(),
    };
    // Fingerprints pass white space over.
    let (real, twin) = (known(b"candles that burn"), known(b"candles thatburn"));
    assert_eq!(real.fingerprint, twin.fingerprint);
    let found = recognise(&app.app, "eve", &[real, twin]).await.files;
    assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [1, 0]);
}

#[tokio::test]
async fn fingerprints_are_found_when_curseforge_is_asked_and_else_later() {
    let (_sites, app, eve) = stocked().await;
    let print = |bytes: &[u8]| kleister_files::murmur2(std::io::Cursor::new(bytes)).ok().map(|it| it.to_string());
    let kept = async |path: &str| {
        let (file, _) = file_of(&app, path).await;
        let db = app.app.db.read().await.unwrap();
        let row = blob::Entity::find_by_id(file.blob.unwrap()).one(&db).await.unwrap().unwrap();
        assert_eq!(file.murmur2, row.murmur2);
        row.murmur2
    };
    let lamps = jar("lamps", "2.1", "server");
    eve.take_in("lamps.jar", &lamps, json!({})).await.ok();
    assert_eq!(kept("mods/lamps.jar").await, print(&lamps));
    // What was uploaded plainly has none until somebody looks after it.
    eve.post("/mods", json!({"name": "Plain"})).await.ok();
    for (name, bytes) in [("one", &b"the first"[..]), ("two", b"the second")] {
        eve.upload("plain", name, &format!("{name}.jar"), bytes).await.ok();
    }
    assert_eq!(kept("mods/one.jar").await, None);
    assert_eq!(catch_up(&app.app).await.unwrap(), 2);
    assert_eq!((kept("mods/one.jar").await, kept("mods/two.jar").await), (print(b"the first"), print(b"the second")));
    assert_eq!(catch_up(&app.app).await.unwrap(), 0);
    // Bytes that were here before get theirs when they come again.
    let again = jar("again", "1", "*");
    eve.drop_files("?recognise=false&accept=true", &[("again.jar", again.clone())]).await.ok();
    assert_eq!(kept("mods/again.jar").await, None);
    eve.drop_file("again.jar", &again).await.ok();
    assert_eq!(kept("mods/again.jar").await, print(&again));
}
