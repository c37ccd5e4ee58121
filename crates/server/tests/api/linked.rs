//! Files that this server does not hand out, or not alone: what players get of them.

use kleister_store::arrivals::{Arrival, Bytes, Hashes, Source, place};

use kleister_store::facts::Facts;
use kleister_store::{Caller as Asker, Who, users};
use serde_json::{Value, json};

use crate::sites::{sha1, sha512};
use crate::test_app::{Caller, TestApp};
use crate::upstream::synced;

/// A file that is known of only, from these sources.
fn elsewhere(name: &str, bytes: &[u8], sources: Vec<Source>) -> Arrival {
    let size = u64::try_from(bytes.len()).ok();
    let hashes = Hashes { size, sha1: Some(sha1(bytes)), sha512: Some(sha512(bytes)), ..Hashes::default() };
    Arrival {
        facts: Facts { title: Some(name.to_owned()), number: Some("1.0".to_owned()), ..Facts::default() },
        name: format!("{name}.jar"),
        name_key: format!("{name}.jar"),
        bytes: Bytes::Elsewhere(hashes),
        sources,
        ..Arrival::default()
    }
}

fn source(kind: &str, address: Option<&str>) -> Source {
    Source {
        kind: kind.to_owned(),
        address: address.map(str::to_owned),
        project: Some("990001".to_owned()),
        file: Some("5000001".to_owned()),
    }
}

/// Places an arrival and attaches it to the draft of `sky`.
async fn attach(app: &TestApp, admin: &Caller, arrival: Arrival) -> String {
    let write = app.app.db.write().await.unwrap();
    let row = users::find_by_name(&*write, "admin").await.unwrap().unwrap();
    let who = Asker::User(Who { id: row.id, username: row.username, admin: true });
    let placed = place(&*write, &who, &arrival, app.clock.now()).await.unwrap();
    write.commit().await.unwrap();
    let link = json!({"mod": placed.module.slug, "version": placed.version.name});
    admin.post("/packs/sky/builds/1.0/versions", link).await.ok();
    placed.file.id
}

async fn publish(admin: &Caller) -> crate::test_app::Answer {
    admin.put("/packs/sky/builds/1.0", json!({"minecraft_id": "1.21.1", "published": true})).await
}

async fn index(app: &TestApp) -> Value {
    let answer = app.anonymous().fetch("/packs/sky/1.0/index.json").await;
    serde_json::from_slice(&answer.bytes).unwrap()
}

#[tokio::test]
async fn what_is_only_linked_is_fetched_from_its_source() {
    let (app, _upstream, admin) = synced().await;
    let address = "https://cdn.modrinth.com/data/Wnxd13zP/lanterns.jar";
    attach(&app, &admin, elsewhere("lanterns", b"lanterns", vec![source("modrinth", Some(address))])).await;
    publish(&admin).await.ok();
    let file = index(&app).await["files"][0].clone();
    assert_eq!((&file["delivery"], &file["url"], &file["size"]), (&json!("linked"), &json!(address), &json!(8)));
    assert_eq!((&file["hashes"]["sha1"], &file["hashes"]["sha256"]), (&json!(sha1(b"lanterns")), &Value::Null));
    assert_eq!(file["origins"][0], json!({"place": "modrinth", "project": "990001", "version": "5000001"}));
    let ours = app.anonymous().fetch("/packs/sky/1.0/files/mods/lanterns.jar").await;
    assert_eq!(ours.status, 404, "what others hand out is not here");
    let metafile = app.anonymous().fetch("/packs/sky/1.0/packwiz/mods/lanterns.pw.toml").await;
    let text = String::from_utf8(metafile.bytes.to_vec()).unwrap();
    assert!(text.contains(address) && text.contains(&sha512(b"lanterns")), "{text}");
}

#[tokio::test]
async fn what_nobody_may_hand_out_is_fetched_by_hand() {
    let (app, _upstream, admin) = synced().await;
    attach(&app, &admin, elsewhere("matches", b"matches", vec![source("curseforge", None)])).await;
    assert!(publish(&admin).await.refused(409).contains("cannot be downloaded by players"));
    let waiver = "/packs/sky/builds/1.0/waivers/manual_download/matches";
    admin.put(waiver, json!({"reason": "Players fetch it by hand."})).await.ok();
    publish(&admin).await.ok();
    let file = index(&app).await["files"][0].clone();
    assert_eq!((&file["delivery"], &file["url"]), (&json!("manual"), &Value::Null));
    let metafile = app.anonymous().fetch("/packs/sky/1.0/packwiz/mods/matches.pw.toml").await;
    let text = String::from_utf8(metafile.bytes.to_vec()).unwrap();
    assert!(text.contains("metadata:curseforge") && text.contains("file-id = 5000001"), "{text}");
}

