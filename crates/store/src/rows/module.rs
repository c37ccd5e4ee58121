//! A piece that goes into packs. The file is not called `mod`, which is a keyword.

use sea_orm::entity::prelude::*;

/// A piece that goes into packs. The file is not called `mod`, which is a keyword.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mods")]
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
    /// What it is; see `types::mods::Kind`.
    pub kind: String,
    /// Which side needs it: `both`, `client`, `server`.
    pub side: Option<String>,
    /// What it does.
    pub description: Option<String>,
    /// Who made it.
    pub author: Option<String>,
    /// Its web page.
    pub website: Option<String>,
    /// Where to thank its author.
    pub donate: Option<String>,
    /// Whether everybody may see it.
    pub public: bool,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
