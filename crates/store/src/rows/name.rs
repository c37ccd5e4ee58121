//! A name that is taken within its scope.

use sea_orm::entity::prelude::*;

/// A name that is taken within its scope.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "names")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// Where the name is unique.
    pub scope: String,
    #[sea_orm(primary_key, auto_increment = false)]
    /// The form in which names are compared.
    pub name_key: String,
    /// Whose it is; nobody's where it is reserved for ever.
    pub owner_id: Option<String>,
    /// When it was given, in milliseconds since 1970.
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
