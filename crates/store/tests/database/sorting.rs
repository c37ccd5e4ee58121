//! Texts are compared and sorted alike on every kind of database.

use kleister_store::names::{new_id, sort_key};
use kleister_store::rows::{self, pack, setting};
use kleister_store::{Caller, Db, Who, packs};
use kleister_types::packs::PackChange;
use kleister_types::{Order, Paging, Timestamp};
use sea_orm::{EntityTrait, QueryOrder};

use crate::fresh::Fresh;

/// Texts that languages sort otherwise, in the order of their bytes.
const TEXTS: [&str; 10] = ["", "!", "A-b", "Ab", "a", "a ", "a-b", "ab", "é", "😀"];

#[tokio::test]
async fn texts_that_differ_in_a_byte_are_two_and_sort_by_it() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::migrated(folder.path()).await;
    let db = Db::open(&fresh.location).await.unwrap();
    let write = db.write().await.unwrap();
    for text in TEXTS.iter().rev() {
        let value = Some((*text).to_owned());
        rows::insert(&*write, setting::Model { name: (*text).to_owned(), value }).await.unwrap();
    }
    write.commit().await.unwrap();
    let read = db.read().await.unwrap();
    for column in [setting::Column::Name, setting::Column::Value] {
        let rows = setting::Entity::find().order_by_asc(column).all(&read).await.unwrap();
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, TEXTS);
    }
    drop(read);
    db.close().await.unwrap();
}

#[tokio::test]
async fn what_is_absent_comes_first() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::migrated(folder.path()).await;
    let db = Db::open(&fresh.location).await.unwrap();
    let admin = Caller::User(Who { id: new_id(), username: "admin".to_owned(), admin: true });
    let write = db.write().await.unwrap();
    for (name, website) in [("with b", Some("b")), ("without", None), ("with A", Some("A")), ("with a", Some("a"))] {
        rows::insert(&*write, named(name, website)).await.unwrap();
    }
    write.commit().await.unwrap();
    let read = db.read().await.unwrap();
    for (order, names) in [
        (Order::Asc, ["without", "with A", "with a", "with b"]),
        (Order::Desc, ["with b", "with a", "with A", "without"]),
    ] {
        let paging = Paging { sort: Some("website".to_owned()), order: Some(order), ..Paging::default() };
        let page = packs::list(&read, &admin, &paging).await.unwrap();
        assert_eq!(page.rows.iter().map(|pack| pack.name.as_str()).collect::<Vec<_>>(), names);
    }
    drop(read);
    db.close().await.unwrap();
}

fn named(name: &str, website: Option<&str>) -> pack::Model {
    let id = new_id();
    pack::Model {
        slug: id.clone(),
        id,
        name: name.to_owned(),
        sort_key: sort_key(name),
        search: None,
        summary: None,
        description: None,
        authors: None,
        website: website.map(str::to_owned),
        links: None,
        server_address: None,
        icon: None,
        public: true,
        hidden: false,
        java: None,
        memory_minimum: None,
        memory_maximum: None,
        source_policy: "ours_first".to_owned(),
        created_at: 0,
        updated_at: 0,
    }
}

/// The longest texts that the rules allow have a place, whatever alphabet they are of.
#[tokio::test]
async fn longest_texts_fit() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::migrated(folder.path()).await;
    let db = Db::open(&fresh.location).await.unwrap();
    let write = db.write().await.unwrap();
    let long = |length: usize| Some("😀".repeat(length));
    let now = Timestamp::from_millis(0);
    let row = named("long", None);
    rows::insert(&*write, row.clone()).await.unwrap();
    let wanted = PackChange { website: long(2048), summary: long(2048), ..PackChange::default() };
    packs::update(&*write, row, &wanted, now).await.unwrap();
    let setting = setting::Model { name: "long".to_owned(), value: long(100_000) };
    rows::insert(&*write, setting.clone()).await.unwrap();
    assert_eq!(setting::Entity::find_by_id("long").one(&*write).await.unwrap(), Some(setting));
    write.commit().await.unwrap();
    db.close().await.unwrap();
}
