//! Bytes by their SHA-256: what has them, and taking them down.

use kleister_server::storage;
use serde_json::{Value, json};

use crate::jobs;
use crate::test_app::{Caller, TestApp};

/// The SHA-256 of the file in the pack `sky`.
const JEI: &str = "10d46fa27547b6ff35af5f5ed3994f26508d8ab383774209141dacbfe2ed6473";
/// The SHA-256 of bytes that were never here.
const NEVER: &str = "00000000000000000000000000000000000000000000000000000000000000aa";

async fn published(admin: &Caller) {
    admin.pack_with_build().await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
}

async fn block(admin: &Caller, sha256: &str, reason: &str) -> Value {
    admin.put(&format!("/blobs/{sha256}/block"), json!({"reason": reason})).await.ok()
}

#[tokio::test]
async fn takedown_names_the_builds_with_their_owners_who_see_file_and_reason() {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    published(&admin).await;
    admin.post("/packs/sky/users", json!({"user": "eve", "perm": "owner"})).await.ok();
    // A draft with the same file is withdrawn from nobody.
    admin.post("/packs/sky/builds", json!({"name": "1.1", "from": "1.0"})).await.ok();
    let told = block(&admin, JEI, "it steals passwords").await;
    assert_eq!(told, json!({"withdrawn": [{"pack": "sky", "build": "1.0", "owners": ["admin", "eve"]}]}));
    let build = eve.get("/packs/sky/builds/1.0").await.ok();
    let why = "it has the file `mods/jei-1.0.jar`, which was taken down: it steals passwords";
    assert_eq!((&build["state"], &build["reason"]), (&json!("yanked"), &json!(why)), "{build}");
    let refused = anonymous.fetch("/packs/sky/1.0/files/mods/jei-1.0.jar").await;
    assert!(refused.status == 451 && String::from_utf8_lossy(&refused.bytes).contains("it steals passwords"));
    let shown = admin.get(&format!("/blobs/{JEI}")).await.ok();
    let now = app.clock.now().to_string();
    let expected = json!({"reason": "it steals passwords", "since": now, "by": "admin"});
    assert_eq!((&shown["blob"]["size"], &shown["blob"]["block"]), (&json!(10), &expected));
    let used_by = json!([
        {"kind": "version", "of": "jei", "name": "1.0"},
        {"kind": "build", "of": "sky", "name": "1.0", "state": "yanked"},
        {"kind": "build", "of": "sky", "name": "1.1", "state": "draft"},
    ]);
    assert_eq!(shown["used_by"], used_by);
    // The reason may be put better; the time stays, and nothing is withdrawn twice.
    app.clock.advance(60);
    assert_eq!(block(&admin, JEI, "its author demands it").await, json!({"withdrawn": []}));
    let shown = admin.get(&format!("/blobs/{JEI}")).await.ok();
    let expected = json!({"reason": "its author demands it", "since": now, "by": "admin"});
    assert_eq!(shown["blob"]["block"], expected);
}

#[tokio::test]
async fn bytes_that_were_never_here_are_refused_and_listed_until_they_are_let_in_again() {
    let (_app, admin, ..) = TestApp::with_callers().await;
    published(&admin).await;
    block(&admin, NEVER, "known malware").await;
    let list = admin.get("/blobs?blocked=true").await.ok();
    assert_eq!((&list["total"], &list["blobs"][0]["sha256"]), (&json!(1), &json!(NEVER)));
    assert_eq!(list["blobs"][0].get("size"), None);
    let free = admin.get("/blobs?blocked=false&sort=sha256").await;
    assert_eq!(free.column("blobs", "sha256"), [JEI]);
    assert_eq!(admin.get("/blobs?search=10d46fA").await.column("blobs", "sha256"), [JEI]);
    block(&admin, JEI, "malware too").await;
    let again = admin.upload("jei", "again", "jei.jar", b"PK jei 1.0").await;
    assert!(again.refused(451).contains("malware too"));
    assert_eq!(admin.get("/blobs?blocked=true&limit=1").await.ok()["total"], 2);
    assert_eq!(admin.get("/blobs?blocked=false").await.ok()["total"], 0);
    let files = [("jei.jar", b"PK jei 1.0".to_vec()), ("lamps.jar", kleister_samples::fabric("lamps", "1", ""))];
    let sent = admin.drop_files("", &files).await.ok();
    assert!(sent["intakes"][0]["refusal"].as_str().unwrap().contains("malware too"), "{sent}");
    assert_eq!(sent["intakes"][1]["becomes"]["outcome"], "mod");
    for sha256 in [NEVER, JEI] {
        admin.delete(&format!("/blobs/{sha256}/block")).await.ok();
        admin.delete(&format!("/blobs/{sha256}/block")).await.refused(404);
    }
    admin.get(&format!("/blobs/{NEVER}")).await.refused(404);
    admin.upload("jei", "again", "jei.jar", b"PK jei 1.0").await.ok();
}

