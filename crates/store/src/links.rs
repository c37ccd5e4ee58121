//! Links between builds and versions, from either side.

use std::collections::HashSet;

use kleister_types::builds::State;
use kleister_types::{Paging, Perm, Timestamp};
use sea_orm::sea_query::{Condition, JoinType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QueryResult,
    QuerySelect, RelationTrait, SelectFive, SqlErr, TopologyStar,
};

use crate::builds::{OpenBuild, change::frozen};
use crate::lists::{self, Page, Sorts};
use crate::permissions;
use crate::rows::{self, blob, build, build_version, module, pack, version, version_file};
use crate::versions::FileOf;
use crate::{Caller, Error, Result, mods};

mod attach;
mod bulk;

pub use attach::attach_as;
pub use bulk::replace;

const VERSION_SORTS: Sorts<version::Column> = &[
    ("name", version::Column::SortKey),
    ("public", version::Column::Public),
    ("created", version::Column::CreatedAt),
    ("updated", version::Column::UpdatedAt),
];

const BUILD_SORTS: Sorts<build::Column> = &[
    ("name", build::Column::SortKey),
    ("public", build::Column::Public),
    ("created", build::Column::CreatedAt),
    ("updated", build::Column::UpdatedAt),
];

/// A version in a build, with its first file and its mod.
#[derive(Clone, Debug)]
pub struct VersionLink {
    /// The link.
    pub link: build_version::Model,
    /// The version.
    pub version: version::Model,
    /// The version's first file.
    pub file: Option<FileOf>,
    /// The mod.
    pub module: module::Model,
    /// Whether the caller sees the mod.
    pub sees_module: bool,
}

/// A build that a version is in, with its pack.
pub type BuildLink = (build_version::Model, build::Model, pack::Model);

/// What does not change after publishing.
pub(crate) const VERSIONS: &str = "its versions cannot change";

/// What may stand in the way of a deletion or change by being used in a build.
#[derive(Clone, Copy, Debug)]
pub enum Used<'a> {
    /// Any version of the mod with this id, in any build.
    Mod(&'a str),
    /// The version with this id, in any build.
    Version(&'a str),
    /// The version with this id, in a build that was published.
    Published(&'a str),
}

/// One page of the versions of a build, each with its mod, whether or not the caller sees it, and its first file.
pub async fn list_versions(
    db: &impl ConnectionTrait,
    caller: &Caller,
    build: &build::Model,
    paging: &Paging,
) -> Result<Page<VersionLink>> {
    let all = lists::matching(versions_of(&build.id), version::Column::Search, paging)?;
    let sorted = lists::sorted(all.clone(), VERSION_SORTS, version::Column::Id, paging)?;
    let cut = sorted.limit(paging.limit()).offset(paging.offset()).expr_as(mods::seen(caller), SEES_MODULE);
    let rows = cut.into_model::<_, _, Met, _, _>().all(db).await?;
    let total = lists::total(db, all, rows.len(), paging).await?;
    let link = |(link, version, met, file, blob): (_, _, Option<Met>, Option<_>, _)| {
        let (file, met) = (file.map(|file| (file, blob)), met?);
        Some(VersionLink { link, version: version?, file, module: met.module, sees_module: met.is_seen })
    };
    Ok(Page { total, rows: rows.into_iter().filter_map(link).collect() })
}

/// The query for the versions of a build, each with its mod, its first file and that file's blob.
pub(crate) fn versions_of(build_id: &str) -> Versions {
    build_version::Entity::find()
        .filter(build_version::Column::BuildId.eq(build_id))
        .find_also_related(version::Entity)
        .find_also(version::Entity, module::Entity)
        .find_also(version::Entity, version_file::Entity)
        .find_also(version_file::Entity, blob::Entity)
}

type Versions = SelectFive<
    build_version::Entity,
    version::Entity,
    module::Entity,
    version_file::Entity,
    blob::Entity,
    TopologyStar,
>;

/// A mod, and whether the caller sees it.
struct Met {
    module: module::Model,
    is_seen: bool,
}

/// What a query's result calls whether the caller sees the mod.
const SEES_MODULE: &str = "sees_module";

impl FromQueryResult for Met {
    fn from_query_result(result: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let module = module::Model::from_query_result(result, prefix)?;
        Ok(Self { module, is_seen: result.try_get("", SEES_MODULE)? })
    }
}

/// One page of the builds of a version that the caller may see.
pub async fn list_builds(
    db: &impl ConnectionTrait,
    caller: &Caller,
    version: &version::Model,
    paging: &Paging,
) -> Result<Page<BuildLink>> {
    let all = build_version::Entity::find()
        .filter(build_version::Column::VersionId.eq(&version.id))
        .find_also_related(build::Entity)
        .find_also(build::Entity, pack::Entity)
        .filter(builds_listed(caller));
    let all = lists::matching(all, build::Column::Search, paging)?;
    let sorted = lists::sorted(all.clone(), BUILD_SORTS, build::Column::Id, paging)?;
    let rows = sorted.limit(paging.limit()).offset(paging.offset()).all(db).await?;
    let total = lists::total(db, all, rows.len(), paging).await?;
    let rows = rows.into_iter().filter_map(|(link, build, pack)| Some((link, build?, pack?))).collect();
    Ok(Page { total, rows })
}

/// The condition for a build to be in a caller's lists, together with its pack.
pub(crate) fn builds_listed(caller: &Caller) -> Condition {
    if caller.is_admin() {
        return Condition::all();
    }
    let published = build::Column::State.eq(State::Published.as_str());
    let public = Condition::all().add(published.clone()).add(build::Column::Public.eq(true));
    let public = public.add(permissions::listed::<pack::Entity>(caller));
    let Some(who) = caller.who() else { return public };
    let member = Condition::all().add(published).add(permissions::is_member::<pack::Entity>(&who.id, Perm::User));
    Condition::any().add(public).add(member).add(permissions::is_member::<pack::Entity>(&who.id, Perm::Admin))
}

/// Adds a version to a draft; the database itself judges whether it is there already.
pub async fn attach(
    db: &impl ConnectionTrait,
    build: &OpenBuild,
    version: &version::Model,
    member: &'static str,
    now: Timestamp,
) -> Result<()> {
    refuse_published(&build.build, VERSIONS)?;
    let position = next_position(db, &build.build.id).await?;
    let link = blank(&build.build.id, &version.id, position, now);
    rows::insert(db, link).await.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::Attached(member),
        _ => error.into(),
    })
}

