//! A finding of the check that somebody decided to live with.

use sea_orm::entity::prelude::*;

/// A finding of the check that somebody decided to live with.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "build_waivers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// The build.
    pub build_id: String,
    /// The rule.
    pub rule: String,
    /// What the finding is about.
    pub subject: String,
    /// What the finding followed from then.
    pub stamp: String,
    /// Why.
    pub reason: String,
    /// What who decided so was called.
    pub maker: Option<String>,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
