//! What was published, and what a release is made of.

use std::collections::HashMap;

use kleister_types::builds::State;
use kleister_types::{Perm, Timestamp};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::builds::Dressed;
use crate::channels::{self, LATEST, RECOMMENDED};
use crate::names::{self, Scope};
use crate::pack_tokens::{self, Pass};
use crate::permissions::Opened;
use crate::rows::{
    blob, build, build_file, build_version, channel, loader, loader_package, module, pack, release, solder_version,
    updater, version, version_file, version_source, wrapper,
};
use crate::versions::FileOf;
use crate::{
    Caller, Error, Need, Result, builds, links, loader_packages, loaders, packs, previews, updater as updaters,
};

/// Everything that a build consists of.
#[derive(Clone, Debug)]
pub struct Contents {
    /// The releases of Minecraft and of the loader that it runs on.
    pub runs_on: Vec<loader::Model>,
    /// What the Technic Launcher starts the loader from, if that is here.
    pub loader_package: Option<(loader_package::Model, Option<blob::Model>)>,
    /// The versions in the order of the build, each with its mod and file.
    pub versions: Vec<(build_version::Model, version::Model, module::Model, Option<FileOf>)>,
    /// Where the files of the versions come from, by the file.
    pub sources: HashMap<String, Vec<version_source::Model>>,
    /// The files of versions beyond the first, in their order, each with its blob.
    pub more_files: Vec<FileOf>,
    /// The zips with which versions came from a Solder, and how they were called there.
    pub zips: Vec<(wrapper::Model, Option<blob::Model>, Option<solder_version::Model>)>,
    /// The files that belong to no version, each with its blob.
    pub files: Vec<(build_file::Model, Option<blob::Model>)>,
    /// The pack's picture as it was sent.
    pub icon: Option<blob::Model>,
    /// The jars of packwiz-installer that are here.
    pub updaters: Vec<(updater::Model, Option<blob::Model>)>,
}

/// A build that an address names.
#[derive(Clone, Debug)]
pub struct Named {
    /// The pack.
    pub pack: pack::Model,
    /// The build.
    pub build: build::Model,
    /// Whether the address names a channel, which may point elsewhere tomorrow.
    pub by_channel: bool,
}

impl Named {
    /// Whether the build may still change.
    pub fn is_draft(&self) -> bool {
        self.build.state == State::Draft.as_str()
    }

    /// Why the build was withdrawn, empty where nothing was said; nothing if it was not.
    pub fn withdrawn(&self) -> Option<&str> {
        let withdrawn = self.build.state == State::Yanked.as_str();
        withdrawn.then(|| self.build.yank_reason.as_deref().unwrap_or_default())
    }
}

/// Reads everything that a build consists of, in nine queries.
pub async fn contents(db: &impl ConnectionTrait, build: &build::Model) -> Result<Contents> {
    let versions = links::versions_of(&build.id)
        .order_by_asc(build_version::Column::Position)
        .order_by_asc(build_version::Column::VersionId)
        .all(db)
        .await?;
    let versions = versions.into_iter().filter_map(|(link, version, module, file, blob)| {
        Some((link, version?, module?, file.map(|file| (file, blob))))
    });
    let versions = versions.collect();
    let of_build = build_file::Entity::find().filter(build_file::Column::BuildId.eq(&build.id));
    let files = of_build.find_also_related(blob::Entity).order_by_asc(build_file::Column::PathKey).all(db).await?;
    let sources = sources(db, &build.id).await?;
    let runs_on = [build.minecraft_id.as_deref(), build.loader_id.as_deref()].into_iter().flatten().collect();
    let runs_on = loaders::by_ids(db, runs_on).await?;
    let loader_package = match loader_packages::Key::of(&runs_on) {
        Some(key) => loader_packages::find(db, &key).await?,
        None => None,
    };
    let (more_files, zips) = (more_files(db, build).await?, zips(db, build).await?);
    let (icon, updaters) = (icon(db, build).await?, updaters::all(db).await?);
    Ok(Contents { runs_on, loader_package, versions, sources, more_files, zips, files, icon, updaters })
}

/// The picture of a build's pack as it was sent.
async fn icon(db: &impl ConnectionTrait, build: &build::Model) -> Result<Option<blob::Model>> {
    let icon = pack::Entity::find().select_only().column(pack::Column::Icon);
    let icon = icon.filter(pack::Column::Id.eq(&build.pack_id)).into_query();
    Ok(blob::Entity::find().filter(blob::Column::Sha256.in_subquery(icon)).one(db).await?)
}

