//! What a sign-in began.

use sea_orm::entity::prelude::*;

/// What a sign-in began.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// Whose session it is.
    pub user_id: String,
    /// What was begun: `login` for tokens.
    pub kind: String,
    /// The SHA-256 of a browser session's secret.
    pub secret_hash: Option<String>,
    /// The user's stamp when the session began.
    pub stamp: i64,
    /// How often the token was refreshed; older tokens end soon after.
    pub turn: i64,
    /// When it was refreshed last, in milliseconds since 1970.
    pub turned_at: i64,
    /// When the session is over for good, in milliseconds since 1970.
    pub ends_at: i64,
    /// When it was ended before its time.
    pub revoked_at: Option<i64>,
    /// From where it was begun.
    pub address: Option<String>,
    /// With what it was begun.
    pub user_agent: Option<String>,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
