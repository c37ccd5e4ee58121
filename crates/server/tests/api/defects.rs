//! Defects of the server that the contract comes from, which this one does not have: one test each, by their numbers,
//! where no other file has one. The index beside names all of them with their tests.

mod index;

use serde_json::{Value, json};

use crate::test_app::{Caller, PASSWORD, TestApp};

/// The releases of two loaders; they come by a sync, which asks servers elsewhere.
async fn add_loaders(app: &TestApp) {
    use sea_orm::ConnectionTrait;
    let write = app.app.db.write().await.unwrap();
    for (id, kind, name, minecraft) in [
        ("01hz00000000000000000f0rge", "forge", "1.20.1-47.2.0", "'1.20.1'"),
        ("01hz0000000000000000fabr1c", "fabric", "0.16.5", "NULL"),
    ] {
        let sql = format!(
            "INSERT INTO loaders (id, kind, name, sort_key, minecraft, created_at, updated_at) \
             VALUES ('{id}', '{kind}', '{name}', '{name}', {minecraft}, 0, 0)"
        );
        write.execute_unprepared(&sql).await.unwrap();
    }
    write.commit().await.unwrap();
}

async fn pack(caller: &Caller) {
    caller.post("/packs", json!({"slug": "sky", "name": "Sky Pack"})).await.ok();
}

#[tokio::test]
async fn defect_19_build_without_a_name_is_refused_at_once() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    pack(&admin).await;
    for body in [json!({}), json!({"name": ""}), json!({"name": null})] {
        assert_eq!(admin.post("/packs/sky/builds", body).await.violations(), ["name: cannot be blank"]);
    }
    admin.post("/packs/sky/builds", json!({"name": "1"})).await.ok();
    let answer = admin.put("/packs/sky/builds/1", json!({"name": ""})).await;
    assert_eq!(answer.violations(), ["name: cannot be blank"]);
    assert_eq!(admin.put("/packs/sky/builds/1", json!({"name": null})).await.ok()["name"], "1");
}

#[tokio::test]
async fn defect_24_build_with_a_loader_is_shown_listed_and_updated() {
    let (app, admin, _, _) = TestApp::with_callers().await;
    add_loaders(&app).await;
    pack(&admin).await;
    let wanted = json!({"name": "1", "minecraft_id": "1.20.1", "forge_id": "1.20.1-47.2.0"});
    let made = admin.post("/packs/sky/builds", wanted).await.ok();
    let with_forge = |build: &Value| {
        assert_eq!(build["forge"]["name"], "1.20.1-47.2.0");
        assert_eq!((&build["forge_id"], &build["fabric"]), (&build["forge"]["id"], &Value::Null));
        assert_eq!(build["minecraft"]["name"], "1.20.1");
        assert_eq!((&build["latest"], &build["recommended"]), (&json!(false), &json!(false)));
    };
    with_forge(&made);
    with_forge(&admin.get("/packs/sky/builds/1").await.ok());
    with_forge(&admin.get("/packs/sky/builds").await.ok()["builds"][0]);
    with_forge(&admin.put("/packs/sky/builds/1", json!({"memory": "4096"})).await.ok());
    let changed = admin.put("/packs/sky/builds/1", json!({"fabric_id": "0.16.5"})).await.ok();
    assert_eq!((&changed["fabric"]["name"], &changed["forge"]), (&json!("0.16.5"), &Value::Null));
    let cleared = admin.put("/packs/sky/builds/1", json!({"fabric_id": ""})).await.ok();
    assert_eq!((&cleared["fabric"], &cleared["fabric_id"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn defect_26_public_false_is_kept_on_creation() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    let upload = "data:application/java-archive;base64,aGVsbG8=";
    for (list, body, path) in [
        ("/packs", json!({"slug": "sky", "name": "Sky Pack"}), "/packs/sky"),
        ("/mods", json!({"slug": "jei", "name": "JEI"}), "/mods/jei"),
        ("/packs/sky/builds", json!({"name": "1"}), "/packs/sky/builds/1"),
        ("/mods/jei/versions", json!({"name": "1", "upload": upload}), "/mods/jei/versions/1"),
    ] {
        let mut body = body;
        body["public"] = json!(false);
        assert_eq!(admin.post(list, body).await.ok()["public"], false, "{path}");
        assert_eq!(admin.get(path).await.ok()["public"], false, "{path}");
        assert_eq!(admin.put(path, json!({"public": true})).await.ok()["public"], true, "{path}");
    }
}

#[tokio::test]
async fn defect_27_two_mods_have_versions_of_one_name() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    let mut ids = Vec::new();
    for slug in ["first", "second"] {
        admin.post("/mods", json!({"slug": slug, "name": slug})).await.ok();
        ids.push(admin.upload(slug, "1.0.0", "x.jar", slug.as_bytes()).await.ok()["id"].clone());
    }
    assert_ne!(ids[0], ids[1]);
    assert_eq!(admin.get("/mods/second/versions/1.0.0").await.ok()["id"], ids[1]);
}

#[tokio::test]
async fn defect_32_data_url_without_base64_is_taken() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.post("/mods", json!({"slug": "jei", "name": "JEI"})).await.ok();
    for (name, upload, size) in [("1", "data:text/plain,hello", 5), ("2", "data:,%00%ff", 2), ("3", "data:,", 0)] {
        let version = admin.post("/mods/jei/versions", json!({"name": name, "upload": upload})).await.ok();
        assert_eq!(version["file"]["size"], size, "{upload}");
    }
}

#[tokio::test]
async fn defect_33_listed_versions_of_a_build_have_mod_and_file() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let list = admin.get("/packs/sky/builds/1.0/versions").await.ok();
    let version = &list["versions"][0]["version"];
    assert_eq!((&version["mod"]["slug"], &version["file"]["slug"]), (&json!("jei"), &json!("jei-1.0.jar")));
    let list = admin.get("/mods/jei/versions/1.0/builds").await.ok();
    assert_eq!(list["builds"][0]["build"]["pack"]["slug"], "sky");
}

