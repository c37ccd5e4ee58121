//! `prism.zip` as an instance that updates itself, and what else is frozen for it; packs that are signed for unsup.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kleister_server::signify::Key;
use kleister_server::storage;
use kleister_server::updater::{self, Jar};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use crate::avatars::png;
use crate::imports::{import, zip};
use crate::sites::{Behaviour, Sites};
use crate::test_app::{Caller, TestApp};

const BOOTSTRAP: &str = ".minecraft/packwiz-installer-bootstrap.jar";
const INSTALLER: &str = ".minecraft/packwiz-installer.jar";
const COMMAND: &str = "PreLaunchCommand=\"\\\"$INST_JAVA\\\" -jar packwiz-installer-bootstrap.jar --bootstrap-no-update \
                       https://mc.example.org/packs/sky/recommended/packwiz/pack.toml\"";
/// More seconds than a failure is remembered.
const LATER: i64 = 601;
/// More seconds than unnamed bytes are kept.
const AGES: i64 = 60 * 24 * 3600;

/// A jar that is a program.
fn program(name: &str) -> Vec<u8> {
    zip(&[("META-INF/MANIFEST.MF", format!("Manifest-Version: 1.0\r\nMain-Class: {name}\r\n").as_bytes())])
}

/// A server that fetches packwiz-installer from a site, where it is.
async fn fetching() -> (TestApp, Sites, Caller) {
    let sites = Sites::new().await;
    let addresses = ["bootstrap", "installer"].map(|name| sites.put(&format!("{name}.jar"), &program(name)));
    let app = TestApp::configured(|config| {
        let [bootstrap, installer] = addresses;
        config.upstream.packwiz_bootstrap = bootstrap;
        config.upstream.packwiz_installer = installer;
    })
    .await;
    let admin = app.user("admin", true).await;
    admin.pack_with_build().await;
    (app, sites, admin)
}

async fn publish(admin: &Caller, build: &str) {
    if build != "1.0" {
        let wanted = json!({"name": build, "minecraft_id": "1.21.1", "versions": [{"mod": "jei", "version": "1.0"}]});
        admin.post("/packs/sky/builds", wanted).await.ok();
    }
    admin.put(&format!("/packs/sky/builds/{build}"), json!({"published": true})).await.ok();
}

/// What the instance of a build holds.
async fn instance(app: &TestApp, build: &str) -> BTreeMap<String, Vec<u8>> {
    let answer = app.anonymous().fetch(&format!("/packs/sky/{build}/prism.zip")).await;
    assert_eq!(answer.status, 200);
    let mut archive = ZipArchive::new(Cursor::new(&answer.bytes)).unwrap();
    let mut read = |index| {
        let (mut file, mut bytes) = (archive.by_index(index).unwrap(), Vec::new());
        file.read_to_end(&mut bytes).unwrap();
        (file.name().unwrap().into_owned(), bytes)
    };
    (0..ZipArchive::new(Cursor::new(&answer.bytes)).unwrap().len()).map(&mut read).collect()
}

fn settings(instance: &BTreeMap<String, Vec<u8>>) -> String {
    String::from_utf8(instance["instance.cfg"].clone()).unwrap()
}

/// Brings packwiz-installer and its bootstrap, or something like them, as an operator does.
pub(crate) async fn bring(app: &TestApp, names: [&str; 2]) {
    let jars = [Jar::Bootstrap, Jar::Installer].into_iter().zip(names.map(|name| STANDARD.encode(program(name))));
    updater::import(&app.app, jars.collect()).await.unwrap();
}

