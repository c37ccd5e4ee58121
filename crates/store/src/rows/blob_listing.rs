//! What lies in a zip that is handed out as it came.

use sea_orm::entity::prelude::*;

/// What lies in a zip that is handed out as it came.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "blob_listings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The blob.
    pub sha256: String,
    /// The revision of the reader that read its directory.
    pub revision: i32,
    /// The files in it, as JSON; absent where the reader refused.
    pub document: Option<String>,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
