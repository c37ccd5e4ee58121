//! Files that come in without anybody saying what they are.

use std::io::{Cursor, Write};

use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use kleister_types::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha512};
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::test_app::{Answer, Caller, TestApp, form};

/// An archive with these files.
pub(crate) fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        archive
            .start_file(*name, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored))
            .unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The jar of a mod for Fabric.
pub(crate) fn jar(id: &str, number: &str, environment: &str) -> Vec<u8> {
    let about = json!({
        "schemaVersion": 1, "id": id, "version": number, "name": format!("The {id}"), "environment": environment,
        "license": "MIT", "authors": ["Anna"], "depends": {"minecraft": "~1.20.1", "fabric-api": ">=0.90"},
    });
    archive(&[("fabric.mod.json", &about.to_string())])
}

/// The jar of the same mod for Forge.
fn forge_jar(id: &str, number: &str) -> Vec<u8> {
    let about = format!(
        "modLoader=\"javafml\"\nloaderVersion=\"[47,)\"\nlicense=\"MIT\"\n[[mods]]\nmodId=\"{id}\"\nversion=\"{number}\"\n\
         displayName=\"The {id}\"\n[[dependencies.{id}]]\nmodId=\"minecraft\"\nmandatory=true\n\
         versionRange=\"[1.20.1,1.20.2)\"\nordering=\"NONE\"\nside=\"BOTH\"\n"
    );
    archive(&[("META-INF/mods.toml", &about)])
}

impl Caller {
    /// Sends one file to the intake.
    pub(crate) async fn drop_file(&self, name: &str, bytes: &[u8]) -> Answer {
        self.drop_files("", &[(name, bytes.to_vec())]).await
    }

    /// Sends files to the intake as a form.
    pub(crate) async fn drop_files(&self, query: &str, files: &[(&str, Vec<u8>)]) -> Answer {
        let mut form = Vec::new();
        for (name, bytes) in files {
            let head = format!("--XX\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
            form.extend_from_slice(head.as_bytes());
            form.extend_from_slice(bytes);
            form.extend_from_slice(b"\r\n");
        }
        form.extend_from_slice(b"--XX--\r\n");
        let request = Request::post(format!("/api/v1/intake{query}"));
        let request = request.header("content-type", "multipart/form-data; boundary=XX").body(form.into());
        self.request(request.unwrap()).await
    }

    /// Sends a file and accepts it with these corrections.
    pub(crate) async fn take_in(&self, name: &str, bytes: &[u8], corrections: Value) -> Answer {
        let sent = self.drop_file(name, bytes).await.ok();
        let id = sent["intakes"][0]["id"].as_str().unwrap().to_owned();
        self.post(&format!("/intake/{id}/accept"), corrections).await
    }
}

#[tokio::test]
async fn file_is_read_and_nothing_made_before_it_is_accepted() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let sent = eve.drop_file("sodium-0.5.jar", &jar("sodium", "0.5", "client")).await.ok();
    let intake = &sent["intakes"][0];
    let read = &intake["read"];
    assert_eq!((&read["name"], &read["number"]), (&json!("The sodium"), &json!("0.5")));
    assert_eq!(read["environment"], json!({"client": "required", "server": "unsupported"}));
    assert_eq!((&read["loaders"], &read["ids"]), (&json!(["fabric"]), &json!(["fabric:sodium"])));
    assert!(read["minecraft"].as_array().unwrap().contains(&json!("1.20.1")), "{read}");
    assert_eq!(read["dependencies"][0]["kind"], "required");
    assert_eq!(intake["becomes"], json!({"outcome": "mod", "mod_name": "The sodium", "version": "0.5"}));
    assert_eq!(eve.get("/mods").await.ok()["total"], 0);
    assert_eq!(eve.get("/intake?search=SODIUM&sort=name").await.ok()["total"], 1);
    assert_eq!(eve.get("/intake?search=lithium").await.ok()["total"], 0);
    let id = intake["id"].as_str().unwrap();
    assert_eq!(eve.get("/intake").await.column("intakes", "id"), [id]);
    let accepted = eve.post(&format!("/intake/{id}/accept"), json!({})).await.ok();
    assert_eq!((&accepted["accepted"], &accepted["becomes"]["mod_slug"]), (&json!(true), &json!("the-sodium")));
    let version = eve.get("/mods/the-sodium/versions/0.5").await.ok();
    assert_eq!((&version["file"]["path"], &version["licence"]), (&json!("mods/sodium-0.5.jar"), &json!("MIT")));
    let module = eve.get("/mods/the-sodium").await.ok();
    assert_eq!(
        (&module["side"], &module["author"], &module["public"]),
        (&json!("client"), &json!("Anna"), &json!(false))
    );
    eve.get(&format!("/intake/{id}")).await.refused(404);
    eve.post(&format!("/intake/{id}/accept"), json!({})).await.refused(404);
}

