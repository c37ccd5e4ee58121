//! The tables, and the way to them from an older database.
//!
//! Each migration makes one change and can be run again after it was interrupted, since MariaDB cannot take back
//! DDL. To change the schema, append a [`Step`] to [`Migrator::migrations`]; what stands there is never edited.
//!
//! The rules for three databases: identifiers are made by us, every text has a length, times are milliseconds since
//! 1970, flags are booleans, nothing is unique by an index that ignores some rows, and a lower-case `search` column
//! stands beside what people search. Texts are compared and sorted byte by byte.

mod bytes;
mod check;
mod intake;
mod invited;
mod listings;
mod loader_packages;
mod packs;
mod people;
mod private;
mod recognition;
mod signin;
mod solder;
mod storage;
mod updater;
mod upgrade;
mod webhooks;
mod work;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

pub use self::upgrade::{Status, planned};
pub(crate) use self::upgrade::{migrate, steps};

/// The list of all changes, in order.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let rooms = [
            people::steps(),
            bytes::steps(),
            packs::steps(),
            work::steps(),
            signin::steps(),
            intake::steps(),
            solder::steps(),
            check::steps(),
            storage::steps(),
            recognition::steps(),
            private::steps(),
            updater::steps(),
            loader_packages::steps(),
            webhooks::steps(),
            invited::steps(),
            listings::steps(),
        ];
        rooms.into_iter().flatten().map(|step| Box::new(step) as Box<dyn MigrationTrait>).collect()
    }
}

/// One change of the schema.
struct Step {
    name: &'static str,
    change: Change,
}

enum Change {
    Table(fn() -> TableCreateStatement),
    /// A column of a table that is there already; it may be absent, since rows are.
    Column(&'static str, fn() -> ColumnDef),
    /// An index on columns of a table: table, columns.
    Index(&'static str, &'static [&'static str]),
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    /// Where DDL can be taken back, a step and the note that it was taken are one.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        match self.change {
            Change::Table(table) => manager.create_table(tailored(&table(), backend)).await,
            Change::Column(table, column) => {
                let column = column();
                if manager.has_column(table, column.get_column_name()).await? {
                    return Ok(());
                }
                let mut column = tailored_column(column, backend);
                manager.alter_table(Table::alter().table(table).add_column(&mut column).to_owned()).await
            }
            Change::Index(table, columns) => {
                let name = format!("{table}_by_{}", columns.join("_"));
                if manager.has_index(table, &name).await? {
                    return Ok(());
                }
                let mut index = Index::create();
                index.name(name).table(table);
                for column in columns {
                    index.col(*column);
                }
                manager.create_index(index).await
            }
        }
    }
}

/// A step that makes a table.
const fn table(name: &'static str, table: fn() -> TableCreateStatement) -> Step {
    Step { name, change: Change::Table(table) }
}

/// A step that adds a column.
const fn column(name: &'static str, table: &'static str, column: fn() -> ColumnDef) -> Step {
    Step { name, change: Change::Column(table, column) }
}

/// The table as this kind of database must be told: what SQLite does by itself, others do only where it is said.
fn tailored(table: &TableCreateStatement, backend: DbBackend) -> TableCreateStatement {
    let mut told = Table::create();
    told.if_not_exists().table(table.get_table_name().cloned().expect("a table has a name"));
    for column in table.get_columns() {
        told.col(tailored_column(column.clone(), backend));
    }
    for index in table.get_indexes() {
        told.index(&mut index.clone());
    }
    for key in table.get_foreign_key_create_stmts() {
        told.foreign_key(&mut key.clone());
    }
    if backend == DbBackend::MySql {
        told.engine("InnoDB").character_set("utf8mb4").collate("utf8mb4_nopad_bin");
    }
    told
}

/// PostgreSQL sorts texts by the language of its database unless told; MariaDB's `text` ends at 64 KiB.
fn tailored_column(mut column: ColumnDef, backend: DbBackend) -> ColumnDef {
    let kind = column.get_column_type().cloned();
    match (backend, kind) {
        (DbBackend::Postgres, Some(ColumnType::String(_) | ColumnType::Text)) => column.extra("COLLATE \"C\"").take(),
        (DbBackend::MySql, Some(ColumnType::Text)) => column.custom("longtext").take(),
        _ => column,
    }
}

/// A step that makes an index.
const fn index(name: &'static str, table: &'static str, columns: &'static [&'static str]) -> Step {
    Step { name, change: Change::Index(table, columns) }
}

/// An empty table that may be there already.
fn new_table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).if_not_exists().to_owned()
}

/// A table whose rows have an identifier of their own and two times.
fn new_thing(name: &'static str) -> TableCreateStatement {
    new_table(name).col(key("id").primary_key()).col(time("created_at")).col(time("updated_at")).to_owned()
}

/// An identifier of 26 characters.
fn key(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).string_len(26).not_null().to_owned()
}

/// An identifier that may be absent.
fn maybe_key(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).string_len(26).null().to_owned()
}

/// A text of at most so many characters.
fn text(name: &'static str, length: u32) -> ColumnDef {
    ColumnDef::new(name).string_len(length).not_null().to_owned()
}

/// A text of at most so many characters that may be absent.
fn maybe_text(name: &'static str, length: u32) -> ColumnDef {
    ColumnDef::new(name).string_len(length).null().to_owned()
}

/// A text without a useful limit, which is never compared or sorted.
fn long_text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().null().to_owned()
}

/// A text of up to gigabytes.
fn document(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().to_owned()
}

/// Milliseconds since 1970.
fn time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().to_owned()
}

/// Milliseconds since 1970, or nothing if it has not happened.
fn maybe_time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().null().to_owned()
}

/// True or false.
fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().to_owned()
}

/// A whole number.
fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().to_owned()
}

/// A whole number that may be absent.
fn maybe_number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().null().to_owned()
}

/// A key of another table whose row takes this one with it.
fn part_of(column: &'static str, table: &'static str) -> ForeignKeyCreateStatement {
    reference(column, table, "id", ForeignKeyAction::Cascade)
}

/// A key of another table whose row cannot go while this one is there.
fn needs(column: &'static str, table: &'static str) -> ForeignKeyCreateStatement {
    reference(column, table, "id", ForeignKeyAction::Restrict)
}

/// The SHA-256 of a blob that cannot go while this row is there.
fn needs_blob(column: &'static str) -> ForeignKeyCreateStatement {
    reference(column, "blobs", "sha256", ForeignKeyAction::Restrict)
}

fn reference(
    column: &'static str,
    table: &'static str,
    target: &'static str,
    action: ForeignKeyAction,
) -> ForeignKeyCreateStatement {
    ForeignKey::create().from_col(column).to(table, target).on_delete(action).to_owned()
}

/// A primary key of several columns.
fn primary(columns: &[&'static str]) -> IndexCreateStatement {
    let mut primary = Index::create();
    for column in columns {
        primary.col(*column);
    }
    primary.primary().to_owned()
}

/// Columns that are together unique in their table.
fn unique(name: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut unique = Index::create();
    unique.name(name);
    for column in columns {
        unique.col(*column);
    }
    unique.unique().to_owned()
}
