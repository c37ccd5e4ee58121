//! A file that comes in pieces.

use sea_orm::entity::prelude::*;

/// A file that comes in pieces.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "uploads")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// The name that the file is to have.
    pub name: String,
    /// What the client said of the file, as it was sent.
    pub metadata: Option<String>,
    /// How many bytes it will have.
    pub size: i64,
    /// How many have come and are on disk.
    pub received: i64,
    /// When it is forgotten, in milliseconds since 1970.
    pub ends_at: i64,
    /// The intake that it became.
    pub intake_id: Option<String>,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
