//! The addresses outside the API's document: what players get, and what is stored.

use axum::body::Body;
use axum::http::Request;

use super::Told;
use super::world::{NO_ID, World, text};
use crate::test_app::Caller;

/// What is below the address of a release, by the formats that it is delivered in.
const DELIVERED: [&str; 17] = [
    "pack.mrpack",
    "pack.mrpack?source=own",
    "pack.mrpack?for=modrinth",
    "prism.zip",
    "curseforge.zip",
    "technic.zip",
    "mcupdater.xml",
    "sbom.cdx.json",
    "status.json",
    "index.json",
    "packwiz/pack.toml",
    "packwiz/index.toml",
    "packwiz/mods/jei.pw.toml",
    "files/mods/jei-1.0.jar",
    "files/mods/own-1.0.jar",
    "update-preview?from=1.0&client=packwiz",
    "nothing",
];

/// What is answered at an address: to the first caller for every way of asking for it, to others for the plain one.
async fn told(callers: &[&Caller], path: &str) -> Vec<Told> {
    let mut told = Vec::new();
    let ways = [
        ("GET", "accept", "*/*"),
        ("HEAD", "accept", "*/*"),
        ("GET", "if-none-match", "*"),
        ("GET", "range", "bytes=0-0"),
        ("OPTIONS", "origin", "https://elsewhere.example.org"),
    ];
    for (at, caller) in callers.iter().enumerate() {
        for (method, header, value) in &ways[..if at == 0 { ways.len() } else { 1 }] {
            let request = Request::builder().method(*method).uri(path).header(*header, *value);
            told.push(caller.request(request.body(Body::empty()).unwrap()).await.into());
        }
    }
    told
}

/// Asserts that an address is answered to those who may not see what it names like one that names nothing.
async fn is_nowhere(callers: &[&Caller], unseen: &str, absent: &str) {
    let answers = told(callers, unseen).await;
    assert_eq!(answers, told(callers, absent).await, "{unseen}");
    assert!(answers.iter().all(|told| ![200, 206, 304].contains(&told.status) || told.body.is_empty()), "{answers:#?}");
    assert_ne!(answers[0].status, 200, "{unseen}");
}

#[tokio::test]
async fn delivery_answers_what_is_unseen_like_what_is_not_there() {
    let world = World::visible().await;
    world.hide().await;
    let anonymous = world.app.anonymous();
    let callers = [&anonymous, &world.stranger];
    let pack = world.id("/packs/secret").await;
    let ((_, of_secret), (_, of_sky), (_, of_mine)) =
        (world.preview("secret").await, world.preview("sky").await, world.preview("mine").await);
    let (_, pack_token) = world.pack_token("mine").await;
    let mut trees = vec!["/packs".to_owned()];
    trees.extend(["klp_nothing", "klc_nothing", &of_mine, &pack_token].map(|token| format!("/t/{token}/packs")));
    for rest in DELIVERED {
        let shown = world.maker.fetch(&format!("/t/{of_secret}/packs/secret/1.0/{rest}")).await;
        let status = match rest {
            "nothing" => 404,
            // The packs are for Fabric: MCUpdater does not know it, and Technic's zip lacks it. Only who may see a pack is
            // told so.
            "mcupdater.xml" | "technic.zip" => 409,
            _ => 200,
        };
        assert_eq!(shown.status, status, "{rest}");
        for tree in &trees {
            for (unseen, absent) in [("secret", "nothing"), ("secret-before", "nothing-before"), (&*pack, NO_ID)] {
                let releases = if tree == "/packs" { &["1.0", "2.0", "latest", "beta"][..] } else { &["1.0"] };
                for release in releases {
                    let absent = format!("{tree}/{absent}/{release}/{rest}");
                    is_nowhere(&callers, &format!("{tree}/{unseen}/{release}/{rest}"), &absent).await;
                }
            }
            for unseen in ["1.1", "2.0"] {
                let absent = format!("{tree}/sky/9.9/{rest}");
                is_nowhere(&callers, &format!("{tree}/sky/{unseen}/{rest}"), &absent).await;
            }
        }
        let absent = format!("/t/{of_sky}/packs/nothing/1.0/{rest}");
        is_nowhere(&callers, &format!("/t/{of_sky}/packs/secret/1.0/{rest}"), &absent).await;
        let absent = format!("/t/{of_secret}/packs/sky/9.9/{rest}");
        is_nowhere(&callers, &format!("/t/{of_secret}/packs/sky/2.0/{rest}"), &absent).await;
    }
}