#[tokio::test]
async fn what_names_no_bytes_and_what_gives_no_reason_is_refused() {
    let (_app, admin, eve, _) = TestApp::with_callers().await;
    for path in ["/blobs/jei/block", &format!("/blobs/{}/block", JEI.to_uppercase())] {
        let refused = admin.put(path, json!({"reason": "malware"})).await;
        assert_eq!(refused.violations(), ["sha256: must be a SHA-256 of 64 lower-case hexadecimal digits"]);
    }
    for reason in ["", "  ", &"x".repeat(1025)] {
        let refused = admin.put(&format!("/blobs/{JEI}/block"), json!({"reason": reason})).await;
        assert_eq!(refused.violations(), ["reason: must be given, in at most 1024 characters"]);
    }
    eve.put(&format!("/blobs/{JEI}/block"), json!({"reason": "malware"})).await.refused(403);
    assert_eq!(admin.get("/blobs?blocked=true").await.ok()["total"], 0);
}

#[tokio::test]
async fn pictures_and_waiting_files_are_told_too() {
    let (app, admin, eve, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.send_picture("/packs/sky/avatar", &crate::avatars::png()).await.ok();
    let jar = kleister_samples::fabric("lamps", "1.0", "");
    eve.drop_file("lamps.jar", &jar).await.ok();
    let mut told = Vec::new();
    for sha256 in admin.get("/blobs").await.column("blobs", "sha256") {
        let shown = admin.get(&format!("/blobs/{sha256}")).await.ok();
        told.extend(shown["used_by"].as_array().unwrap().iter().map(|used| format!("{} {}", used["kind"], used["of"])));
    }
    told.sort();
    told.dedup();
    assert_eq!(told, [r#""build" "sky""#, r#""intake" "eve""#, r#""pack_picture" "sky""#, r#""version" "jei""#]);
    drop(app);
}

#[tokio::test]
async fn admins_have_files_hashed_and_collected_as_jobs_one_at_a_time() {
    let (app, admin, eve, _) = TestApp::with_callers().await;
    published(&admin).await;
    // Both places are taken, so that what is started waits.
    let waiting = [jobs::waiting(&app, "eve").await, jobs::waiting(&app, "eve").await];
    let job = admin.post("/storage/verify", Value::Null).await.ok();
    assert_eq!((&job["kind"], &job["state"]), (&json!("storage.verify"), &json!("waiting")));
    let second = admin.post("/storage/verify", Value::Null).await.refused(409);
    assert!(second.contains(job["id"].as_str().unwrap()), "{second}");
    let collect = admin.post("/storage/collect", Value::Null).await.ok();
    for id in waiting {
        eve.delete(&format!("/jobs/{id}")).await.ok();
    }
    let verified = ended(&app, &admin, &job).await;
    assert_eq!(verified["result"], json!({"blobs": 1, "bytes": 10, "bad": []}));
    assert_eq!(ended(&app, &admin, &collect).await["result"], json!({"blobs": [], "bytes": 0}));
    admin.post("/storage/verify", Value::Null).await.ok();
}

#[tokio::test]
async fn a_job_of_somebody_who_is_no_admin_any_more_does_nothing() {
    let (app, admin, eve, _) = TestApp::with_callers().await;
    let bob = app.user("bob", true).await;
    published(&admin).await;
    let waiting = [jobs::waiting(&app, "eve").await, jobs::waiting(&app, "eve").await];
    let job = bob.post("/storage/collect", Value::Null).await.ok();
    admin.put("/users/bob", json!({"admin": false})).await.ok();
    for id in waiting {
        eve.delete(&format!("/jobs/{id}")).await.ok();
    }
    let ended = ended(&app, &admin, &job).await;
    assert_eq!(ended["state"], "failed", "{ended}");
    assert!(ended["failure"].as_str().unwrap().contains("admins"), "{ended}");
}

/// A job once it is over.
async fn ended(app: &TestApp, admin: &Caller, job: &Value) -> Value {
    let id = job["id"].as_str().unwrap();
    if let Some(mut shown) = app.app.jobs.watch(id) {
        shown.wait_for(|job| job.state.is_over()).await.unwrap();
    }
    admin.get(&format!("/jobs/{id}")).await.ok()
}

#[tokio::test]
async fn whoever_follows_work_is_told_each_step() {
    let (app, admin, ..) = TestApp::with_callers().await;
    published(&admin).await;
    let (tell, told) = std::sync::mpsc::channel();
    let tell = std::sync::Mutex::new(tell);
    storage::verify(&app.app, &|progress| tell.lock().unwrap().send(progress).unwrap()).await.unwrap();
    let told: Vec<_> = told.try_iter().map(|told| (told.step, told.done, told.total)).collect();
    assert_eq!(told, [("hashing files".to_owned(), 0, 1)]);
}