#[tokio::test]
async fn packwiz_installer_is_fetched_once_and_lies_in_instances() {
    let (app, sites, admin) = fetching().await;
    publish(&admin, "1.0").await;
    assert_eq!(sites.asked().len(), 2);
    publish(&admin, "1.1").await;
    assert_eq!(sites.asked(), Vec::<String>::new());
    for build in ["1.0", "1.1"] {
        let instance = instance(&app, build).await;
        assert_eq!(instance[BOOTSTRAP], program("bootstrap"));
        assert_eq!(instance[INSTALLER], program("installer"));
        assert!(settings(&instance).contains(COMMAND), "{}", settings(&instance));
    }
    let page = String::from_utf8(app.anonymous().fetch("/packs/sky").await.bytes.to_vec()).unwrap();
    assert!(page.contains("recommended%2Fprism%2Ezip") && page.contains("never sure to arrive"), "{page}");
}

#[tokio::test]
async fn instance_of_a_token_follows_the_channel_that_the_token_opens() {
    let (app, _, admin) = fetching().await;
    publish(&admin, "1.0").await;
    admin.put("/packs/sky/channels/beta", json!({"build": "1.0"})).await.ok();
    for (wanted, channel) in [
        (json!({"kind": "player", "name": "Alex"}), "recommended"),
        (json!({"kind": "player", "name": "Steve", "channel": "beta"}), "beta"),
    ] {
        let token = admin.post("/packs/sky/tokens", wanted).await.ok()["token"].as_str().unwrap().to_owned();
        let instance = app.anonymous().fetch(&format!("/t/{token}/packs/sky/1.0/prism.zip")).await;
        let text = String::from_utf8_lossy(&instance.bytes).into_owned();
        let path = format!("/t/{token}/packs/sky/{channel}/packwiz/pack.toml");
        assert!(text.contains(&format!("https://mc.example.org{path}\"")), "{channel}");
        assert_eq!(app.anonymous().fetch(&path).await.status, 200, "{channel}");
    }
}

#[tokio::test]
async fn build_keeps_the_jars_that_it_was_published_with() {
    let (app, _, admin) = fetching().await;
    publish(&admin, "1.0").await;
    let before = app.anonymous().fetch("/packs/sky/1.0/prism.zip").await;
    bring(&app, ["newer bootstrap", "newer installer"]).await;
    publish(&admin, "1.1").await;
    app.clock.advance(AGES);
    storage::collect(&app.app, false, &|_| {}).await.unwrap();
    drop(admin);
    let app = app.restarted().await;
    let after = app.anonymous().fetch("/packs/sky/1.0/prism.zip").await;
    assert_eq!((&after.bytes, &after.headers["etag"]), (&before.bytes, &before.headers["etag"]));
    assert_eq!(instance(&app, "1.1").await[INSTALLER], program("newer installer"));
}

#[tokio::test]
async fn jars_that_no_build_has_yet_are_not_collected() {
    let (app, _, admin) = fetching().await;
    bring(&app, ["b", "i"]).await;
    app.clock.advance(AGES);
    storage::collect(&app.app, false, &|_| {}).await.unwrap();
    let admin = {
        drop(admin);
        app.sign_in("admin").await
    };
    publish(&admin, "1.0").await;
    assert_eq!(instance(&app, "1.0").await[BOOTSTRAP], program("b"));
}

#[tokio::test]
async fn build_is_published_without_them_where_they_cannot_be_fetched() {
    let (app, sites, admin) = fetching().await;
    let behaviours = [Behaviour::Busy, Behaviour::Nonsense, Behaviour::Endless];
    for (number, behaviour) in behaviours.into_iter().enumerate() {
        sites.behave(behaviour);
        let build = format!("1.{number}");
        publish(&admin, &build).await;
        assert_eq!(sites.asked().len(), 1, "{behaviour:?}");
        let instance = instance(&app, &build).await;
        assert!(!instance.contains_key(BOOTSTRAP) && !settings(&instance).contains("Command"), "{behaviour:?}");
        let index = app.anonymous().fetch(&format!("/packs/sky/{build}/index.json")).await.json();
        let why = index["losses"]["prism.zip"][0]["why"].as_str().unwrap();
        assert!(why.contains("kleister admin updater import"), "{why}");
        // It is not asked again at once.
        publish(&admin, &format!("1.{number}.1")).await;
        assert_eq!(sites.asked(), Vec::<String>::new(), "{behaviour:?}");
        app.clock.advance(LATER);
    }
    sites.behave(Behaviour::Well);
    publish(&admin, "2.0").await;
    assert_eq!(instance(&app, "2.0").await[INSTALLER], program("installer"));
}

