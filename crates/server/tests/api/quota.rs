//! How many bytes a user may have here by his uploads.

use axum::body::{Body, Bytes};
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::{StreamExt, stream};
use kleister_server::{storage, uploads};
use kleister_store::users;
use serde_json::json;

use crate::test_app::{Answer, Caller, TestApp, form};

/// What each user may have.
const QUOTA: u64 = 1_000_000;

/// A server with that limit, and somebody who has a mod.
async fn limited() -> (TestApp, Caller) {
    let app = TestApp::configured(|config| config.upload.quota = QUOTA).await;
    let eve = app.user("eve", false).await;
    eve.post("/mods", json!({"slug": "lamps", "name": "Lamps"})).await.ok();
    (app, eve)
}

/// So many bytes, others for each seed.
fn bytes(seed: u8, length: usize) -> Vec<u8> {
    let mut bytes = vec![seed; length];
    bytes[0] = b'#';
    bytes
}

/// A form with a file whose length nobody declares.
async fn undeclared(caller: &Caller, version: &str, bytes: &[u8]) -> Answer {
    let form = form(version, "lamps.jar", bytes);
    let pieces = form.chunks(50_000).map(|piece| Ok::<_, std::io::Error>(Bytes::copy_from_slice(piece)));
    let body = Body::from_stream(stream::iter(pieces.collect::<Vec<_>>()));
    let request = Request::post("/api/v1/mods/lamps/versions");
    let request = request.header("content-type", "multipart/form-data; boundary=XX");
    caller.request(request.body(body).unwrap()).await
}

async fn within_json(caller: &Caller, version: &str, bytes: &[u8]) -> Answer {
    let upload = format!("data:application/java-archive;base64,{}", STANDARD.encode(bytes));
    caller.post("/mods/lamps/versions", json!({"name": version, "upload": upload})).await
}

#[tokio::test]
async fn every_way_in_refuses_what_a_user_may_not_have_besides_and_names_the_limit() {
    let (_app, eve) = limited().await;
    eve.upload("lamps", "1", "lamps.jar", &bytes(1, 600_000)).await.ok();
    let refused = eve.upload("lamps", "2", "lamps.jar", &bytes(2, 600_000)).await.refused(413);
    assert!(
        refused.contains("`upload.quota`") && refused.contains("600000") && refused.contains("1000000"),
        "{refused}"
    );
    undeclared(&eve, "3", &bytes(3, 600_000)).await.refused(413);
    within_json(&eve, "4", &bytes(4, 500_000)).await.refused(413);
    eve.drop_file("lamps.jar", &bytes(5, 600_000)).await.refused(413);
    eve.post("/packs", json!({"slug": "sky", "name": "Sky"})).await.ok();
    eve.post("/packs/sky/builds", json!({"name": "1"})).await.ok();
    let request = Request::put("/api/v1/packs/sky/builds/1/files/map.bin");
    eve.request(request.body(Body::from(bytes(6, 600_000))).unwrap()).await.refused(413);
    assert_eq!(eve.get("/mods/lamps/versions").await.ok()["total"], 1);
    // What fits is taken, and bytes that are here already cost nobody anything.
    eve.upload("lamps", "5", "lamps.jar", &bytes(7, 300_000)).await.ok();
}

#[tokio::test]
async fn what_came_before_the_limit_stays_and_the_rest_is_refused() {
    let (_app, eve) = limited().await;
    let jar = |id: &str| kleister_samples::fabric(id, "1", "");
    let large = bytes(1, 1_200_000);
    let files: [(&str, &[u8]); 4] =
        [("one.jar", &jar("one")), ("two.jar", &jar("two")), ("map.zip", &large), ("three.jar", &jar("three"))];
    let mut form = Vec::new();
    for (name, bytes) in files {
        let head = format!("--XX\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        form.extend_from_slice(&[head.as_bytes(), bytes, b"\r\n"].concat());
    }
    form.extend_from_slice(b"--XX--\r\n");
    let pieces = form.chunks(50_000).map(|piece| Ok::<_, std::io::Error>(Bytes::copy_from_slice(piece)));
    // As by a line: not all of it is there at once.
    let pieces = stream::iter(pieces.collect::<Vec<_>>()).then(|piece| async {
        tokio::task::yield_now().await;
        piece
    });
    let body = Body::from_stream(pieces);
    let request = Request::post("/api/v1/intake").header("content-type", "multipart/form-data; boundary=XX");
    let sent = eve.request(request.body(body).unwrap()).await.ok();
    let rows = sent["intakes"].as_array().unwrap();
    let names: Vec<&str> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["one.jar", "two.jar", "map.zip"]);
    assert_eq!(rows[1]["becomes"]["outcome"], "mod");
    let refusal = rows[2]["refusal"].as_str().unwrap();
    assert!(refusal.contains("`upload.quota`") && refusal.contains("those behind it"), "{refusal}");
    assert_eq!(eve.get("/intake").await.ok()["total"], 3);
}

