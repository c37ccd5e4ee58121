//! A loader that a version is for.

use sea_orm::entity::prelude::*;

/// A loader that a version is for.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "version_loaders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The version.
    pub version_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    /// The loader, such as `fabric`.
    pub loader: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
