//! A secret that was handed out.

use sea_orm::entity::prelude::*;

/// A secret that was handed out and is kept as its SHA-256 only.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tokens")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// What it opens, such as `preview`.
    pub kind: String,
    /// Who made it.
    pub user_id: Option<String>,
    /// The pack that it opens.
    pub pack_id: Option<String>,
    /// What its maker calls it.
    pub name: Option<String>,
    /// The SHA-256 of the secret, in hexadecimal.
    pub secret_hash: String,
    /// The secret's last four characters, by which people tell tokens apart.
    pub last_four: Option<String>,
    /// What it may do, as JSON.
    pub scopes: Option<String>,
    /// The channel that it is for.
    pub channel: Option<String>,
    /// The Minecraft account of its holder: a UUID with hyphens, in lower case.
    pub player: Option<String>,
    /// When it ends, in milliseconds since 1970.
    pub ends_at: Option<i64>,
    /// When it was used last, in milliseconds since 1970.
    pub used_at: Option<i64>,
    /// When it was taken back, in milliseconds since 1970.
    pub revoked_at: Option<i64>,
    /// When it was made, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
