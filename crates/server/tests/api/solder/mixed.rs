//! A solder.py with pictures, optional mods, mods for one side and several loaders: what comes along, and how what was moved
//! goes on.

use kleister_samples as samples;
use kleister_server::solder::{Place, Source};
use kleister_store::rows::{mod_identity, version_dependency, version_loader, version_minecraft};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::api;
use super::database::Age;
use super::fixture::{BOB, EVE, Fixture};
use super::old_solder::OldSolder;
use super::replay::{assert_replayed, moved, read_api};
use crate::test_app::{Caller, TestApp};

/// A server to which the database of a solder.py was moved.
async fn world() -> (OldSolder, TestApp, Caller, Caller) {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    let solder = OldSolder::new(Fixture::mixed()).await;
    move_database(&solder, &app).await;
    (solder, app, admin, anonymous)
}

async fn move_database(solder: &OldSolder, app: &TestApp) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let database = solder.fixture.database(&folder, Age::SolderPy).await;
    let files = solder.fixture.files();
    let report =
        moved(app, &Source::Database { url: database.url() }, Some(Place::Folder(files.path().to_owned()))).await;
    assert_eq!(report.left_out, []);
    report.notes
}

/// What is set on the links of a build, by the mod's slug: client, server, and whether an optional one is on.
async fn links(caller: &Caller, build: &str) -> Vec<(String, Value, Value, Value)> {
    let listed = caller.get(&format!("/packs/lit/builds/{build}/versions")).await.ok();
    let row = |link: &Value| {
        let slug = link["version"]["mod"]["slug"].as_str().or_else(|| link["mod"]["slug"].as_str()).unwrap().to_owned();
        (slug, link["client"].clone(), link["server"].clone(), link["default"].clone())
    };
    listed["versions"].as_array().unwrap().iter().map(row).collect()
}

#[tokio::test]
async fn launcher_is_answered_as_before_with_pictures_optionals_and_loaders() {
    let (solder, _, _, anonymous) = world().await;
    assert_replayed(&solder, &anonymous).await;
    let pack = api(&anonymous, "/modpack/lit").await.json();
    assert_eq!(pack["builds"], json!(["1.0", "1.0-optional", "1.0-server", "1.1", "1.1-optional", "1.1-server"]));
}

#[tokio::test]
async fn read_api_tells_the_same_with_pictures_optionals_and_loaders() {
    let solder = OldSolder::new(Fixture::mixed()).await;
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    moved(&app, &read_api(&solder), None).await;
    for (name, uuid) in [("Eve", EVE), ("Bob", BOB)] {
        admin.post("/solder/clients", json!({"name": name, "uuid": uuid})).await.ok();
    }
    admin.post(&format!("/solder/clients/{EVE}/packs"), json!({"pack": "plain"})).await.ok();
    assert_replayed(&solder, &anonymous).await;
}

#[tokio::test]
async fn picture_of_a_private_pack_is_for_those_who_see_the_pack() {
    let (_, _, _, anonymous) = world().await;
    assert_eq!(anonymous.fetch("/solder/pictures/plain/logo").await.status, 404);
    assert_eq!(anonymous.fetch(&format!("/solder/pictures/plain/logo?cid={EVE}")).await.status, 200);
    assert_eq!(anonymous.fetch("/solder/pictures/lit/background").await.headers["content-type"], "image/png");
}

#[tokio::test]
async fn pictures_that_were_missing_come_with_the_next_move() {
    let (app, _, _, anonymous) = TestApp::with_callers().await;
    let solder = OldSolder::new(Fixture::mixed()).await;
    let folder = tempfile::tempdir().unwrap();
    let database = solder.fixture.database(&folder, Age::SolderPy).await;
    let source = Source::Database { url: database.url() };
    let files = solder.fixture.files();
    let away = files.path().join("away");
    std::fs::rename(files.path().join("resources"), &away).unwrap();
    let place = |folder: &std::path::Path| Some(Place::Folder(folder.to_owned()));
    let first = moved(&app, &source, place(files.path())).await;
    let left_out: Vec<_> = first.left_out.iter().map(|left| left.what.as_str()).collect();
    let expected = [
        "the icon of pack `lit`",
        "the logo of pack `lit`",
        "the background of pack `lit`",
        "the logo of pack `plain`",
    ];
    assert_eq!(left_out, expected);
    // A Solder keeps pictures beside the folder of its zips.
    std::fs::create_dir(files.path().join("repo")).unwrap();
    std::fs::rename(files.path().join("mods"), files.path().join("repo/mods")).unwrap();
    std::fs::rename(away, files.path().join("resources")).unwrap();
    let second = moved(&app, &source, place(&files.path().join("repo"))).await;
    assert_eq!((second.left_out, second.created), (vec![], vec![]));
    assert_replayed(&solder, &anonymous).await;
}

