//! Loaders' packages: fetched once before a build is published, frozen with it, and brought by operators.

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kleister_formats::{Loader, LoaderKind};
use kleister_samples::archive;
use kleister_server::{Config, loader_packages, storage};
use md5::{Digest, Md5};
use serde_json::{Value, json};
use sha1::Sha1;
use zip::ZipArchive;

use crate::test_app::{Caller, TestApp};
use crate::upstream::{FAMILIES, Published, Upstream, sync};

/// Fabric's profile for Minecraft 1.21.1.
const FABRIC: &str = "/fabric/1.21.1/0.16.5/profile/json";
/// NeoForge's installer.
const NEOFORGE: &str = "/maven/net/neoforged/neoforge/21.1.77/neoforge-21.1.77-installer.jar";
/// Forge's universal jar for Minecraft 1.12.2.
const UNIVERSAL: &str = "/maven/net/minecraftforge/forge/1.12.2-14.23.5.2859/forge-1.12.2-14.23.5.2859-universal.jar";

/// The sites of all loaders; a clone is the same one.
#[derive(Clone, Default)]
struct Makers(Arc<Mutex<Shown>>);

#[derive(Default)]
struct Shown {
    files: HashMap<String, Vec<u8>>,
    asked: Vec<String>,
    is_silent: bool,
}

impl Makers {
    /// A Kleister server that asks here, with a draft `1.0` of the public pack `sky`.
    async fn app(&self) -> (TestApp, Caller) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let lists = Upstream::new().await;
        lists.publish("minecraft", &["1.21.1", "1.12.2"]);
        let forges = json!({"1.21.1": ["1.21.1-52.0.1"], "1.12.2": ["1.12.2-14.23.5.2859"]});
        lists.answer("forge", Published::Document(forges.to_string()));
        let app = TestApp::configured(|config| {
            lists.configure(config);
            configure(config, &address);
        });
        let app = app.await;
        let admin = app.user("admin", true).await;
        for (family, _) in FAMILIES {
            sync(&admin, family).await.ok();
        }
        admin.post("/packs", json!({"slug": "sky", "name": "Sky", "public": true})).await.ok();
        (app, admin)
    }

    fn put(&self, path: &str, bytes: &[u8]) {
        let files =
            [(path.to_owned(), bytes.to_vec()), (format!("{path}.sha1"), hex::encode(Sha1::digest(bytes)).into())];
        self.0.lock().unwrap().files.extend(files);
    }

    /// What was asked for since this was called last.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().asked)
    }
}

fn configure(config: &mut Config, address: &str) {
    config.upstream.fabric_profiles = format!("{address}/fabric");
    config.upstream.quilt_profiles = format!("{address}/quilt/");
    config.upstream.forge_maven = format!("{address}/maven");
    config.upstream.neoforge_maven = format!("{address}/maven");
}

async fn answer(State(makers): State<Makers>, uri: Uri) -> Response {
    let (file, is_silent) = {
        let mut shown = makers.0.lock().unwrap();
        shown.asked.push(uri.path().to_owned());
        (shown.files.get(uri.path()).cloned(), shown.is_silent)
    };
    if is_silent {
        return std::future::pending().await;
    }
    file.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |file| Bytes::from(file).into_response())
}

fn profile(library: &str, minecraft: &str) -> String {
    json!({"id": "x", "inheritsFrom": minecraft, "libraries": [{"name": library}]}).to_string()
}

fn fabric() -> String {
    profile("net.fabricmc:fabric-loader:0.16.5", "1.21.1")
}

fn installer(library: &str, minecraft: &str) -> Vec<u8> {
    archive(&[("version.json", profile(library, minecraft)), ("install_profile.json", "{}".to_owned())])
}

/// Makes a build with one file of its own, and publishes it.
async fn publish(admin: &Caller, name: &str, games: Value) {
    admin.post("/packs/sky/builds", json!({"name": name})).await.ok();
    admin.put(&format!("/packs/sky/builds/{name}"), games).await.ok();
    let path = format!("/api/v1/packs/sky/builds/{name}/files/config/a.cfg");
    admin.request(axum::http::Request::put(path).body("a".into()).unwrap()).await.ok();
    admin.put(&format!("/packs/sky/builds/{name}"), json!({"published": true})).await.ok();
}

fn on_fabric() -> Value {
    json!({"minecraft_id": "1.21.1", "fabric_id": "0.16.5"})
}

/// What a zip holds at a path.
fn unzipped(bytes: &[u8], path: &str) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut held = Vec::new();
    archive.by_name(path).unwrap().read_to_end(&mut held).unwrap();
    held
}

