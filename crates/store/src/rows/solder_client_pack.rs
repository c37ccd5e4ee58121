//! Which client sees which private pack.

use sea_orm::entity::prelude::*;

/// Which client sees which private pack.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "solder_client_packs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The client.
    pub client_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    /// The pack.
    pub pack_id: String,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::solder_client::Entity",
        from = "Column::ClientId",
        to = "super::solder_client::Column::Id"
    )]
    Client,
    #[sea_orm(belongs_to = "super::pack::Entity", from = "Column::PackId", to = "super::pack::Column::Id")]
    Pack,
}

impl Related<super::solder_client::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Client.def()
    }
}

impl Related<super::pack::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Pack.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
