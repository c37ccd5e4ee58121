//! The rows of the tables, one file per table.
//!
//! A row is what a table holds, no more: what travels is in the types room, and rules are where they are applied.

pub mod audit_event;
pub mod blob;
pub mod blob_block;
pub mod blob_damage;
pub mod blob_description;
pub mod blob_listing;
pub mod build;
pub mod build_file;
pub mod build_version;
pub mod build_waiver;
pub mod channel;
pub mod channel_build;
pub mod group;
pub mod intake;
pub mod intake_recognition;
pub mod job;
pub mod loader;
pub mod loader_minecraft;
pub mod loader_package;
pub mod login_address;
pub mod login_failure;
pub mod mod_identity;
pub mod mod_word;
pub mod module;
pub mod name;
pub mod pack;
pub mod release;
pub mod session;
pub mod setting;
pub mod signing_key;
pub mod solder_client;
pub mod solder_client_pack;
pub mod solder_key;
pub mod solder_pack;
pub mod solder_token_client;
pub mod solder_version;
pub mod solder_zip;
pub mod token;
pub mod updater;
pub mod upload;
pub mod user;
pub mod version;
pub mod version_dependency;
pub mod version_file;
pub mod version_loader;
pub mod version_minecraft;
pub mod version_source;
pub mod webhook;
pub mod webhook_delivery;
pub mod wrapper;

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, Insert, IntoActiveModel, Iterable, ModelTrait, Update,
};

/// Adds a row; the database itself judges whether it may be added.
pub async fn insert<M>(db: &impl ConnectionTrait, row: M) -> Result<(), DbErr>
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
{
    Insert::one(row.into_active_model()).exec_without_returning(db).await.map(drop)
}

/// Adds rows, as many with one statement as every database takes parameters for (SQLite the fewest, 32,766).
pub async fn insert_many<M>(db: &impl ConnectionTrait, rows: Vec<M>) -> Result<(), DbErr>
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
{
    let at_once = 30_000 / <M::Entity as EntityTrait>::Column::iter().count().max(1);
    let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model).peekable();
    while rows.peek().is_some() {
        Insert::many(rows.by_ref().take(at_once)).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Writes all columns of a row over those of the row with the same key.
pub async fn update<M>(db: &impl ConnectionTrait, row: M) -> Result<(), DbErr>
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    <M::Entity as EntityTrait>::Model: IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
{
    Update::one(row.into_active_model().reset_all()).exec(db).await.map(drop)
}