/// What a Solder's build says of its loader's zip, and the zip, which is as it says.
async fn solder(app: &TestApp, root: &str, build: &str) -> (Value, Vec<u8>) {
    let answer = app.anonymous().fetch(&format!("{root}/solder/api/modpack/sky/{build}")).await;
    let build: Value = serde_json::from_slice(&answer.bytes).unwrap();
    let mods = build["mods"].as_array().unwrap();
    let loader = mods.iter().find(|zip| zip["name"].as_str().unwrap().ends_with("-loader")).unwrap().clone();
    let url = loader["url"].as_str().unwrap().strip_prefix("https://mc.example.org").unwrap();
    let zip = app.anonymous().fetch(url).await;
    assert_eq!(zip.status, 200, "{url}");
    assert_eq!(loader["md5"], hex::encode(Md5::digest(&zip.bytes)));
    assert_eq!(loader["filesize"], zip.bytes.len());
    (loader, zip.bytes.to_vec())
}

/// The zip for Technic of a build.
async fn technic(app: &TestApp, build: &str) -> Vec<u8> {
    let answer = app.anonymous().fetch(&format!("/packs/sky/{build}/technic.zip")).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
    answer.bytes.to_vec()
}

/// Why there is no zip for Technic of a build.
async fn refused(app: &TestApp, build: &str) -> String {
    let answer = app.anonymous().fetch(&format!("/packs/sky/{build}/technic.zip")).await;
    assert_eq!(answer.status, 409);
    String::from_utf8_lossy(&answer.bytes).into_owned()
}

#[tokio::test]
async fn profile_of_fabric_is_fetched_once_and_every_answer_stays_the_same() {
    let makers = Makers::default();
    makers.put(FABRIC, fabric().as_bytes());
    let (app, admin) = makers.app().await;
    publish(&admin, "1.0", on_fabric()).await;
    publish(&admin, "2.0", on_fabric()).await;
    assert_eq!(makers.asked(), [FABRIC]);
    let before = technic(&app, "1.0").await;
    assert_eq!(unzipped(&before, "bin/version.json"), fabric().as_bytes());
    let (loader, zip) = solder(&app, "", "1.0").await;
    assert_eq!((&loader["name"], &loader["version"]), (&json!("fabric-loader"), &json!("0.16.5-1.21.1")));
    assert_eq!(unzipped(&zip, "bin/version.json"), fabric().as_bytes());
    let second = solder(&app, "", "2.0").await;
    assert_eq!((&second.0["md5"], &second.1), (&loader["md5"], &zip));

    makers.put(FABRIC, b"another one");
    app.clock.advance(90 * 24 * 3600);
    storage::collect(&app.app, false, &|_| {}).await.unwrap();
    drop(admin);
    let app = app.restarted().await;
    assert_eq!(technic(&app, "1.0").await, before);
    assert_eq!(solder(&app, "", "1.0").await, (loader, zip));
}

#[tokio::test]
async fn jars_of_neoforge_and_old_forge_are_fetched_with_their_sha1() {
    let makers = Makers::default();
    let neoforge = installer("net.neoforged:neoforge:21.1.77", "1.21.1");
    // Late universal jars lack the profile: then it is the installer.
    let old = installer("net.minecraftforge:forge:1.12.2-14.23.5.2859", "1.12.2");
    makers.put(NEOFORGE, &neoforge);
    makers.put(UNIVERSAL, &archive(&[("net/minecraftforge/a.class", "")]));
    makers.put(&UNIVERSAL.replace("universal", "installer"), &old);
    let (app, admin) = makers.app().await;
    publish(&admin, "1.0", json!({"minecraft_id": "1.21.1", "neoforge_id": "21.1.77"})).await;
    assert_eq!(makers.asked(), [NEOFORGE.to_owned(), format!("{NEOFORGE}.sha1")]);
    assert_eq!(unzipped(&technic(&app, "1.0").await, "bin/modpack.jar"), neoforge);
    let (loader, zip) = solder(&app, "", "1.0").await;
    assert_eq!((&loader["name"], &loader["version"]), (&json!("neoforge-loader"), &json!("21.1.77-1.21.1")));
    assert_eq!(unzipped(&zip, "bin/modpack.jar"), neoforge);

    publish(&admin, "2.0", json!({"minecraft_id": "1.12.2", "forge_id": "14.23.5.2859"})).await;
    assert_eq!(unzipped(&technic(&app, "2.0").await, "bin/modpack.jar"), old);
    assert_eq!(solder(&app, "", "2.0").await.0["version"], "14.23.5.2859-1.12.2");
}

