//! One version put into a draft with what is set for it, perhaps in the place of another one of its mod.

use kleister_types::Timestamp;
use kleister_types::links::VersionEntry;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, SqlErr};

use super::bulk::{check_entry, set};
use super::{VERSIONS, blank, next_position, refuse_published};
use crate::builds::OpenBuild;
use crate::names::{self, Scope};
use crate::rows::{self, build_version, module, version};
use crate::rules::Rules;
use crate::versions::OpenVersion;
use crate::{Error, Result};

/// Adds a version to a draft as an entry says; the database itself judges whether it is there already. One that makes
/// room gives it its place in the list and what was set for it, but for what the entry sets; that may be the version itself.
/// Paths are checked already.
///
/// The one that makes room is looked for among the versions of the same mod in the draft only: whoever names another one
/// learns nothing of it.
pub async fn attach_as(
    db: &impl ConnectionTrait,
    build: &OpenBuild,
    opened: &OpenVersion,
    (wanted, instead_of): (&VersionEntry, Option<&str>),
    now: Timestamp,
) -> Result<()> {
    refuse_published(&build.build, VERSIONS)?;
    let mut rules = Rules::of("build");
    check_entry(&mut rules, "", wanted);
    rules.end()?;
    let (build_id, id) = (&build.build.id, &opened.version.id);
    let link = match instead_of {
        None => blank(build_id, id, next_position(db, build_id).await?, now),
        Some(key) => make_room(db, build_id, &opened.module.row, key).await?,
    };
    let (position, is_itself) = (link.position, link.version_id == *id);
    let created_at = if is_itself { link.created_at } else { now.as_millis() };
    let link = build_version::Model { version_id: id.clone(), created_at, updated_at: now.as_millis(), ..link };
    rows::insert(db, set(link, wanted, position, now)).await.map_err(already_attached)
}

/// Takes a version of a mod out of a draft, and tells what was set for it.
async fn make_room(
    db: &impl ConnectionTrait,
    build_id: &str,
    module: &module::Model,
    key: &str,
) -> Result<build_version::Model> {
    let of_mod = version::Entity::find().filter(version::Column::ModId.eq(&module.id));
    let select = if names::is_id(key) {
        of_mod.filter(version::Column::Id.eq(key))
    } else {
        of_mod.filter(version::Column::Id.in_subquery(names::owner_id(Scope::Versions(&module.id), key)))
    };
    let former = select.one(db).await?.ok_or(Error::Detached("version"))?;
    let key = (build_id.to_owned(), former.id);
    let link = build_version::Entity::find_by_id(key.clone()).one(db).await?.ok_or(Error::Detached("version"))?;
    build_version::Entity::delete_by_id(key).exec(db).await?;
    Ok(link)
}

fn already_attached(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::Attached("version"),
        _ => error.into(),
    }
}
