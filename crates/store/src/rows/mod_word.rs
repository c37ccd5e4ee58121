//! What humans said about a mod that its files do not say, or say otherwise.

use sea_orm::entity::prelude::*;

/// What humans said about a mod that its files do not say, or say otherwise.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mod_words")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The mod.
    pub mod_id: String,
    /// What clients need of it: `required`, `optional`, `unsupported`.
    pub client: Option<String>,
    /// What servers need of it.
    pub server: Option<String>,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
