//! What a mod is called elsewhere: by a loader, or by a site that offers it.

use sea_orm::entity::prelude::*;

/// What a mod is called elsewhere: by a loader, or by a site that offers it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mod_identities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The mod.
    pub mod_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    /// Who calls it so: a loader, or the kind of a source.
    pub system: String,
    #[sea_orm(primary_key, auto_increment = false)]
    /// What it is called there.
    pub identity: String,
    /// Whether a human said that files called so are this mod.
    pub by_human: bool,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
