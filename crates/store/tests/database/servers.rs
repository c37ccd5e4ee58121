//! One server at a time, and what it promises its requests.

use std::time::Duration;

use kleister_store::rows::{self, setting};
use kleister_store::{Db, Error, Location};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::fresh::{Fresh, admin, end_connections};

fn fact(name: &str, value: &str) -> setting::Model {
    setting::Model { name: name.to_owned(), value: Some(value.to_owned()) }
}

#[tokio::test]
async fn a_second_server_is_refused_until_the_first_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::migrated(folder.path()).await;
    let first = Db::open(&fresh.location).await.unwrap();
    let refused = Db::open(&fresh.location).await.unwrap_err();
    assert!(matches!(refused, Error::InUse(_)), "{refused}");
    assert!(refused.to_string().contains("already works on"), "{refused}");
    first.close().await.unwrap();
    Db::open(&fresh.location).await.unwrap().close().await.unwrap();
}

/// A connection can break and the lock go with it. The server gets it back within a moment, unless another one has it.
#[tokio::test]
async fn a_server_that_lost_its_lock_stands_back_until_it_has_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::migrated(folder.path()).await;
    let first = Db::open(&fresh.location).await.unwrap();
    let (Location::Postgres(url) | Location::MariaDb(url)) = &fresh.location else {
        // The lock of a file is the system's: it cannot be lost.
        Db::open(&fresh.location).await.unwrap_err();
        return first.write().await.unwrap().commit().await.unwrap();
    };
    let epoch = first.epoch();
    let admin = admin(&fresh.url()).await;
    let second = loop {
        end_connections(&admin, url.path().trim_start_matches('/')).await;
        if let Ok(second) = Db::connect(&fresh.location).await {
            break second;
        }
    };
    until(async || matches!(first.ping().await, Err(Error::InUse(_)))).await;
    assert!(first.epoch() > epoch, "what it holds in memory would be served");
    assert!(matches!(first.write().await, Err(Error::InUse(_))));
    assert!(matches!(first.read().await, Err(Error::InUse(_))));
    second.close().await.unwrap();
    until(async || first.ping().await.is_ok()).await;
    let write = first.write().await.unwrap();
    rows::insert(&*write, fact("a", "1")).await.unwrap();
    write.commit().await.unwrap();
    admin.close().await.unwrap();
    first.close().await.unwrap();
}

/// Waits until something is so, for half a minute at most.
pub(crate) async fn until(is_so: impl AsyncFn() -> bool) {
    let asked = async {
        let mut often = tokio::time::interval(Duration::from_millis(50));
        while !is_so().await {
            often.tick().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), asked).await.unwrap();
}

#[tokio::test]
async fn a_request_reads_one_state() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::migrated(folder.path()).await;
    let db = Db::open(&fresh.location).await.unwrap();
    let read = db.read().await.unwrap();
    assert!(setting::Entity::find_by_id("a").one(&read).await.unwrap().is_none());
    let write = db.write().await.unwrap();
    rows::insert(&*write, fact("a", "1")).await.unwrap();
    write.commit().await.unwrap();
    assert!(setting::Entity::find_by_id("a").one(&read).await.unwrap().is_none());
    let later = db.read().await.unwrap();
    assert!(setting::Entity::find_by_id("a").one(&later).await.unwrap().is_some());
    drop((read, later));
    db.close().await.unwrap();
}

#[tokio::test]
async fn who_reads_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::migrated(folder.path()).await;
    let db = Db::open(&fresh.location).await.unwrap();
    let read = db.read().await.unwrap();
    rows::insert(&read, fact("a", "1")).await.unwrap_err();
    drop(read);
    db.close().await.unwrap();
}

#[tokio::test]
async fn writes_are_alone() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::migrated(folder.path()).await;
    let db = Db::open(&fresh.location).await.unwrap();
    let write = db.write().await.unwrap();
    rows::insert(&*write, fact("count", "0")).await.unwrap();
    write.commit().await.unwrap();
    let epoch = db.epoch();
    let count = async || {
        let write = db.write().await.unwrap();
        let row = setting::Entity::find_by_id("count").one(&*write).await.unwrap().unwrap();
        let value = row.value.unwrap().parse::<u32>().unwrap() + 1;
        rows::update(&*write, fact("count", &value.to_string())).await.unwrap();
        write.commit().await.unwrap();
    };
    tokio::join!(count(), count(), count(), count(), count());
    let read = db.read().await.unwrap();
    let row = setting::Entity::find_by_id("count").one(&read).await.unwrap().unwrap();
    assert_eq!((row.value.as_deref(), db.epoch()), (Some("5"), epoch + 5));
    drop(read);
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_dropped_write_leaves_nothing_and_holds_nobody_up() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::migrated(folder.path()).await;
    let db = Db::open(&fresh.location).await.unwrap();
    let write = db.write().await.unwrap();
    rows::insert(&*write, fact("a", "1")).await.unwrap();
    rows::insert(&*write, fact("a", "2")).await.unwrap_err();
    drop(write);
    let write = db.write().await.unwrap();
    rows::insert(&*write, fact("a", "3")).await.unwrap();
    rows::update(&*write, fact("a", "3")).await.unwrap();
    write.commit().await.unwrap();
    let read = db.read().await.unwrap();
    assert_eq!(setting::Entity::find_by_id("a").one(&read).await.unwrap(), Some(fact("a", "3")));
    assert!(read.execute_unprepared("DELETE FROM settings").await.is_err());
    drop(read);
    db.close().await.unwrap();
}
