//! The rows of the tables, one file per table.
//!
//! A row is what a table holds, no more: what travels is in the types room, and rules are where they are applied.

pub mod blob;
pub mod build;
pub mod build_file;
pub mod build_version;
pub mod channel;
pub mod group;
pub mod group_mod;
pub mod group_pack;
pub mod loader;
pub mod loader_minecraft;
pub mod login_address;
pub mod login_failure;
pub mod module;
pub mod name;
pub mod pack;
pub mod release;
pub mod session;
pub mod setting;
pub mod signing_key;
pub mod token;
pub mod user;
pub mod user_group;
pub mod user_mod;
pub mod user_pack;
pub mod version;
pub mod version_file;

use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, Insert, IntoActiveModel, ModelTrait, Update};

/// Adds a row; the database itself judges whether it may be added.
pub async fn insert<M>(db: &impl ConnectionTrait, row: M) -> Result<(), DbErr>
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
{
    Insert::one(row.into_active_model()).exec_without_returning(db).await.map(drop)
}

/// Writes all columns of a row over those of the row with the same key.
pub async fn update<M>(db: &impl ConnectionTrait, row: M) -> Result<(), DbErr>
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    <M::Entity as EntityTrait>::Model: IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
{
    Update::one(row.into_active_model().reset_all()).exec(db).await.map(drop)
}
