//! A release of Minecraft or of a loader.

use sea_orm::entity::prelude::*;

/// A release of Minecraft or of a loader.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "loaders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// `minecraft`, `forge`, `neoforge`, `quilt` or `fabric`.
    pub kind: String,
    /// The release's name.
    pub name: String,
    /// The key that the name sorts by.
    pub sort_key: String,
    /// The release of Minecraft that it is made for, where it is made for one.
    pub minecraft: Option<String>,
    /// When it was released, where that is known.
    pub released_at: Option<i64>,
    /// When upstream no longer listed it.
    pub gone_at: Option<i64>,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