#[tokio::test]
async fn body_may_be_the_file_itself() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let send = |query: &str, kind: &str| {
        let request = Request::post(format!("/api/v1/intake{query}")).header("content-type", kind);
        eve.request(request.body(Body::from(jar("a-mod", "1", "*"))).unwrap())
    };
    let answer = send("?name=a.jar&accept=true", "application/java-archive").await.ok();
    assert_eq!(answer["intakes"][0]["becomes"]["mod_slug"], "the-a-mod");
    assert_eq!(send("", "application/java-archive").await.violations().len(), 1);
    assert_eq!(send("?name=../a.jar", "application/java-archive").await.violations().len(), 1);
    send("?name=a.jar", "application/json").await.refused(400);
}

#[tokio::test]
async fn file_that_hashes_to_something_else_is_refused_with_both_values_and_not_kept() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let bytes = jar("a-mod", "1", "*");
    let sha512 = hex::encode(Sha512::digest(&bytes));
    let md5 = BASE64_STANDARD.encode(md5::Md5::digest(&bytes));
    let digest = |bytes: &[u8]| format!("sha-256=:{}:", BASE64_STANDARD.encode(Sha256::digest(bytes)));
    let send = |query: &str, header: &'static str, value: &str| {
        let request = Request::post(format!("/api/v1/intake?name=a.jar{query}")).header(header, value);
        eve.request(request.header("content-type", "application/java-archive").body(bytes.clone().into()).unwrap())
    };
    let wrong = "0".repeat(128);
    let faults = send(&format!("&sha512={wrong}"), "x-nothing", "").await.violations();
    assert_eq!(faults, [format!("file: hash mismatch: its sha512 should be {wrong} and is {sha512}; send it again")]);
    assert_eq!(send("", "repr-digest", &digest(b"another")).await.violations().len(), 1);
    assert_eq!(send("", "content-md5", &BASE64_STANDARD.encode([0; 16])).await.violations().len(), 1);
    assert_eq!(send("&sha1=abc", "x-nothing", "").await.violations(), ["sha1: must be 40 hexadecimal digits"]);
    send("", "repr-digest", "sha-256=nonsense").await.refused(400);
    let sha256 = hex::encode(Sha256::digest(&bytes));
    assert!(app.app.files.check(&sha256, bytes.len() as u64).await.is_err(), "nothing of it is kept");
    assert_eq!(eve.get("/intake").await.ok()["total"], 0);
    send(&format!("&sha512={}", sha512.to_uppercase()), "repr-digest", &digest(&bytes)).await.ok();
    send("", "content-md5", &md5).await.ok();
}

