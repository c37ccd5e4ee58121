//! A release of Minecraft that a version is for.

use sea_orm::entity::prelude::*;

/// A release of Minecraft that a version is for.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "version_minecrafts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The version.
    pub version_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    /// The name of the release, such as `1.20.1`.
    pub minecraft: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
