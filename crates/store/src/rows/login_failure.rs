//! How often sign-ins by a name failed.

use sea_orm::entity::prelude::*;

/// How often sign-ins by a name failed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "login_failures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The SHA-256 of the name as names are compared.
    pub name_hash: String,
    /// How often.
    pub failures: i64,
    /// Since when, in milliseconds since 1970.
    pub since: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
