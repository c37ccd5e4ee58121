//! Releases of Minecraft and of its loaders: five families in one table.

use std::fmt;
use std::str::FromStr;

use kleister_types::loaders::{Fabric, Forge, Minecraft, Neoforge, Quilt, Search};
use kleister_types::{Paging, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use crate::rows::{self, loader, loader_minecraft};
use crate::{Error, Result, lists, names};

mod builds;
mod sync;

pub use builds::{attach, detach, list_builds};
pub use sync::{Listed, seed_minecraft, sync};

/// What a release is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Minecraft, Self::Forge, Self::Neoforge, Self::Quilt, Self::Fabric];
    /// The loaders, of which a build has at most one.
    pub const LOADERS: [Self; 4] = [Self::Forge, Self::Neoforge, Self::Quilt, Self::Fabric];

    /// The word for it in the database, in paths and in messages.
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

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let allowed = || format!("must be one of {}", Self::ALL.map(Self::as_str).join(", "));
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or_else(allowed)
    }
}

/// The shape of a family's releases on the wire: what all have, then the facts that only this one has.
macro_rules! shown {
    ($name:ident { $($fact:ident: $from:expr),* }) => {
        impl From<loader::Model> for $name {
            fn from(row: loader::Model) -> Self {
                Self {
                    $($fact: $from(&row),)*
                    gone_at: row.gone_at.map(Timestamp::from_millis),
                    created_at: Timestamp::from_millis(row.created_at),
                    updated_at: Timestamp::from_millis(row.updated_at),
                    id: row.id,
                    name: row.name,
                }
            }
        }
    };
}

shown!(Minecraft {
    kind: |_: &loader::Model| "release".to_owned(),
    released_at: |row: &loader::Model| row.released_at.map(Timestamp::from_millis)
});
shown!(Forge { minecraft: |row: &loader::Model| row.minecraft.clone() });
shown!(Neoforge { minecraft: |row: &loader::Model| row.minecraft.clone() });
shown!(Quilt {});
shown!(Fabric {});

/// All releases of one kind whose name holds what is searched for, the oldest version first. Those that upstream no
/// longer lists are among them: builds that run on them go on, and their next state must be able to do so too.
pub async fn list(db: &impl ConnectionTrait, kind: Kind, search: &Search) -> Result<Vec<loader::Model>> {
    let mut found = loader::Entity::find().filter(loader::Column::Kind.eq(kind.as_str()));
    let paging = Paging { search: search.search.clone(), ..Paging::default() };
    if let Some(text) = lists::searched(&paging)? {
        // Names are plain ASCII, which every database knows to write small.
        found = found.filter(Expr::expr(Func::lower(Expr::col(loader::Column::Name))).like(lists::contains(text)));
    }
    let wanted = Paging { search: search.minecraft.clone(), ..Paging::default() };
    if let Some(minecraft) = lists::searched(&wanted)? {
        let mut running = Query::select();
        running.column(loader_minecraft::Column::LoaderId).from(loader_minecraft::Entity);
        running.and_where(loader_minecraft::Column::Minecraft.eq(minecraft));
        found = found.filter(loader::Column::Id.in_subquery(running));
    }
    Ok(found.order_by_asc(loader::Column::SortKey).order_by_asc(loader::Column::Id).all(db).await?)
}

/// Finds a release by id or name.
pub async fn find(db: &impl ConnectionTrait, kind: Kind, key: &str) -> Result<Option<loader::Model>> {
    if key.contains('\0') {
        return Ok(None); // PostgreSQL would refuse the query.
    }
    let column = if names::is_id(key) { loader::Column::Id } else { loader::Column::Name };
    let of_kind = loader::Entity::find().filter(loader::Column::Kind.eq(kind.as_str()));
    Ok(of_kind.filter(column.eq(key)).one(db).await?)
}

/// Finds a release by name, or makes it: somebody's build runs on it, whether or not upstream lists it.
pub(crate) async fn ensure(
    db: &impl ConnectionTrait,
    kind: Kind,
    name: &str,
    minecraft: Option<&str>,
    now: Timestamp,
) -> Result<loader::Model> {
    let of_kind = loader::Entity::find().filter(loader::Column::Kind.eq(kind.as_str()));
    if let Some(row) = of_kind.filter(loader::Column::Name.eq(name)).one(db).await? {
        return Ok(row);
    }
    if name.is_empty() || name.len() > 64 || name.chars().any(char::is_control) || names::is_id(name) {
        return Err(Error::invalid("build", kind.field(), "is not the name of a release"));
    }
    let row = loader::Model {
        id: names::new_id(),
        kind: kind.as_str().to_owned(),
        name: name.to_owned(),
        sort_key: sort_key(name),
        minecraft: minecraft.map(str::to_owned),
        released_at: None,
        gone_at: None,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    rows::insert(db, row.clone()).await?;
    Ok(row)
}

/// Finds a release by id or name; an error where there is none.
pub async fn open(db: &impl ConnectionTrait, kind: Kind, key: &str) -> Result<loader::Model> {
    find(db, kind, key).await?.ok_or(Error::Missing(kind.as_str()))
}

/// A loader's version as launchers want it: Forge's releases are listed as `1.20.1-47.2.0`, of which that is `47.2.0`.
pub fn bare_version(row: &loader::Model) -> &str {
    let bare = row.minecraft.as_ref().and_then(|game| row.name.strip_prefix(game.as_str())?.strip_prefix('-'));
    bare.unwrap_or(&row.name)
}

/// The releases with these ids, in one query.
pub async fn by_ids(db: &impl ConnectionTrait, ids: Vec<&str>) -> Result<Vec<loader::Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(loader::Entity::find().filter(loader::Column::Id.is_in(ids)).all(db).await?)
}

/// The key by which releases sort from old to new: `0.17.0-beta.1`, then `0.17.0`, then `0.17.0.1`.
fn sort_key(name: &str) -> String {
    // Of `!`, `#`, `+` and `.`, databases put each before the next.
    match name.split_once('-') {
        Some((version, preview)) => names::sort_key(&format!("{version}!{preview}")),
        None => names::sort_key(&format!("{name}#")),
    }
}

#[cfg(test)]
mod tests {
    use super::sort_key;

    #[test]
    fn releases_sort_from_old_to_new() {
        let sorted = ["0.9.0", "0.17.0-beta.2", "0.17.0-beta.10", "0.17.0", "0.17.0+build.9", "0.17.0.1", "0.17.1"];
        let mut names = sorted;
        names.reverse();
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, sorted);
        let mut games = ["26.1.1", "26.1", "1.21.10", "1.21", "1.21.9", "1.9"];
        games.sort_by_key(|name| sort_key(name));
        assert_eq!(games, ["1.9", "1.21", "1.21.9", "1.21.10", "26.1", "26.1.1"]);
    }
}