/// Where the files of a build's versions come from, by the file, those that were noted first in front.
async fn sources(db: &impl ConnectionTrait, build_id: &str) -> Result<HashMap<String, Vec<version_source::Model>>> {
    let links = build_version::Entity::find().select_only().column(build_version::Column::VersionId);
    let links = links.filter(build_version::Column::BuildId.eq(build_id)).into_query();
    let files = version_file::Entity::find().select_only().column(version_file::Column::Id);
    let files = files.filter(version_file::Column::VersionId.in_subquery(links)).into_query();
    let rows = version_source::Entity::find().filter(version_source::Column::FileId.in_subquery(files));
    let mut sources: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows.order_by_asc(version_source::Column::Id).all(db).await? {
        sources.entry(row.file_id.clone()).or_default().push(row);
    }
    Ok(sources)
}

/// The condition for something of a version: a build has the version.
fn is_in(build: &build::Model) -> SelectStatement {
    Query::select()
        .column(build_version::Column::VersionId)
        .from(build_version::Entity)
        .and_where(build_version::Column::BuildId.eq(&build.id))
        .to_owned()
}

/// The files beyond the first of the versions that have several.
async fn more_files(db: &impl ConnectionTrait, build: &build::Model) -> Result<Vec<FileOf>> {
    let files = version_file::Entity::find()
        .filter(version_file::Column::VersionId.in_subquery(is_in(build)))
        .filter(version_file::Column::Position.gt(0))
        .find_also_related(blob::Entity)
        .order_by_asc(version_file::Column::VersionId)
        .order_by_asc(version_file::Column::Position);
    Ok(files.all(db).await?)
}

/// The zips of the versions that came from a Solder.
async fn zips(
    db: &impl ConnectionTrait,
    build: &build::Model,
) -> Result<Vec<(wrapper::Model, Option<blob::Model>, Option<solder_version::Model>)>> {
    let wrappers = wrapper::Entity::find().filter(wrapper::Column::VersionId.in_subquery(is_in(build)));
    Ok(wrappers.find_also_related(blob::Entity).find_also(wrapper::Entity, solder_version::Entity).all(db).await?)
}

/// Finds the published build that a build name or channel of a pack means, for somebody without a token: a public
/// pack, a public build, never a draft.
pub async fn find(db: &impl ConnectionTrait, pack_key: &str, release_key: &str) -> Result<Named> {
    let pack = packs::open(db, &Caller::Anonymous, pack_key, Need::See).await?;
    named(db, pack, release_key).await
}

/// The token by which something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Its identifier.
    pub id: String,
    /// When it ends, if it does by itself.
    pub ends_at: Option<Timestamp>,
    /// What it opens, if it is a pack's; a preview's opens what its maker may see.
    pub pass: Option<Pass>,
}

/// Opens a pack for the holder of a token, known by its hash; [`Error::Missing`] where it opens another one or none.
pub async fn open_by_token(
    db: &impl ConnectionTrait,
    hash: &str,
    pack_key: &str,
    now: Timestamp,
) -> Result<(Opened<pack::Model>, Ticket)> {
    if let Some(pass) = pack_tokens::find(db, hash, now).await? {
        let pack = Opened { row: pack_tokens::open(db, &pass, pack_key).await?, right: Some(Perm::User) };
        return Ok((pack, Ticket { id: pass.token_id.clone(), ends_at: pass.ends_at, pass: Some(pass) }));
    }
    let (pack, token) = previews::open(db, hash, pack_key, now).await?;
    Ok((pack, Ticket { id: token.id, ends_at: token.ends_at.map(Timestamp::from_millis), pass: None }))
}

/// Finds the build that a build name or channel of a pack means for the holder of a token, known by its hash: a
/// published one for a pack's token, a draft too for a preview's.
pub async fn find_by_token(
    db: &impl ConnectionTrait,
    hash: &str,
    (pack_key, release_key): (&str, &str),
    now: Timestamp,
) -> Result<(Named, Ticket)> {
    let (pack, ticket) = open_by_token(db, hash, pack_key, now).await?;
    let named = named(db, pack, release_key).await?;
    let channel = named.by_channel.then(|| release_key.to_lowercase());
    if ticket.pass.as_ref().is_some_and(|pass| !pass.reaches(&named.build, channel.as_deref())) {
        return Err(Error::Missing("build"));
    }
    Ok((named, ticket))
}