/// Adds versions to a draft in their order, but for those that it has already.
pub async fn attach_missing(
    db: &impl ConnectionTrait,
    build: &OpenBuild,
    versions: &[&version::Model],
    now: Timestamp,
) -> Result<()> {
    let links =
        build_version::Entity::find().filter(build_version::Column::BuildId.eq(&build.build.id)).all(db).await?;
    let first = links.iter().map(|link| link.position + 1).max().unwrap_or(0);
    let mut known: HashSet<&str> = links.iter().map(|link| link.version_id.as_str()).collect();
    let missing: Vec<_> = versions.iter().filter(|version| known.insert(&version.id)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    refuse_published(&build.build, VERSIONS)?;
    let new = missing.into_iter().zip(first..).map(|(version, at)| blank(&build.build.id, &version.id, at, now));
    Ok(rows::insert_many(db, new.collect()).await?)
}

/// The place behind the last version of a build.
async fn next_position(db: &impl ConnectionTrait, build_id: &str) -> Result<i64> {
    let of_build = build_version::Entity::find().filter(build_version::Column::BuildId.eq(build_id));
    let last = of_build.order_by_desc(build_version::Column::Position).one(db).await?;
    Ok(last.map_or(0, |last| last.position + 1))
}

/// A link of which nothing is set.
pub(crate) fn blank(build_id: &str, version_id: &str, position: i64, now: Timestamp) -> build_version::Model {
    build_version::Model {
        build_id: build_id.to_owned(),
        version_id: version_id.to_owned(),
        client: None,
        server: None,
        chosen: false,
        choice_text: None,
        choice_group: None,
        path: None,
        position,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    }
}

/// Takes a version out of a draft.
pub async fn detach(
    db: &impl ConnectionTrait,
    build: &OpenBuild,
    version: &version::Model,
    member: &'static str,
) -> Result<()> {
    refuse_published(&build.build, VERSIONS)?;
    let key = (build.build.id.clone(), version.id.clone());
    let deleted = build_version::Entity::delete_by_id(key).exec(db).await?;
    if deleted.rows_affected == 0 { Err(Error::Detached(member)) } else { Ok(()) }
}

/// An error for a build that is no draft, since `what` does not change after publishing.
pub(crate) fn refuse_published(build: &build::Model, what: &str) -> Result<()> {
    if build.state == State::Draft.as_str() { Ok(()) } else { Err(frozen(build, what)) }
}

/// An error that names a build which uses what should be changed or deleted: one that the caller sees, if there is one.
pub async fn refuse_if_used(db: &impl ConnectionTrait, caller: &Caller, used: Used<'_>) -> Result<()> {
    let links = build_version::Entity::find()
        .join(JoinType::InnerJoin, build_version::Relation::Version.def())
        .find_also_related(build::Entity)
        .find_also(build::Entity, pack::Entity);
    let (what, links) = match used {
        Used::Mod(id) => ("a version of this mod", links.filter(version::Column::ModId.eq(id))),
        Used::Version(id) => ("this version", links.filter(build_version::Column::VersionId.eq(id))),
        Used::Published(id) => {
            let frozen = links.filter(build::Column::PublishedAt.is_not_null());
            ("this version", frozen.filter(build_version::Column::VersionId.eq(id)))
        }
    };
    if links.clone().one(db).await?.is_none() {
        return Ok(());
    }
    let who = match links.filter(builds_listed(caller)).one(db).await? {
        Some((_, Some(build), Some(pack))) => format!("build `{}` of pack `{}`", build.name, pack.slug),
        _ => "a build of a pack that you cannot see".to_owned(),
    };
    let advice = match used {
        Used::Published(_) => "it stays as it is; add a new version instead",
        Used::Mod(_) | Used::Version(_) => "take it out of the build, or keep it",
    };
    Err(Error::Conflict(format!("{who} uses {what}; {advice}")))
}
