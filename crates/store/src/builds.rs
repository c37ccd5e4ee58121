//! Builds: the states of a pack, from draft to published.

use std::collections::{BTreeSet, HashMap};

use kleister_types::builds::{Build, BuildChange, State};
use kleister_types::{Paging, Perm, Timestamp};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select};

use crate::channels::{LATEST, RECOMMENDED};
use crate::lists::{self, Page, Sorts};
use crate::names::{self, Scope};
use crate::permissions::{self, Opened, permit};
use crate::rows::{self, build, loader, pack};
use crate::{Caller, Error, Need, Result, channels, loaders, packs};

pub(crate) mod change;
mod copy;
mod withdraw;

pub use change::{create, java_major, update};

const SORTS: Sorts<build::Column> = &[
    ("name", build::Column::SortKey),
    ("public", build::Column::Public),
    ("created", build::Column::CreatedAt),
    ("updated", build::Column::UpdatedAt),
];

/// What a right on the pack must be to change a build.
pub const CHANGE: Need = Need::Have(Perm::Admin);

/// A build, opened by its pack.
#[derive(Clone, Debug)]
pub struct OpenBuild {
    /// The pack, with the caller's right on it.
    pub pack: Opened<pack::Model>,
    /// The build.
    pub build: build::Model,
}

/// A build with what it runs on and the channels that point to it.
#[derive(Clone, Debug)]
pub struct Dressed {
    build: build::Model,
    minecraft: Option<loader::Model>,
    loader: Option<loader::Model>,
    latest: bool,
    recommended: bool,
    /// The name of the build to take instead of a withdrawn one.
    replacement: Option<String>,
}

impl Dressed {
    /// The build's identifier.
    pub fn id(&self) -> &str {
        &self.build.id
    }
}

impl From<Dressed> for Build {
    fn from(dressed: Dressed) -> Self {
        let Dressed { build, minecraft, loader, latest, recommended, replacement } = dressed;
        let of = |kind: loaders::Kind| loader.clone().filter(|loader| loader.kind == kind.as_str());
        let [forge, neoforge, quilt, fabric] = loaders::Kind::LOADERS.map(of);
        let id = |loader: &Option<loader::Model>| loader.as_ref().map(|loader| loader.id.clone());
        Self {
            id: build.id,
            name: build.name,
            pack: None,
            minecraft_id: id(&minecraft),
            minecraft: minecraft.map(Into::into),
            forge_id: id(&forge),
            forge: forge.map(Into::into),
            neoforge_id: id(&neoforge),
            neoforge: neoforge.map(Into::into),
            quilt_id: id(&quilt),
            quilt: quilt.map(Into::into),
            fabric_id: id(&fabric),
            fabric: fabric.map(Into::into),
            java: build.java,
            memory: build.memory_maximum.map(|memory| memory.to_string()),
            latest,
            recommended,
            public: build.public,
            state: State::from_word(&build.state),
            published: build.state != State::Draft.as_str(),
            reason: build.yank_reason,
            replacement,
            created_at: Timestamp::from_millis(build.created_at),
            updated_at: Timestamp::from_millis(build.updated_at),
        }
    }
}

/// Finds a build by id or name, if the caller has what he needs on its pack.
///
/// Drafts are seen by the pack's admins, builds that are not public by its members.
pub async fn open(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack_key: &str,
    key: &str,
    need: Need,
) -> Result<OpenBuild> {
    let pack = packs::open(db, caller, pack_key, Need::See).await?;
    within(db, pack, key, need).await
}

/// Finds a build like [`open`], after locking its pack until the end of the transaction.
pub async fn open_locked(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack_key: &str,
    key: &str,
    need: Need,
) -> Result<OpenBuild> {
    let pack = permissions::open_locked::<pack::Entity>(db, caller, pack_key, Need::See).await?;
    within(db, pack, key, need).await
}

/// Finds a build of a pack that is open already.
pub async fn within(db: &impl ConnectionTrait, pack: Opened<pack::Model>, key: &str, need: Need) -> Result<OpenBuild> {
    let build = in_pack(db, &pack.row.id, key).await?.ok_or(Error::Missing("build"))?;
    permit("build", is_seen(&build, pack.right), pack.right, need)?;
    Ok(OpenBuild { pack, build })
}

/// The build of a pack with this id or name, whoever may see it.
async fn in_pack(db: &impl ConnectionTrait, pack_id: &str, key: &str) -> Result<Option<build::Model>> {
    let of_pack = build::Entity::find().filter(build::Column::PackId.eq(pack_id));
    let select = if names::is_id(key) {
        of_pack.filter(build::Column::Id.eq(key))
    } else {
        of_pack.filter(build::Column::Id.in_subquery(names::owner_id(Scope::Builds(pack_id), key)))
    };
    Ok(select.one(db).await?)
}

fn is_seen(build: &build::Model, right: Option<Perm>) -> bool {
    if build.state == State::Draft.as_str() { right >= Some(Perm::Admin) } else { build.public || right.is_some() }
}

/// The condition for a build to be seen with this right on its pack.
pub(crate) fn seen(right: Option<Perm>) -> Condition {
    match right {
        Some(Perm::Admin | Perm::Owner) => Condition::all(),
        Some(Perm::User) => Condition::all().add(build::Column::State.ne(State::Draft.as_str())),
        None => {
            let published = build::Column::State.ne(State::Draft.as_str());
            Condition::all().add(published).add(build::Column::Public.eq(true))
        }
    }
}

