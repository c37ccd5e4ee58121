//! Importing packs: what becomes of each file, who may, and that a failure leaves nothing.

mod addresses;
mod kept;
mod numbered;
mod round_trip;

use std::io::{Cursor, Write};

use axum::body::Body;
use axum::http::Request;
use insta::assert_snapshot;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha512};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::sites::Sites;
use crate::test_app::{Answer, Caller, TestApp};

/// A zip with these entries.
pub(crate) fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in entries {
        archive.start_file(*path, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A mod for Fabric.
pub(crate) fn fabric(id: &str, number: &str, side: &str) -> Vec<u8> {
    let text =
        json!({"schemaVersion": 1, "id": id, "version": number, "name": format!("The {id}"), "environment": side});
    zip(&[("fabric.mod.json", text.to_string().as_bytes())])
}

/// A file of an `.mrpack` that lies elsewhere.
pub(crate) fn listed(path: &str, bytes: &[u8], address: &str) -> Value {
    json!({
        "path": path,
        "hashes": {"sha1": hex::encode(Sha1::digest(bytes)), "sha512": hex::encode(Sha512::digest(bytes))},
        "env": {"client": "required", "server": "unsupported"},
        "downloads": [address],
        "fileSize": bytes.len(),
    })
}

pub(crate) fn index(files: &[Value]) -> Vec<u8> {
    let index = json!({
        "formatVersion": 1, "game": "minecraft", "versionId": "1.4.2", "name": "Sky Islands", "summary": "Islands",
        "files": files, "dependencies": {"minecraft": "1.21.1"},
    });
    index.to_string().into_bytes()
}

/// Sends an archive as a form with these texts.
async fn send(caller: &Caller, archive: &[u8], texts: &[(&str, &str)]) -> Answer {
    let mut form = Vec::new();
    for (name, text) in texts {
        let part = format!("--XX\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
        form.extend_from_slice(part.as_bytes());
    }
    let head = "--XX\r\ncontent-disposition: form-data; name=\"file\"; filename=\"My Pack.zip\"\r\n\r\n";
    form.extend_from_slice(head.as_bytes());
    form.extend_from_slice(archive);
    form.extend_from_slice(b"\r\n--XX--\r\n");
    let request = Request::post("/api/v1/imports").header("content-type", "multipart/form-data; boundary=XX");
    caller.request(request.body(Body::from(form)).unwrap()).await
}

/// The import after its end.
async fn ended(app: &TestApp, caller: &Caller, begun: Answer) -> Value {
    let id = begun.ok()["id"].as_str().unwrap().to_owned();
    if let Some(mut shown) = app.app.jobs.watch(&id) {
        shown.wait_for(|job| job.state.is_over()).await.unwrap();
    }
    caller.get(&format!("/imports/{id}")).await.ok()
}

/// The identifier of an import that somebody has begun.
pub(crate) async fn begun(caller: &Caller) -> String {
    let begun = caller.post("/imports", json!({"address": "https://example.org/pack.mrpack"})).await;
    begun.ok()["id"].as_str().unwrap().to_owned()
}

/// The report of an import that must succeed.
pub(crate) async fn import(app: &TestApp, caller: &Caller, archive: &[u8], texts: &[(&str, &str)]) -> Value {
    let import = ended(app, caller, send(caller, archive, texts).await).await;
    assert_eq!(import["state"], "done", "{import}");
    import["report"].clone()
}

/// A report as lines.
fn told(report: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let count = |name: &str| format!("{name} {}", report[name]);
    let counts = ["matched", "created", "linked", "own"].map(count).join(", ");
    let mut lines =
        vec![format!("{} {} {}: {counts}", text(&report["kind"]), text(&report["pack"]), text(&report["build"]))];
    for file in report["files"].as_array().unwrap() {
        let version = format!("{} {}", text(&file["mod"]), text(&file["version"]));
        lines.push(format!("{} {} {}", text(&file["path"]), text(&file["outcome"]), version.trim()).trim().to_owned());
    }
    for (list, mark) in [("left_out", "-"), ("notes", "!")] {
        // Nobody is asked in these tests, which is told each time.
        for note in report[list].as_array().unwrap().iter().filter(|note| note["what"] != "recognition") {
            lines.push(format!("{mark} {}: {}", text(&note["what"]), text(&note["why"])));
        }
    }
    lines.join("\n")
}

/// How each version is in a build.
async fn links(caller: &Caller, pack: &str, build: &str) -> String {
    let page = caller.get(&format!("/packs/{pack}/builds/{build}/versions")).await.ok();
    let line = |link: &Value| {
        let file = &link["version"]["file"]["path"];
        let module = link["version"]["mod"]["slug"].as_str().unwrap_or_default().to_owned();
        format!("{module} {} {} {} {} {file}", link["client"], link["server"], link["default"], link["path"])
    };
    let mut lines: Vec<String> = page["versions"].as_array().unwrap().iter().map(line).collect();
    lines.sort();
    lines.join("\n")
}

fn sky() -> Vec<u8> {
    zip(&[
        (
            "modrinth.index.json",
            &index(&[listed(
                "mods/far.jar",
                b"far away",
                "https://cdn.modrinth.com/data/AAA/versions/BBB/far-2.1.jar",
            )]),
        ),
        ("overrides/mods/jei.jar", &fabric("jei", "1.0", "*")),
        ("overrides/mods/shaders.jar.disabled", &fabric("shaders", "3.1", "client")),
        ("overrides/mods/not-a-jar.jar", b"hello"),
        ("overrides/config/jei.toml", b"a = 1"),
        ("overrides/saves/World/level.dat", b"nbt"),
        ("server-overrides/server.properties", b"motd=hi"),
    ])
}

#[tokio::test]
async fn pack_becomes_a_draft_of_a_new_pack() {
    let (app, _, eve, anonymous) = TestApp::with_callers().await;
    let report = import(&app, &eve, &sky(), &[]).await;
    assert_snapshot!(told(&report), @r#"
    mrpack sky-islands 1.4.2: matched 0, created 3, linked 1, own 2
    config/jei.toml own
    mods/far.jar linked far far
    mods/jei.jar created the-jei 1.0
    mods/not-a-jar.jar created not-a-jar not-a-jar
    mods/shaders.jar created the-shaders 3.1
    server.properties own
    - overrides/saves/: Worlds and recordings are the player's own. (1 file)
    "#);
    assert_snapshot!(links(&eve, "sky-islands", "1.4.2").await, @r#"
    far "required" "unsupported" false null "mods/far.jar"
    not-a-jar "required" "required" false null "mods/not-a-jar.jar"
    the-jei "required" "required" false null "mods/jei.jar"
    the-shaders "optional" "optional" false null "mods/shaders.jar"
    "#);
    let pack = eve.get("/packs/sky-islands").await.ok();
    assert_eq!(
        (&pack["name"], &pack["summary"], &pack["public"]),
        (&json!("Sky Islands"), &json!("Islands"), &json!(false))
    );
    let build = eve.get("/packs/sky-islands/builds/1.4.2").await.ok();
    assert_eq!((&build["state"], &build["minecraft"]["name"]), (&json!("draft"), &json!("1.21.1")));
    anonymous.get("/packs/sky-islands").await.refused(404);
    assert_eq!(eve.get("/jobs").await.ok()["jobs"][0]["kind"], "pack.import");
}

#[tokio::test]
async fn second_import_makes_another_build_and_matches_what_is_there() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    import(&app, &eve, &sky(), &[("slug", "sky"), ("name", "My Sky")]).await;
    let report = import(&app, &eve, &sky(), &[("pack", "sky")]).await;
    assert_snapshot!(told(&report), @r#"
    mrpack sky 1.4.2-2: matched 4, created 0, linked 0, own 2
    config/jei.toml own
    mods/far.jar matched far far
    mods/jei.jar matched the-jei 1.0
    mods/not-a-jar.jar matched not-a-jar not-a-jar
    mods/shaders.jar matched the-shaders 3.1
    server.properties own
    - overrides/saves/: Worlds and recordings are the player's own. (1 file)
    "#);
    let report = import(&app, &eve, &sky(), &[("pack", "sky"), ("build", "2.0")]).await;
    assert_eq!(report["build"], "2.0");
}

#[tokio::test]
async fn linked_file_gets_its_bytes_when_they_come() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let jar = fabric("far", "2.1", "*");
    let linked = zip(&[(
        "modrinth.index.json",
        &index(&[listed("mods/far-2.1.jar", &jar, "https://cdn.modrinth.com/data/AAA/versions/BBB/far.jar")]),
    )]);
    let report = import(&app, &eve, &linked, &[("slug", "one")]).await;
    assert_eq!((&report["linked"], &report["created"]), (&json!(1), &json!(0)));
    let whole = zip(&[("modrinth.index.json", &index(&[])), ("overrides/mods/far-2.1.jar", &jar)]);
    let report = import(&app, &eve, &whole, &[("slug", "two")]).await;
    assert_eq!((&report["linked"], &report["created"]), (&json!(0), &json!(1)), "{report}");
    assert_eq!(eve.get("/mods").await.ok()["total"], 1);
    let report = import(&app, &eve, &linked, &[("slug", "three")]).await;
    assert_eq!(report["matched"], 1);
}

#[tokio::test]
async fn same_jar_at_two_paths_is_one_version_and_a_file_of_the_build() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let jar = fabric("jei", "1.0", "*");
    let report = import(
        &app,
        &eve,
        &zip(&[("mods/a.jar", &jar), ("mods/b.jar", &jar), ("mods/1.21/c.jar", &fabric("rei", "2", "*"))]),
        &[],
    )
    .await;
    assert_snapshot!(told(&report), @r#"
    folder my-pack 1.0: matched 0, created 2, linked 0, own 1
    mods/1.21/c.jar created the-rei 2
    mods/a.jar created the-jei 1.0
    mods/b.jar own
    "#);
}

#[tokio::test]
async fn instance_brings_memory_arguments_and_components() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let settings = b"[General]\nname=My \"Instance\"\nOverrideMemory=true\nMinMemAlloc=1024\nMaxMemAlloc=6144\n\
        OverrideJavaArgs=true\nJvmArgs=-XX:+UseG1GC\nOverrideJavaLocation=true\nJavaVersion=21.0.2\n";
    let components = br#"{"formatVersion": 1, "components": [{"uid": "net.minecraft", "version": "1.21.1"},
        {"uid": "net.fabricmc.fabric-loader", "version": "0.16.9"}, {"uid": "org.example.agent", "version": "1"}]}"#;
    let archive = zip(&[
        ("instance.cfg", settings),
        ("mmc-pack.json", components),
        ("patches/org.example.agent.json", b"{\"version\": \"1\"}"),
        (".minecraft/mods/jei.jar", &fabric("jei", "1.0", "*")),
        (".minecraft/options.txt", b"lang:en_us"),
    ]);
    let report = import(&app, &eve, &archive, &[]).await;
    assert_snapshot!(told(&report), @r#"
    prism my-instance 1.0: matched 0, created 1, linked 0, own 1
    mods/jei.jar created the-jei 1.0
    options.txt own
    - JavaPath: Where Java lies is a matter of each machine.
    - loader: fabric 0.16.9 is not among the releases that this server knows: let an administrator fetch the list anew (`PUT /fabric`), then set it in the build.
    "#);
    let build = eve.get("/packs/my-instance/builds/1.0").await.ok();
    assert_eq!((&build["java"], &build["memory"]), (&json!("21"), &json!("6144")));
    let db = app.app.db.read().await.unwrap();
    let row =
        kleister_store::rows::build::Entity::find_by_id(build["id"].as_str().unwrap()).one(&db).await.unwrap().unwrap();
    assert_eq!((row.memory_minimum, row.jvm_arguments.as_deref()), (Some(1024), Some("-XX:+UseG1GC")));
    let components: Value = serde_json::from_str(&row.components.unwrap()).unwrap();
    assert_eq!(components, json!([{"uid": "org.example.agent", "version": "1", "patch": {"version": "1"}}]));
}

#[tokio::test]
async fn curseforges_pack_stays_linked_to_its_numbers() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let archive = cursed(&[(238_222, 5_101_365, true), (328_085, 4_835_191, false)]);
    let report = import(&app, &eve, &archive, &[]).await;
    assert_snapshot!(told(&report), @r#"
    curseforge cursed 1: matched 0, created 0, linked 2, own 1
    config/a.toml own
    mods/curseforge-238222-5101365.jar linked curseforge-238222 5101365
    mods/curseforge-328085-4835191.jar linked curseforge-328085 4835191
    ! CurseForge: CurseForge is not asked on this server: `upstream.curseforge` is not set. 2 of the pack's files are known by their numbers only.
    "#);
    let report = import(&app, &eve, &archive, &[("pack", "cursed")]).await;
    assert_eq!((&report["matched"], &report["build"]), (&json!(2), &json!("1-2")));
    assert_eq!(eve.get("/mods").await.ok()["total"], 2);
}

/// CurseForge's zip of these files: project, file, whether it is required.
fn cursed(files: &[(u32, u32, bool)]) -> Vec<u8> {
    let file = |(project, file, required): &(u32, u32, bool)| json!({"projectID": project, "fileID": file, "required": required});
    let manifest = json!({
        "minecraft": {"version": "1.21.1", "modLoaders": []}, "manifestType": "minecraftModpack", "manifestVersion": 1,
        "name": "Cursed", "version": "1", "author": "Ada", "files": files.iter().map(file).collect::<Vec<_>>(),
        "overrides": "overrides",
    });
    zip(&[("manifest.json", manifest.to_string().as_bytes()), ("overrides/config/a.toml", b"a")])
}

#[tokio::test]
async fn curseforge_names_the_files_of_its_packs() {
    let sites = Sites::new().await;
    let app = sites.app().await;
    let eve = app.user("eve", false).await;
    sites.curse(7, "lamps", &fabric("lamps", "1.0", "*"), &json!(true));
    sites.curse(8, "alone", b"alone", &json!(false));
    let archive = cursed(&[(7, 70, true), (8, 80, false), (9, 90, true)]);
    let report = import(&app, &eve, &archive, &[]).await;
    assert_snapshot!(told(&report), @r#"
    curseforge cursed 1: matched 0, created 0, linked 3, own 1
    config/a.toml own
    mods/alone.jar linked alone alone
    mods/curseforge-9-90.jar linked curseforge-9 90
    mods/lamps.jar linked lamps lamps
    "#);
    let report = import(&app, &eve, &archive, &[("pack", "cursed"), ("mirror", "true")]).await;
    assert_snapshot!(told(&report), @r#"
    curseforge cursed 1-2: matched 2, created 1, linked 0, own 1
    config/a.toml own
    mods/alone.jar matched alone alone
    mods/curseforge-9-90.jar matched curseforge-9 90
    mods/lamps.jar created lamps lamps
    ! mods/alone.jar: It was not fetched and stays linked: nothing tells its address.
    ! mods/curseforge-9-90.jar: It was not fetched and stays linked: nothing tells its address.
    "#);
}

#[tokio::test]
async fn only_who_may_change_a_pack_imports_into_it() {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    admin.post("/packs", json!({"slug": "seen", "name": "Seen", "public": true})).await.ok();
    admin.post("/packs", json!({"slug": "hidden", "name": "Hidden"})).await.ok();
    send(&anonymous, &sky(), &[]).await.refused(401);
    anonymous.post("/imports", json!({"address": "https://example.org/a.mrpack"})).await.refused(401);
    send(&eve, &sky(), &[("pack", "seen")]).await.refused(403);
    send(&eve, &sky(), &[("pack", "hidden")]).await.refused(404);
    app.make_member("user_packs", "eve", "hidden", 2).await;
    import(&app, &eve, &sky(), &[("pack", "hidden")]).await;
}

#[tokio::test]
async fn imports_of_others_are_missing() {
    let (app, admin, eve, _) = TestApp::with_callers().await;
    let done = ended(&app, &admin, send(&admin, &sky(), &[]).await).await;
    let path = format!("/imports/{}", done["id"].as_str().unwrap());
    assert_eq!(eve.get(&path).await.refused(404), "Failed to find import");
    assert_eq!(eve.get("/imports/nothing").await.refused(404), "Failed to find import");
}

#[tokio::test]
async fn unsound_archives_and_wishes_are_refused_at_once() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let evil = zip(&[("modrinth.index.json", b"{}"), ("overrides/../../evil.sh", b"x")]);
    for archive in [&evil[..], b"no archive", &zip(&[("readme.txt", b"x")]), &zip(&[("modrinth.index.json", b"{")])] {
        let faults = send(&eve, archive, &[]).await.violations();
        assert!(faults[0].starts_with("file: "), "{faults:?}");
    }
    for (texts, field) in [
        (&[("slug", "a/b")][..], "slug: "),
        (&[("build", "a/b")], "build: "),
        (&[("name", "x")], "name: "),
        (&[("address", "https://example.org/pack.toml")], "file: "),
    ] {
        let faults = send(&eve, &sky(), texts).await.violations();
        assert!(faults[0].starts_with(field), "{faults:?}");
    }
    send(&eve, &sky(), &[("mirror", "perhaps")]).await.refused(400);
    eve.post("/imports", json!({})).await.violations();
    assert_eq!(eve.get("/packs").await.ok()["total"], 0);
    assert_eq!(eve.get("/jobs").await.ok()["total"], 0);
}

#[tokio::test]
async fn import_that_fails_leaves_nothing() {
    let (app, admin, eve, _) = TestApp::with_callers().await;
    admin.post("/packs", json!({"slug": "taken", "name": "Taken"})).await.ok();
    let import = ended(&app, &eve, send(&eve, &sky(), &[("slug", "taken")]).await).await;
    assert_eq!((&import["state"], &import["report"]), (&json!("failed"), &Value::Null));
    assert!(import["failure"].as_str().unwrap().contains("already taken"), "{import}");
    assert_eq!(eve.get("/packs").await.ok()["total"], 0);
    assert_eq!(eve.get("/mods").await.ok()["total"], 0);
}

#[tokio::test]
async fn hash_gives_nobody_the_files_of_others() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let mallory = app.user("mallory", false).await;
    import(&app, &eve, &sky(), &[]).await;
    let asked = zip(&[(
        "modrinth.index.json",
        &index(&[
            listed("config/jei.toml", b"a = 1", "https://mc.example.org/a"),
            listed("mods/jei.jar", &fabric("jei", "1.0", "*"), "https://mc.example.org/b"),
        ]),
    )]);
    let report = self::import(&app, &mallory, &asked, &[("slug", "mine")]).await;
    assert_snapshot!(told(&report), @r#"
    mrpack mine 1.4.2: matched 0, created 0, linked 1, own 0
    mods/jei.jar linked jei jei
    - config/jei.toml: The pack only points to it, and it could not be fetched: not allowed.
    "#);
    let report = self::import(&app, &eve, &asked, &[]).await;
    assert_eq!((&report["matched"], &report["own"]), (&json!(1), &json!(1)));
}
