//! Versions that wait for their bytes: they get them however these come.

use kleister_store::rows::version_file;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use crate::imports::{fabric, import, index, listed, zip};
use crate::sites::sha512;
use crate::test_app::{Caller, TestApp};
use crate::upstream::synced;

const ADDRESS: &str = "https://cdn.modrinth.com/data/AAA/versions/BBB/far.jar";

/// A server with a build `1.4.2` of `sky` that only points to this jar.
async fn linked(jar: &[u8]) -> (TestApp, Caller) {
    let (app, _upstream, admin) = synced().await;
    point_to(&app, &admin, "islands", listed("mods/far-2.1.jar", jar, ADDRESS)).await;
    (app, admin)
}

/// Imports a pack with one file that lies elsewhere.
async fn point_to(app: &TestApp, admin: &Caller, slug: &str, file: Value) {
    let report =
        import(app, admin, &zip(&[("modrinth.index.json", &index(&[file]))]), &[("slug", slug), ("name", slug)]).await;
    assert_eq!((&report["linked"], &report["created"]), (&json!(1), &json!(0)), "{report}");
}

async fn only_file(app: &TestApp) -> version_file::Model {
    let db = app.app.db.read().await.unwrap();
    let mut files =
        version_file::Entity::find().filter(version_file::Column::Path.eq("mods/far-2.1.jar")).all(&db).await.unwrap();
    assert_eq!(files.len(), 1);
    files.remove(0)
}

async fn publish(admin: &Caller, build: &str) {
    admin.put(&format!("/packs/islands/builds/{build}"), json!({"published": true})).await.ok();
    admin.put("/packs/islands", json!({"public": true})).await.ok();
}

async fn file_in(app: &TestApp, build: &str) -> Value {
    let index = app.anonymous().fetch(&format!("/packs/islands/{build}/index.json")).await.json();
    index["files"][0].clone()
}

#[tokio::test]
async fn intake_fills_a_placeholder_and_leaves_what_is_published_as_it_is() {
    let jar = fabric("far", "2.1", "*");
    let (app, admin) = linked(&jar).await;
    publish(&admin, "1.4.2").await;
    let frozen = app.anonymous().fetch("/packs/islands/1.4.2/index.json").await.bytes;
    assert_eq!(file_in(&app, "1.4.2").await["delivery"], "linked");
    assert_eq!(only_file(&app).await.blob, None);

    let sent = admin.drop_file("whatever.jar", &jar).await.ok();
    assert_eq!(sent["intakes"][0]["becomes"]["outcome"], "filled");
    let id = sent["intakes"][0]["id"].as_str().unwrap();
    let accepted = admin.post(&format!("/intake/{id}/accept"), json!({})).await.ok();
    assert_eq!(accepted["becomes"]["mod_slug"], "far");
    let file = only_file(&app).await;
    assert_eq!((file.blob, file.sha512), (file.sha256, Some(sha512(&jar))));

    assert_eq!(app.anonymous().fetch("/packs/islands/1.4.2/index.json").await.bytes, frozen);
    assert_eq!(app.anonymous().fetch("/packs/islands/1.4.2/files/mods/far-2.1.jar").await.status, 404);
    admin.post("/packs/islands/builds", json!({"name": "1.5", "from": "1.4.2"})).await.ok();
    publish(&admin, "1.5").await;
    let next = file_in(&app, "1.5").await;
    assert_eq!((&next["delivery"], next["urls"].as_array().unwrap().len()), (&json!("stored"), 2));
    assert_eq!(next["urls"][1], ADDRESS);
    assert_eq!(&app.anonymous().fetch("/packs/islands/1.5/files/mods/far-2.1.jar").await.bytes[..], &jar[..]);
}

/// What is known of the only version of `far`, the side of the mod, and whether its file may be handed out.
async fn known(app: &TestApp, admin: &Caller, name: &str) -> (Value, Value, String) {
    let version = admin.get(&format!("/mods/far/versions/{name}")).await.ok();
    (version, admin.get("/mods/far").await.ok(), only_file(app).await.redistribution)
}

