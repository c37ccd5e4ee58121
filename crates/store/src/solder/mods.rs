//! The mods that a reader of the Solder protocol sees: those of the builds that he may have.

use kleister_types::builds::State;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::Viewer;
use crate::names::{self, Scope};
use crate::pack_tokens::Pass;
use crate::rows::{blob, module, version, version_file, wrapper};
use crate::{Error, Result};

/// A version with all that a zip of it is made of.
#[derive(Clone, Debug)]
pub struct Zipped {
    /// The version.
    pub version: version::Model,
    /// The zip with which it came.
    pub wrapper: Option<blob::Model>,
    /// Its files, each with its bytes.
    pub files: Vec<(version_file::Model, Option<blob::Model>)>,
}

/// The mods that a reader sees, by slug.
pub async fn list_mods(db: &impl ConnectionTrait, viewer: &Viewer) -> Result<Vec<module::Model>> {
    let mods = module::Entity::find().filter(seen_mods(viewer));
    Ok(mods.order_by_asc(module::Column::Slug).order_by_asc(module::Column::Id).all(db).await?)
}

/// Finds a mod by slug, present or former.
pub async fn open_mod(db: &impl ConnectionTrait, viewer: &Viewer, slug: &str) -> Result<module::Model> {
    let owner = names::owner_id(Scope::Mods, slug);
    let found = module::Entity::find().filter(module::Column::Id.in_subquery(owner)).filter(seen_mods(viewer));
    found.one(db).await?.ok_or(Error::Missing("mod"))
}

/// The versions of a mod that a reader sees, the oldest first.
pub async fn list_versions(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    module: &module::Model,
) -> Result<Vec<version::Model>> {
    let versions = version::Entity::find().filter(version::Column::ModId.eq(&module.id)).filter(seen_versions(viewer));
    Ok(versions.order_by_asc(version::Column::CreatedAt).order_by_asc(version::Column::Id).all(db).await?)
}

/// Finds a version of a mod by name, with all that its zip is made of.
pub async fn open_version(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    module: &module::Model,
    name: &str,
) -> Result<Zipped> {
    let owner = names::owner_id(Scope::Versions(&module.id), name);
    let found = version::Entity::find().filter(version::Column::Id.in_subquery(owner)).filter(seen_versions(viewer));
    let version = found.one(db).await?.ok_or(Error::Missing("version"))?;
    let wrapper = wrapper::Entity::find_by_id(&version.id).find_also_related(blob::Entity).one(db).await?;
    let files = version_file::Entity::find().filter(version_file::Column::VersionId.eq(&version.id));
    let files = files.find_also_related(blob::Entity).order_by_asc(version_file::Column::Position).all(db).await?;
    Ok(Zipped { version, wrapper: wrapper.and_then(|(_, blob)| blob), files })
}

/// The condition for a mod to be seen: it is public, or a key is shown, and a version of it is seen.
fn seen_mods(viewer: &Viewer) -> Condition {
    let used = Query::select()
        .column(version::Column::ModId)
        .from(version::Entity)
        .cond_where(seen_versions(viewer))
        .to_owned();
    let used = Condition::all().add(module::Column::Id.in_subquery(used));
    if viewer.all { used } else { used.add(module::Column::Public.eq(true)) }
}

/// The condition for a version to be seen: a build that the reader may have has it.
fn seen_versions(viewer: &Viewer) -> Condition {
    let mut query = Query::select();
    query
        .column(("build_versions", "version_id"))
        .from("build_versions")
        .inner_join("builds", Expr::col(("builds", "id")).equals(("build_versions", "build_id")))
        .inner_join("packs", Expr::col(("packs", "id")).equals(("builds", "pack_id")))
        .and_where(Expr::col(("builds", "state")).ne(State::Draft.as_str()));
    if let Some(pass) = &viewer.pass {
        query.cond_where(opened(pass));
    } else if !viewer.all {
        let open = [("builds", "public"), ("packs", "public")].map(|column| Expr::col(column).eq(true));
        let open = open.into_iter().fold(Condition::all(), Condition::add);
        let mut may = Condition::any().add(open);
        if !viewer.packs.is_empty() {
            may = may.add(Expr::col(("packs", "id")).is_in(viewer.packs.iter().map(String::as_str)));
        }
        may = viewer.invited.iter().map(opened).fold(may, Condition::add);
        query.cond_where(may);
    }
    let used = Condition::all().add(version::Column::Id.in_subquery(query));
    if viewer.all { used } else { used.add(version::Column::Public.eq(true)) }
}

/// The condition for a build to be one that a token opens.
fn opened(pass: &Pass) -> Condition {
    let opened = Condition::all().add(Expr::col(("packs", "id")).eq(pass.pack_id.as_str()));
    match &pass.builds {
        Some(builds) => opened.add(Expr::col(("builds", "id")).is_in(builds.iter().map(String::as_str))),
        None => opened,
    }
}