#[tokio::test]
async fn build_is_published_without_where_nobody_has_what_was_asked_for() {
    let makers = Makers::default();
    let (app, admin) = makers.app().await;
    publish(&admin, "1.0", on_fabric()).await;
    assert_eq!(makers.asked(), [FABRIC]);
    let why = refused(&app, "1.0").await;
    assert!(why.contains("`kleister admin loaders package fabric 0.16.5 1.21.1 FILE`"), "{why}");
    let index = app.anonymous().fetch("/packs/sky/1.0/index.json").await;
    let index: Value = serde_json::from_slice(&index.bytes).unwrap();
    assert_eq!(index["losses"]["technic.zip"][0]["what"], "loader");

    makers.put(FABRIC, fabric().as_bytes());
    publish(&admin, "2.0", on_fabric()).await;
    assert_eq!(makers.asked(), Vec::<String>::new(), "it is not tried again at once");
    app.clock.advance(600);
    publish(&admin, "3.0", on_fabric()).await;
    technic(&app, "3.0").await;
    assert_eq!(refused(&app, "1.0").await, why, "what is published stays what it is");
}

#[tokio::test]
async fn what_is_not_what_was_meant_is_not_kept() {
    let makers = Makers::default();
    makers.put(FABRIC, profile("net.fabricmc:fabric-loader:0.16.4", "1.21.1").as_bytes());
    makers.put(NEOFORGE, &installer("net.neoforged:neoforge:21.1.77", "1.21.1"));
    let other = b"da39a3ee5e6b4b0d3255bfef95601890afd80709".to_vec();
    makers.0.lock().unwrap().files.insert(format!("{NEOFORGE}.sha1"), other);
    let (app, admin) = makers.app().await;
    publish(&admin, "1.0", on_fabric()).await;
    publish(&admin, "2.0", json!({"minecraft_id": "1.21.1", "neoforge_id": "21.1.77"})).await;
    for build in ["1.0", "2.0"] {
        assert!(refused(&app, build).await.contains("kleister admin loaders package"));
    }
}

#[tokio::test]
async fn silent_maker_makes_nobody_wait_for_long() {
    let makers = Makers::default();
    makers.0.lock().unwrap().is_silent = true;
    let (app, admin) = makers.app().await;
    let began = std::time::Instant::now();
    publish(&admin, "1.0", on_fabric()).await;
    assert!(began.elapsed().as_secs() < 30);
    assert!(refused(&app, "1.0").await.contains("had no profile of fabric 0.16.5"));
}

#[tokio::test]
async fn package_that_an_operator_brings_takes_the_place_of_the_fetched_one() {
    let makers = Makers::default();
    makers.put(FABRIC, fabric().as_bytes());
    let (app, admin) = makers.app().await;
    publish(&admin, "1.0", on_fabric()).await;
    let bring = async |version: &str, text: &str| {
        let loader = Loader { kind: LoaderKind::Fabric, version: version.to_owned() };
        let fault = loader_packages::import(&app.app, &loader, "1.21.1".to_owned(), STANDARD.encode(text)).await;
        fault.err().map(|problem| format!("{problem:?}"))
    };
    let brought = fabric().replace("\"x\"", "\"brought\"");
    assert_eq!(bring("0.16.5", &brought).await, None);
    let fault = bring("0.16.6", &brought).await.unwrap();
    assert!(fault.contains("starts fabric 0.16.5, not fabric 0.16.6"), "{fault}");
    makers.asked();
    publish(&admin, "2.0", on_fabric()).await;
    assert_eq!(makers.asked(), Vec::<String>::new());
    assert_eq!(unzipped(&technic(&app, "2.0").await, "bin/version.json"), brought.as_bytes());
    assert_eq!(unzipped(&technic(&app, "1.0").await, "bin/version.json"), fabric().as_bytes());
}

#[tokio::test]
async fn holder_of_a_token_gets_the_loader_of_a_private_pack() {
    let makers = Makers::default();
    makers.put(FABRIC, fabric().as_bytes());
    let (app, admin) = makers.app().await;
    publish(&admin, "1.0", on_fabric()).await;
    admin.put("/packs/sky", json!({"public": false})).await.ok();
    let made = admin.post("/packs/sky/tokens", json!({"kind": "player", "name": "Steve"})).await.ok();
    let root = format!("/t/{}", made["token"].as_str().unwrap());
    let (loader, _) = solder(&app, &root, "1.0").await;
    let url = loader["url"].as_str().unwrap();
    let path = url.strip_prefix("https://mc.example.org").unwrap();
    assert!(path.starts_with(&root), "{url}");
    assert_eq!(app.anonymous().fetch(path.strip_prefix(&*root).unwrap()).await.status, 404);
}
