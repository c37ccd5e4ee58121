//! Something that a webhook is told.

use sea_orm::entity::prelude::*;

/// Something that a webhook is told, and whether it has arrived.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_deliveries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// The webhook.
    pub webhook_id: String,
    /// Which of the webhook's it is, counted from one: they are sent in this order.
    pub number: i64,
    /// `published`, `recommended`, `yanked` or `test`.
    pub event: String,
    /// The name of the build that it is about.
    pub build: Option<String>,
    /// What is told, as JSON.
    pub document: String,
    /// `waiting`, `delivered` or `failed`.
    pub state: String,
    /// How often it was sent since it was asked for.
    pub attempts: i64,
    /// The status of the last answer.
    pub status: Option<i64>,
    /// Why it did not arrive at the last attempt, in one word.
    pub failure: Option<String>,
    /// When it may be sent while it waits, in milliseconds since 1970.
    pub due_at: Option<i64>,
    /// When it arrived or was given up, in milliseconds since 1970.
    pub finished_at: Option<i64>,
    /// When what it tells happened, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "super::webhook::Entity", from = "Column::WebhookId", to = "super::webhook::Column::Id")]
    Webhook,
}

impl Related<super::webhook::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Webhook.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
