//! Packs at addresses: packwiz's files one by one, and what is mirrored.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use insta::assert_snapshot;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{ended, fabric, import, index, listed, told, zip};
use crate::test_app::TestApp;

type Files = HashMap<String, Vec<u8>>;

/// A server that hands files out.
async fn serve(files: impl FnOnce(&str) -> Files) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let files = Arc::new(files(&base));
    let answer = async |State(files): State<Arc<Files>>, request: Request| match files.get(request.uri().path()) {
        Some(bytes) => bytes.clone().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    };
    let router = Router::new().fallback(answer).with_state(files);
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

/// A Kleister server that may fetch from the other one.
async fn app_for(base: &str) -> TestApp {
    let host = base.trim_start_matches("http://").to_owned();
    TestApp::configured(move |config| {
        config.upstream.hosts = host;
        config.upstream.plain_http = true;
        config.upstream.networks = serde_json::from_value(json!("127.0.0.0/8")).unwrap();
    })
    .await
}

fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn tree(base: &str) -> Files {
    let jar = fabric("jei", "1.0", "*");
    let metafile = format!(
        "name = \"Just Enough Items\"\nfilename = \"jei.jar\"\nside = \"both\"\n\n[download]\nurl = \"{base}/far/jei.jar\"\n\
         hash-format = \"sha256\"\nhash = \"{}\"\n\n[option]\noptional = true\ndefault = true\ndescription = \"Shows recipes\"\n",
        sha256(&jar)
    );
    let index = format!(
        "hash-format = \"sha256\"\n\n[[files]]\nfile = \"mods/jei.pw.toml\"\nhash = \"{}\"\nmetafile = true\n\n\
         [[files]]\nfile = \"config/a b.toml\"\nhash = \"{}\"\npreserve = true\n",
        sha256(&metafile),
        sha256("a = 1"),
    );
    let pack = format!(
        "name = \"Sky\"\nversion = \"2.0\"\npack-format = \"packwiz:1.1.0\"\n[index]\nfile = \"index.toml\"\n\
         hash-format = \"sha256\"\nhash = \"{}\"\n[versions]\nminecraft = \"1.21.1\"\n",
        sha256(&index)
    );
    let files: [(&str, Vec<u8>); 5] = [
        ("/packs/pack.toml", pack.into()),
        ("/packs/index.toml", index.into()),
        ("/packs/mods/jei.pw.toml", metafile.into()),
        ("/packs/config/a%20b.toml", "a = 1".into()),
        ("/far/jei.jar", jar),
    ];
    files.into_iter().map(|(path, bytes)| (path.to_owned(), bytes)).collect()
}

#[tokio::test]
async fn packwiz_is_fetched_file_by_file_and_its_mods_stay_linked() {
    let base = serve(tree).await;
    let app = app_for(&base).await;
    let eve = app.user("eve", false).await;
    let begun = eve.post("/imports", json!({"address": format!("{base}/packs/pack.toml?v=1")})).await;
    assert_snapshot!(told(&ended(&app, &eve, begun).await["report"]), @r#"
    packwiz sky 2.0: matched 0, created 0, linked 1, own 1
    config/a b.toml own
    mods/jei.jar linked just-enough-items jei
    "#);
    let link = eve.get("/packs/sky/builds/2.0/versions").await.ok()["versions"][0].clone();
    assert_eq!(
        (&link["client"], &link["default"], &link["text"]),
        (&json!("optional"), &json!(true), &json!("Shows recipes"))
    );
}

#[tokio::test]
async fn mirrored_mods_are_fetched_and_read() {
    let base = serve(tree).await;
    let app = app_for(&base).await;
    let eve = app.user("eve", false).await;
    let begun = eve.post("/imports", json!({"address": format!("{base}/packs/pack.toml"), "mirror": true})).await;
    assert_snapshot!(told(&ended(&app, &eve, begun).await["report"]), @r#"
    packwiz sky 2.0: matched 0, created 1, linked 0, own 1
    config/a b.toml own
    mods/jei.jar created the-jei 1.0
    "#);
    let version = eve.get("/mods/the-jei/versions/1.0").await.ok();
    assert_eq!(version["number"], "1.0");
}

#[tokio::test]
async fn changed_metafile_fails_the_import_by_name() {
    let base = serve(|base| {
        let mut files = tree(base);
        files.insert("/packs/mods/jei.pw.toml".to_owned(), b"name = \"Evil\"".to_vec());
        files
    })
    .await;
    let app = app_for(&base).await;
    let eve = app.user("eve", false).await;
    let begun = eve.post("/imports", json!({"address": format!("{base}/packs/pack.toml")})).await;
    let failure = ended(&app, &eve, begun).await["failure"].as_str().unwrap().to_owned();
    assert!(failure.contains("`mods/jei.pw.toml` should have the SHA-256"), "{failure}");
}

#[tokio::test]
async fn archive_is_fetched_from_an_address_and_what_cannot_be_mirrored_stays_linked() {
    let jar = fabric("near", "1.0", "*");
    let base = serve(|base| {
        let files = [
            listed("mods/near.jar", &jar, &format!("{base}/near.jar")),
            listed("mods/gone.jar", b"gone", &format!("{base}/gone.jar")),
            listed("mods/swapped.jar", b"good", &format!("{base}/swapped.jar")),
            listed("mods/private.jar", b"private", "http://169.254.169.254/latest"),
        ];
        let archive = zip(&[("modrinth.index.json", &index(&files))]);
        let files = [("/a.mrpack", archive), ("/near.jar", jar.clone()), ("/swapped.jar", b"evil".to_vec())];
        files.into_iter().map(|(path, bytes)| (path.to_owned(), bytes)).collect()
    })
    .await;
    let app = app_for(&base).await;
    let eve = app.user("eve", false).await;
    let begun = eve.post("/imports", json!({"address": format!("{base}/a.mrpack"), "mirror": true})).await;
    assert_snapshot!(told(&ended(&app, &eve, begun).await["report"]), @r#"
    mrpack sky-islands 1.4.2: matched 0, created 1, linked 3, own 0
    mods/gone.jar linked gone gone
    mods/near.jar created the-near 1.0
    mods/private.jar linked private private
    mods/swapped.jar linked swapped swapped
    ! mods/gone.jar: It was not fetched and stays linked: unreachable.
    ! mods/private.jar: It was not fetched and stays linked: not allowed.
    ! mods/swapped.jar: It was not fetched and stays linked: wrong hash.
    "#);
}

#[tokio::test]
async fn addresses_that_nobody_may_reach_fail_without_telling_more() {
    let app = TestApp::empty().await;
    let eve = app.user("eve", false).await;
    for address in [
        "http://127.0.0.1:1/pack.toml",
        "https://example.org/a.mrpack",
        "file:///etc/passwd",
        "http://169.254.169.254/",
    ] {
        let begun = eve.post("/imports", json!({ "address": address })).await;
        let import = ended(&app, &eve, begun).await;
        assert_eq!(
            (&import["state"], &import["failure"]),
            (&json!("failed"), &json!("Nothing was fetched: not allowed"))
        );
    }
    let begun = eve.post("/imports", json!({"address": "pack.toml"})).await;
    assert!(ended(&app, &eve, begun).await["failure"].as_str().unwrap().contains("absolute address"));
    assert_eq!(import(&app, &eve, &super::sky(), &[]).await["kind"], "mrpack");
}