#[tokio::test]
async fn upload_of_a_version_may_say_what_it_hashes_to() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.post("/mods", json!({"slug": "lamps", "name": "Lamps"})).await.ok();
    let (right, wrong) = (hex::encode(Sha512::digest(b"hello")), "0".repeat(128));
    let said = |sha512: &str| json!({"name": "1", "upload": "data:,hello", "sha512": sha512});
    assert_eq!(admin.post("/mods/lamps/versions", said(&wrong)).await.violations().len(), 1);
    admin.post("/mods/lamps/versions", said(&right)).await.ok();
    let part =
        |sha512: &str| format!("--XX\r\ncontent-disposition: form-data; name=\"sha512\"\r\n\r\n{sha512}\r\n--XX--\r\n");
    let send = |sha512: &str| {
        let form = form("2", "lamps.jar", b"hello");
        let form = [form.strip_suffix(b"--XX--\r\n").unwrap(), part(sha512).as_bytes()].concat();
        let request =
            Request::post("/api/v1/mods/lamps/versions").header("content-type", "multipart/form-data; boundary=XX");
        admin.request(request.body(form.into()).unwrap())
    };
    assert_eq!(send(&wrong).await.violations().len(), 1);
    send(&right).await.ok();
    admin.post("/packs", json!({"slug": "sky", "name": "Sky"})).await.ok();
    admin.post("/packs/sky/builds", json!({"name": "1"})).await.ok();
    let put = |digest: &[u8]| {
        let request = Request::put("/api/v1/packs/sky/builds/1/files/config/a.toml");
        let request = request.header("content-digest", format!("sha-512=:{}:", BASE64_STANDARD.encode(digest)));
        admin.request(request.body(Body::from("hello")).unwrap())
    };
    assert_eq!(put(&[0; 64]).await.violations().len(), 1);
    put(&Sha512::digest(b"hello")).await.ok();
}

#[tokio::test]
async fn later_versions_find_their_mod_by_its_id() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    eve.take_in("jei-15.2.0-fabric.jar", &jar("jei", "15.2.0", "*"), json!({})).await.ok();
    eve.put("/mods/the-jei", json!({"slug": "items", "name": "Just Enough Items"})).await.ok();
    // Another loader calls it the same, and has a version of the same number.
    let other = eve.take_in("jei-15.2.0-forge.jar", &forge_jar("jei", "15.2.0"), json!({"mod": "items"})).await.ok();
    assert_eq!(other["becomes"]["version"], "15.2.0+forge-1.20.1");
    let next = eve.take_in("jei-15.3.jar", &forge_jar("jei", "15.3"), json!({})).await.ok();
    assert_eq!((&next["becomes"]["mod_slug"], &next["becomes"]["outcome"]), (&json!("items"), &json!("version")));
    let names = eve.get("/mods/items/versions").await.column("versions", "name");
    assert_eq!(names, ["15.2.0", "15.2.0+forge-1.20.1", "15.3"]);
    let numbers = eve.get("/mods/items/versions").await.column("versions", "number");
    assert_eq!(numbers, ["15.2.0", "15.2.0", "15.3"]);
    assert_eq!(eve.get("/mods/items").await.ok()["name"], "Just Enough Items");
}

#[tokio::test]
async fn version_that_was_uploaded_plainly_is_described_too() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.post("/mods", json!({"name": "Some Mod"})).await.ok();
    let version = admin.upload("some-mod", "first", "x.jar", &jar("lamps", "2.1", "client")).await.ok();
    assert_eq!((&version["number"], &version["licence"]), (&json!("2.1"), &json!("MIT")));
    assert_eq!(version["environment"], json!({"client": "required", "server": "unsupported"}));
    assert_eq!(admin.get("/mods/some-mod").await.ok()["side"], "client");
    let next = admin.take_in("lamps-2.2.jar", &jar("lamps", "2.2", "client"), json!({})).await.ok();
    assert_eq!((&next["becomes"]["mod_slug"], &next["becomes"]["version"]), (&json!("some-mod"), &json!("2.2")));
    let plain = admin.put("/mods/some-mod/versions/first", json!({"upload": "data:,hello"})).await.ok();
    assert_eq!((plain.get("number"), plain.get("environment")), (None, None));
}

