//! How a Solder called a version that came from one.

use sea_orm::entity::prelude::*;

/// How a Solder called a version that came from one.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "solder_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The version.
    pub version_id: String,
    /// Its number there.
    pub number: i64,
    /// The mod's slug there.
    pub name: String,
    /// The version's name there.
    pub version: String,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
