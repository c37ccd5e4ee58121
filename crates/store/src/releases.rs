//! What was published, and what a release is made of.

use kleister_types::builds::State;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::channels::{LATEST, RECOMMENDED};
use crate::names::{self, Scope};
use crate::rows::{blob, build, build_file, build_version, channel, module, pack, release, version};
use crate::versions::{self, FileOf};
use crate::{Caller, Error, Need, Result, packs};

/// Everything that a build consists of.
#[derive(Clone, Debug)]
pub struct Contents {
    /// The versions in the order of the build, each with its mod and file.
    pub versions: Vec<(build_version::Model, version::Model, module::Model, Option<FileOf>)>,
    /// The files that belong to no version, each with its blob.
    pub files: Vec<(build_file::Model, Option<blob::Model>)>,
}

/// A published build that an address names.
#[derive(Clone, Debug)]
pub struct Named {
    /// The pack.
    pub pack: pack::Model,
    /// The build.
    pub build: build::Model,
    /// Whether the address names a channel, which may point elsewhere tomorrow.
    pub by_channel: bool,
}

/// Reads everything that a build consists of, in three queries.
pub async fn contents(db: &impl ConnectionTrait, build: &build::Model) -> Result<Contents> {
    let links = build_version::Entity::find()
        .filter(build_version::Column::BuildId.eq(&build.id))
        .find_also_related(version::Entity)
        .find_also(version::Entity, module::Entity)
        .order_by_asc(build_version::Column::Position)
        .order_by_asc(build_version::Column::VersionId)
        .all(db)
        .await?;
    let mut files = versions::files(db, links.iter().map(|(link, ..)| link.version_id.as_str())).await?;
    let versions = links.into_iter().filter_map(|(link, version, module)| {
        let file = files.iter().position(|(file, _)| file.version_id == link.version_id);
        Some((link, version?, module?, file.map(|at| files.swap_remove(at))))
    });
    let versions = versions.collect();
    let of_build = build_file::Entity::find().filter(build_file::Column::BuildId.eq(&build.id));
    let files = of_build.find_also_related(blob::Entity).order_by_asc(build_file::Column::PathKey).all(db).await?;
    Ok(Contents { versions, files })
}

/// Finds the published build that a build name or channel of a pack means, for somebody without a token: a public
/// pack, a public build, never a draft.
pub async fn find(db: &impl ConnectionTrait, pack_key: &str, release_key: &str) -> Result<Named> {
    let pack = packs::open(db, &Caller::Anonymous, pack_key, Need::See).await?.row;
    let pointed = pointed(db, &pack.id, release_key).await?;
    let by_channel = pointed.is_some();
    let builds = build::Entity::find().filter(build::Column::PackId.eq(&pack.id));
    let builds = match pointed {
        Some(id) => builds.filter(build::Column::Id.eq(id)),
        None if names::is_id(release_key) => return Err(Error::Missing("build")),
        None => builds.filter(build::Column::Id.in_subquery(names::owner_id(Scope::Builds(&pack.id), release_key))),
    };
    let open = builds.filter(build::Column::State.ne(State::Draft.as_str())).filter(build::Column::Public.eq(true));
    let build = open.one(db).await?.ok_or(Error::Missing("build"))?;
    Ok(Named { pack, build, by_channel })
}

/// The build that a channel points to; `recommended` means `latest` while it is unset.
async fn pointed(db: &impl ConnectionTrait, pack_id: &str, name: &str) -> Result<Option<String>> {
    let name = name.to_lowercase();
    let or_latest = if name == RECOMMENDED { LATEST } else { name.as_str() };
    let channels = channel::Entity::find()
        .filter(channel::Column::PackId.eq(pack_id))
        .filter(channel::Column::Name.is_in([name.as_str(), or_latest]))
        .all(db)
        .await?;
    let exact = channels.iter().find(|channel| channel.name == name);
    Ok(exact.or_else(|| channels.first()).map(|channel| channel.build_id.clone()))
}

/// The document of a published build.
pub async fn document(db: &impl ConnectionTrait, build_id: &str) -> Result<String> {
    let row = release::Entity::find_by_id(build_id).one(db).await?;
    row.map(|row| row.document).ok_or(Error::Missing("build"))
}
