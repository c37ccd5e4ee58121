//! Moving a Solder here: what a launcher is answered before and after, from the read API and from every database.

use kleister_server::solder::{Place, Source, take_over};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::database::{Age, run};
use super::fixture::{BOB, EVE, Fixture, KEY, md5};
use super::old_solder::OldSolder;
use super::replay::{assert_replayed, moved, mover, read_api};
use super::{api, is_refused};
use crate::test_app::{Caller, TestApp};
use crate::{fresh, webhooks};

#[tokio::test]
async fn launcher_is_answered_as_before_a_move_of_the_database() {
    let solder = OldSolder::new(Fixture::new()).await;
    for age in [Age::Current, Age::SolderPy] {
        let (app, _, _, anonymous) = TestApp::with_callers().await;
        let folder = tempfile::tempdir().unwrap();
        let database = solder.fixture.database(&folder, age).await;
        let files = solder.fixture.files();
        let place = Place::Folder(files.path().to_owned());
        let report = moved(&app, &Source::Database { url: database.url() }, Some(place)).await;
        assert_eq!(report.left_out, [], "{age:?}");
        if age == Age::Current {
            assert_replayed(&solder, &anonymous).await;
        }
        let made = |what: &str| report.created.iter().filter(|line| line.starts_with(what)).count();
        assert_eq!(
            (made("pack"), made("build"), made("version"), made("client"), made("key")),
            (4, 8, 7, 2, 1),
            "{report:#?}"
        );
    }
}

#[tokio::test]
async fn launcher_is_answered_as_before_a_move_by_the_read_api() {
    let solder = OldSolder::new(Fixture::new()).await;
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    let report = moved(&app, &read_api(&solder), None).await;
    let left_out: Vec<_> = report.left_out.iter().map(|left| left.what.as_str()).collect();
    assert_eq!(left_out, ["clients, drafts, mods that are in no build, and users"]);
    // Clients are not told of by a read API: they are entered by hand.
    for (name, uuid) in [("Eve", EVE), ("Bob", BOB)] {
        admin.post("/solder/clients", json!({"name": name, "uuid": uuid})).await.ok();
    }
    for pack in ["secret", "SkyPack"] {
        admin.post(&format!("/solder/clients/{EVE}/packs"), json!({"pack": pack})).await.ok();
    }
    assert_replayed(&solder, &anonymous).await;
    is_refused(&anonymous, "/modpack/SkyPack/2.0", 404, "Build does not exist").await;
}

