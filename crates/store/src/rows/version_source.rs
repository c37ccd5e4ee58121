//! Where a version's file comes from.

use sea_orm::entity::prelude::*;

/// Where a version's file comes from.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "version_sources")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// The file.
    pub file_id: String,
    /// The kind of source: `upload`, `modrinth`, `curseforge`, `maven`, `github`, `url`.
    pub kind: String,
    /// Where the bytes are to be had.
    pub address: Option<String>,
    /// The project there.
    pub project: Option<String>,
    /// The file there, by the identifier that the source has for it.
    pub file: Option<String>,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