#[tokio::test]
async fn word_of_a_human_counts_for_a_placeholder_as_it_is_filled_and_for_the_versions_after_it() {
    let jar = fabric("far", "2.1", "*");
    let (app, admin) = linked(&jar).await;
    let server = json!({"client": "unsupported", "server": "required"});
    let said = json!({
        "environment": server, "name": "Far Away", "version": "the-first", "number": "2.1.0", "public": false,
        "redistribution": false,
    });
    let taken = admin.take_in("far.jar", &jar, said).await.ok();
    let becomes = &taken["becomes"];
    assert_eq!((&becomes["outcome"], &becomes["version"]), (&json!("filled"), &json!("the-first")));
    assert_eq!(becomes["mod_name"], "Far Away");
    let (version, module, redistribution) = known(&app, &admin, "the-first").await;
    assert_eq!((&version["environment"], &version["number"]), (&server, &json!("2.1.0")));
    assert_eq!((&version["public"], &module["side"]), (&json!(false), &json!("server")));
    assert_eq!((&module["name"], &*redistribution), (&json!("Far Away"), "no"));
    let next = admin.take_in("far-2.2.jar", &fabric("far", "2.2", "*"), json!({})).await.ok();
    let next = next["becomes"]["version"].as_str().unwrap();
    assert_eq!(admin.get(&format!("/mods/far/versions/{next}")).await.ok()["environment"], server);
}

#[tokio::test]
async fn placeholder_that_a_published_build_uses_keeps_its_name() {
    let jar = fabric("far", "2.1", "*");
    let (app, admin) = linked(&jar).await;
    let former = admin.get("/mods/far/versions").await.column("versions", "name")[0].clone();
    admin.upload("far", "taken", "other.jar", &fabric("far", "9", "*")).await.ok();
    let sent = admin.drop_file("far.jar", &jar).await.ok();
    let path = format!("/intake/{}/accept", sent["intakes"][0]["id"].as_str().unwrap());
    admin.post(&path, json!({"version": "TAKEN"})).await.refused(422);
    publish(&admin, "1.4.2").await;
    admin.post(&path, json!({"version": "another"})).await.refused(422);
    assert_eq!(only_file(&app).await.blob, None);
    admin.post(&path, json!({"version": former, "redistribution": true})).await.ok();
    let file = only_file(&app).await;
    assert_eq!((file.blob.is_some(), &*file.redistribution), (true, "yes"));
}

#[tokio::test]
async fn source_policy_of_the_pack_holds_for_what_was_filled() {
    let jar = fabric("far", "2.1", "*");
    let (app, admin) = linked(&jar).await;
    admin.put("/packs/islands", json!({"source_policy": "ours_only"})).await.ok();
    let refused = admin.put("/packs/islands/builds/1.4.2", json!({"published": true})).await;
    assert_eq!(refused.status, 422, "what is not here cannot be handed out here");
    admin.take_in("far.jar", &jar, json!({})).await.ok();
    publish(&admin, "1.4.2").await;
    let file = file_in(&app, "1.4.2").await;
    assert_eq!((&file["delivery"], file["urls"].as_array().unwrap().len()), (&json!("stored"), 1));
}

#[tokio::test]
async fn any_hash_that_is_told_finds_the_placeholder() {
    for (number, format) in ["sha1", "sha256", "sha512", "md5"].into_iter().enumerate() {
        let jar = fabric("far", "2.1", "*");
        let (app, _upstream, admin) = synced().await;
        let mut file = listed("mods/far-2.1.jar", &jar, ADDRESS);
        file["hashes"] = json!({format: match format {
            "sha1" => hex::encode(Sha1::digest(&jar)),
            "sha256" => hex::encode(sha2::Sha256::digest(&jar)),
            "sha512" => sha512(&jar),
            _ => hex::encode(md5::Md5::digest(&jar)),
        }});
        point_to(&app, &admin, "islands", file).await;
        let other = admin.drop_file("other.jar", &fabric("far", "2.2", "*")).await.ok();
        assert_ne!(other["intakes"][0]["becomes"]["outcome"], "filled", "{format}");
        let taken = admin.take_in("far.jar", &jar, json!({})).await.ok();
        assert_eq!(taken["becomes"]["outcome"], "filled", "{format}");
        let filled = only_file(&app).await;
        assert_eq!((filled.sha512, filled.blob.is_some()), (Some(sha512(&jar)), true), "{format} {number}");
    }
}

