//! The MD5 of a zip that is made whenever it is asked for.

use sea_orm::entity::prelude::*;

/// The MD5 of a zip that is made whenever it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "solder_zips")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The SHA-256 of its plan.
    pub plan: String,
    /// The MD5 of its bytes.
    pub md5: String,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
