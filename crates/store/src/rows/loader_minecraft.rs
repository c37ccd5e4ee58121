//! A loader's release that runs on a release of Minecraft.

use sea_orm::entity::prelude::*;

/// A loader's release that runs on a release of Minecraft, as upstream says.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "loader_minecrafts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The loader's release.
    pub loader_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    /// The name of the release of Minecraft, which this server need not know.
    pub minecraft: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
