//! Files that `CurseForge`'s packs number, of which more is told later.

use kleister_store::rows::{version_file, version_source};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{cursed, fabric, import};
use crate::sites::{Sites, sha1};
use crate::test_app::TestApp;

/// The file with this number, and the addresses that it has.
async fn numbered(app: &TestApp, number: &str) -> (version_file::Model, Vec<Option<String>>) {
    let db = app.app.db.read().await.unwrap();
    let source = version_source::Entity::find().filter(version_source::Column::File.eq(number));
    let source = source.one(&db).await.unwrap().unwrap();
    let sources = version_source::Entity::find().filter(version_source::Column::FileId.eq(&source.file_id));
    let file = version_file::Entity::find_by_id(&source.file_id).one(&db).await.unwrap().unwrap();
    (file, sources.all(&db).await.unwrap().into_iter().map(|source| source.address).collect())
}

#[tokio::test]
async fn what_curseforge_tells_later_is_learned_by_whoever_may_change_the_mod() {
    let sites = Sites::new().await;
    let app = sites.app().await;
    let (eve, mallory) = (app.user("eve", false).await, app.user("mallory", false).await);
    let lamps = fabric("lamps", "1.0", "*");
    let archive = cursed(&[(7, 70, true), (8, 80, true)]);
    import(&app, &eve, &archive, &[("slug", "cursed")]).await;
    for slug in eve.get("/mods").await.column("mods", "slug") {
        eve.put(&format!("/mods/{slug}"), json!({"public": true})).await.ok();
    }
    let (file, addresses) = numbered(&app, "70").await;
    assert_eq!((file.sha1, file.size, addresses), (None, None, vec![None]));

    sites.curse(7, "lamps", &lamps, &json!(true));
    sites.curse(8, "alone", b"alone", &json!(false));
    let report = import(&app, &mallory, &archive, &[("slug", "mine")]).await;
    assert_eq!(report["matched"], 2, "{report}");
    assert_eq!(numbered(&app, "70").await.0.sha1, None, "who may not change the mod changes nothing");

    let report = import(&app, &eve, &archive, &[("pack", "cursed")]).await;
    assert_eq!(report["matched"], 2, "{report}");
    let (file, addresses) = numbered(&app, "70").await;
    assert_eq!((file.sha1, file.size), (Some(sha1(&lamps)), i64::try_from(lamps.len()).ok()));
    assert_eq!(addresses, [Some(sites.put("lamps.jar", &lamps))]);
    let (file, addresses) = numbered(&app, "80").await;
    assert_eq!((file.sha1, &*file.redistribution, addresses), (Some(sha1(b"alone")), "no", vec![None]));

    // What is fetched now fills the version that waits, instead of beside it making another one.
    let report = import(&app, &eve, &archive, &[("pack", "cursed"), ("mirror", "true")]).await;
    assert_eq!((&report["matched"], &report["created"]), (&json!(1), &json!(1)), "{report}");
    assert!(numbered(&app, "70").await.0.blob.is_some());
    assert_eq!(eve.get("/mods").await.ok()["total"], 2);
}

#[tokio::test]
async fn file_that_is_fetched_fills_the_version_that_was_a_number() {
    let sites = Sites::new().await;
    let app = sites.app().await;
    let eve = app.user("eve", false).await;
    let archive = cursed(&[(7, 70, true)]);
    import(&app, &eve, &archive, &[("slug", "cursed")]).await;
    sites.curse(7, "lamps", &fabric("lamps", "1.0", "*"), &json!(true));
    import(&app, &eve, &archive, &[("pack", "cursed"), ("mirror", "true")]).await;
    assert!(numbered(&app, "70").await.0.blob.is_some());
    let slug = eve.get("/mods").await.column("mods", "slug")[0].clone();
    assert_eq!(eve.get(&format!("/mods/{slug}/versions")).await.ok()["total"], 1);
}
