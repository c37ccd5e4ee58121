//! A player's launcher that sees what a pack's token opens.

use sea_orm::entity::prelude::*;

/// A player's launcher that sees what a pack's token opens.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "solder_token_clients")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The token by which it came.
    pub token_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    /// The client id that the launcher sends.
    pub uuid: String,
    /// When it came, in milliseconds since 1970.
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