#[tokio::test]
async fn what_a_jar_needs_is_known_after_the_move() {
    let (_, app, admin, _) = world().await;
    let version = admin.get("/mods/lamps/versions/1.20.1-1.4.0").await.ok();
    assert_eq!((&version["number"], &version["file"]["path"]), (&json!("1.4.0"), &json!("mods/lamp-1.4.0.jar")));
    assert_eq!(version["environment"], json!({"client": "unsupported", "server": "required"}));
    assert_eq!(admin.get("/mods/lamps").await.ok()["kind"], "mod");
    let fog = admin.get("/mods/fog/versions/1.20.1-0.9").await.ok();
    assert_eq!((&fog["number"], &fog["licence"]), (&json!("0.9"), &json!("MIT")));
    let db = app.app.db.read().await.unwrap();
    let of = |row: &Value| row["id"].as_str().unwrap().to_owned();
    let loaders = version_loader::Entity::find().all(&db).await.unwrap();
    let loaders_of = |id: &str| -> Vec<_> {
        loaders.iter().filter(|row| row.version_id == id).map(|row| row.loader.as_str()).collect()
    };
    assert_eq!((loaders_of(&of(&version)), loaders_of(&of(&fog))), (vec!["fabric"], vec!["forge"]));
    let bundle = admin.get("/mods/lamps-with-fog/versions/1").await.ok();
    assert_eq!(loaders_of(&of(&bundle)), ["fabric", "forge"]);
    let games = version_minecraft::Entity::find().all(&db).await.unwrap();
    // What the jar does not say, the Solder noted.
    assert!(games.iter().any(|row| row.version_id == of(&fog) && row.minecraft == "1.20.1"), "{games:?}");
    let needs = version_dependency::Entity::find().all(&db).await.unwrap();
    assert!(needs.iter().any(|row| row.version_id == of(&version) && row.reference == "oil"), "{needs:?}");
    // A bundle is known by none of its jars.
    let identities = mod_identity::Entity::find().all(&db).await.unwrap();
    let mut ids: Vec<_> = identities.iter().map(|row| format!("{}:{}", row.system, row.identity)).collect();
    ids.sort();
    assert_eq!(ids, ["fabric:guard", "fabric:lamp", "forge:fog", "neoforge:tune"]);
}

#[tokio::test]
async fn check_of_a_next_build_finds_what_moved_jars_need() {
    let (_, _, admin, _) = world().await;
    admin.post("/packs/lit/builds", json!({"name": "2.0", "from": "1.0"})).await.ok();
    let check = admin.get("/packs/lit/builds/2.0/check").await.ok();
    let messages = check["findings"].to_string();
    assert!(messages.contains("oil"), "{check:#}");
}

#[tokio::test]
async fn sides_and_optionals_are_on_the_links() {
    let (_, _, admin, _) = world().await;
    let plain = links(&admin, "1.0").await;
    let find = |links: &[(String, Value, Value, Value)], slug: &str| {
        links.iter().find(|link| link.0 == slug).cloned().unwrap()
    };
    let (_, client, _, chosen) = find(&plain, "fog");
    assert_eq!((client, chosen), (json!("optional"), json!(false)));
    // The jar says that only servers need it, but players had it.
    assert_eq!(find(&plain, "lamps").1, "required");
    assert_eq!(admin.get("/mods/guard").await.ok()["side"], "server");
    let (_, client, _, chosen) = find(&links(&admin, "1.0-optional").await, "fog");
    assert_eq!((client, chosen), (json!("optional"), json!(true)));
    let mut server: Vec<_> = links(&admin, "1.0-server").await.into_iter().map(|link| link.0).collect();
    server.sort();
    assert_eq!(server, ["fabric-loader", "guard", "lamps"]);
}

