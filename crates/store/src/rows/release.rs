//! What was published.

use sea_orm::entity::prelude::*;

/// What was published.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "releases")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The build that was published.
    pub build_id: String,
    /// Its resolved description as JSON, which never changes.
    pub document: String,
    /// When it was published, in milliseconds since 1970.
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
