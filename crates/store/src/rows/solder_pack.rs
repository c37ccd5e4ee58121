//! What a Solder knew of a pack that came from one.

use sea_orm::entity::prelude::*;

/// What a Solder knew of a pack that came from one.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "solder_packs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The pack.
    pub pack_id: String,
    /// Its number there.
    pub number: i64,
    /// Its place in the list.
    pub position: i64,
    /// The SHA-256 of its logo.
    pub logo: Option<String>,
    /// The SHA-256 of its background.
    pub background: Option<String>,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