#[tokio::test]
async fn jar_with_another_hash_than_the_settings_say_is_not_taken() {
    for (hash, is_taken) in [("a".repeat(64), false), (hex::encode(Sha256::digest(program("installer"))), true)] {
        let sites = Sites::new().await;
        let [bootstrap, installer] =
            ["bootstrap", "installer"].map(|name| sites.put(&format!("{name}.jar"), &program(name)));
        let app = TestApp::configured(|config| {
            config.upstream.packwiz_bootstrap = bootstrap;
            config.upstream.packwiz_installer = installer;
            config.upstream.packwiz_installer_sha256 = hash.to_uppercase();
        })
        .await;
        let admin = app.user("admin", true).await;
        admin.pack_with_build().await;
        publish(&admin, "1.0").await;
        assert_eq!(instance(&app, "1.0").await.contains_key(INSTALLER), is_taken);
    }
}

#[tokio::test]
async fn what_is_no_program_is_not_brought() {
    let (app, _, _) = fetching().await;
    for (bytes, word) in [(b"PK".to_vec(), "no jar"), (zip(&[("a.txt", b"a")]), "Main-Class")] {
        let refused = updater::import(&app.app, vec![(Jar::Installer, STANDARD.encode(bytes))]).await.unwrap_err();
        assert!(refused.explained().contains(word), "{}", refused.explained());
    }
}

#[tokio::test]
async fn icon_and_server_are_frozen_with_the_build() {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.send_picture("/packs/sky/avatar", &png()).await.ok();
    admin.put("/packs/sky", json!({"server_address": "play.example.org"})).await.ok();
    publish(&admin, "1.0").await;
    let before = app.anonymous().fetch("/packs/sky/1.0/prism.zip").await.bytes;
    let found = instance(&app, "1.0").await;
    let key = format!("sky-{}", &hex::encode(Sha256::digest(png()))[..8]);
    assert_eq!(found[&format!("{key}.png")], png());
    let settings = settings(&found);
    for line in [&format!("iconKey={key}\n"), "JoinServerOnLaunch=true\nJoinServerOnLaunchAddress=play.example.org\n"] {
        assert!(settings.contains(line), "{settings}");
    }
    admin.delete("/packs/sky/avatar").await.ok();
    admin.put("/packs/sky", json!({"server_address": "elsewhere.example.org"})).await.ok();
    app.clock.advance(AGES);
    storage::collect(&app.app, false, &|_| {}).await.unwrap();
    drop((admin, eve, anonymous));
    let app = app.restarted().await;
    assert_eq!(app.anonymous().fetch("/packs/sky/1.0/prism.zip").await.bytes, before);
}

#[tokio::test]
async fn address_of_the_game_server_is_one_that_launchers_can_join() {
    let (_app, admin, ..) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    for address in ["play.example.org", "play.example.org:25570", "10.0.0.7", "[2001:db8::7]", "[2001:db8::7]:25570"] {
        let pack = admin.put("/packs/sky", json!({"server_address": address})).await.ok();
        assert_eq!(pack["server_address"], address);
    }
    let long = "a".repeat(256);
    for address in
        ["play example", "play.example.org:0", "x:99999", "a:b:c", "https://example.org", ":25565", "a\nb", &long]
    {
        let refused = admin.put("/packs/sky", json!({"server_address": address})).await;
        assert_eq!(refused.status, 422, "{address}: {}", refused.json());
    }
    let removed = admin.put("/packs/sky", json!({"server_address": ""})).await.ok();
    assert_eq!(removed.get("server_address"), None);
}

