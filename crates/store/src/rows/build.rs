//! A state of a pack.

use sea_orm::entity::prelude::*;

/// A state of a pack.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "builds")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// The pack that it is a state of.
    pub pack_id: String,
    /// The name, unique within the pack.
    pub name: String,
    /// The key that the name sorts by.
    pub sort_key: String,
    /// What a search looks into.
    pub search: Option<String>,
    /// The release of Minecraft.
    pub minecraft_id: Option<String>,
    /// The release of the loader, if there is one.
    pub loader_id: Option<String>,
    /// The Java version as it was written.
    pub java: Option<String>,
    /// The memory to begin with, in MB.
    pub memory_minimum: Option<i64>,
    /// The memory to give to the game, in MB.
    pub memory_maximum: Option<i64>,
    /// More arguments for Java.
    pub jvm_arguments: Option<String>,
    /// More launcher components, as JSON.
    pub components: Option<String>,
    /// What is new, in Markdown.
    pub changelog: Option<String>,
    /// Whether it is shown to others than the pack's members.
    pub public: bool,
    /// `draft`, `published` or `yanked`.
    pub state: String,
    /// Whether `latest` comes here once this draft is published.
    pub wants_latest: bool,
    /// Whether `recommended` comes here once this draft is published.
    pub wants_recommended: bool,
    /// When it was published, in milliseconds since 1970.
    pub published_at: Option<i64>,
    /// Why it was withdrawn.
    pub yank_reason: Option<String>,
    /// The build to take instead.
    pub yank_replacement_id: Option<String>,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "super::pack::Entity", from = "Column::PackId", to = "super::pack::Column::Id")]
    Pack,
}

impl Related<super::pack::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Pack.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
