//! What other places said of a file when it came.

use sea_orm::entity::prelude::*;

/// What other places said of a file when it came.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "intake_recognitions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The intake.
    pub intake_id: String,
    /// What they said, as JSON.
    pub document: Option<String>,
    /// When they said it, in milliseconds since 1970.
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
