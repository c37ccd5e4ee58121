//! The way from no tables to all: at any statement it can be broken off and begun again.

use kleister_store::schema::{self, Migrator};
use kleister_store::{Db, Error, Location};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use sea_orm_migration::MigratorTrait;

use crate::fresh::{Fresh, admin};

/// The names of all tables and indexes with their columns, as the database itself tells them.
async fn shape(db: &DatabaseConnection) -> Vec<String> {
    let backend = db.get_database_backend();
    let sql = match backend {
        DbBackend::Sqlite => "SELECT name || coalesce(sql, '') FROM sqlite_master",
        DbBackend::Postgres => {
            "SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || coalesce(collation_name, '') \
             FROM information_schema.columns WHERE table_schema = 'public' \
             UNION SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
        }
        _ => {
            "SELECT CONCAT_WS(' ', TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, COLLATION_NAME) \
             FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() \
             UNION SELECT CONCAT_WS(' ', TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME) \
             FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()"
        }
    };
    let rows = db.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
    let mut shape: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    shape.sort();
    shape
}

async fn opened_and_closed(location: &Location) {
    Db::open(location).await.unwrap().close().await.unwrap();
}

async fn made_at_once() -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::empty(folder.path()).await;
    opened_and_closed(&fresh.location).await;
    let db = admin(&fresh.url()).await;
    let shape = shape(&db).await;
    db.close().await.unwrap();
    shape
}

/// A step is one change and the note that it was made. Broken off before the change, the step before was the last;
/// between change and note, the change is there and must not be in the way.
#[tokio::test]
async fn broken_off_at_any_statement_it_goes_on_from_there() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::empty(folder.path()).await;
    if let Location::Sqlite(file) = &fresh.location {
        std::fs::write(file, "").unwrap();
    }
    let db = admin(&fresh.url()).await;
    Migrator::install(&db).await.unwrap();
    for step in schema::planned() {
        Migrator::up(&db, Some(1)).await.unwrap();
        let forget = format!("DELETE FROM seaql_migrations WHERE version = '{}'", step.name);
        assert_eq!(db.execute_unprepared(&forget).await.unwrap().rows_affected(), 1, "{}", step.name);
        Migrator::up(&db, Some(1)).await.unwrap();
    }
    assert_eq!(shape(&db).await, made_at_once().await);
    db.close().await.unwrap();
    opened_and_closed(&fresh.location).await;
}

#[tokio::test]
async fn an_unfinished_migration_is_finished_at_the_next_start() {
    let whole = made_at_once().await;
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::empty(folder.path()).await;
    if let Location::Sqlite(file) = &fresh.location {
        std::fs::write(file, "").unwrap();
    }
    let db = admin(&fresh.url()).await;
    Migrator::up(&db, Some(7)).await.unwrap();
    db.close().await.unwrap();
    let opened = Db::connect(&fresh.location).await.unwrap();
    let pending = opened.steps().await.unwrap().iter().filter(|step| !step.applied).count();
    assert_eq!(pending, schema::planned().len() - 7);
    opened.close().await.unwrap();
    opened_and_closed(&fresh.location).await;
    let db = admin(&fresh.url()).await;
    assert_eq!(shape(&db).await, whole);
    db.close().await.unwrap();
}

#[tokio::test]
async fn database_of_a_newer_version_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::empty(folder.path()).await;
    opened_and_closed(&fresh.location).await;
    let db = admin(&fresh.url()).await;
    let sql = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9901_wonders', 0)";
    db.execute_unprepared(sql).await.unwrap();
    let before = shape(&db).await;
    let refused = Db::open(&fresh.location).await.unwrap_err();
    assert!(matches!(&refused, Error::Newer(steps) if steps == &["m9901_wonders"]), "{refused}");
    assert!(refused.to_string().contains("newer version"), "{refused}");
    assert_eq!(shape(&db).await, before);
    db.close().await.unwrap();
}

/// Else whoever asks for the members of a pack reads those of all packs.
#[tokio::test]
async fn tables_of_links_have_an_index_from_either_end() {
    let shape: Vec<String> = made_at_once().await.iter().map(|line| line.replace(['"', '`', '('], " ")).collect();
    let begins = |table: &str, column: &str| {
        shape.iter().any(|line| {
            let words: Vec<&str> = line.split([' ', ',', ')', '.']).filter(|word| !word.is_empty()).collect();
            // `… ON [public.]table [USING btree] (column…`, or MariaDB's `table index 1 column`.
            let written = words.split(|word| *word == "ON").nth(1).map(|rest| {
                let unsaid = ["public", "USING", "btree"];
                rest.iter().filter(|word| !unsaid.contains(word)).take(2).copied().collect::<Vec<_>>()
            });
            written.as_deref() == Some(&[table, column][..])
                || matches!(*words, [of, _, "1", first] if of == table && first == column)
        })
    };
    for (table, column) in [
        ("user_packs", "pack_id"),
        ("group_packs", "pack_id"),
        ("user_mods", "mod_id"),
        ("group_mods", "mod_id"),
        ("user_groups", "group_id"),
        ("build_versions", "version_id"),
        ("builds", "minecraft_id"),
        ("builds", "loader_id"),
        ("sessions", "user_id"),
        ("tokens", "user_id"),
        ("solder_token_clients", "uuid"),
    ] {
        assert!(begins(table, column), "no index of {table} begins with {column}");
    }
    assert!(!begins("user_packs", "perm"));
}

/// Whoever adds a column that names a blob says whether it keeps the blob, or garbage collection would take its bytes.
#[tokio::test]
async fn every_column_that_keeps_a_blob_is_known_to_garbage_collection() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::empty(folder.path()).await;
    opened_and_closed(&fresh.location).await;
    let db = admin(&fresh.url()).await;
    if db.get_database_backend() == DbBackend::Sqlite {
        let sql = "SELECT tables.name || '.' || keys.\"from\" || ' ' || keys.on_delete FROM sqlite_master AS tables, \
                   pragma_foreign_key_list(tables.name) AS keys WHERE keys.\"table\" = 'blobs' ORDER BY 1";
        let rows = db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
        let keys: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        let (keep, go): (Vec<_>, Vec<_>) = keys.into_iter().partition(|key| !key.ends_with(" CASCADE"));
        let known = kleister_store::storage::REFERENCES.iter();
        let known: Vec<_> = known.map(|(table, column)| format!("{table}.{column} RESTRICT")).collect();
        assert_eq!(keep, known);
        assert_eq!(go, ["blob_descriptions.sha256 CASCADE", "blob_listings.sha256 CASCADE"]);
    }
    db.close().await.unwrap();
}
