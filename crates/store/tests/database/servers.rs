//! One server at a time, and what it promises its requests.

use kleister_store::rows::{self, setting};
use kleister_store::{Db, Error};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::fresh::Fresh;

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
    (drop(read), drop(later));
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
