//! Bytes that nobody gets and nobody may bring.

use sea_orm::entity::prelude::*;

/// Bytes that nobody gets and nobody may bring.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "blob_blocks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The SHA-256 of the bytes.
    pub sha256: String,
    /// Why.
    pub reason: String,
    /// Since when, in milliseconds since 1970.
    pub created_at: i64,
    /// The name of whoever wanted it so, as it was then.
    pub blocked_by: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
