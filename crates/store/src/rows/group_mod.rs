//! A group's membership in a mod.

use sea_orm::entity::prelude::*;

/// A group's membership in a mod.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "group_mods")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The member.
    pub group_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    /// The mod.
    pub mod_id: String,
    /// What its users may do: 1 user, 2 admin, 3 owner.
    pub perm: i16,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
