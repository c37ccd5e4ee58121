//! Modrinth and `CurseForge`: what they have is found and recognised, and what they do wrong harms nobody.

use kleister_server::sources::{Known, recognise};
use kleister_types::sources::Source;
use serde_json::{Value, json};

use crate::sites::{Behaviour, Sites, sha1, sha512};
use crate::test_app::TestApp;

fn known(bytes: &[u8]) -> Known {
    let fingerprint = kleister_files::murmur2(std::io::Cursor::new(bytes)).ok();
    Known { sha512: sha512(bytes), sha1: sha1(bytes), fingerprint }
}

/// A server beside sites that have a few mods.
async fn stocked() -> (Sites, TestApp) {
    let sites = Sites::new().await;
    sites.project("Wnxd13zP", "lanterns", "MIT");
    sites.version("Wnxd13zP", "lant0001", b"the lanterns of old", &[]);
    sites.version("Wnxd13zP", "lant0002", b"the lanterns of today", &[("P7dR8mSH", "required")]);
    sites.curse(7001, "candles", b"candles that burn", &Value::Null);
    sites.curse(7002, "matches", b"matches for few", &false.into());
    let app = sites.app().await;
    (sites, app)
}

#[tokio::test]
async fn mods_are_found_where_they_are() {
    let (sites, app) = stocked().await;
    let eve = app.user("eve", false).await;
    let found = eve.get("/sources/modrinth/search?query=lant&minecraft=1.21.1&loader=fabric").await.ok();
    assert_eq!((&found["total"], &found["limit"], &found["offset"]), (&json!(1), &json!(20), &json!(0)));
    let project = &found["projects"][0];
    let names = ["id", "slug", "licence", "client", "server"].map(|field| project[field].as_str().unwrap());
    assert_eq!(names, ["Wnxd13zP", "lanterns", "MIT", "required", "unsupported"]);
    assert_eq!(project["redistribution"], true);
    let asked = sites.asked().join("\n");
    assert!(asked.contains(r#"[["project_type!=modpack"],["versions:1.21.1"],["categories:fabric"]]"#), "{asked}");

    let found = eve.get("/sources/curseforge/search?query=a&loader=neoforge&limit=500&offset=3").await.ok();
    assert_eq!((&found["total"], &found["limit"], &found["offset"]), (&json!(2), &json!(50), &json!(3)));
    assert_eq!(found["projects"][1]["redistribution"], false);
    let asked = sites.asked().join("\n");
    assert!(asked.contains("modLoaderType=6") && asked.contains("gameId=432") && asked.contains("index=3"), "{asked}");
}

#[tokio::test]
async fn versions_are_listed_with_what_they_are_for() {
    let (_sites, app) = stocked().await;
    let eve = app.user("eve", false).await;

    let listed = eve.get("/sources/modrinth/projects/lanterns/versions?minecraft=1.21.1&loader=fabric").await;
    assert_eq!(listed.column("versions", "id"), ["lant0002", "lant0001"]);
    assert_eq!(listed.ok()["versions"][0]["manual"], false);
    let none = eve.get("/sources/modrinth/projects/lanterns/versions?loader=forge").await;
    assert_eq!(none.column("versions", "id"), Vec::<String>::new());
    let manual = eve.get("/sources/curseforge/projects/7002/versions").await.ok();
    assert_eq!((&manual["versions"][0]["manual"], &manual["project"]["slug"]), (&json!(true), &json!("matches")));
    for missing in ["modrinth/projects/nothing", "curseforge/projects/1", "curseforge/projects/..%2F..%2Fgames"] {
        eve.get(&format!("/sources/{missing}/versions")).await.refused(404);
    }
    eve.get("/sources/modrinth/projects/..%2Fprojects/versions").await.refused(404);
    app.anonymous().get("/sources/modrinth/search").await.refused(401);
}

#[tokio::test]
async fn a_source_that_fails_is_told_apart_from_one_that_has_nothing() {
    let (sites, app) = stocked().await;
    let eve = app.user("eve", false).await;
    sites.behave(Behaviour::Busy);
    let busy = eve.get("/sources/modrinth/search").await;
    assert_eq!(busy.headers["retry-after"], "42");
    assert_eq!(busy.refused(503), "Modrinth: unreachable");
    for behaviour in [Behaviour::Nonsense, Behaviour::Endless] {
        sites.behave(behaviour);
        for path in ["modrinth/search", "curseforge/search", "modrinth/projects/x/versions"] {
            let message = eve.get(&format!("/sources/{path}")).await.refused(503);
            assert!(!message.contains("127.0.0.1"), "{message}");
        }
    }
    sites.behave(Behaviour::Well);
    eve.get("/sources/modrinth/search").await.ok();
}

#[tokio::test]
async fn nobody_is_asked_where_the_operator_does_not_want_it() {
    let sites = Sites::new().await;
    let off = TestApp::configured(|config| {
        sites.configure(config);
        config.upstream.enabled = false;
    });
    let off = off.await;
    let eve = off.user("eve", false).await;
    for source in ["modrinth", "curseforge"] {
        let message = eve.get(&format!("/sources/{source}/search")).await.refused(503);
        assert!(message.contains("upstream.enabled"), "{message}");
    }
    let told = recognise(&off.app, "eve", &[known(b"a")]).await;
    assert_eq!((told.files, told.not_asked.len()), (vec![vec![]], 1));
    let keyless = TestApp::configured(|config| {
        sites.configure(config);
        config.upstream.curseforge_key = String::new().into();
        config.upstream.modrinth = String::new();
    });
    let keyless = keyless.await;
    let eve = keyless.user("eve", false).await;
    assert!(eve.get("/sources/curseforge/search").await.refused(503).contains("upstream.curseforge_key"));
    assert!(eve.get("/sources/modrinth/search").await.refused(503).contains("upstream.modrinth"));
    let told = recognise(&keyless.app, "eve", &[known(b"a")]).await;
    assert_eq!((told.files, told.not_asked.len()), (vec![vec![]], 2));
    assert_eq!(sites.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn files_are_recognised_by_what_they_hash_to() {
    let (sites, app) = stocked().await;
    sites.project("Wxxxxxxx", "snuffers", "LicenseRef-All-Rights-Reserved");
    sites.version("Wxxxxxxx", "snuff001", b"candles that burn", &[]);
    let files = [&b"nobody knows me"[..], b"the lanterns of today", b"candles that burn", b"matches for few"];
    let found = recognise(&app.app, "eve", &files.map(known)).await.files;
    let told = found.iter().map(|matches| {
        let told = matches.iter().map(|it| (it.source, it.project.slug.as_str(), it.redistribution()));
        told.collect::<Vec<_>>()
    });
    let expected = [
        vec![],
        vec![(Source::Modrinth, "lanterns", Some(true))],
        vec![(Source::Modrinth, "snuffers", None), (Source::Curseforge, "candles", None)],
        vec![(Source::Curseforge, "matches", Some(false))],
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    assert_eq!(found[1][0].version.number, "1.0-lant0002");
    assert_eq!(found[3][0].file.address, None);
    assert_eq!(sites.asked().len(), 4, "files and projects are asked about in bulk");
}

#[tokio::test]
async fn a_source_that_fails_recognises_nothing_and_holds_nobody_for_long() {
    let (sites, app) = stocked().await;
    for behaviour in [Behaviour::Busy, Behaviour::Nonsense, Behaviour::Silent, Behaviour::Endless] {
        sites.behave(behaviour);
        let told = recognise(&app.app, "eve", &[known(b"matches for few")]).await;
        assert_eq!(told.files, vec![vec![]], "{behaviour:?}");
        assert!(!told.not_asked.is_empty(), "{behaviour:?}");
    }
}
