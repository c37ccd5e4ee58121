//! A player's launcher that may see private packs.

use sea_orm::entity::prelude::*;

/// A player's launcher that may see private packs.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "solder_clients")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// Whose launcher it is.
    pub name: String,
    /// The client id that the launcher sends.
    pub uuid: String,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
