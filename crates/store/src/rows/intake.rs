//! A file that was read and waits to be accepted.

use sea_orm::entity::prelude::*;

/// A file that was read and waits to be accepted.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "intakes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// The name that the file was sent with.
    pub name: String,
    /// Its bytes; absent where they were refused.
    pub sha256: Option<String>,
    /// The number of bytes.
    pub size: i64,
    /// Why it cannot become a version.
    pub refusal: Option<String>,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
