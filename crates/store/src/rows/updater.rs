//! A jar of packwiz-installer.

use sea_orm::entity::prelude::*;

/// A jar of packwiz-installer.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "updaters")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// Which one: `bootstrap` or `installer`.
    pub name: String,
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
