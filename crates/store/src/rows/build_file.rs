//! A file of a build that belongs to no version.

use sea_orm::entity::prelude::*;

/// A file of a build that belongs to no version.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "build_files")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// The build.
    pub build_id: String,
    /// Where it lies in an instance.
    pub path: String,
    /// The path for comparing, which ignores case.
    pub path_key: String,
    /// The SHA-256 of its bytes.
    pub blob: String,
    /// Whether a client needs it.
    pub client: String,
    /// Whether a server needs it.
    pub server: String,
    /// `force`, `seed` or `keep`: what an update does to the player's copy.
    pub policy: String,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "super::blob::Entity", from = "Column::Blob", to = "super::blob::Column::Sha256")]
    Blob,
}

impl Related<super::blob::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Blob.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