#[tokio::test]
async fn components_of_an_imported_instance_come_back() {
    let (app, admin, ..) = TestApp::with_callers().await;
    let components = json!({"formatVersion": 1, "components": [
        {"uid": "net.minecraft", "version": "1.21.1"}, {"uid": "org.example.agent", "version": "1"},
    ]});
    let patch = json!({"uid": "org.example.agent", "version": "1", "+agents": [{"name": "org.example:agent:1"}]});
    let archive = zip(&[
        ("instance.cfg", b"[General]\nname=Sky\nInstanceType=OneSix\n"),
        ("mmc-pack.json", components.to_string().as_bytes()),
        ("patches/org.example.agent.json", patch.to_string().as_bytes()),
        (".minecraft/options.txt", b"lang:en_us"),
    ]);
    import(&app, &admin, &archive, &[]).await;
    admin.put("/packs/sky", json!({"public": true})).await.ok();
    publish(&admin, "1.0").await;
    let found = instance(&app, "1.0").await;
    let json = |name: &str| -> Value { serde_json::from_slice(&found[name]).unwrap() };
    assert_eq!(json("patches/org.example.agent.json"), patch);
    assert_eq!(json("mmc-pack.json")["components"][1], json!({"uid": "org.example.agent", "version": "1"}));
}

/// What stands in the second line of a file of signify: the number of the key, and the rest.
fn read(file: &str) -> ([u8; 8], Vec<u8>) {
    let lines: Vec<_> = file.lines().collect();
    let [comment, line] = lines[..] else { panic!("{file}") };
    assert!(comment.starts_with("untrusted comment: ") && comment.len() <= 1024, "{comment}");
    let bytes = STANDARD.decode(line).unwrap();
    assert_eq!(&bytes[..2], b"Ed");
    (bytes[2..10].try_into().unwrap(), bytes[10..].to_vec())
}

#[tokio::test]
async fn pack_is_signed_with_the_key_of_the_settings() {
    let key = Key::random();
    let app = TestApp::configured(|config| config.server.signing_key = key.secret_file().into()).await;
    let admin = app.user("admin", true).await;
    admin.pack_with_build().await;
    publish(&admin, "1.0").await;
    let token = admin.post("/packs/sky/tokens", json!({"kind": "player", "name": "Alex"})).await.ok();
    let token = token["token"].as_str().unwrap().to_owned();
    let mut signatures = Vec::new();
    for base in ["/packs/sky/1.0".to_owned(), "/packs/sky/latest".to_owned(), format!("/t/{token}/packs/sky/1.0")] {
        let get = async |name: &str| app.anonymous().fetch(&format!("{base}/packwiz/{name}")).await;
        let (pack, signature, public) = (get("pack.toml").await, get("unsup.sig").await, get("unsup.pub").await);
        assert_eq!(signature.headers["content-type"], "text/plain; charset=utf-8");
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        assert!(text(&public.bytes).ends_with(&format!("\n{}\n", key.public())));
        let ((number, bytes), (known, public)) = (read(&text(&signature.bytes)), read(&text(&public.bytes)));
        let public = UnparsedPublicKey::new(&ED25519, public);
        assert_eq!(number, known);
        public.verify(&pack.bytes, &bytes).unwrap();
        let mut flipped = pack.bytes.to_vec();
        flipped[7] ^= 1;
        public.verify(&flipped, &bytes).unwrap_err();
        signatures.push(signature.bytes);
    }
    assert_eq!(signatures[0], signatures[1], "a channel's pack.toml is the build's");
    assert_ne!(signatures[0], signatures[2]);
    drop(admin);
    let app = app.restarted().await;
    assert_eq!(app.anonymous().fetch("/packs/sky/1.0/packwiz/unsup.sig").await.bytes, signatures[0]);
}

#[tokio::test]
async fn nothing_is_signed_without_a_key() {
    let (app, admin, ..) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    publish(&admin, "1.0").await;
    for name in ["unsup.sig", "unsup.pub"] {
        assert_eq!(app.anonymous().fetch(&format!("/packs/sky/1.0/packwiz/{name}")).await.status, 404);
    }
}
