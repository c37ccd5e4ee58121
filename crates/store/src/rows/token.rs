//! A secret that was handed out.

use sea_orm::entity::prelude::*;

/// A secret that was handed out.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tokens")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// What it is for: `personal` speaks for its user, `code` is exchanged for a session once.
    pub kind: String,
    /// Whose it is.
    pub user_id: Option<String>,
    /// The pack that it opens.
    pub pack_id: Option<String>,
    /// What its owner calls it.
    pub name: Option<String>,
    /// The SHA-256 of the secret.
    pub secret_hash: String,
    /// The secret's last characters, by which its owner tells it from others.
    pub last_four: Option<String>,
    /// What it may do; everything that its user may where there is nothing.
    pub scopes: Option<String>,
    /// The channel that it opens.
    pub channel: Option<String>,
    /// When it ends, in milliseconds since 1970.
    pub ends_at: Option<i64>,
    /// When it was used last, to the minute.
    pub used_at: Option<i64>,
    /// When it was ended before its time.
    pub revoked_at: Option<i64>,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
