//! Builds: the states of a pack, from draft to published.

use kleister_types::builds::{BuildChange, State};
use kleister_types::{Paging, Perm, Timestamp};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};

use crate::channels::{LATEST, RECOMMENDED};
use crate::lists::{self, Page, Sorts};
use crate::names::{self, Scope};
use crate::permissions::{self, Found, Opened, permit};
use crate::rows::{self, build, name, pack};
use crate::webhooks::{self, Happened};
use crate::{Caller, Error, Need, Result, channels};

pub(crate) mod change;
mod copy;
mod dressed;
mod withdraw;

pub use change::{create, java_major, update};
pub(crate) use dressed::with_outfits;
pub use dressed::{Dressed, Outfit, dress, dress_one};

const SORTS: Sorts<build::Column> = &[
    ("name", build::Column::SortKey),
    ("public", build::Column::Public),
    ("created", build::Column::CreatedAt),
    ("updated", build::Column::UpdatedAt),
];

/// What a right on the pack must be to change a build.
pub const CHANGE: Need = Need::Have(Perm::Admin);

/// A build, opened by its pack, with what it wears.
#[derive(Clone, Debug)]
pub struct OpenBuild {
    /// The pack, with the caller's right on it.
    pub pack: Opened<pack::Model>,
    /// The build.
    pub build: build::Model,
    /// What it wears.
    pub outfit: Outfit,
}

impl OpenBuild {
    /// The build with what it wears.
    pub fn dressed(self) -> Dressed {
        Dressed { build: self.build, outfit: self.outfit }
    }
}

/// Finds a build by id or name with its pack and what it wears, if the caller has what he needs on the pack; in one query.
///
/// Drafts are seen by the pack's admins, builds that are not public by its members.
pub async fn open(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack_key: &str,
    key: &str,
    need: Need,
) -> Result<OpenBuild> {
    let mut select = permissions::find_with_rights::<pack::Entity>(pack_key, caller);
    join_build(QueryTrait::query(&mut select), key);
    let select = with_outfits(select.select_also(build::Entity));
    let found = select.into_model::<Found<pack::Model>, Dressed>().one(db).await?;
    let (pack, dressed) = found.ok_or(Error::Missing("pack"))?;
    let pack = permissions::admit::<pack::Entity>(pack, caller, Need::See)?;
    let Dressed { build, outfit } = dressed.ok_or(Error::Missing("build"))?;
    permit("build", is_seen(&build, pack.right), pack.right, need)?;
    Ok(OpenBuild { pack, build, outfit })
}

/// Joins to a query for a pack its build with this id or name.
fn join_build(packs: &mut SelectStatement, key: &str) {
    let of_pack = Expr::col(("builds", "pack_id")).equals(("packs", "id"));
    if names::is_id(key) {
        packs.left_join("builds", of_pack.and(build::Column::Id.eq(key)));
        return;
    }
    let of_scope = Expr::col(("names", "scope")).equals(("packs", "id"));
    let named = of_scope.and(name::Column::NameKey.eq(Scope::Builds("").key(key)));
    let owns_name = Expr::col(("builds", "id")).equals(("names", "owner_id"));
    packs.left_join("names", named).left_join("builds", of_pack.and(owns_name));
}

/// Finds a build like [`open`], after locking its pack until the end of the transaction.
pub async fn open_locked(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack_key: &str,
    key: &str,
    need: Need,
) -> Result<OpenBuild> {
    permissions::lock::<pack::Entity>(db, pack_key).await?;
    open(db, caller, pack_key, key, need).await
}

/// Finds a build of a pack that is open already.
pub async fn within(
    db: &impl ConnectionTrait,
    pack: &Opened<pack::Model>,
    key: &str,
    need: Need,
) -> Result<build::Model> {
    let build = in_pack(db, &pack.row.id, key).await?.ok_or(Error::Missing("build"))?;
    permit("build", is_seen(&build, pack.right), pack.right, need)?;
    Ok(build)
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
    let cut = sorted.limit(paging.limit()).offset(paging.offset());
    let rows = with_outfits(cut).into_model::<Dressed>().all(db).await?;
    Ok(Page { total: lists::total(db, all, rows.len(), paging).await?, rows })
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
/// or the one that is named in the call. Those who want to know are told.
pub async fn publish(
    db: &impl ConnectionTrait,
    caller: &Caller,
    row: build::Model,
    (document, wanted): (String, &BuildChange),
    now: Timestamp,
) -> Result<build::Model> {
    let row = freeze(db, row, document, now).await?;
    let named = wanted.channel.as_deref();
    let latest = if named.is_some() { wanted.latest == Some(true) } else { row.wants_latest };
    let latest = (row.public && latest).then_some(LATEST);
    let recommended = row.wants_recommended.then_some(RECOMMENDED);
    let channels: Vec<&str> = [latest, recommended, named].into_iter().flatten().collect();
    webhooks::ring(db, Happened::Published(&channels), &row, now).await?;
    for channel in channels {
        channels::point(db, caller, channel, &row, now).await?;
    }
    Ok(row)
}

/// Turns a draft into a build that was published elsewhere long ago: no channel moves, and nobody is told.
pub async fn freeze(
    db: &impl ConnectionTrait,
    mut row: build::Model,
    document: String,
    now: Timestamp,
) -> Result<build::Model> {
    State::Published.as_str().clone_into(&mut row.state);
    row.published_at = Some(now.as_millis());
    row.updated_at = now.as_millis();
    rows::update(db, row.clone()).await?;
    let build_id = row.id.clone();
    rows::insert(db, rows::release::Model { build_id, document, created_at: now.as_millis() }).await?;
    Ok(row)
}

/// Whether a change asks for the build to be published and it is not yet.
pub fn asks_to_publish(row: &build::Model, wanted: &BuildChange) -> bool {
    wanted.published == Some(true) && row.state == State::Draft.as_str()
}
