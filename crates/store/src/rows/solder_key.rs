//! A key by which the Technic Platform sees every pack.

use sea_orm::entity::prelude::*;

/// A key by which the Technic Platform sees every pack.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "solder_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// Whose key it is.
    pub name: String,
    /// The SHA-256 of the key, in hexadecimal.
    pub secret_hash: String,
    /// The last four characters of the key.
    pub last_four: String,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
