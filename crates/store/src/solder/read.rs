//! What a reader of the Solder protocol sees.

use std::collections::{HashMap, HashSet};

use kleister_types::Timestamp;
use kleister_types::builds::State;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::invited;
use crate::channels::{LATEST, RECOMMENDED};
use crate::names::{self, Scope};
use crate::pack_tokens::{self, Pass};
use crate::rows::{blob, build, channel, pack, solder_client, solder_client_pack, solder_pack};
use crate::{Error, Result};

/// The longest client id that is looked for, in bytes.
pub const CLIENT_ID: usize = 64;

/// Who reads: by a key, by a client, by the token of a pack, or just so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewer {
    /// Whether he has a key, which sees all that was published.
    pub(super) all: bool,
    /// The packs that his client is linked to.
    pub(super) packs: HashSet<String>,
    /// What the tokens open that let his client in.
    pub(super) invited: Vec<Pass>,
    /// The pack, or what of it, that his token opens; he then sees nothing else.
    pub(super) pass: Option<Pass>,
}

impl Viewer {
    /// Whether he showed a key that somebody has.
    pub const fn has_key(&self) -> bool {
        self.all
    }

    /// Whether he sees what is private of this pack.
    fn is_let_into(&self, pack_id: &str) -> bool {
        self.all || self.packs.contains(pack_id)
    }

    /// Whether he finds a pack by its slug.
    fn sees_pack(&self, pack: &pack::Model) -> bool {
        match &self.pass {
            Some(pass) => pass.pack_id == pack.id,
            None => pack.public || self.is_let_into(&pack.id) || self.invited.iter().any(|it| it.pack_id == pack.id),
        }
    }

    /// Whether he sees a build of a pack, which was published. That he finds a private pack is not enough: a token for a channel
    /// opens no more than that.
    fn sees_build(&self, pack: &pack::Model, build: &build::Model) -> bool {
        let is_everybodys = pack.public && build.public;
        match &self.pass {
            Some(pass) => pass.opens(build),
            None => is_everybodys || self.is_let_into(&pack.id) || self.invited.iter().any(|it| it.opens(build)),
        }
    }

    /// The identifiers of the tokens by which he reads, or by which his client was let in.
    pub fn token_ids(&self) -> impl Iterator<Item = &str> {
        self.pass.iter().chain(&self.invited).map(|pass| pass.token_id.as_str())
    }

    /// Until when he sees what he sees now, if that ends before anything is written.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.pass.iter().chain(&self.invited).filter_map(|pass| pass.ends_at).min()
    }

    /// Whether he has a build as everybody has it, at an address that is everybody's.
    pub fn needs_nothing_for(&self, pack: &pack::Model, build: &build::Model) -> bool {
        self.pass.is_none() && pack.public && build.public
    }
}

/// A pack as a reader sees it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The pack.
    pub pack: pack::Model,
    /// What a Solder knew of it, if it came from one.
    pub origin: Option<solder_pack::Model>,
    /// The builds that he sees in lists, the oldest first.
    pub builds: Vec<build::Model>,
    /// The build that the pack's channel `recommended` means to him.
    pub recommended: Option<String>,
    /// The newest build to him.
    pub latest: Option<String>,
    /// The MD5s of its pictures, by their SHA-256.
    pub md5s: HashMap<String, String>,
}

/// Who reads, by the SHA-256 of the key and the client id that he showed. What nobody has opens nothing, in silence.
pub async fn viewer(
    db: &impl ConnectionTrait,
    (key_hash, uuid): (Option<String>, Option<&str>),
    now: Timestamp,
) -> Result<Viewer> {
    let all = match key_hash {
        Some(hash) => super::find_key(db, &hash).await?.is_some(),
        None => false,
    };
    let Some(uuid) = uuid.filter(|uuid| !uuid.is_empty() && uuid.len() <= CLIENT_ID && !uuid.contains('\0')) else {
        return Ok(Viewer { all, ..Viewer::default() });
    };
    let uuid = uuid.to_lowercase();
    let links = solder_client_pack::Entity::find()
        .find_also_related(solder_client::Entity)
        .filter(solder_client::Column::Uuid.eq(&uuid));
    let packs = links.all(db).await?.into_iter().map(|(link, _)| link.pack_id).collect();
    Ok(Viewer { all, packs, invited: invited::passes(db, &uuid, now).await?, pass: None })
}

/// Who reads by the token of a pack, known by its SHA-256; [`Error::Missing`] like a pack where it does not hold.
pub async fn holder(db: &impl ConnectionTrait, hash: &str, now: Timestamp) -> Result<Viewer> {
    let pass = pack_tokens::find(db, hash, now).await?.ok_or(Error::Missing("pack"))?;
    Ok(Viewer { pass: Some(pass), ..Viewer::default() })
}

