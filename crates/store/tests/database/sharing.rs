//! Several servers on one PostgreSQL. The other kinds of databases have one server each, so there is nothing to see there.

use kleister_store::rows::{self, setting};
use kleister_store::{Db, Error, Location};
use sea_orm::EntityTrait;

use crate::fresh::{Fresh, admin, end_connections};
use crate::servers::until;

/// A database that servers can share, if the tests run on one.
async fn shared() -> Option<(tempfile::TempDir, Fresh, Location)> {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::migrated(folder.path()).await;
    let location = fresh.location.clone().shared();
    matches!(location, Location::SharedPostgres(_)).then_some((folder, fresh, location))
}

async fn count(db: &Db) {
    let write = db.write().await.unwrap();
    let row = setting::Entity::find_by_id("count").one(&*write).await.unwrap();
    let value = row.as_ref().map_or(0, |row| row.value.as_deref().unwrap().parse::<u32>().unwrap()) + 1;
    let next = setting::Model { name: "count".to_owned(), value: Some(value.to_string()) };
    match row {
        None => rows::insert(&*write, next).await.unwrap(),
        Some(_) => rows::update(&*write, next).await.unwrap(),
    }
    write.commit().await.unwrap();
}

#[tokio::test]
async fn writes_of_several_servers_take_turns() {
    let Some((_folder, _fresh, location)) = shared().await else { return };
    let (one, two) = tokio::join!(Db::open(&location), Db::open(&location));
    let (one, two) = (one.unwrap(), two.unwrap());
    for _ in 0..5 {
        tokio::join!(count(&one), count(&two), count(&one), count(&two));
    }
    let row = setting::Entity::find_by_id("count").one(&two.read().await.unwrap()).await.unwrap().unwrap();
    assert_eq!(row.value.as_deref(), Some("20"));
    one.close().await.unwrap();
    two.close().await.unwrap();
}

#[tokio::test]
async fn what_one_server_writes_ends_the_epoch_of_the_other() {
    let Some((_folder, _fresh, location)) = shared().await else { return };
    let (one, two) = (Db::open(&location).await.unwrap(), Db::open(&location).await.unwrap());
    // Until it hears, no epoch lasts.
    until(async || two.epoch() == two.epoch()).await;
    let (epoch, mut heard) = (two.epoch(), two.heard().unwrap());
    heard.mark_unchanged();
    count(&one).await;
    heard.changed().await.unwrap();
    assert!(two.epoch() > epoch);
    let epoch = two.epoch();
    count(&two).await;
    assert_eq!(two.epoch(), epoch + 1, "its own word tells it nothing");
    one.close().await.unwrap();
    two.close().await.unwrap();
}

#[tokio::test]
async fn a_server_that_hears_nothing_holds_nothing() {
    let Some((_folder, fresh, location)) = shared().await else { return };
    let db = Db::open(&location).await.unwrap();
    until(async || db.epoch() == db.epoch()).await;
    let Location::SharedPostgres(url) = &location else { unreachable!() };
    let admin = admin(&fresh.url()).await;
    end_connections(&admin, url.path().trim_start_matches('/')).await;
    until(async || db.epoch() != db.epoch()).await;
    until(async || db.epoch() == db.epoch()).await;
    until(async || db.ping().await.is_ok()).await;
    count(&db).await;
    admin.close().await.unwrap();
    db.close().await.unwrap();
}

#[tokio::test]
async fn who_shares_with_nobody_is_kept_out_and_keeps_others_out() {
    let Some((_folder, fresh, location)) = shared().await else { return };
    let one = Db::open(&location).await.unwrap();
    assert!(matches!(Db::open(&fresh.location).await, Err(Error::InUse(_))));
    one.close().await.unwrap();
    let alone = Db::open(&fresh.location).await.unwrap();
    assert!(matches!(Db::connect(&location).await, Err(Error::InUse(_))));
    alone.close().await.unwrap();
}

/// Tables are made by one of them, while the others wait.
#[tokio::test]
async fn servers_that_start_together_on_an_empty_database_all_open_it() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::empty(folder.path()).await;
    let location = fresh.location.clone().shared();
    if !matches!(location, Location::SharedPostgres(_)) {
        return;
    }
    let (one, two, three) = tokio::join!(Db::open(&location), Db::open(&location), Db::open(&location));
    for db in [one, two, three] {
        let db = db.unwrap();
        assert!(db.steps().await.unwrap().iter().all(|step| step.applied));
        db.close().await.unwrap();
    }
}
