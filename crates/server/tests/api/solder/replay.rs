//! What a launcher is answered by a Solder before its move, and here afterwards.

use kleister_server::solder::{Place, Source, take_over};
use kleister_store::{Caller as StoreCaller, Who, users};
use kleister_types::solder::SolderReport;
use serde_json::{Value, json};

use super::api;
use super::fixture::{BOB, EVE, KEY, PICTURES, md5};
use super::old_solder::OldSolder;
use crate::test_app::{Caller, TestApp};

/// What launchers, Prism and the Platform ask for, with every way to be somebody.
fn requests(solder: &OldSolder) -> Vec<String> {
    let mut requests = Vec::new();
    let shown = ["", "k=wrong", &format!("k={KEY}"), &format!("cid={EVE}"), &format!("cid={BOB}")].map(str::to_owned);
    let packs: Vec<_> = solder.fixture.packs.iter().map(|pack| pack.slug).chain(["none"]).collect();
    let builds = solder.fixture.packs.iter().flat_map(|pack| pack.builds.iter().map(move |build| (pack, build)));
    let mut builds: Vec<String> = builds.flat_map(|(pack, build)| OldSolder::names(pack, build)).collect();
    builds.extend(["latest".to_owned(), "none".to_owned()]);
    builds.sort();
    builds.dedup();
    for shown in shown {
        requests.push(format!("modpack?{shown}"));
        for pack in &packs {
            requests.push(format!("modpack/{pack}?{shown}"));
            for build in builds.iter().map(|build| build.replace(' ', "%20")) {
                requests.push(format!("modpack/{pack}/{build}?{shown}"));
                requests.push(format!("modpack/{pack}/{build}?include=mods&{shown}"));
            }
        }
    }
    requests.extend([format!("verify/{KEY}"), "verify/wrong".to_owned()]);
    requests
}

/// An answer without the addresses of its server, and without what is meant to differ: an empty list is an object here,
/// and a channel that names nothing that the reader sees names the newest build that he does.
fn comparable(mut answer: Value) -> Value {
    if answer.get("mirror_url").is_some() {
        answer["mirror_url"] = json!("…");
    }
    if answer["modpacks"] == json!([]) {
        answer["modpacks"] = json!({});
    }
    for zip in answer["mods"].as_array_mut().into_iter().flatten() {
        zip["url"] = json!("…");
    }
    for kind in PICTURES {
        if answer[kind].is_string() {
            answer[kind] = json!("…");
        }
    }
    let builds = answer["builds"].as_array().cloned().unwrap_or_default();
    for channel in ["recommended", "latest"] {
        if answer.get(channel).is_some_and(|named| !builds.contains(named)) {
            answer[channel] = builds.last().cloned().unwrap_or(Value::Null);
        }
    }
    answer
}

/// The addresses of everything that an answer names, with the MD5 that it tells.
fn files(answer: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let zips = answer["mods"].as_array().cloned().unwrap_or_default();
    let zips = zips.iter().filter_map(|zip| Some((text(&zip["url"])?, text(&zip["md5"])?)));
    let pictures =
        PICTURES.iter().filter_map(|kind| Some((text(&answer[*kind])?, text(&answer[format!("{kind}_md5")])?)));
    zips.chain(pictures).collect()
}

/// Asserts that every request is answered as before, and that every zip and picture has its bytes; gives how many.
pub(super) async fn assert_replayed(solder: &OldSolder, anonymous: &Caller) -> usize {
    let mut count = 0;
    for request in requests(solder) {
        let (status, before) = solder.ask(&request).await;
        let after = api(anonymous, &format!("/{request}")).await;
        for ((old, _), (new, told)) in files(&before).into_iter().zip(files(&after.json())) {
            let bytes = reqwest::get(old).await.unwrap().bytes().await.unwrap();
            let moved = anonymous.fetch(new.strip_prefix("https://mc.example.org").unwrap()).await;
            assert_eq!((moved.status.as_u16(), &moved.bytes, md5(&moved.bytes)), (200, &bytes, told), "{new}");
            count += 1;
        }
        assert_eq!((after.status.as_u16(), comparable(after.json())), (status, comparable(before)), "{request}");
    }
    assert!(count > 30, "{count}");
    count
}

/// The administrator, as who moves.
pub(super) async fn mover(app: &TestApp) -> StoreCaller {
    let db = app.app.db.read().await.unwrap();
    let admin = users::find_by_name(&db, "admin").await.unwrap().unwrap();
    StoreCaller::User(Who { id: admin.id, username: admin.username, admin: true })
}

pub(super) async fn moved(app: &TestApp, source: &Source, files: Option<Place>) -> SolderReport {
    take_over(&app.app, &mover(app).await, (source, files), None).await.unwrap()
}

pub(super) fn read_api(solder: &OldSolder) -> Source {
    Source::Api { address: format!("{}/api/", solder.address), key: Some(KEY.to_owned()) }
}
