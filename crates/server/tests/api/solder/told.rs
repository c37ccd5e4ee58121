//! What is not moved, and what is not here as it was there: told to whoever moves, with what helps.

use kleister_server::solder::{Place, Source};
use kleister_types::solder::SolderReport;

use super::database::{Age, run};
use super::fixture::{Fixture, md5};
use super::replay::moved;
use crate::fresh;
use crate::test_app::TestApp;

/// What a move of the database tells that was changed by these statements.
async fn told(fixture: &Fixture, statements: &[&str]) -> SolderReport {
    let (app, ..) = TestApp::with_callers().await;
    let folder = tempfile::tempdir().unwrap();
    let database = fixture.database(&folder, Age::SolderPy).await;
    let db = fresh::admin(&database.url()).await;
    for statement in statements {
        run(&db, statement).await;
    }
    db.close().await.unwrap();
    let files = fixture.files();
    moved(&app, &Source::Database { url: database.url() }, Some(Place::Folder(files.path().to_owned()))).await
}

fn left_out(report: &SolderReport, what: &str) -> String {
    let found = report.left_out.iter().find(|left| left.what.starts_with(what));
    let left = found.unwrap_or_else(|| panic!("{what}: {report:#?}"));
    format!("{}: {}", left.what, left.why)
}

fn is_noted(report: &SolderReport, what: &[&str]) {
    let notes = report.notes.iter().filter(|note| what.iter().all(|word| note.contains(word))).count();
    assert_eq!(notes, 1, "{what:?}: {:#?}", report.notes);
}

#[tokio::test]
async fn users_and_their_rights_are_named_with_what_to_do() {
    let statements = [
        "CREATE TABLE users (id INTEGER PRIMARY KEY, username VARCHAR(255), email VARCHAR(255), password VARCHAR(255))",
        "INSERT INTO users VALUES (1, 'ada', 'ada@example.org', '$2y$10$abcdefghijklmnopqrstuv')",
        "INSERT INTO users VALUES (2, 'bob', 'bob@example.org', '$2y$10$abcdefghijklmnopqrstuv')",
        "CREATE TABLE user_permissions (id INTEGER PRIMARY KEY, user_id INTEGER, solder_full BOOLEAN, mods_manage BOOLEAN, \
         modpacks VARCHAR(255))",
        "INSERT INTO user_permissions VALUES (1, 1, TRUE, FALSE, NULL)",
        "INSERT INTO user_permissions VALUES (2, 2, FALSE, TRUE, '1')",
        "CREATE TABLE user_modpack (id INTEGER PRIMARY KEY, user_id INTEGER, modpack_id INTEGER)",
        "INSERT INTO user_modpack VALUES (1, 2, 2)",
        "CREATE TABLE personal_access_tokens (id INTEGER PRIMARY KEY, token VARCHAR(64))",
        "INSERT INTO personal_access_tokens VALUES (1, 'abc')",
        "UPDATE mods SET notes = 'ask the author' WHERE id = 2",
        "UPDATE modversions SET notes = 'crashes' WHERE id IN (2, 3)",
    ];
    let report = told(&Fixture::mixed(), &statements).await;
    let users = left_out(&report, "users (2): `ada`, `bob`");
    assert!(users.contains("kleister admin user create") && users.contains("--hash-stdin"), "{users}");
    left_out(&report, "rights of user `ada` (everything)");
    left_out(&report, "rights of user `bob` (changing mods; packs `lit`, `plain`)");
    left_out(&report, "API tokens (1)");
    left_out(&report, "notes of mods and versions (3)");
    assert_eq!(report.left_out.len(), 5, "{report:#?}");
    assert!(!format!("{report:?}").contains("example.org"));
    assert!(!format!("{report:?}").contains("$2y$"));
}