#[tokio::test]
async fn next_jar_of_a_moved_mod_becomes_a_version_of_it() {
    let (_, _, admin, _) = world().await;
    let next = admin.take_in("lamp-1.5.0.jar", &samples::fabric("lamp", "1.5.0", ""), json!({})).await.ok();
    assert_eq!((&next["becomes"]["mod_slug"], &next["becomes"]["version"]), (&json!("lamps"), &json!("1.5.0")));
    let version = admin.get("/mods/lamps/versions/1.5.0").await.ok();
    assert_eq!(version["file"]["path"], "mods/lamp-1.5.0.jar");
    // Another loader's mod of the same id is another mod, as ever.
    let other = admin.take_in("lamp-forge.jar", &samples::forge("fog", "1.0", ""), json!({})).await.ok();
    assert_eq!(other["becomes"]["mod_slug"], "fog");
    // What solder.py said of the side counts for later versions too.
    admin.take_in("guard-4.jar", &samples::fabric("guard", "4", ""), json!({})).await.ok();
    let guard = admin.get("/mods/guard/versions/4").await.ok();
    assert_eq!(guard["environment"], json!({"client": "unsupported", "server": "required"}));
}

#[tokio::test]
async fn jar_that_was_moved_in_its_zip_is_known() {
    let (_, _, admin, _) = world().await;
    let needs = r#""depends": {"minecraft": "~1.20.1", "oil": ">=2"}, "environment": "server""#;
    let same = admin.drop_file("lamp-1.4.0.jar", &samples::fabric("lamp", "1.4.0", needs)).await.ok();
    let becomes = &same["intakes"][0]["becomes"];
    assert_eq!((&becomes["outcome"], &becomes["mod_slug"]), (&json!("duplicate"), &json!("lamps")));
}

#[tokio::test]
async fn jar_of_a_mod_that_is_here_takes_nothing_from_it() {
    let (app, admin, _, _) = TestApp::with_callers().await;
    let first = admin.take_in("lamp-1.0.jar", &samples::fabric("lamp", "1.0", ""), json!({})).await.ok();
    assert_eq!(first["becomes"]["mod_slug"], "lamp");
    let solder = OldSolder::new(Fixture::mixed()).await;
    app.clock.advance(60);
    let notes = move_database(&solder, &app).await;
    let told = notes.iter().find(|note| note.contains("`lamp` (fabric)")).unwrap();
    assert!(told.contains("mod `lamps`"), "{told}");
    let next = admin.take_in("lamp-1.5.0.jar", &samples::fabric("lamp", "1.5.0", ""), json!({})).await.ok();
    assert_eq!(next["becomes"]["mod_slug"], "lamp");
    // Whoever wants it otherwise says so.
    let named =
        admin.take_in("lamp-1.6.0.jar", &samples::fabric("lamp", "1.6.0", ""), json!({"mod": "lamps"})).await.ok();
    assert_eq!(named["becomes"]["mod_slug"], "lamps");
}

#[tokio::test]
async fn slug_that_is_here_already_gets_the_versions() {
    let (app, admin, _, _) = TestApp::with_callers().await;
    admin.post("/mods", json!({"slug": "lamps", "name": "My lamps"})).await.ok();
    let solder = OldSolder::new(Fixture::mixed()).await;
    move_database(&solder, &app).await;
    assert_eq!(admin.get("/mods/lamps/versions").await.column("versions", "name"), ["1.20.1-1.4.0"]);
    let next = admin.take_in("lamp-1.5.0.jar", &samples::fabric("lamp", "1.5.0", ""), json!({})).await.ok();
    assert_eq!(next["becomes"]["mod_slug"], "lamps");
}

#[tokio::test]
async fn move_takes_few_queries_for_many_builds() {
    let mut fixture = Fixture::mixed();
    let versions = [2, 3, 4, 6];
    let build = |name| super::fixture::Build {
        name,
        minecraft: "1.20.1",
        java: None,
        memory: None,
        forge: None,
        published: false,
        private: false,
        versions: versions.to_vec(),
        optional: Vec::new(),
    };
    fixture.packs.truncate(1);
    fixture.clients.clear();
    fixture.packs[0].variants = false;
    fixture.packs[0].builds = vec![build("1")];
    let one = queries(fixture).await;
    let mut fixture = Fixture::mixed();
    fixture.packs.truncate(1);
    fixture.clients.clear();
    fixture.packs[0].variants = false;
    fixture.packs[0].builds = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"].map(build).into();
    let many = queries(fixture).await;
    // A build costs the same whatever number of versions it has in common with the others.
    assert!((many - one) / 10 <= 14, "{one} for one build, {many} for eleven");
}

/// How many queries a move takes.
async fn queries(fixture: Fixture) -> u64 {
    let (app, ..) = TestApp::with_callers().await;
    let solder = OldSolder::new(fixture).await;
    let before = app.app.db.queries();
    move_database(&solder, &app).await;
    app.app.db.queries() - before
}