#[tokio::test]
async fn defect_2_status_in_the_body_is_that_of_the_answer() {
    let (_, admin, eve, anonymous) = TestApp::with_callers().await;
    pack(&admin).await;
    admin.put("/packs/sky", json!({"public": true})).await.ok();
    let update = json!({"name": "Another"});
    let member = json!({"user": "admin", "perm": "owner"});
    for (answer, status) in [
        (anonymous.put("/packs/sky", update.clone()).await, 401),
        (eve.put("/packs/sky", update.clone()).await, 403),
        (eve.post("/users", json!({"username": "another"})).await, 403),
        (eve.put("/packs/none", update).await, 404),
        (admin.post("/packs/sky/users", member).await, 412),
        (admin.put("/packs/sky", json!({"slug": "."})).await, 422),
        (admin.put("/packs/sky", json!({"name": 1})).await, 400),
    ] {
        assert_eq!((answer.status.as_u16(), &answer.json()["status"]), (status, &json!(status)));
    }
}

#[tokio::test]
async fn defect_5_no_password_is_there_from_the_start_or_comes_back() {
    let app = TestApp::empty().await;
    app.anonymous().login("admin", "admin").await.refused(401);
    let admin = app.user("admin", true).await;
    admin.put("/profile/self", json!({"password": "what the admin chose"})).await.ok();
    drop(admin);
    let app = app.restarted().await;
    app.anonymous().login("admin", "what the admin chose").await.ok();
    for former in ["admin", PASSWORD] {
        app.anonymous().login("admin", former).await.refused(401);
    }
}

#[test]
fn defect_17_numbers_are_for_this_machine_alone_unless_configured() {
    let address = kleister_server::Config::default().metrics.addr;
    let address: std::net::SocketAddr = address.parse().unwrap();
    assert!(address.ip().is_loopback(), "{address}");
}

#[tokio::test]
async fn defect_23_failed_update_answers_one_document_and_changes_nothing() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.post("/groups", json!({"slug": "crew", "name": "Crew"})).await.ok();
    let long = "x".repeat(300);
    for (path, field) in [
        ("/packs/sky", "name"),
        ("/mods/jei", "name"),
        ("/packs/sky/builds/1.0", "name"),
        ("/mods/jei/versions/1.0", "name"),
        ("/groups/crew", "name"),
        ("/users/eve", "fullname"),
        ("/profile/self", "fullname"),
    ] {
        let before = admin.get(path).await.bytes;
        let answer = admin.put(path, json!({field: long})).await;
        let document: Value = serde_json::from_slice(&answer.bytes).expect("one document and nothing after it");
        assert_eq!((answer.status.as_u16(), &document["status"]), (422, &json!(422)), "{path}");
        assert_eq!(admin.get(path).await.bytes, before, "{path}");
    }
}

#[tokio::test]
async fn defect_31_file_stays_if_its_version_does_and_a_lost_one_is_in_nobodys_way() {
    let (app, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    let replaced = json!({"upload": "data:application/java-archive;base64,aGVsbG8="});
    admin.put("/mods/jei/versions/1.0", replaced).await.refused(409);
    admin.delete("/mods/jei/versions/1.0").await.refused(409);
    assert_eq!(&*admin.fetch("/packs/sky/1.0/files/mods/jei-1.0.jar").await.bytes, b"PK jei 1.0");
    admin.upload("jei", "2.0", "jei-2.0.jar", b"PK jei 2.0").await.ok();
    std::fs::remove_dir_all(std::path::Path::new(&app.app.config.upload.path).join("blobs")).unwrap();
    admin.delete("/mods/jei/versions/2.0").await.ok();
    admin.get("/mods/jei/versions/2.0").await.refused(404);
}

#[tokio::test]
async fn defect_39_caller_is_known_without_asking_the_database_each_time() {
    use sea_orm::ConnectionTrait;
    let (app, _, eve, _) = TestApp::with_callers().await;
    eve.get("/profile/self").await.ok();
    // Whoever is held in memory does not notice what is done behind its back, until a write is told to all.
    let write = app.app.db.write().await.unwrap();
    write.execute_unprepared("DELETE FROM sessions").await.unwrap();
    write.commit_addition().await.unwrap();
    eve.get("/profile/self").await.ok();
    app.app.db.write().await.unwrap().commit().await.unwrap();
    eve.get("/profile/self").await.refused(401);
}
