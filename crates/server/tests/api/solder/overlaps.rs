//! Zips that came from a Solder, in a new build beside what overlaps with them.

use kleister_server::solder::{Place, Source};
use kleister_store::rows::blob_listing;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::api;
use super::database::Age;
use super::fixture::Fixture;
use super::replay::moved;
use crate::test_app::{Caller, TestApp};

const NEXT: &str = "/packs/unlisted/builds/2.0";

/// A server to which a Solder was moved, with a draft that is made from a build with Quilt's package and a shader.
async fn world(fixture: Fixture) -> (TestApp, Caller, Caller) {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    let folder = tempfile::tempdir().unwrap();
    // It goes when this goes.
    let database = fixture.database(&folder, Age::Current).await;
    let source = Source::Database { url: database.url() };
    let files = fixture.files();
    moved(&app, &source, Some(Place::Folder(files.path().to_owned()))).await;
    admin.post("/packs/unlisted/builds", json!({"name": "2.0", "from": "0.9 beta"})).await.ok();
    (app, admin, anonymous)
}

async fn findings(admin: &Caller) -> Vec<Value> {
    let check = admin.get(&format!("{NEXT}/check")).await.ok();
    check["findings"].as_array().unwrap().clone()
}

async fn put_profile(admin: &Caller) {
    admin.put(&format!("{NEXT}/files/bin/version.json"), json!({"id": "ours"})).await.ok();
}

#[tokio::test]
async fn file_over_one_in_a_moved_zip_is_a_warning_with_what_helps() {
    let (_, admin, anonymous) = world(Fixture::new()).await;
    assert_eq!(findings(&admin).await, [] as [Value; 0]);
    put_profile(&admin).await;
    let found = findings(&admin).await;
    let finding = &found[0];
    assert_eq!((found.len(), &finding["rule"], &finding["severity"]), (1, &json!("zip_overlap"), &json!("warning")));
    assert_eq!((&finding["subject"], &finding["side"]), (&json!("quilt+unlisted-files"), &json!("client")));
    let says = "has other bytes in `quilt-0.24.0.zip` than in `unlisted-files-2.0.zip`";
    assert_eq!(finding["evidence"], json!([{"path": "bin/version.json", "says": says}]));
    let remedies = json!([
        {"kind": "detach", "mod": "quilt", "version": "0.24.0"},
        {"kind": "remove_file", "path": "bin/version.json"},
    ]);
    assert_eq!(finding["remedies"], remedies);
    admin.put(NEXT, json!({"published": true})).await.ok();
    let build = api(&anonymous, "/modpack/unlisted/2.0").await.json();
    let zips: Vec<_> = build["mods"].as_array().unwrap().iter().map(|zip| zip["name"].clone()).collect();
    assert_eq!(zips, ["quilt", "shaders", "unlisted-files"], "the finding names them in the order of the launcher");
}

#[tokio::test]
async fn overlap_can_be_waived_and_remedied() {
    let (_, admin, _) = world(Fixture::new()).await;
    put_profile(&admin).await;
    let waiver = format!("{NEXT}/waivers/zip_overlap/quilt%2Bunlisted-files");
    assert_eq!(admin.put(&waiver, json!({"reason": "ours is newer"})).await.ok()["holds"], true);
    assert_eq!(findings(&admin).await[0]["waived"], "ours is newer");
    admin.delete(&format!("{NEXT}/files/bin/version.json")).await.ok();
    assert_eq!(findings(&admin).await, [] as [Value; 0]);
}

#[tokio::test]
async fn the_same_bytes_in_two_zips_are_no_matter() {
    let (_, admin, _) = world(Fixture::new()).await;
    let profile =
        r#"{"inheritsFrom": "1.20.1", "libraries": [{"name": "org.quiltmc:quilt-loader:0.24.0"}]}"#.as_bytes().to_vec();
    let request = axum::http::Request::put(format!("/api/v1{NEXT}/files/bin/version.json"));
    let sent = admin.request(request.body(profile.into()).unwrap()).await;
    assert_eq!(sent.status, 200);
    assert_eq!(findings(&admin).await, [] as [Value; 0]);
}

#[tokio::test]
async fn moved_zip_is_read_once() {
    let (app, admin, _) = world(Fixture::new()).await;
    put_profile(&admin).await;
    assert_eq!(findings(&admin).await.len(), 1);
    let rows = blob_listing::Entity::find().all(&app.app.db.read().await.unwrap()).await.unwrap();
    assert_eq!(rows.len(), 2, "Quilt's package and the shader");
    let emptied = blob_listing::Entity::update_many()
        .col_expr(blob_listing::Column::Document, Expr::value("[]"))
        .filter(blob_listing::Column::Document.contains("bin/version.json"));
    let write = app.app.db.write().await.unwrap();
    emptied.exec(&*write).await.unwrap();
    write.commit().await.unwrap();
    assert_eq!(findings(&admin).await, [] as [Value; 0], "what is kept counts");
}

#[tokio::test]
async fn zip_that_cannot_be_read_is_noted() {
    let mut fixture = Fixture::new();
    let shaders = fixture.mods.iter_mut().find(|module| module.slug == "shaders").unwrap();
    shaders.versions[0].zip = b"PK but no zip".to_vec();
    let (_, admin, _) = world(fixture).await;
    let found = findings(&admin).await;
    let short: Vec<_> = found.iter().map(|it| (it["rule"].clone(), it["subject"].clone())).collect();
    assert_eq!(short, [(json!("unknown"), json!("shaders-r1 + fix.zip"))]);
}
