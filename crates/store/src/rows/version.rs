//! A release of a mod.

use sea_orm::entity::prelude::*;

/// A release of a mod.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The identifier.
    pub id: String,
    /// The mod that it is a release of.
    pub mod_id: String,
    /// The handle, unique within the mod.
    pub name: String,
    /// The key that the name sorts by.
    pub sort_key: String,
    /// What a search looks into.
    pub search: Option<String>,
    /// What the jar says; not unique.
    pub number: Option<String>,
    /// Whether it is offered to others than the mod's members.
    pub public: bool,
    /// Whether a client needs it, where that is known.
    pub client: Option<String>,
    /// Whether a server needs it, where that is known.
    pub server: Option<String>,
    /// Under which licence it comes.
    pub licence: Option<String>,
    /// What is new, in Markdown.
    pub changelog: Option<String>,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "super::module::Entity", from = "Column::ModId", to = "super::module::Column::Id")]
    Module,
    #[sea_orm(
        has_one = "super::version_file::Entity",
        from = "Column::Id",
        to = "super::version_file::Column::VersionId",
        on_condition = "super::version_file::Column::Position.eq(0)"
    )]
    FirstFile,
}

impl Related<super::module::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Module.def()
    }
}

/// The file that the contract knows.
impl Related<super::version_file::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::FirstFile.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
