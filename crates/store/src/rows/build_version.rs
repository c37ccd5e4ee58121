//! A version in a build.

use sea_orm::entity::prelude::*;

/// A version in a build.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "build_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The build.
    pub build_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    /// The version in it.
    pub version_id: String,
    /// Whether a client needs it; as the version says unless set.
    pub client: Option<String>,
    /// Whether a server needs it; as the version says unless set.
    pub server: Option<String>,
    /// Whether an optional one is on unless the player says otherwise.
    pub chosen: bool,
    /// What the player reads about an optional one.
    pub choice_text: Option<String>,
    /// The group of an optional one.
    pub choice_group: Option<String>,
    /// Where its file lies in this build, if not at its own path.
    pub path: Option<String>,
    /// Its place in the build.
    pub position: i64,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was changed last, in milliseconds since 1970.
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "super::build::Entity", from = "Column::BuildId", to = "super::build::Column::Id")]
    Build,
    #[sea_orm(belongs_to = "super::version::Entity", from = "Column::VersionId", to = "super::version::Column::Id")]
    Version,
}

impl Related<super::build::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Build.def()
    }
}

impl Related<super::version::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Version.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