/// A build without what the holder of a token may not know: a replacement that his token does not reach.
fn told(mut dressed: Dressed, pass: Option<&Pass>) -> Dressed {
    let instead = dressed.build.yank_replacement_id.as_deref();
    if instead.zip(pass).is_some_and(|(id, pass)| !pass.knows(id)) {
        dressed.forget_replacement();
    }
    dressed
}

/// How a build that was found stands now: itself with what replaces it, and the channels that its finder may follow,
/// each with the build that it points to.
pub async fn standing(
    db: &impl ConnectionTrait,
    named: &Named,
    ticket: Option<&Ticket>,
) -> Result<(Dressed, Vec<(channel::Model, Option<Dressed>)>)> {
    let pass = ticket.and_then(|ticket| ticket.pass.as_ref());
    let mut channels = channels::list(db, &named.pack.id).await?;
    channels.retain(|channel| pass.is_none_or(|pass| pass.follows(&channel.name)));
    let dressed = told(builds::dress_one(db, named.build.clone()).await?, pass);
    Ok((dressed, channels::dress(db, channels).await?))
}

/// The build that a build name or channel means for somebody with this right on the pack.
async fn named(db: &impl ConnectionTrait, pack: Opened<pack::Model>, release_key: &str) -> Result<Named> {
    let pointed = pointed(db, &pack.row.id, release_key).await?;
    let by_channel = pointed.is_some();
    let of_pack = build::Entity::find().filter(build::Column::PackId.eq(&pack.row.id));
    let named = match pointed {
        Some(id) => of_pack.filter(build::Column::Id.eq(id)),
        None if names::is_id(release_key) => return Err(Error::Missing("build")),
        None => {
            let owner = names::owner_id(Scope::Builds(&pack.row.id), release_key);
            of_pack.filter(build::Column::Id.in_subquery(owner))
        }
    };
    let build = named.filter(builds::seen(pack.right)).one(db).await?.ok_or(Error::Missing("build"))?;
    Ok(Named { pack: pack.row, build, by_channel })
}

/// The build of a pack that an identifier, a name or a channel means, if whoever opened the pack may see it.
pub async fn within(db: &impl ConnectionTrait, pack: &Opened<pack::Model>, key: &str) -> Result<build::Model> {
    let pointed = pointed(db, &pack.row.id, key).await?;
    builds::within(db, pack, pointed.as_deref().unwrap_or(key), Need::See).await
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

/// Opens a pack for the holder of a token, known by its hash, or for everybody.
pub async fn open_pack(
    db: &impl ConnectionTrait,
    hash: Option<&str>,
    pack_key: &str,
    now: Timestamp,
) -> Result<(Opened<pack::Model>, Option<Ticket>)> {
    match hash {
        None => Ok((packs::open(db, &Caller::Anonymous, pack_key, Need::See).await?, None)),
        Some(hash) => {
            let (pack, ticket) = open_by_token(db, hash, pack_key, now).await?;
            Ok((pack, Some(ticket)))
        }
    }
}

/// The builds of a pack that were published last, withdrawn ones among them, as far as whoever opened it may see them.
pub async fn published(
    db: &impl ConnectionTrait,
    pack: &Opened<pack::Model>,
    ticket: Option<&Ticket>,
    limit: u64,
) -> Result<Vec<Dressed>> {
    let pass = ticket.and_then(|ticket| ticket.pass.as_ref());
    let reached = pass.and_then(|pass| pass.builds.as_ref());
    let published = build::Entity::find()
        .filter(build::Column::PackId.eq(&pack.row.id))
        .filter(build::Column::State.ne(State::Draft.as_str()))
        .filter(builds::seen(pack.right))
        .apply_if(reached, |query, builds| query.filter(build::Column::Id.is_in(builds)))
        .order_by_desc(build::Column::PublishedAt)
        .order_by_desc(build::Column::Id)
        .limit(limit);
    let builds = builds::with_outfits(published).into_model::<Dressed>().all(db).await?;
    Ok(builds.into_iter().map(|dressed| told(dressed, pass)).collect())
}

/// The build that those have who followed a channel of the pack before it moved: its identifier.
pub async fn former(db: &impl ConnectionTrait, pack_id: &str, channel: &str) -> Result<Option<String>> {
    channels::former(db, pack_id, channel).await
}

/// The document of a published build.
pub async fn document(db: &impl ConnectionTrait, build_id: &str) -> Result<String> {
    let row = release::Entity::find_by_id(build_id).one(db).await?;
    row.map(|row| row.document).ok_or(Error::Missing("build"))
}