#[tokio::test]
async fn bytes_that_are_there_make_nothing_new() {
    let (app, admin, eve, _) = TestApp::with_callers().await;
    let bytes = jar("lamps", "1", "*");
    admin.take_in("lamps.jar", &bytes, json!({})).await.ok();
    let again = admin.take_in("again.jar", &bytes, json!({})).await.ok();
    assert_eq!((&again["becomes"]["outcome"], &again["becomes"]["version"]), (&json!("duplicate"), &json!("1")));
    assert_eq!(admin.get("/mods/the-lamps/versions").await.ok()["total"], 1);
    // Who does not see the mod is not told of it, and has one of his own.
    let own = eve.take_in("lamps.jar", &bytes, json!({})).await.ok();
    assert_eq!(own["becomes"]["outcome"], "mod");
    assert_ne!(own["becomes"]["mod_slug"], "the-lamps");
    // Who sees it, but may not change it, has the version as it is.
    app.make_member("user_mods", "eve", "the-lamps", 1).await;
    let seen = eve.take_in("lamps.jar", &bytes, json!({})).await.ok();
    assert_eq!(seen["becomes"]["outcome"], "duplicate");
    let next = eve.take_in("lamps-2.jar", &jar("lamps", "2", "*"), json!({"mod": "the-lamps"})).await;
    assert_eq!(next.violations().len(), 1);
}

#[tokio::test]
async fn word_of_a_human_is_kept_for_later_versions() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let server_only = json!({"client": "unsupported", "server": "required"});
    let corrected =
        json!({"name": "Bright Lamps", "version": "one", "number": "1.0", "environment": server_only, "public": true});
    eve.take_in("lamps.jar", &jar("lamps", "1", "client"), corrected).await.ok();
    let module = eve.get("/mods/bright-lamps").await.ok();
    assert_eq!((&module["side"], &module["public"]), (&json!("server"), &json!(true)));
    assert_eq!(eve.get("/mods/bright-lamps/versions/one").await.ok()["number"], "1.0");
    let next = eve.take_in("lamps.jar", &jar("lamps", "2", "client"), json!({})).await.ok();
    assert_eq!((&next["becomes"]["mod_name"], &next["becomes"]["version"]), (&json!("Bright Lamps"), &json!("2")));
    assert_eq!(eve.get("/mods/bright-lamps/versions/2").await.ok()["environment"], server_only);
    // The side of the mod is a human's word as well.
    eve.put("/mods/bright-lamps", json!({"side": "client"})).await.ok();
    eve.take_in("lamps.jar", &jar("lamps", "3", "server"), json!({})).await.ok();
    assert_eq!(eve.get("/mods/bright-lamps").await.ok()["side"], "client");
    // Taken back, the newest version says again.
    eve.put("/mods/bright-lamps", json!({"side": ""})).await.ok();
    eve.take_in("lamps.jar", &jar("lamps", "4", "server"), json!({})).await.ok();
    assert_eq!(eve.get("/mods/bright-lamps").await.ok()["side"], "server");
}

#[tokio::test]
async fn broken_files_refuse_only_themselves() {
    let app = TestApp::configured(|config| config.upload.limit = 4096).await;
    let eve = app.user("eve", false).await;
    let files = [
        ("good.jar", jar("good", "1", "*")),
        ("text.jar", b"this is no archive".to_vec()),
        ("prefixed.jar", [b"GIF89a".to_vec(), jar("bad", "1", "*")].concat()),
        ("empty.jar", Vec::new()),
        ("large.jar", vec![0; 5000]),
        ("CON.jar", jar("device", "1", "*")),
        ("mods/other.jar", jar("other", "1", "*")),
    ];
    let sent = eve.drop_files("?accept=true", &files).await.ok();
    let rows = sent["intakes"].as_array().unwrap();
    let accepted: Vec<&str> =
        rows.iter().filter(|row| row["accepted"] == true).map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(accepted, ["good.jar", "other.jar"]);
    assert_eq!(rows.iter().filter(|row| row["refusal"].is_string()).count(), 5);
    assert!(rows[4]["refusal"].as_str().unwrap().contains("4096"), "{}", rows[4]);
    assert_eq!(eve.get("/mods").await.ok()["total"], 2);
    let waiting = eve.get("/intake").await.ok();
    assert_eq!(waiting["total"], 5);
    let id = waiting["intakes"][0]["id"].as_str().unwrap();
    assert_eq!(eve.post(&format!("/intake/{id}/accept"), json!({})).await.violations().len(), 1);
    eve.delete(&format!("/intake/{id}")).await.ok();
    assert_eq!(eve.get("/intake").await.ok()["total"], 4);
}

