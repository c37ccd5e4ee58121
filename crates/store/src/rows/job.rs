//! Long work.

use sea_orm::entity::prelude::*;

/// Long work: what, how far it is, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// What kind of work, such as `pack.import`.
    pub kind: String,
    /// `waiting`, `running`, `done`, `failed` or `cancelled`.
    pub state: String,
    /// Who asked for it; nobody where an operator did.
    pub user_id: Option<String>,
    /// What is to be done, as JSON that its kind understands.
    pub task: Option<String>,
    /// How far it is and what came of it, as JSON.
    pub progress: Option<String>,
    /// Why it failed.
    pub failure: Option<String>,
    /// How many times it was begun.
    pub attempts: i64,
    /// When it may be begun, in milliseconds since 1970.
    pub due_at: i64,
    /// When it ended, in milliseconds since 1970.
    pub finished_at: Option<i64>,
    /// When it was asked for, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
