//! The Solder zip of a version that was imported with one.

use sea_orm::entity::prelude::*;

/// The Solder zip of a version that was imported with one.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "wrappers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The version.
    pub version_id: String,
    /// The SHA-256 of its bytes.
    pub blob: String,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "super::blob::Entity", from = "Column::Blob", to = "super::blob::Column::Sha256")]
    Blob,
    #[sea_orm(
        belongs_to = "super::solder_version::Entity",
        from = "Column::VersionId",
        to = "super::solder_version::Column::VersionId"
    )]
    Origin,
}

impl Related<super::solder_version::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Origin.def()
    }
}

impl Related<super::blob::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Blob.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
