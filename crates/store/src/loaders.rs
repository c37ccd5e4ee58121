//! Releases of Minecraft and of its loaders.

use kleister_types::Timestamp;
use kleister_types::minecraft::{Loader, Minecraft, Search};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Insert, IntoActiveModel, QueryFilter, QueryOrder};

use crate::rows::loader;
use crate::{Result, lists, names};

/// The releases of Minecraft known when this program was built, oldest first, a name a line.
const MINECRAFT_RELEASES: &str = include_str!("loaders/minecraft.txt");

/// What a release is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The game itself.
    Minecraft,
    /// Forge.
    Forge,
    /// NeoForge.
    Neoforge,
    /// Quilt.
    Quilt,
    /// Fabric.
    Fabric,
}

impl Kind {
    /// The loaders, of which a build has at most one.
    pub const LOADERS: [Self; 4] = [Self::Forge, Self::Neoforge, Self::Quilt, Self::Fabric];

    /// The word for it in the database and in paths.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minecraft => "minecraft",
            Self::Forge => "forge",
            Self::Neoforge => "neoforge",
            Self::Quilt => "quilt",
            Self::Fabric => "fabric",
        }
    }

    /// The field of a build that names a release of it.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Minecraft => "minecraft_id",
            Self::Forge => "forge_id",
            Self::Neoforge => "neoforge_id",
            Self::Quilt => "quilt_id",
            Self::Fabric => "fabric_id",
        }
    }
}

impl From<loader::Model> for Minecraft {
    fn from(row: loader::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            kind: "release".to_owned(),
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        }
    }
}

impl From<loader::Model> for Loader {
    fn from(row: loader::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            minecraft: row.minecraft,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        }
    }
}

/// All releases of one kind whose name holds what is searched for, oldest first.
pub async fn list(db: &impl ConnectionTrait, kind: Kind, search: &Search) -> Result<Vec<loader::Model>> {
    let of_kind = loader::Entity::find().filter(loader::Column::Kind.eq(kind.as_str()));
    let paging = kleister_types::Paging { search: search.search.clone(), ..Default::default() };
    let found = lists::matching(of_kind, loader::Column::Name, &paging)?;
    Ok(found.order_by_asc(loader::Column::SortKey).order_by_asc(loader::Column::Id).all(db).await?)
}

/// Finds a release by id or name.
pub async fn find(db: &impl ConnectionTrait, kind: Kind, key: &str) -> Result<Option<loader::Model>> {
    let column = if names::is_id(key) { loader::Column::Id } else { loader::Column::Name };
    let of_kind = loader::Entity::find().filter(loader::Column::Kind.eq(kind.as_str()));
    Ok(of_kind.filter(column.eq(key)).one(db).await?)
}

/// The releases with these ids, in one query.
pub async fn by_ids(db: &impl ConnectionTrait, ids: Vec<&str>) -> Result<Vec<loader::Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(loader::Entity::find().filter(loader::Column::Id.is_in(ids)).all(db).await?)
}

/// Adds the releases of Minecraft known when this program was built that the database does not know.
pub async fn seed_minecraft(db: &impl ConnectionTrait, now: Timestamp) -> Result<()> {
    let known = list(db, Kind::Minecraft, &Search::default()).await?;
    let new = MINECRAFT_RELEASES.lines().filter(|name| known.iter().all(|row| row.name != *name));
    let rows: Vec<_> = new.map(|name| minecraft(name, now).into_active_model()).collect();
    if !rows.is_empty() {
        Insert::many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

fn minecraft(name: &str, now: Timestamp) -> loader::Model {
    loader::Model {
        id: names::new_id(),
        kind: Kind::Minecraft.as_str().to_owned(),
        name: name.to_owned(),
        sort_key: names::sort_key(name),
        minecraft: None,
        released_at: None,
        gone_at: None,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    }
}
