//! An address elsewhere that is told of a pack's builds.

use std::fmt;

use sea_orm::entity::prelude::*;

/// An address elsewhere that is told of a pack's builds.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhooks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// The pack.
    pub pack_id: String,
    /// What its maker calls it.
    pub name: String,
    /// The address, which is a secret.
    pub url: String,
    /// `standard` or `discord`.
    pub shape: String,
    /// What it is told: words with spaces between them.
    pub events: String,
    /// By what it is signed: `whsec_…`.
    pub secret: String,
    /// By what it was signed before that.
    pub former_secret: Option<String>,
    /// Until when the former secret signs too, in milliseconds since 1970.
    pub former_until: Option<i64>,
    /// Whether anything is sent.
    pub enabled: bool,
    /// Why the server switched it off: `gone` or `failing`.
    pub disabled_because: Option<String>,
    /// Since when nothing has arrived, in milliseconds since 1970.
    pub failing_since: Option<i64>,
    /// How much it was told, delivered or not.
    pub told: i64,
    /// Until when a server has it to itself, in milliseconds since 1970.
    pub held_until: i64,
    /// When it was made, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

/// Shows nothing that is secret.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