#[tokio::test]
async fn page_and_feed_of_what_is_unseen_are_not_there() {
    let world = World::visible().await;
    world.hide().await;
    let anonymous = world.app.anonymous();
    let callers = [&anonymous, &world.stranger];
    let pack = world.id("/packs/secret").await;
    let ((_, of_secret), (_, of_mine)) = (world.preview("secret").await, world.preview("mine").await);
    for rest in ["", "/feed.atom"] {
        let shown = world.maker.fetch(&format!("/t/{of_secret}/packs/secret{rest}")).await;
        assert_eq!(shown.status, 200, "{rest}");
        for tree in ["/packs".to_owned(), "/t/klp_nothing/packs".to_owned(), format!("/t/{of_mine}/packs")] {
            for (unseen, absent) in [("secret", "nothing"), ("secret-before", "nothing-before"), (&*pack, NO_ID)] {
                is_nowhere(&callers, &format!("{tree}/{unseen}{rest}"), &format!("{tree}/{absent}{rest}")).await;
            }
        }
    }
}

#[tokio::test]
async fn storage_answers_what_is_unseen_like_what_is_not_there() {
    let world = World::visible().await;
    world.hide().await;
    let anonymous = world.app.anonymous();
    let callers = [&anonymous, &world.stranger];
    for (thing, field) in [
        ("/mods/vault/versions/1.0", "/file/url"),
        ("/mods/secret-mod/versions/1.0", "/file/url"),
        ("/mods/jei/versions/secret", "/file/url"),
        ("/packs/secret", "/avatar/url"),
        ("/mods/secret-mod", "/avatar/url"),
        ("/mods/vault", "/avatar/url"),
    ] {
        let shown = world.maker.get(thing).await.ok();
        let address = text(shown.pointer(field).unwrap());
        let address = address.strip_prefix("https://mc.example.org").unwrap();
        assert_eq!(world.maker.fetch(address).await.status, 200, "{address}");
        let id = address.split(['/', '-']).find(|part| part.len() == NO_ID.len()).unwrap();
        let absent = address.replace(id, NO_ID);
        assert_ne!(absent, address);
        is_nowhere(&callers, address, &absent).await;
        is_nowhere(&callers, &format!("{address}.old"), &format!("{absent}.old")).await;
    }
}

#[test]
fn every_format_and_every_shelf_is_tried() {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let files =
        ["delivery", "api"].into_iter().flat_map(|room| std::fs::read_dir(format!("{sources}/{room}")).unwrap());
    let texts = files.map(|file| file.unwrap().path()).filter(|path| path.is_file());
    let texts: Vec<_> = texts.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let routes =
        texts.iter().flat_map(|text| text.split(".route(\"").skip(1)).map(|rest| rest.split('"').next().unwrap());
    let mut shelves = Vec::new();
    for route in routes {
        match route.strip_prefix("/{pack}/{release}/") {
            Some(format) => {
                let format = format.split("{*").next().unwrap();
                assert!(DELIVERED.iter().any(|tried| tried.starts_with(format)), "try {route} in this file");
            }
            None if route.starts_with("/storage/") => shelves.push(route.to_owned()),
            None => {}
        }
    }
    shelves.sort();
    assert_eq!(
        shelves,
        ["/storage/avatars/{slug}", "/storage/versions/{file_id}/{name}"],
        "try every shelf in this file"
    );
}