#[tokio::test]
async fn many_files_are_accepted_into_a_draft_by_one_word() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let names: Vec<String> = (0..60).map(|number| format!("mod-{number}.jar")).collect();
    let files: Vec<(&str, Vec<u8>)> =
        names.iter().map(|name| (&**name, jar(name.trim_end_matches(".jar"), "1.0", "*"))).collect();
    let sent = admin.drop_files("", &files).await.ok();
    assert_eq!(sent["total"], 60);
    let order: Vec<&str> =
        sent["intakes"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(order, names);
    let mut wanted: Vec<Value> =
        sent["intakes"].as_array().unwrap().iter().map(|row| json!({"id": row["id"]})).collect();
    wanted[3]["version"] = json!("a/b");
    wanted[4]["name"] = json!("Renamed");
    let body = json!({"intakes": wanted, "pack": "sky", "build": "1.0"});
    let accepted = admin.post("/intake/accept", body).await.ok();
    let rows = accepted["intakes"].as_array().unwrap();
    assert_eq!(rows.iter().filter(|row| row["accepted"] == true).count(), 59);
    assert!(rows[3]["fault"].as_str().unwrap().contains("version"), "{}", rows[3]);
    assert_eq!(rows[4]["becomes"]["mod_slug"], "renamed");
    assert_eq!(admin.get("/packs/sky/builds/1.0/versions").await.ok()["total"], 60);
    // What is attached already stays so.
    let again = admin.drop_files("?accept=true&pack=sky&build=1.0", &files[..2]).await.ok();
    assert_eq!(again["intakes"][0]["becomes"]["outcome"], "duplicate");
    assert_eq!(admin.get("/packs/sky/builds/1.0/versions").await.ok()["total"], 60);
    admin.post("/intake/accept", json!({"intakes": [], "pack": "sky"})).await.refused(400);
}

#[tokio::test]
async fn nothing_of_a_call_stays_that_may_not_reach_its_draft() {
    let (_, admin, eve, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let files = [("a.jar", jar("a-mod", "1", "*"))];
    eve.drop_files("?accept=true&pack=sky&build=1.0", &files).await.refused(404);
    assert_eq!(eve.get("/mods").await.ok()["total"], 0);
    assert_eq!(eve.get("/intake").await.ok()["total"], 1);
}

#[tokio::test]
async fn files_are_forgotten_after_seven_days() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    eve.drop_file("a.jar", &jar("a-mod", "1", "*")).await.ok();
    let sent = eve.get("/intake").await.ok();
    assert_eq!(sent["intakes"][0]["ends_at"], "2026-12-01T09:30:00.000Z");
    let forget = async |at: &str| {
        let write = app.app.db.write().await.unwrap();
        kleister_store::intakes::forget_old(&*write, at.parse::<Timestamp>().unwrap()).await.unwrap();
        write.commit().await.unwrap();
        eve.get("/intake").await.ok()["total"].clone()
    };
    assert_eq!(forget("2026-12-01T09:30:00Z").await, 1);
    assert_eq!(forget("2026-12-01T09:30:01Z").await, 0);
}
