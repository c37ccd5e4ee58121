//! A file of a version.

use sea_orm::entity::prelude::*;

/// A file of a version.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "version_files")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// The version that it belongs to.
    pub version_id: String,
    /// Its place among the files of the version; the contract knows the first.
    pub position: i64,
    /// Where it lies in an instance.
    pub path: String,
    /// The path for comparing, which ignores case.
    pub path_key: String,
    /// The SHA-256 of its bytes, if they are here.
    pub blob: Option<String>,
    /// The number of bytes, where they are known.
    pub size: Option<i64>,
    /// The MD5, where it is known.
    pub md5: Option<String>,
    /// The SHA-1, where it is known.
    pub sha1: Option<String>,
    /// The SHA-256, where it is known.
    pub sha256: Option<String>,
    /// The SHA-512, where it is known.
    pub sha512: Option<String>,
    /// CurseForge's fingerprint, where it is known.
    pub murmur2: Option<String>,
    /// Whether its author lets others hand it out: `yes`, `no`, `unknown`.
    pub redistribution: String,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "super::version::Entity", from = "Column::VersionId", to = "super::version::Column::Id")]
    Version,
    #[sea_orm(belongs_to = "super::blob::Entity", from = "Column::Blob", to = "super::blob::Column::Sha256")]
    Blob,
}

impl Related<super::version::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Version.def()
    }
}

impl Related<super::blob::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Blob.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
