//! From where somebody signed in.

use sea_orm::entity::prelude::*;

/// From where somebody signed in.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "login_addresses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The SHA-256 of the name as names are compared.
    pub name_hash: String,
    #[sea_orm(primary_key, auto_increment = false)]
    /// The network.
    pub address: String,
    /// When it was last noted, in milliseconds since 1970.
    pub seen_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
