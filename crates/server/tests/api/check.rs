//! The check of a build: what it finds, what it keeps from being published, and waivers.

use axum::body::Body;
use axum::http::Request;
use kleister_samples::{fabric, forge};
use kleister_store::rows::audit_event;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};

use crate::test_app::{Caller, TestApp, form};
use crate::upstream::synced;

const BUILD: &str = "/packs/sky/builds/1.0";
const CHECK: &str = "/packs/sky/builds/1.0/check";
const WAIVER: &str = "/packs/sky/builds/1.0/waivers/missing_dependency/fabric-api";

/// A public pack `sky` with a draft `1.0` for Fabric on Minecraft 1.21.1.
async fn world() -> (TestApp, Caller) {
    let (app, _, admin) = synced().await;
    admin.put(BUILD, json!({"minecraft_id": "1.21.1", "fabric_id": "0.16.5", "java": "21"})).await.ok();
    (app, admin)
}

/// Uploads a version of a mod, which is made if need be.
async fn upload(admin: &Caller, module: &str, version: &str, jar: &[u8]) {
    admin.post("/mods", json!({"slug": module, "name": module, "public": true})).await;
    admin.upload(module, version, &format!("{module}-{version}.jar"), jar).await.ok();
}

async fn attach(admin: &Caller, build: &str, module: &str, version: &str) {
    let path = format!("/packs/sky/builds/{build}/versions");
    admin.post(&path, json!({"mod": module, "version": version})).await.ok();
}

