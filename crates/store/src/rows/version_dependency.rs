//! What a version needs, recommends, or cannot stand.

use sea_orm::entity::prelude::*;

/// What a version needs, recommends, or cannot stand.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "version_dependencies")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// The version.
    pub version_id: String,
    /// What it thinks of the other one: `required`, `optional`, `recommended`, `suggested`, `incompatible`, `discouraged`, `embedded`.
    pub kind: String,
    /// The other one, by the id that loaders know.
    pub reference: String,
    /// The versions that it is about, as they are written; any where absent.
    pub version_range: Option<String>,
    /// The side on which that holds: `client`, `server`; both where absent.
    pub side: Option<String>,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