/// One page of the builds of a pack that the caller may see; yanked ones are in the lists of its admins only.
pub async fn list(db: &impl ConnectionTrait, pack: &Opened<pack::Model>, paging: &Paging) -> Result<Page<Dressed>> {
    let mut all = build::Entity::find().filter(build::Column::PackId.eq(&pack.row.id)).filter(seen(pack.right));
    if pack.right < Some(Perm::Admin) {
        all = all.filter(build::Column::State.ne(State::Yanked.as_str()));
    }
    let all = lists::matching(all, build::Column::Search, paging)?;
    let sorted = match sorted_by_channel(db, &all, &pack.row.id, paging).await? {
        Some(sorted) => sorted,
        None => lists::sorted(all.clone(), SORTS, build::Column::Id, paging)?,
    };
    let page = lists::page(db, sorted, all, paging).await?;
    Ok(Page { total: page.total, rows: dress(db, page.rows).await? })
}

/// The query sorted by whether a channel points to a build, if that is the order asked for.
async fn sorted_by_channel(
    db: &impl ConnectionTrait,
    all: &Select<build::Entity>,
    pack_id: &str,
    paging: &Paging,
) -> Result<Option<Select<build::Entity>>> {
    let wanted = paging.sort.as_deref().unwrap_or("").to_lowercase();
    if wanted != LATEST && wanted != RECOMMENDED {
        return Ok(None);
    }
    let pointed = channels::list(db, pack_id).await?.into_iter().find(|channel| channel.name == wanted);
    let pointed = pointed.map(|channel| channel.build_id).unwrap_or_default();
    let direction = lists::direction(paging);
    let ordered = all.clone().order_by(build::Column::Id.eq(pointed), direction.clone());
    Ok(Some(ordered.order_by(build::Column::Id, direction)))
}

/// Adds to builds what they run on, which channels point to them and what replaces them, in three queries.
pub async fn dress(db: &impl ConnectionTrait, builds: Vec<build::Model>) -> Result<Vec<Dressed>> {
    let ids = builds.iter().flat_map(|build| [build.minecraft_id.as_deref(), build.loader_id.as_deref()]);
    let ids: BTreeSet<&str> = ids.flatten().collect();
    let releases = loaders::by_ids(db, ids.into_iter().collect()).await?;
    let releases: HashMap<&str, &loader::Model> = releases.iter().map(|row| (row.id.as_str(), row)).collect();
    let release = |id: &Option<String>| id.as_deref().and_then(|id| releases.get(id)).map(|row| (*row).clone());
    let pointing = channels::pointing_to(db, builds.iter().map(|build| build.id.as_str()).collect()).await?;
    let points = |name: &str, id: &str| pointing.iter().any(|channel| channel.name == name && channel.build_id == id);
    let replacements = withdraw::replacements(db, &builds).await?;
    let dress = |build: build::Model| Dressed {
        minecraft: release(&build.minecraft_id),
        loader: release(&build.loader_id),
        latest: points(LATEST, &build.id),
        recommended: points(RECOMMENDED, &build.id),
        replacement: replacements.get(&build.id).cloned(),
        build,
    };
    Ok(builds.into_iter().map(dress).collect())
}

/// Adds to one build what it runs on and which channels point to it.
pub async fn dress_one(db: &impl ConnectionTrait, build: build::Model) -> Result<Dressed> {
    let mut dressed = dress(db, vec![build]).await?;
    dressed.pop().ok_or(Error::Missing("build"))
}

/// Deletes a build. The name of a published one is never used again.
pub async fn delete(db: &impl ConnectionTrait, caller: &Caller, row: &build::Model, now: Timestamp) -> Result<()> {
    let published = row.published_at.is_some();
    names::release(db, &row.id, published).await?;
    if published {
        channels::leave(db, caller, row, now).await?;
    }
    build::Entity::delete_by_id(&row.id).exec(db).await?;
    Ok(())
}

/// Turns a draft into a published build: from now on it is what its release says, and the channels move: `latest`,
/// or the one that is named in the call.
pub async fn publish(
    db: &impl ConnectionTrait,
    caller: &Caller,
    mut row: build::Model,
    (document, wanted): (String, &BuildChange),
    now: Timestamp,
) -> Result<build::Model> {
    State::Published.as_str().clone_into(&mut row.state);
    row.published_at = Some(now.as_millis());
    row.updated_at = now.as_millis();
    rows::update(db, row.clone()).await?;
    let build_id = row.id.clone();
    rows::insert(db, rows::release::Model { build_id, document, created_at: now.as_millis() }).await?;
    let named = wanted.channel.as_deref();
    let latest = if named.is_some() { wanted.latest == Some(true) } else { row.wants_latest };
    let latest = (row.public && latest).then_some(LATEST);
    let recommended = row.wants_recommended.then_some(RECOMMENDED);
    for channel in [latest, recommended, named].into_iter().flatten() {
        channels::point(db, caller, channel, &row, now).await?;
    }
    Ok(row)
}

/// Whether a change asks for the build to be published and it is not yet.
pub fn asks_to_publish(row: &build::Model, wanted: &BuildChange) -> bool {
    wanted.published == Some(true) && row.state == State::Draft.as_str()
}