/// Puts `sodium` into the draft, which needs a library that is not there.
async fn lacking(admin: &Caller) {
    upload(admin, "sodium", "0.6.0", &fabric("sodium", "0.6.0", r#""depends": {"fabric-api": ">=0.100"}"#)).await;
    attach(admin, "1.0", "sodium", "0.6.0").await;
}

/// The findings in short.
fn short(check: &Value) -> Vec<String> {
    let findings = check["findings"].as_array().unwrap().iter();
    let word = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    findings.map(|it| format!("{} {} {}", word(it, "severity"), word(it, "rule"), word(it, "subject"))).collect()
}

#[tokio::test]
async fn check_names_what_is_missing_and_a_version_that_the_server_has() {
    let (_, admin) = world().await;
    lacking(&admin).await;
    upload(&admin, "fabric-api", "0.90.0", &fabric("fabric-api", "0.90.0", "")).await;
    upload(&admin, "fabric-api", "0.102.0", &fabric("fabric-api", "0.102.0", "")).await;
    let check = admin.get(CHECK).await.ok();
    assert_eq!(short(&check), ["error missing_dependency fabric-api"]);
    assert_eq!((&check["errors"], &check["warnings"], &check["notes"]), (&json!(1), &json!(0), &json!(0)));
    let finding = &check["findings"][0];
    assert_eq!(finding["message"], "`fabric-api` is missing: `sodium` needs it (>=0.100).");
    assert_eq!(
        finding["evidence"],
        json!([{"path": "mods/sodium-0.6.0.jar", "id": "sodium", "number": "0.6.0", "says": "needs fabric-api >=0.100"}])
    );
    assert_eq!(
        finding["remedies"],
        json!([
            {"kind": "attach", "mod": "fabric-api", "version": "0.102.0"},
            {"kind": "search", "id": "fabric-api", "ranges": [">=0.100"], "examples": ["0.100"]},
            {"kind": "detach", "mod": "sodium", "version": "0.6.0"},
        ])
    );
    attach(&admin, "1.0", "fabric-api", "0.102.0").await;
    assert_eq!(short(&admin.get(CHECK).await.ok()), [""; 0]);
}

#[tokio::test]
async fn build_with_errors_is_not_published() {
    let (_, admin) = world().await;
    lacking(&admin).await;
    let answer = admin.put(BUILD, json!({"published": true, "changelog": "new"})).await;
    assert_eq!(answer.status, 409);
    let notice = answer.json();
    assert_eq!(notice["status"], 409);
    assert!(notice["message"].as_str().unwrap().contains("`fabric-api` is missing"), "{notice}");
    assert_eq!(short(&notice), ["error missing_dependency fabric-api"]);
    assert_eq!(notice["findings"][0]["remedies"][0]["kind"], "search");
    let build = admin.get(BUILD).await.ok();
    assert_eq!((&build["state"], &build["changelog"]), (&json!("draft"), &Value::Null), "nothing of it is done");
    upload(&admin, "fabric-api", "0.102.0", &fabric("fabric-api", "0.102.0", "")).await;
    attach(&admin, "1.0", "fabric-api", "0.102.0").await;
    assert_eq!(admin.put(BUILD, json!({"published": true})).await.ok()["state"], "published");
}

#[tokio::test]
async fn new_build_that_is_published_at_once_is_checked_too() {
    let (_, admin) = world().await;
    lacking(&admin).await;
    let answer = admin.post("/packs/sky/builds", json!({"name": "2.0", "from": "1.0", "published": true})).await;
    assert_eq!((answer.status.as_u16(), short(&answer.json()).len()), (409, 1));
    assert_eq!(admin.get("/packs/sky/builds/2.0").await.status, 404, "nothing of it is done");
    upload(&admin, "alone", "1", &fabric("alone", "1", "")).await;
    let versions = json!([{"mod": "alone", "version": "1"}]);
    let wanted = json!({"name": "2.0", "minecraft_id": "1.21.1", "versions": versions, "published": true});
    assert_eq!(admin.post("/packs/sky/builds", wanted).await.ok()["state"], "published");
}

#[tokio::test]
async fn warnings_and_notes_stop_nobody() {
    let (_, admin) = world().await;
    upload(&admin, "jei", "1", &forge("jei", "1", "")).await;
    upload(&admin, "thing", "1", b"no jar at all").await;
    attach(&admin, "1.0", "jei", "1").await;
    attach(&admin, "1.0", "thing", "1").await;
    let check = admin.get(CHECK).await.ok();
    assert_eq!(short(&check), ["warning wrong_loader jei", "note unknown mods/thing-1.jar"]);
    assert_eq!((&check["errors"], &check["warnings"], &check["notes"]), (&json!(0), &json!(1), &json!(1)));
    admin.put(BUILD, json!({"published": true})).await.ok();
}

#[tokio::test]
async fn file_that_may_not_be_handed_out_is_an_error_of_public_packs() {
    let (_, admin) = world().await;
    forbidden(&admin).await;
    let answer = admin.put(BUILD, json!({"published": true})).await;
    assert_eq!((answer.status.as_u16(), short(&answer.json())), (409, vec!["error redistribution alone".to_owned()]));
    assert_eq!(answer.json()["findings"][0]["remedies"][0], json!({"kind": "make_private"}));
    admin.put("/packs/sky", json!({"public": false})).await.ok();
    admin.put(BUILD, json!({"published": true})).await.ok();
}

/// Puts `alone` into the draft, which only its author may hand out.
async fn forbidden(admin: &Caller) {
    upload(admin, "alone", "1", &fabric("alone", "1", "")).await;
    let said = admin.put("/mods/alone/versions/1", json!({"redistribution": "no"})).await.ok();
    assert_eq!(said["file"]["redistribution"], "no");
    attach(admin, "1.0", "alone", "1").await;
}

#[tokio::test]
async fn word_that_a_file_may_be_handed_out_ends_that_finding_and_is_about_that_file_only() {
    let (_, admin) = world().await;
    forbidden(&admin).await;
    admin.put("/mods/alone/versions/1", json!({"redistribution": "perhaps"})).await.refused(400);
    admin.put("/mods/alone/versions/1", json!({"redistribution": "yes"})).await.ok();
    admin.put(BUILD, json!({"published": true})).await.ok();
    // What is published is frozen, so that the word may change.
    let taken_back = admin.put("/mods/alone/versions/1", json!({"redistribution": "unknown"})).await.ok();
    assert_eq!(taken_back["file"]["redistribution"], "unknown");
    let parts = "--XX\r\ncontent-disposition: form-data; name=\"redistribution\"\r\n\r\nyes\r\n";
    let form = [parts.as_bytes(), &form("2", "alone.jar", &fabric("alone", "2", ""))].concat();
    let request =
        Request::post("/api/v1/mods/alone/versions").header("content-type", "multipart/form-data; boundary=XX");
    let sent = admin.request(request.body(form.into()).unwrap()).await.ok();
    assert_eq!(sent["file"]["redistribution"], "yes");
    let next = admin.upload("alone", "3", "alone.jar", &fabric("alone", "3", "")).await.ok();
    assert_eq!(next["file"]["redistribution"], "unknown");
}

#[tokio::test]
async fn environment_of_a_version_may_be_said_and_holds_for_builds_and_versions_to_come() {
    let (app, admin) = world().await;
    upload(&admin, "alone", "1", &fabric("alone", "1", "")).await;
    attach(&admin, "1.0", "alone", "1").await;
    admin.put(BUILD, json!({"published": true})).await.ok();
    let frozen = app.anonymous().fetch("/packs/sky/1.0/index.json").await.bytes;
    let server = json!({"client": "unsupported", "server": "required"});
    let said = admin.put("/mods/alone/versions/1", json!({"environment": server})).await.ok();
    assert_eq!(said["environment"], server);
    assert_eq!(admin.get("/mods/alone").await.ok()["side"], "server");
    assert_eq!(app.anonymous().fetch("/packs/sky/1.0/index.json").await.bytes, frozen);
    let next = admin.upload("alone", "2", "alone-2.jar", &fabric("alone", "2", "")).await.ok();
    assert_eq!(next["environment"], server);
    admin.post("/packs/sky/builds", json!({"name": "2.0", "from": "1.0"})).await.ok();
    admin.put("/packs/sky/builds/2.0", json!({"published": true})).await.ok();
    let index = app.anonymous().fetch("/packs/sky/2.0/index.json").await.json();
    assert_eq!(index["files"][0]["environment"], server);
}

#[tokio::test]
async fn waived_error_stops_nobody() {
    let (app, admin) = world().await;
    lacking(&admin).await;
    let waiver = admin.put(WAIVER, json!({"reason": "the server has it in its own folder"})).await.ok();
    assert_eq!(waiver["holds"], true);
    assert_eq!((&waiver["rule"], &waiver["subject"]), (&json!("missing_dependency"), &json!("fabric-api")));
    assert_eq!((&waiver["maker"], &waiver["created_at"]), (&json!("admin"), &json!("2026-11-24T09:30:00.000Z")));
    let check = admin.get(CHECK).await.ok();
    assert_eq!((&check["errors"], &check["waivers"]), (&json!(0), &json!([waiver])));
    assert_eq!(check["findings"][0]["waived"], "the server has it in its own folder");
    admin.put(BUILD, json!({"published": true})).await.ok();
    assert_eq!(admin.delete(WAIVER).await.status, 409, "the waivers of a published build stay");
    assert_eq!(admin.put(WAIVER, json!({"reason": "other"})).await.status, 409);
    let events = audit_event::Entity::find().order_by_asc(audit_event::Column::Id);
    let events = events.all(&app.app.db.read().await.unwrap()).await.unwrap();
    let event = events.iter().find(|event| event.action == "waiver.set").unwrap();
    assert_eq!((event.actor_name.as_deref(), event.object_name.as_deref()), (Some("admin"), Some("1.0")));
    assert!(event.changes.as_ref().unwrap().contains("its own folder"), "{event:?}");
}

#[tokio::test]
async fn waiver_needs_a_reason_and_a_finding() {
    let (_, admin) = world().await;
    lacking(&admin).await;
    for reason in [json!({}), json!({"reason": ""}), json!({"reason": "x".repeat(1025)})] {
        let answer = admin.put(WAIVER, reason).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["errors"][0]["field"]), (422, &json!("reason")));
    }
    for path in ["missing_dependency/sodium", "duplicate/fabric-api", "nothing/fabric-api"] {
        let answer = admin.put(&format!("{BUILD}/waivers/{path}"), json!({"reason": "so"})).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    assert_eq!(admin.delete(WAIVER).await.status, 404);
    admin.put(WAIVER, json!({"reason": "first"})).await.ok();
    admin.put(WAIVER, json!({"reason": "second"})).await.ok();
    let waivers = admin.get(CHECK).await.ok()["waivers"].clone();
    assert_eq!((waivers.as_array().unwrap().len(), &waivers[0]["reason"]), (1, &json!("second")));
    admin.delete(WAIVER).await.ok();
    assert_eq!(admin.get(CHECK).await.ok()["errors"], 1);
}

#[tokio::test]
async fn later_builds_begin_with_waivers_until_the_version_changes() {
    let (_, admin) = world().await;
    lacking(&admin).await;
    admin.put(WAIVER, json!({"reason": "we know"})).await.ok();
    admin.post("/packs/sky/builds", json!({"name": "2.0", "from": "1.0"})).await.ok();
    assert_eq!(admin.get("/packs/sky/builds/2.0/check").await.ok()["errors"], 0);
    let blank = json!({"name": "3.0", "minecraft_id": "1.21.1", "fabric_id": "0.16.5", "java": "21"});
    admin.post("/packs/sky/builds", blank).await.ok();
    let check = admin.get("/packs/sky/builds/3.0/check").await.ok();
    assert_eq!(
        (&check["findings"], &check["waivers"][0]["holds"]),
        (&json!([]), &json!(false)),
        "there is nothing to waive yet"
    );
    attach(&admin, "3.0", "sodium", "0.6.0").await;
    assert_eq!(admin.get("/packs/sky/builds/3.0/check").await.ok()["errors"], 0);
    let newer = fabric("sodium", "0.7.0", r#""depends": {"fabric-api": ">=0.100"}"#);
    upload(&admin, "sodium", "0.7.0", &newer).await;
    let link = json!({"mod": "sodium", "version": "0.6.0"});
    admin.send("DELETE", "/packs/sky/builds/3.0/versions", Some(link)).await.ok();
    attach(&admin, "3.0", "sodium", "0.7.0").await;
    let check = admin.get("/packs/sky/builds/3.0/check").await.ok();
    assert_eq!((&check["errors"], &check["waivers"][0]["holds"]), (&json!(1), &json!(false)));
    assert_eq!(admin.put("/packs/sky/builds/3.0", json!({"published": true})).await.status, 409);
    assert_eq!(admin.put("/packs/sky/builds/2.0", json!({"published": true})).await.status, 200);
}

#[tokio::test]
async fn overrides_count_however_their_path_is_written_and_say_so_when_they_are_not_read() {
    let (_, admin) = world().await;
    lacking(&admin).await;
    let put = async |path: &str, bytes: Vec<u8>| {
        let request = Request::put(format!("/api/v1{BUILD}/files/{path}")).body(Body::from(bytes)).unwrap();
        admin.request(request).await.ok()
    };
    let overrides = r#"{"version": 1, "overrides": {"sodium": {"-depends": {"fabric-api": ""}}}}"#;
    put("Config/fabric_loader_dependencies.json", overrides.into()).await;
    assert_eq!(short(&admin.get(CHECK).await.ok()), [""; 0]);
    let large = format!("{overrides}{}", " ".repeat(1 << 20));
    for (bytes, why) in [(large.into_bytes(), "larger than 1 MiB"), (vec![0xff], "no text in UTF-8")] {
        put("Config/fabric_loader_dependencies.json", bytes).await;
        let check = admin.get(CHECK).await.ok();
        let unread = "warning unreadable_overrides Config/fabric_loader_dependencies.json";
        assert_eq!(short(&check), ["error missing_dependency fabric-api", unread]);
        assert!(check["findings"][1]["evidence"][0]["says"].as_str().unwrap().contains(why), "{check}");
        let remedy = json!({"kind": "remove_file", "path": "Config/fabric_loader_dependencies.json"});
        assert_eq!(check["findings"][1]["remedies"], json!([remedy]));
    }
}

#[tokio::test]
async fn three_copies_of_a_mod_are_taken_out_but_for_one() {
    let (_, admin) = world().await;
    for version in ["1", "2", "3"] {
        upload(&admin, "lib", version, &fabric("lib", version, "")).await;
        attach(&admin, "1.0", "lib", version).await;
    }
    let check = admin.get(CHECK).await.ok();
    assert_eq!(short(&check), ["warning duplicate lib"]);
    let of = |version: &str| json!({"mod": "lib", "version": version});
    let keep_newest = json!({"kind": "take_out", "versions": [of("1"), of("2")]});
    assert_eq!(check["findings"][0]["remedies"][0], keep_newest);
}

#[tokio::test]
async fn versions_that_the_caller_does_not_see_are_not_offered() {
    let (app, admin) = world().await;
    lacking(&admin).await;
    admin.post("/mods", json!({"slug": "fabric-api", "name": "secret"})).await.ok();
    admin.upload("fabric-api", "0.102.0", "a.jar", &fabric("fabric-api", "0.102.0", "")).await.ok();
    let eve = app.user("eve", false).await;
    admin.post("/packs/sky/users", json!({"user": "eve", "perm": "admin"})).await.ok();
    let kinds = |check: Value| check["findings"][0]["remedies"][0]["kind"].clone();
    assert_eq!(kinds(admin.get(CHECK).await.ok()), "attach");
    assert_eq!(kinds(eve.get(CHECK).await.ok()), "search");
}

#[tokio::test]
async fn check_of_a_published_build_is_for_admins() {
    let (app, admin) = world().await;
    upload(&admin, "alone", "1", &fabric("alone", "1", "")).await;
    attach(&admin, "1.0", "alone", "1").await;
    admin.put(BUILD, json!({"published": true})).await.ok();
    let eve = app.user("eve", false).await;
    assert_eq!(eve.get(CHECK).await.status, 403);
    assert_eq!(app.anonymous().get(CHECK).await.status, 401);
    assert_eq!(short(&admin.get(CHECK).await.ok()), [""; 0]);
}

#[tokio::test]
async fn check_takes_as_many_queries_for_many_mods_as_for_few() {
    let (app, admin) = world().await;
    lacking(&admin).await;
    let mut counts = Vec::new();
    for numbers in [0..2, 2..30] {
        for number in numbers {
            let module = format!("mod-{number}");
            let needs = format!(r#""depends": {{"lib-{number}": "*"}}"#);
            upload(&admin, &module, "1", &fabric(&module, "1", &needs)).await;
            attach(&admin, "1.0", &module, "1").await;
        }
        admin.get(CHECK).await.ok();
        let before = app.app.db.queries();
        admin.get(CHECK).await.ok();
        counts.push(app.app.db.queries() - before);
    }
    // The build; its versions, their sources, further files and zips, its own files, its loader and that one's package, the
    // icon and packwiz-installer; its waivers; what would help. What jars say is in memory.
    assert_eq!(counts, [12, 12]);
}
