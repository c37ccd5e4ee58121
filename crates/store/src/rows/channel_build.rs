//! A build that a channel pointed to once.

use sea_orm::entity::prelude::*;

/// A build that a channel pointed to once, or does now.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channel_builds")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The pack.
    pub pack_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    /// The channel's name.
    pub channel: String,
    #[sea_orm(primary_key, auto_increment = false)]
    /// The build.
    pub build_id: String,
    /// When it was noted first, in milliseconds since 1970.
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