#[tokio::test]
async fn what_nobody_has_is_not_published() {
    let (app, _upstream, admin) = synced().await;
    attach(&app, &admin, elsewhere("nothing", b"nothing", vec![])).await;
    assert!(publish(&admin).await.refused(422).contains("validate"));
    admin.put("/packs/sky", json!({"source_policy": "ours_only"})).await.ok();
    let address = "https://cdn.modrinth.com/data/Wnxd13zP/lanterns.jar";
    attach(&app, &admin, elsewhere("lanterns", b"lanterns", vec![source("modrinth", Some(address))])).await;
    let refused = publish(&admin).await;
    let text = String::from_utf8(refused.bytes.to_vec()).unwrap();
    assert!(text.contains("source policy") && text.contains("upload it first"), "{text}");
    admin.put("/packs/sky", json!({"source_policy": "the moon"})).await.refused(400);
}

#[tokio::test]
async fn a_pack_says_who_is_asked_first() {
    let address = "https://cdn.modrinth.com/data/Wnxd13zP/jei.jar";
    for (policy, ours_at) in [("ours_first", Some(0)), ("source_first", Some(1)), ("ours_only", None)] {
        let (app, _upstream, admin) = synced().await;
        admin.put("/packs/sky", json!({"source_policy": policy})).await.ok();
        assert_eq!(admin.get("/packs/sky").await.ok()["source_policy"], policy);
        admin.post("/mods", json!({"slug": "jei", "name": "JEI"})).await.ok();
        admin.upload("jei", "1", "jei.jar", b"the bytes").await.ok();
        note_source(&app, address).await;
        admin.post("/packs/sky/builds/1.0/versions", json!({"mod": "jei", "version": "1"})).await.ok();
        publish(&admin).await.ok();
        let file = index(&app).await["files"][0].clone();
        let urls: Vec<_> = file["urls"].as_array().unwrap().iter().map(|url| url.as_str().unwrap()).collect();
        assert_eq!(file["delivery"], "stored");
        match ours_at {
            None => assert!(urls.len() == 1 && urls[0].ends_with("/files/mods/jei.jar"), "{policy}: {urls:?}"),
            Some(at) => {
                assert!(urls[at].ends_with("/packs/sky/1.0/files/mods/jei.jar"), "{policy}: {urls:?}");
                assert_eq!(urls[1 - at], address, "{policy}");
            }
        }
    }
}

#[tokio::test]
async fn a_copy_that_must_not_be_handed_out_is_linked_in_a_public_pack() {
    let (app, _upstream, admin) = synced().await;
    admin.post("/mods", json!({"slug": "jei", "name": "JEI"})).await.ok();
    admin.upload("jei", "1", "jei.jar", b"the bytes").await.ok();
    forbid(&app).await;
    admin.post("/packs/sky/builds/1.0/versions", json!({"mod": "jei", "version": "1"})).await.ok();
    assert!(publish(&admin).await.refused(409).contains("may not be handed out"));
    note_source(&app, "https://cdn.modrinth.com/data/Wnxd13zP/jei.jar").await;
    publish(&admin).await.ok();
    let file = index(&app).await["files"][0].clone();
    assert_eq!((&file["delivery"], file["urls"].as_array().unwrap().len()), (&json!("linked"), 1));
    assert_eq!(app.anonymous().fetch("/packs/sky/1.0/files/mods/jei.jar").await.status, 404);
}

/// Notes where the only file that there is comes from.
async fn note_source(app: &TestApp, address: &str) {
    let id = execute(app, None).await;
    let write = app.app.db.write().await.unwrap();
    let sources = [source("modrinth", Some(address))];
    kleister_store::arrivals::keep_sources(&*write, &id, &sources, app.clock.now()).await.unwrap();
    write.commit().await.unwrap();
}

/// Forbids that the only file that there is be handed out.
async fn forbid(app: &TestApp) {
    execute(app, Some("UPDATE version_files SET redistribution = 'no'")).await;
}

/// Runs a statement, and tells the only file.
async fn execute(app: &TestApp, statement: Option<&str>) -> String {
    use sea_orm::{ConnectionTrait, EntityTrait};
    let write = app.app.db.write().await.unwrap();
    if let Some(statement) = statement {
        write.execute_unprepared(statement).await.unwrap();
    }
    let file = kleister_store::rows::version_file::Entity::find().one(&*write).await.unwrap().unwrap();
    write.commit().await.unwrap();
    file.id
}