#[tokio::test]
async fn rows_that_name_nothing_are_told_of() {
    let statements = [
        "INSERT INTO modversions (id, mod_id, version, md5) VALUES (90, 77, '9.9', '')",
        "INSERT INTO build_modversion (id, modversion_id, build_id, optional) VALUES (9001, 80, 1, FALSE)",
        "INSERT INTO build_modversion (id, modversion_id, build_id, optional) VALUES (9002, 2, 70, FALSE)",
        "INSERT INTO builds (id, modpack_id, version, minecraft) VALUES (60, 50, 'lost', '1.20.1')",
        "INSERT INTO client_modpack (id, client_id, modpack_id) VALUES (91, 40, 1)",
    ];
    let report = told(&Fixture::mixed(), &statements).await;
    assert_eq!(report.left_out, []);
    is_noted(&report, &["version `9.9` (number 90)", "a mod that is not there"]);
    is_noted(&report, &["build `1.0` names version number 80"]);
    is_noted(&report, &["1 rows name builds that are not there"]);
    is_noted(&report, &["build `lost` (number 60)", "a pack that is not there"]);
    is_noted(&report, &["1 links of clients"]);
}

#[tokio::test]
async fn what_is_not_as_it_was_noted_is_told() {
    let mut fixture = Fixture::mixed();
    fixture.mods[1].versions[0].noted_md5 = Some("00000000000000000000000000000000");
    let statements = [
        "UPDATE modversions SET jarmd5 = '11111111111111111111111111111111' WHERE id = 3",
        "UPDATE modpacks SET logo_md5 = '22222222222222222222222222222222', latest = '9.9' WHERE id = 1",
    ];
    let report = told(&fixture, &statements).await;
    assert_eq!(report.left_out, []);
    let zip = md5(&fixture.mods[1].versions[0].zip);
    is_noted(&report, &["the MD5 00000000000000000000000000000000 of version `1.20.1-1.4.0` of mod `lamps`", &zip]);
    is_noted(&report, &["version `1.20.1-0.9` of mod `fog`", "the MD5 11111111111111111111111111111111 of the jar"]);
    is_noted(&report, &["the MD5 22222222222222222222222222222222 of the logo of pack `lit`"]);
    is_noted(&report, &["`latest` of pack `lit` names `9.9`, which is no build of it"]);
}

#[tokio::test]
async fn version_without_a_zip_is_named_once_with_its_builds() {
    let mut fixture = Fixture::mixed();
    let versions = std::mem::take(&mut fixture.mods[3].versions);
    let (app, ..) = TestApp::with_callers().await;
    let files = fixture.files();
    fixture.mods[3].versions = versions;
    let folder = tempfile::tempdir().unwrap();
    let database = fixture.database(&folder, Age::SolderPy).await;
    let source = Source::Database { url: database.url() };
    let report = moved(&app, &source, Some(Place::Folder(files.path().to_owned()))).await;
    let what: Vec<_> = report.left_out.iter().map(|left| left.what.as_str()).collect();
    let builds = ["1.0", "1.0-server", "1.1", "1.1-server"].map(|name| format!("build `{name}` of pack `lit`"));
    assert_eq!(what[0], "version `1.20.1-3` of mod `guard`");
    assert_eq!(what[1..], builds);
    assert!(report.left_out[0].why.contains("guard-1.20.1-3.zip"), "{:?}", report.left_out[0]);
    assert!(report.left_out[1].why.contains("mod `guard`"), "{:?}", report.left_out[1]);
}

#[tokio::test]
async fn names_that_this_server_does_not_take_are_told_with_those_that_they_have_now() {
    let mut fixture = Fixture::mixed();
    fixture.mods[2].slug = "fog & mist";
    fixture.mods[4].versions[0].name = "5.1...beta";
    let report = told(&fixture, &[]).await;
    assert_eq!(report.left_out, []);
    is_noted(&report, &["version `1.20.1-0.9` of mod `fog & mist` is called `1.20.1-0.9` of mod `fog-and-mist`"]);
    is_noted(&report, &["version `5.1...beta` of mod `tune` is called `5.1-beta` of mod `tune`"]);
}
