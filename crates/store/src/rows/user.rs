//! Somebody who can sign in.

use sea_orm::entity::prelude::*;

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// The name to sign in with.
    pub username: String,
    /// The key that the name sorts by.
    pub sort_key: String,
    /// What a search looks into.
    pub search: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The name as people write it.
    pub fullname: Option<String>,
    /// The password's argon2id hash as a PHC string.
    pub password_hash: Option<String>,
    /// Whether the user may everything.
    pub admin: bool,
    /// Whether the user can sign in.
    pub active: bool,
    /// Counts what ends all sessions: a session of an older stamp is over.
    pub stamp: i64,
    /// The identifier at the SCIM client that manages the user.
    pub scim_id: Option<String>,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
