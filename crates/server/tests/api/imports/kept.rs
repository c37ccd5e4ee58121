//! What of a pack does not come in, or not as one might think, and that its report says so.

use kleister_samples::hostile;
use kleister_store::rows::{blob, pack};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{fabric, import, index, zip};
use crate::avatars::png;
use crate::test_app::TestApp;

#[tokio::test]
async fn archives_that_the_intake_refuses_are_left_out_with_the_reason() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let bad = hostile().into_iter().filter(|it| it.as_jar.is_some_and(|rule| rule != "NoArchive"));
    let bad: Vec<Vec<u8>> = bad.map(|it| it.bytes).collect();
    let paths: Vec<String> = (0..bad.len()).map(|number| format!("mods/bad-{number}.jar")).collect();
    let mut files: Vec<(&str, &[u8])> =
        paths.iter().map(|path| &**path).zip(bad.iter().map(|bytes| &**bytes)).collect();
    files.push(("mods/cut-off.jar", b"PK\x03\x04 and nothing that ends it"));
    files.push(("mods/jei.jar", b"hello"));
    let report = import(&app, &eve, &zip(&files), &[("name", "Sky")]).await;
    assert_eq!((&report["created"], report["files"].as_array().unwrap().len()), (&json!(1), 1), "{report}");
    let left = report["left_out"].as_array().unwrap();
    assert!(bad.len() > 10 && left.len() == bad.len() + 1, "{left:?}");
    let why = |path: &str| left.iter().find(|note| note["what"] == path).unwrap()["why"].as_str().unwrap();
    for (path, bytes) in paths.iter().zip(&bad) {
        let sent = eve.drop_file("bad.jar", bytes).await.ok();
        assert_eq!(sent["intakes"][0]["refusal"], why(path), "{path}");
    }
    // Whoever has brought one by hand has it.
    eve.post("/mods", json!({"slug": "odd", "name": "Odd"})).await.ok();
    eve.upload("odd", "1", "odd.jar", &bad[0]).await.ok();
    let report = import(&app, &eve, &zip(&[("mods/odd.jar", &bad[0])]), &[("name", "Odd")]).await;
    assert_eq!((&report["matched"], &report["left_out"]), (&json!(1), &json!([])), "{report}");
}

/// An `.mrpack` with this picture.
fn with_icon(icon: &[u8]) -> Vec<u8> {
    zip(&[
        ("modrinth.index.json", &index(&[])),
        ("overrides/icon.png", icon),
        ("overrides/mods/jei.jar", &fabric("jei", "1.0", "*")),
    ])
}

/// What the notes of a report are about, but for who was not asked.
fn noted(report: &Value) -> Vec<(String, String)> {
    let text = |note: &Value, key: &str| note[key].as_str().unwrap().to_owned();
    let notes = report["notes"].as_array().unwrap().iter().map(|note| (text(note, "what"), text(note, "why")));
    notes.filter(|(what, _)| what != "recognition").collect()
}

#[tokio::test]
async fn new_pack_gets_the_picture_and_one_that_is_there_keeps_its_own() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let report = import(&app, &eve, &with_icon(&png()), &[("slug", "sky")]).await;
    assert_eq!(noted(&report), []);
    let db = app.app.db.read().await.unwrap();
    let row = pack::Entity::find().one(&db).await.unwrap().unwrap();
    let original = blob::Entity::find_by_id(row.icon.clone().unwrap()).one(&db).await.unwrap().unwrap();
    assert_eq!(usize::try_from(original.size).unwrap(), png().len());
    drop(db);
    let avatar = eve.get("/packs/sky").await.ok()["avatar"].clone();
    assert!(!avatar["slug"].as_str().unwrap().contains("identicon"), "{avatar}");

    eve.put("/packs/sky", json!({"summary": "My own"})).await.ok();
    let report = import(&app, &eve, &with_icon(&png()), &[("pack", "sky")]).await;
    let own = "The pack keeps its own; the imported one says \"Islands\".".to_owned();
    let picture = "The pack keeps its own picture; its avatar can be set by hand.".to_owned();
    assert_eq!(noted(&report), [("icon".to_owned(), picture), ("summary".to_owned(), own)]);
    assert_eq!(eve.get("/packs/sky").await.ok()["summary"], "My own");
    assert_eq!(eve.get("/packs/sky").await.ok()["avatar"], avatar);
}

#[tokio::test]
async fn picture_that_is_none_keeps_no_pack_from_coming_in() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let report = import(&app, &eve, &with_icon(b"no picture"), &[("slug", "sky")]).await;
    let notes = noted(&report);
    assert_eq!((notes.len(), &*notes[0].0), (1, "icon"));
    assert!(notes[0].1.contains("must be a PNG, JPEG, WebP or GIF"), "{notes:?}");
}