/// The packs in a reader's list: public ones that are not hidden, and whatever his client is linked to.
pub async fn list(db: &impl ConnectionTrait, viewer: &Viewer) -> Result<Vec<pack::Model>> {
    let listed = Condition::all().add(pack::Column::Public.eq(true)).add(pack::Column::Hidden.eq(false));
    let mut seen = Condition::any().add(listed);
    let let_into = viewer.packs.iter().chain(viewer.invited.iter().map(|pass| &pass.pack_id));
    let let_into: Vec<&str> = let_into.map(String::as_str).collect();
    if !let_into.is_empty() {
        seen = seen.add(pack::Column::Id.is_in(let_into));
    }
    let all = pack::Entity::find();
    if let Some(pass) = &viewer.pass {
        return Ok(all.filter(pack::Column::Id.eq(&pass.pack_id)).all(db).await?);
    }
    let mut packs = if viewer.all { all.all(db).await? } else { all.filter(seen).all(db).await? };
    let places = solder_pack::Entity::find().all(db).await?;
    let places: HashMap<_, _> = places.into_iter().map(|origin| (origin.pack_id, origin.position)).collect();
    packs.sort_by_key(|pack| (places.get(&pack.id).copied().unwrap_or(0), pack.slug.clone()));
    Ok(packs)
}

/// Finds a pack by slug, present or former. A hidden one is found, a private one only by who is let into it.
pub async fn open(db: &impl ConnectionTrait, viewer: &Viewer, slug: &str) -> Result<pack::Model> {
    let owner = names::owner_id(Scope::Packs, slug);
    let found = pack::Entity::find().filter(pack::Column::Id.in_subquery(owner)).one(db).await?;
    found.filter(|pack| viewer.sees_pack(pack)).ok_or(Error::Missing("pack"))
}

/// Finds a build by the slug of its pack and its name: one that was published, be it withdrawn since.
pub async fn find(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    slug: &str,
    name: &str,
) -> Result<(pack::Model, build::Model)> {
    let pack = open(db, viewer, slug).await?;
    let owner = names::owner_id(Scope::Builds(&pack.id), name);
    let found = build::Entity::find()
        .filter(build::Column::PackId.eq(&pack.id))
        .filter(build::Column::Id.in_subquery(owner))
        .filter(build::Column::State.ne(State::Draft.as_str()));
    let found = found.one(db).await?.filter(|build| viewer.sees_build(&pack, build));
    Ok((pack, found.ok_or(Error::Missing("build"))?))
}

/// Adds to packs what a reader is told of them, in four queries for all of them.
pub async fn dress(db: &impl ConnectionTrait, viewer: &Viewer, packs: Vec<pack::Model>) -> Result<Vec<Shown>> {
    if packs.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&str> = packs.iter().map(|pack| pack.id.as_str()).collect();
    let origins = solder_pack::Entity::find().filter(solder_pack::Column::PackId.is_in(ids.clone())).all(db).await?;
    let channels = channel::Entity::find().filter(channel::Column::PackId.is_in(ids.clone()));
    let channels = channels.filter(channel::Column::Name.is_in([LATEST, RECOMMENDED])).all(db).await?;
    let builds = build::Entity::find()
        .filter(build::Column::PackId.is_in(ids))
        .filter(build::Column::State.eq(State::Published.as_str()))
        .order_by_asc(build::Column::PublishedAt)
        .order_by_asc(build::Column::Id)
        .all(db)
        .await?;
    let md5s = pictures(db, &packs, &origins).await?;
    let mut of_packs: HashMap<String, Vec<build::Model>> = HashMap::new();
    let is_seen =
        |build: &build::Model| packs.iter().any(|pack| pack.id == build.pack_id && viewer.sees_build(pack, build));
    for build in builds.into_iter().filter(is_seen) {
        of_packs.entry(build.pack_id.clone()).or_default().push(build);
    }
    let shown = |pack: pack::Model| {
        let builds = of_packs.remove(&pack.id).unwrap_or_default();
        let meant = |name| meant(&builds, channels.iter().filter(|row| row.pack_id == pack.id && row.name == name));
        let newest = builds.last().map(|build| build.name.clone());
        let latest = meant(LATEST).or(newest);
        let recommended = meant(RECOMMENDED).or_else(|| latest.clone());
        let origin = origins.iter().find(|origin| origin.pack_id == pack.id).cloned();
        Shown { origin, recommended, latest, md5s: md5s.clone(), builds, pack }
    };
    Ok(packs.into_iter().map(shown).collect())
}

/// The name of the build that a channel points to, if it is one of these.
fn meant<'a>(builds: &[build::Model], mut pointing: impl Iterator<Item = &'a channel::Model>) -> Option<String> {
    let channel = pointing.next()?;
    builds.iter().find(|build| build.id == channel.build_id).map(|build| build.name.clone())
}

/// The MD5s of pictures, by their SHA-256.
async fn pictures(
    db: &impl ConnectionTrait,
    packs: &[pack::Model],
    origins: &[solder_pack::Model],
) -> Result<HashMap<String, String>> {
    let icons = packs.iter().filter_map(|pack| pack.icon.as_deref());
    let others = origins.iter().flat_map(|origin| [origin.logo.as_deref(), origin.background.as_deref()]).flatten();
    let blobs: Vec<&str> = icons.chain(others).collect();
    if blobs.is_empty() {
        return Ok(HashMap::new());
    }
    let found = blob::Entity::find().filter(blob::Column::Sha256.is_in(blobs)).all(db).await?;
    Ok(found.into_iter().map(|blob| (blob.sha256, blob.md5)).collect())
}
