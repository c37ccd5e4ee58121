//! What players install.

use sea_orm::entity::prelude::*;

/// What players install.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "packs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// The name in addresses.
    pub slug: String,
    /// The name as people write it.
    pub name: String,
    /// The key that the name sorts by.
    pub sort_key: String,
    /// What a search looks into.
    pub search: Option<String>,
    /// One or two sentences.
    pub summary: Option<String>,
    /// A page of Markdown.
    pub description: Option<String>,
    /// Who made it.
    pub authors: Option<String>,
    /// Its web page.
    pub website: Option<String>,
    /// More links, as JSON.
    pub links: Option<String>,
    /// The game server to join.
    pub server_address: Option<String>,
    /// The blob of its icon.
    pub icon: Option<String>,
    /// Whether everybody may see it.
    pub public: bool,
    /// Whether it is left out of lists.
    pub hidden: bool,
    /// The Java major version of new builds.
    pub java: Option<i64>,
    /// Memory of new builds, in MB.
    pub memory_minimum: Option<i64>,
    /// Memory of new builds, in MB.
    pub memory_maximum: Option<i64>,
    /// Where players fetch files first: `ours_first`, `source_first`, `ours_only`.
    pub source_policy: String,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
