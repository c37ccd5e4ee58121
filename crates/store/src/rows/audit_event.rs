//! Something that somebody did.

use sea_orm::entity::prelude::*;

/// Something that somebody did; names are copies, so that an event outlives what it tells of.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// Who did it.
    pub actor_id: Option<String>,
    /// What he was called then.
    pub actor_name: Option<String>,
    /// The session in which he did it.
    pub session_id: Option<String>,
    /// From where he did it.
    pub address: Option<String>,
    /// With what he did it.
    pub user_agent: Option<String>,
    /// What he did, such as `channel.move`.
    pub action: String,
    /// What kind of thing he did it to.
    pub object_kind: Option<String>,
    /// Which one.
    pub object_id: Option<String>,
    /// What it was called then.
    pub object_name: Option<String>,
    /// How it ended: `done`.
    pub result: String,
    /// The request that asked for it.
    pub request_id: Option<String>,
    /// What changed, as JSON.
    pub changes: Option<String>,
    /// When it was done, in milliseconds since 1970.
    pub created_at: i64,
    /// The same, since events never change.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
