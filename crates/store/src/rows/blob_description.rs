//! What the bytes of a blob say about themselves.

use sea_orm::entity::prelude::*;

/// What the bytes of a blob say about themselves.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "blob_descriptions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The blob.
    pub sha256: String,
    /// The revision of the reader that read them.
    pub revision: i32,
    /// What was read, as JSON; absent where the reader refused.
    pub document: Option<String>,
    /// Why the reader refused.
    pub refusal: Option<String>,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
