//! What the Technic Launcher starts a loader from.

use sea_orm::entity::prelude::*;

/// What the Technic Launcher starts a loader from.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "loader_packages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// `forge`, `neoforge`, `quilt` or `fabric`.
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    /// The loader's version, without Minecraft's before it.
    pub version: String,
    #[sea_orm(primary_key, auto_increment = false)]
    /// The release of Minecraft that it is for.
    pub minecraft: String,
    /// Its bytes.
    pub blob: String,
    /// The address that it was fetched from; none if an operator brought it.
    pub address: Option<String>,
    /// When it came, in milliseconds since 1970.
    pub created_at: i64,
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
