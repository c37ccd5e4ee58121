//! A name that points to a published build.

use sea_orm::entity::prelude::*;

/// A name that points to a published build.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channels")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The pack.
    pub pack_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    /// `latest`, `recommended`, or a name of the pack's own.
    pub name: String,
    /// The build that it points to.
    pub build_id: String,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
