//! A user's membership in a group.

use sea_orm::entity::prelude::*;

/// A user's membership in a group.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_groups")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The member.
    pub user_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    /// The group.
    pub group_id: String,
    /// What he may do: 1 user, 2 admin, 3 owner.
    pub perm: i16,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
