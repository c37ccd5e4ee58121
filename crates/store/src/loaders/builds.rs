//! Which builds run on a release, and how one comes to.

use kleister_types::builds::State;
use kleister_types::{Paging, Timestamp};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, SelectTwo};

use super::Kind;
use crate::builds::{OpenBuild, change::frozen};
use crate::channels::{LATEST, RECOMMENDED};
use crate::links::builds_listed;
use crate::lists::{self, Page, Sorts};
use crate::rows::{self, build, channel, loader, pack};
use crate::{Caller, Error, Result};

const SORTS: Sorts<build::Column> = &[
    ("name", build::Column::SortKey),
    ("created", build::Column::CreatedAt),
    ("updated", build::Column::UpdatedAt),
    ("public", build::Column::Public),
];

/// One page of the builds that run on a release and that the caller may see, each with its pack.
pub async fn list_builds(
    db: &impl ConnectionTrait,
    caller: &Caller,
    release: &loader::Model,
    paging: &Paging,
) -> Result<Page<(build::Model, pack::Model)>> {
    let is_game = release.kind == Kind::Minecraft.as_str();
    let column = if is_game { build::Column::MinecraftId } else { build::Column::LoaderId };
    let running = build::Entity::find().filter(column.eq(&release.id));
    let all = running.find_also_related(pack::Entity).filter(builds_listed(caller));
    let all = lists::matching(all, build::Column::Search, paging)?;
    let rows = sorted(all.clone(), paging)?.limit(paging.limit()).offset(paging.offset()).all(db).await?;
    let total = lists::total(db, all, rows.len(), paging).await?;
    Ok(Page { total, rows: rows.into_iter().filter_map(|(build, pack)| Some((build, pack?))).collect() })
}

type Builds = SelectTwo<build::Entity, pack::Entity>;

/// The query sorted as asked: by a column, or by whether a channel points to the build.
fn sorted(all: Builds, paging: &Paging) -> Result<Builds> {
    let wanted = paging.sort.as_deref().unwrap_or("").to_lowercase();
    if wanted != LATEST && wanted != RECOMMENDED {
        return lists::sorted(all, SORTS, build::Column::Id, paging);
    }
    let mut pointed = Query::select();
    pointed.column(channel::Column::BuildId).from(channel::Entity).and_where(channel::Column::Name.eq(wanted));
    let direction = lists::direction(paging);
    let ordered = all.order_by(build::Column::Id.in_subquery(pointed), direction.clone());
    Ok(ordered.order_by(build::Column::Id, direction))
}

/// Lets a draft run on a release, in the place of the Minecraft or the loader before.
pub async fn attach(
    db: &impl ConnectionTrait,
    opened: OpenBuild,
    release: &loader::Model,
    kind: Kind,
    now: Timestamp,
) -> Result<()> {
    let mut build = opened.build;
    let place = place(&mut build, kind)?;
    if place.as_ref() == Some(&release.id) {
        return Err(Error::Attached(kind.as_str()));
    }
    *place = Some(release.id.clone());
    build.updated_at = now.as_millis();
    Ok(rows::update(db, build).await?)
}

/// Takes a release away from a draft that runs on it.
pub async fn detach(
    db: &impl ConnectionTrait,
    opened: OpenBuild,
    release: &loader::Model,
    kind: Kind,
    now: Timestamp,
) -> Result<()> {
    let mut build = opened.build;
    let place = place(&mut build, kind)?;
    if place.as_ref() != Some(&release.id) {
        return Err(Error::Detached(kind.as_str()));
    }
    *place = None;
    build.updated_at = now.as_millis();
    Ok(rows::update(db, build).await?)
}

/// Where a build names its release of this kind; an error where that cannot change any more.
fn place(build: &mut build::Model, kind: Kind) -> Result<&mut Option<String>> {
    let is_game = kind == Kind::Minecraft;
    if build.state != State::Draft.as_str() {
        return Err(frozen(build, if is_game { "its Minecraft cannot change" } else { "its loader cannot change" }));
    }
    Ok(if is_game { &mut build.minecraft_id } else { &mut build.loader_id })
}