#[tokio::test]
async fn placeholder_of_another_size_is_not_filled_by_its_md5_alone() {
    let jar = fabric("far", "2.1", "*");
    let (app, _upstream, admin) = synced().await;
    let mut file = listed("mods/far-2.1.jar", &jar, ADDRESS);
    file["hashes"] = json!({"md5": hex::encode(md5::Md5::digest(&jar))});
    file["fileSize"] = json!(jar.len() + 1);
    point_to(&app, &admin, "islands", file).await;
    let taken = admin.take_in("far.jar", &jar, json!({})).await.ok();
    assert_ne!(taken["becomes"]["outcome"], "filled");
}

#[tokio::test]
async fn plain_upload_fills_a_placeholder_too_though_it_is_published() {
    let jar = fabric("far", "2.1", "*");
    let (app, admin) = linked(&jar).await;
    publish(&admin, "1.4.2").await;
    let frozen = app.anonymous().fetch("/packs/islands/1.4.2/index.json").await.bytes;
    let name = admin.get("/mods/far/versions").await.column("versions", "name")[0].clone();
    let path = format!("/mods/far/versions/{name}");
    // Other bytes would be a change.
    admin.put(&path, json!({"upload": data_url(b"others")})).await.refused(409);
    let id = only_file(&app).await.id;
    let changed = admin.put(&path, json!({"upload": data_url(&jar)})).await.ok();
    assert_eq!((&changed["file"]["path"], &changed["number"]), (&json!("mods/far-2.1.jar"), &json!("2.1")));
    let file = only_file(&app).await;
    assert_eq!((file.id, file.blob.is_some()), (id, true));
    assert_eq!(app.anonymous().fetch("/packs/islands/1.4.2/index.json").await.bytes, frozen);
}

#[tokio::test]
async fn new_version_with_the_bytes_of_a_placeholder_is_that_one_where_it_is_called_so() {
    let jar = fabric("far", "2.1", "*");
    let (app, admin) = linked(&jar).await;
    let waiting = admin.get("/mods/far/versions").await.ok()["versions"][0].clone();
    let name = waiting["name"].as_str().unwrap();
    let made = admin.upload("far", name, "far.jar", &jar).await.ok();
    assert_eq!(made["id"], waiting["id"]);
    assert!(only_file(&app).await.blob.is_some());
    assert_eq!(admin.get("/mods/far/versions").await.ok()["total"], 1);
    // Called otherwise it is a version of its own, and the placeholder is filled all the same.
    let (app, admin) = linked(&jar).await;
    let made = admin.upload("far", "mine", "far.jar", &jar).await.ok();
    assert_ne!(made["id"], waiting["id"]);
    assert_eq!(admin.get("/mods/far/versions").await.ok()["total"], 2);
    assert!(only_file(&app).await.blob.is_some());
}

#[tokio::test]
async fn finding_goes_when_the_bytes_come() {
    let jar = fabric("far", "2.1", "*");
    let (app, _upstream, admin) = synced().await;
    let manifest = json!({
        "minecraft": {"version": "1.21.1", "modLoaders": []}, "manifestType": "minecraftModpack", "manifestVersion": 1,
        "name": "Islands", "version": "1.4.2", "files": [{"projectID": 238_222, "fileID": 4_712_009, "required": true}],
    });
    let archive = zip(&[("manifest.json", manifest.to_string().as_bytes())]);
    import(&app, &admin, &archive, &[("slug", "islands"), ("name", "islands")]).await;
    let findings = async || {
        let check = admin.get("/packs/islands/builds/1.4.2/check").await.ok();
        let findings = check["findings"].as_array().unwrap().clone();
        findings.into_iter().map(|it| it["rule"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(findings().await.contains(&"manual_download".to_owned()));
    let slug = admin.get("/mods").await.column("mods", "slug")[0].clone();
    let name = admin.get(&format!("/mods/{slug}/versions")).await.column("versions", "name")[0].clone();
    // Nothing tells a hash of it, so the maintainer says which version the file is.
    admin.put(&format!("/mods/{slug}/versions/{name}"), json!({"upload": data_url(&jar)})).await.ok();
    assert!(!findings().await.contains(&"manual_download".to_owned()));
}

fn data_url(bytes: &[u8]) -> String {
    use base64::Engine;
    let bytes = base64::engine::general_purpose::STANDARD.encode(bytes);
    format!("data:application/java-archive;base64,{bytes}")
}