#[tokio::test]
async fn old_database_lacks_what_came_later() {
    let fixture = Fixture::new();
    let (app, _, _, anonymous) = TestApp::with_callers().await;
    let folder = tempfile::tempdir().unwrap();
    let database = fixture.database(&folder, Age::Old).await;
    let files = fixture.files();
    let report =
        moved(&app, &Source::Database { url: database.url() }, Some(Place::Folder(files.path().to_owned()))).await;
    assert_eq!(report.left_out, []);
    let build = api(&anonymous, "/modpack/SkyPack/1.1").await.json();
    assert_eq!(
        (&build["java"], &build["memory"], &build["forge"]),
        (&Value::Null, &Value::Null, &json!("14.23.5.2859"))
    );
    assert_eq!(build["mods"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn moved_pack_is_whole_in_every_format() {
    let solder = OldSolder::new(Fixture::new()).await;
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    moved(&app, &read_api(&solder), None).await;
    let index = anonymous.fetch("/packs/SkyPack/1.1/index.json").await.json();
    let paths: Vec<_> = index["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(
        paths,
        ["config/jei.cfg", "mods/jei_1.12.2-4.16.1.302.jar", "mods/jei_1.12.2-4.16.1.jar", "options.txt"]
    );
    assert_eq!((&index["loader"]["kind"], &index["loader"]["version"]), (&json!("forge"), &json!("14.23.5.2859")));
    assert_eq!((&index["java"], &index["memory"]["minimum"]), (&json!(8), &json!(3072)));
    let quilted = anonymous.fetch("/packs/unlisted/0.9%20beta/index.json").await.json();
    assert_eq!((&quilted["loader"]["kind"], &quilted["loader"]["version"]), (&json!("quilt"), &json!("0.24.0")));
    assert_eq!(anonymous.fetch("/packs/SkyPack/latest/pack.mrpack").await.status, 200);
    assert_eq!(admin.get("/mods/shaders").await.ok()["kind"], "shader");
    assert_eq!(admin.get("/mods/Z-configs").await.ok()["kind"], "bundle");
    assert_eq!(anonymous.fetch("/packs/secret/1/index.json").await.status, 404);
    assert_eq!(admin.get("/packs/SkyPack/builds").await.column("builds", "name"), ["1.0", "1.1", "1.2-secret"]);
}

#[tokio::test]
async fn moved_pack_goes_on_with_new_mods() {
    let solder = OldSolder::new(Fixture::new()).await;
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    moved(&app, &read_api(&solder), None).await;
    app.clock.advance(60);
    admin.post("/packs/SkyPack/builds", json!({"name": "1.3", "from": "1.0"})).await.ok();
    admin.post("/mods", json!({"slug": "waila", "name": "Waila"})).await.ok();
    admin.upload("waila", "1.8", "waila.jar", b"PK waila").await.ok();
    admin.post("/packs/SkyPack/builds/1.3/versions", json!({"mod": "waila", "version": "1.8"})).await.ok();
    admin.put("/packs/SkyPack/builds/1.3", json!({"published": true})).await.ok();
    let (before, after) =
        (api(&anonymous, "/modpack/SkyPack/1.0").await.json(), api(&anonymous, "/modpack/SkyPack/1.3").await.json());
    let mods = after["mods"].as_array().unwrap();
    let names: Vec<_> = mods.iter().map(|zip| zip["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["forge", "jei", "waila"]);
    for (one, other) in before["mods"].as_array().unwrap().iter().zip(mods) {
        assert_eq!((&one["name"], &one["version"], &one["md5"]), (&other["name"], &other["version"], &other["md5"]));
    }
    let url = mods[2]["url"].as_str().unwrap().strip_prefix("https://mc.example.org").unwrap();
    assert_eq!(md5(&anonymous.fetch(url).await.bytes), mods[2]["md5"].as_str().unwrap());
    assert_eq!(api(&anonymous, "/modpack/SkyPack").await.json()["builds"], json!(["1.0", "1.1", "1.3"]));
}

#[tokio::test]
async fn move_is_repeated_without_duplicates() {
    let fixture = Fixture::new();
    let folder = tempfile::tempdir().unwrap();
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    let database = fixture.database(&folder, Age::Current).await;
    let source = Source::Database { url: database.url() };
    let files = fixture.files();
    // One zip is missing at first.
    let late = files.path().join("mods/jei/jei-4.16.1.302.zip");
    std::fs::rename(&late, files.path().join("away")).unwrap();
    let place = || Some(Place::Folder(files.path().to_owned()));
    let first = moved(&app, &source, place()).await;
    let left_out: Vec<_> = first.left_out.iter().map(|left| left.what.as_str()).collect();
    assert_eq!(
        left_out,
        [
            "version `4.16.1.302` of mod `jei`",
            "build `2` of pack `secret`",
            "build `1.1` of pack `SkyPack`",
            "build `1.2-secret` of pack `SkyPack`",
            "build `2.0` of pack `SkyPack`"
        ]
    );
    assert!(first.left_out[0].why.contains("jei-4.16.1.302.zip"), "{}", first.left_out[0].why);
    assert_eq!(api(&anonymous, "/modpack/SkyPack").await.json()["builds"], json!(["1.0"]));
    std::fs::rename(files.path().join("away"), late).unwrap();
    app.clock.advance(60);
    let told = format!("/packs/SkyPack/webhooks/{}/deliveries", webhooks::made(&admin, "SkyPack").await);
    let second = moved(&app, &source, place()).await;
    assert_eq!(second.left_out, []);
    let made: Vec<_> = second.created.iter().filter(|line| !line.starts_with("version")).collect();
    assert_eq!(made.len(), 4, "{made:?}");
    assert_eq!(api(&anonymous, "/modpack/SkyPack").await.json()["builds"], json!(["1.0", "1.1"]));
    // What players had there is no news.
    assert_eq!(admin.get(&told).await.ok()["total"], 0);
    let third = moved(&app, &source, place()).await;
    assert_eq!((third.created, third.left_out), (vec![], vec![]));
    // A build that was changed there afterwards stays here as it was published.
    let db = fresh::admin(&database.url()).await;
    run(&db, "DELETE FROM build_modversion WHERE build_id = 1 AND modversion_id = 2").await;
    db.close().await.unwrap();
    let fourth = moved(&app, &source, place()).await;
    assert!(
        fourth.notes.iter().any(|note| note.contains("build `1.0` of pack `SkyPack`") && note.contains("changed")),
        "{:?}",
        fourth.notes
    );
}

#[tokio::test]
async fn what_is_wrong_in_a_solder_is_told() {
    let mut fixture = Fixture::new();
    fixture.mods[1].versions[0].noted_md5 = Some("00000000000000000000000000000000");
    fixture.mods[4].versions[0].zip = b"no zip at all".to_vec();
    fixture.packs[3].recommended = Some("9.9");
    fixture.packs[0].recommended = Some("2.0");
    fixture.packs[1].slug = "taken";
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    admin.post("/packs", json!({"slug": "Taken", "name": "Somebody's"})).await.ok();
    let folder = tempfile::tempdir().unwrap();
    let database = fixture.database(&folder, Age::Current).await;
    let files = fixture.files();
    let report =
        moved(&app, &Source::Database { url: database.url() }, Some(Place::Folder(files.path().to_owned()))).await;
    let left_out: Vec<_> = report.left_out.iter().map(|left| left.what.as_str()).collect();
    assert_eq!(left_out, ["pack `taken`"]);
    let notes = report.notes.join("\n");
    for told in [
        "the MD5 00000000000000000000000000000000",
        "`recommended` of pack `bare` names `9.9`",
        "which is a draft",
        "what is in its zip cannot be told",
    ] {
        assert!(notes.contains(told), "{told}: {notes}");
    }
    let jei = &api(&anonymous, "/modpack/SkyPack/1.0").await.json()["mods"][1];
    assert_eq!(jei["md5"], md5(&fixture.mods[1].versions[0].zip));
    assert_eq!(api(&anonymous, "/modpack/bare").await.json()["recommended"], "0.1");
}

#[tokio::test]
async fn what_is_no_solder_changes_nothing() {
    let (app, admin, _, _) = TestApp::with_callers().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("empty.sqlite"), b"").unwrap();
    let solder = OldSolder::new(Fixture::new()).await;
    for source in [
        Source::Database { url: format!("sqlite://{}/empty.sqlite", folder.path().display()) },
        Source::Database { url: format!("sqlite://{}/none.sqlite", folder.path().display()) },
        Source::Database { url: "mysql://root:secret@127.0.0.1:1/solder".to_owned() },
        Source::Api { address: format!("{}/", solder.address), key: None },
        Source::Api { address: format!("{}/api", solder.address), key: Some("wrong".to_owned()) },
        Source::Api { address: "http://127.0.0.1:1/api".to_owned(), key: None },
    ] {
        let error = take_over(&app.app, &mover(&app).await, (&source, None), None).await.unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    assert!(!folder.path().join("none.sqlite").exists());
    assert_eq!(admin.get("/packs").await.ok()["total"], 0);
}

#[tokio::test]
async fn fork_with_tables_of_its_own_is_moved_too() {
    let fixture = Fixture::new();
    let (app, _, _, anonymous) = TestApp::with_callers().await;
    let folder = tempfile::tempdir().unwrap();
    let database = fresh::Fresh::empty(folder.path()).await;
    let url = if database.url().starts_with("sqlite") { database.url() + "?mode=rwc" } else { database.url() };
    let db = fresh::admin(&url).await;
    let (forge, jei) = (&fixture.mods[0].versions[0].zip, &fixture.mods[1].versions[0].zip);
    for statement in [
        "CREATE TABLE modpacks (id INTEGER, name VARCHAR(128), display_name VARCHAR(128), url VARCHAR(512), icon VARCHAR(512), \
         latest VARCHAR(512), recommended VARCHAR(512), public BOOLEAN, clients TEXT)".to_owned(),
        "CREATE TABLE builds (id INTEGER, modpack INTEGER, name VARCHAR(128), minecraft VARCHAR(128), java VARCHAR(512), \
         memory VARCHAR(512), mods TEXT, public BOOLEAN, clients TEXT)".to_owned(),
        "CREATE TABLE mods (id INTEGER, name VARCHAR(128), pretty_name VARCHAR(128), url VARCHAR(512), link VARCHAR(512), \
         author VARCHAR(512), donlink VARCHAR(512), description TEXT, version VARCHAR(512), md5 VARCHAR(512), \
         mcversion VARCHAR(128), filename VARCHAR(128), type VARCHAR(128))".to_owned(),
        "CREATE TABLE clients (id INTEGER, name VARCHAR(128), \"UUID\" VARCHAR(128))".to_owned(),
        "INSERT INTO modpacks VALUES (7, 'fork', 'The Fork', '', '', '2', '1.0', TRUE, '3')".to_owned(),
        "INSERT INTO builds VALUES (1, 7, '1.0', '1.12.2', '1.8', '2048', '2,1', TRUE, '')".to_owned(),
        "INSERT INTO builds VALUES (2, 7, '1.1', '1.12.2', '', '', '1,2,9', FALSE, '')".to_owned(),
        format!("INSERT INTO mods VALUES (1, 'forge', 'Forge', '', '', '', '', '', '1', '{}', '1.12.2', 'forge-1.zip', 'forge')", md5(forge)),
        format!("INSERT INTO mods VALUES (2, 'jei', 'JEI', '', '', 'mezz', '', '', '4', '{}', '1.12.2', 'jei-4.zip', 'mod')", md5(jei)),
        format!("INSERT INTO clients VALUES (3, 'Eve', '{EVE}')"),
    ] {
        run(&db, &statement).await;
    }
    db.close().await.unwrap();
    let files = tempfile::tempdir().unwrap();
    for (place, bytes) in [("forges", forge), ("mods", jei)] {
        std::fs::create_dir(files.path().join(place)).unwrap();
        let name = if place == "mods" { "jei-4.zip" } else { "forge-1.zip" };
        std::fs::write(files.path().join(place).join(name), bytes).unwrap();
    }
    let report =
        moved(&app, &Source::Database { url: database.url() }, Some(Place::Folder(files.path().to_owned()))).await;
    assert_eq!(report.left_out, []);
    let pack = api(&anonymous, &format!("/modpack/fork?cid={EVE}")).await.json();
    assert_eq!((&pack["builds"], &pack["recommended"]), (&json!(["1.0", "1.1"]), &json!("1.0")));
    assert_eq!(api(&anonymous, "/modpack/fork").await.json()["builds"], json!(["1.0"]));
    let build = api(&anonymous, "/modpack/fork/1.0").await.json();
    let names: Vec<_> = build["mods"].as_array().unwrap().iter().map(|zip| zip["name"].as_str().unwrap()).collect();
    assert_eq!((names, &build["memory"]), (vec!["jei", "forge"], &json!(2048)));
    assert!(report.notes.iter().any(|note| note.contains("mod number 9")), "{:?}", report.notes);
}

/// The job that a request began, once it is over.
async fn ended(app: &TestApp, admin: &Caller, job: Value) -> Value {
    let id = job["id"].as_str().unwrap();
    if let Some(mut shown) = app.app.jobs.watch(id) {
        shown.wait_for(|job| job.state.is_over()).await.unwrap();
    }
    admin.get(&format!("/jobs/{id}")).await.ok()
}

#[tokio::test]
async fn administrator_moves_a_solder_over_the_api() {
    let solder = OldSolder::new(Fixture::new()).await;
    let host = solder.address.strip_prefix("http://").unwrap().to_owned();
    let app = TestApp::configured(|config| {
        config.upstream.hosts = host;
        config.upstream.networks = serde_json::from_str("\"127.0.0.1\"").unwrap();
        config.upstream.plain_http = true;
    });
    let app = app.await;
    let admin = app.user("admin", true).await;
    let wanted = json!({"address": format!("{}/api", solder.address), "key": KEY});
    let job = ended(&app, &admin, admin.post("/imports/solder", wanted).await.ok()).await;
    let left_out = job["result"]["left_out"].as_array().map(Vec::len);
    assert_eq!((&job["state"], left_out), (&json!("done"), Some(1)), "{job:#}");
    assert_eq!(api(&app.anonymous(), "/modpack/SkyPack").await.json()["builds"], json!(["1.0", "1.1"]));
    let db = app.app.db.read().await.unwrap();
    let jobs = kleister_store::rows::job::Entity::find().all(&db).await.unwrap();
    assert!(jobs.iter().all(|job| !format!("{job:?}").contains(KEY)), "{jobs:?}");
}

#[tokio::test]
async fn administrator_cannot_look_around_in_the_network_by_a_move() {
    let solder = OldSolder::new(Fixture::new()).await;
    let (app, admin, eve, _) = TestApp::with_callers().await;
    let wanted = json!({"address": format!("{}/api", solder.address)});
    eve.post("/imports/solder", wanted.clone()).await.refused(403);
    let job = ended(&app, &admin, admin.post("/imports/solder", wanted).await.ok()).await;
    assert_eq!(job["state"], "failed");
    assert!(job["failure"].as_str().unwrap().to_lowercase().contains("not allowed"), "{job:#}");
}