#[tokio::test]
async fn every_limit_is_told_with_its_number_and_its_setting() {
    let app = TestApp::configured(|config| (config.upload.limit, config.upload.json_limit) = (1000, 900)).await;
    let eve = app.user("eve", false).await;
    eve.post("/mods", json!({"slug": "lamps", "name": "Lamps"})).await.ok();
    let named = |message: &str, number: &str, setting: &str| {
        assert!(message.contains(number) && message.contains(&format!("`upload.{setting}`")), "{message}");
    };
    let request = Request::post("/api/v1/intake?name=a.jar").header("content-type", "application/java-archive");
    let whole = eve.request(request.body(Body::from(bytes(1, 1001))).unwrap()).await;
    named(&whole.refused(413), "1000", "limit");
    let sent = eve.drop_file("a.jar", &bytes(1, 1001)).await.ok();
    named(sent["intakes"][0]["refusal"].as_str().unwrap(), "1000", "limit");
    named(&within_json(&eve, "1", &bytes(1, 950)).await.refused(413), "900", "json_limit");
    let app = TestApp::configured(|config| config.upload.reserve = Some(u64::MAX)).await;
    let eve = app.user("eve", false).await;
    named(&eve.drop_file("a.jar", b"hello").await.refused(507), &u64::MAX.to_string(), "reserve");
}

#[tokio::test]
async fn file_beyond_the_most_of_a_call_is_refused_by_itself() {
    let app = TestApp::configured(|config| config.upload.files = 2).await;
    let eve = app.user("eve", false).await;
    let files = ["a", "b", "c", "d"].map(|id| (id, kleister_samples::fabric(id, "1", "")));
    let sent = eve.drop_files("?accept=true", &files).await.ok();
    let rows = sent["intakes"].as_array().unwrap();
    let accepted: Vec<bool> = rows.iter().map(|row| row["accepted"].as_bool().unwrap()).collect();
    assert_eq!(accepted, [true, true, false]);
    let fault = rows[2]["fault"].as_str().unwrap();
    assert!(fault.contains("takes 2 files (`upload.files`)"), "{fault}");
}

#[tokio::test]
async fn files_that_wait_count_and_those_of_others_and_of_admins_do_not() {
    let (app, eve) = limited().await;
    eve.drop_file("lamps.jar", &kleister_samples::fabric("lamps", "1", "")).await.ok();
    let waiting = kleister_samples::stored(&[
        ("fabric.mod.json", br#"{"schemaVersion": 1, "id": "x"}"#.to_vec()),
        ("big", bytes(1, 900_000)),
    ]);
    eve.drop_file("big.jar", &waiting).await.ok();
    eve.upload("lamps", "2", "lamps.jar", &bytes(2, 300_000)).await.refused(413);
    let bob = app.user("bob", false).await;
    bob.post("/mods", json!({"slug": "chairs", "name": "Chairs"})).await.ok();
    bob.upload("chairs", "1", "chairs.jar", &bytes(3, 900_000)).await.ok();
    let admin = app.user("admin", true).await;
    for seed in 4..7 {
        admin.upload("lamps", &format!("of-admin-{seed}"), "lamps.jar", &bytes(seed, 900_000)).await.ok();
    }
}

#[tokio::test]
async fn what_is_deleted_and_collected_makes_room_again() {
    let (app, eve) = limited().await;
    eve.upload("lamps", "1", "lamps.jar", &bytes(1, 900_000)).await.ok();
    eve.delete("/mods/lamps/versions/1").await.ok();
    eve.upload("lamps", "2", "lamps.jar", &bytes(2, 900_000)).await.refused(413);
    let token = eve.token.clone().unwrap();
    drop(eve);
    app.clock.advance(100 * 365 * 24 * 3600);
    assert_eq!(storage::collect(&app.app, false, &|_| {}).await.unwrap().blobs.len(), 1);
    app.clock.advance(-100 * 365 * 24 * 3600);
    app.with_token(token).upload("lamps", "2", "lamps.jar", &bytes(2, 900_000)).await.ok();
}

#[tokio::test]
async fn uploads_under_way_count_with_what_they_have_declared() {
    let (app, _eve) = limited().await;
    let db = app.app.db.read().await.unwrap();
    let row = users::find_by_name(&db, "eve").await.unwrap().unwrap();
    let eve = users::caller(&db, &row.id).await.unwrap();
    drop(db);
    let mut place = app.app.uploads.begin(&row.id).unwrap();
    place.declare(700_000);
    assert_eq!(uploads::room(&app.app, &eve).await.unwrap(), Some(300_000));
    assert_eq!(uploads::check_room(&app.app, &eve, 400_000).await.unwrap_err().status(), 413);
    drop(place);
    assert!(uploads::check_room(&app.app, &eve, 400_000).await.is_ok());
}
