//! Taking over what a Solder held, row by row. Whatever is there already is kept, so a move can be repeated.

mod people;
mod versions;

use std::collections::HashMap;

use kleister_types::builds::State;
use kleister_types::{Environment, Support, Timestamp};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

pub use self::people::{take_clients, take_keys, take_links};
pub use self::versions::{Arrived, Known, Unpacked, known_zips, take_version};
use super::old::{Given, OldBuild, OldPack};
use crate::channels::{LATEST, RECOMMENDED};
use crate::names::{self, Scope};
use crate::rows::{self, blob, build, build_version, module, pack, solder_pack, version};
use crate::{Caller, Error, Result, blobs, builds, channels, loaders, members, packs};

/// A thing, and whether it was there already.
#[derive(Clone, Debug)]
pub enum Taken<M> {
    /// It was made.
    Created(M),
    /// It was there.
    Matched(M),
}

impl<M> Taken<M> {
    /// The thing.
    pub fn row(&self) -> &M {
        let (Self::Created(row) | Self::Matched(row)) = self;
        row
    }
}

/// Makes the pack of this slug, or finds the one that was taken over before. A pack of this slug that came from
/// elsewhere stands in the way.
pub async fn take_pack(
    db: &impl ConnectionTrait,
    caller: &Caller,
    (old, position): (&OldPack, i64),
    pictures: [Option<blob::Model>; 3],
    now: Timestamp,
) -> Result<Taken<pack::Model>> {
    if let Some(fault) = names::slug_fault(&old.slug) {
        return Err(Error::invalid("pack", "slug", fault));
    }
    let owner = names::owner_id(Scope::Packs, &old.slug);
    if let Some(row) = pack::Entity::find().filter(pack::Column::Id.in_subquery(owner)).one(db).await? {
        return match solder_pack::Entity::find_by_id(&row.id).one(db).await? {
            Some(origin) => Ok(Taken::Matched(dress(db, row, origin, pictures).await?)),
            None => Err(Error::Conflict("another pack of this server has this slug; rename one of the two".to_owned())),
        };
    }
    refuse_reserved(db, Scope::Packs, &old.slug).await?;
    let [icon, logo, background] = keep_pictures(db, pictures).await?;
    let name = shortened(if old.name.trim().is_empty() { &old.slug } else { &old.name }, 255);
    let row = pack::Model {
        id: names::new_id(),
        sort_key: names::sort_key(&name),
        search: Some(names::search_text([Some(&*old.slug), Some(&*name), old.website.as_deref()])),
        slug: old.slug.clone(),
        name,
        website: old.website.clone().filter(|website| website.len() <= 2048),
        icon,
        public: !old.private,
        hidden: old.hidden,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
        ..packs::blank()
    };
    names::claim(db, Scope::Packs, ("slug", &row.slug), ("pack", &row.id), now).await?;
    rows::insert(db, row.clone()).await?;
    members::own::<pack::Entity>(db, caller.signed_in()?, &row.id, now).await?;
    let origin = solder_pack::Model {
        pack_id: row.id.clone(),
        number: i64::try_from(old.number).unwrap_or(0),
        position,
        logo,
        background,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    rows::insert(db, origin).await?;
    Ok(Taken::Created(row))
}

/// Keeps pictures; gives the SHA-256 of each.
async fn keep_pictures(db: &impl ConnectionTrait, pictures: [Option<blob::Model>; 3]) -> Result<[Option<String>; 3]> {
    blobs::keep_all(db, pictures.iter().flatten().cloned().collect()).await?;
    Ok(pictures.map(|picture| picture.map(|blob| blob.sha256)))
}

/// Gives a pack the pictures that did not come the last time.
async fn dress(
    db: &impl ConnectionTrait,
    mut row: pack::Model,
    mut origin: solder_pack::Model,
    pictures: [Option<blob::Model>; 3],
) -> Result<pack::Model> {
    let [icon, logo, background] = keep_pictures(db, pictures).await?;
    if row.icon.is_none() && icon.is_some() {
        row.icon = icon;
        rows::update(db, row.clone()).await?;
    }
    if (origin.logo.is_none() && logo.is_some()) || (origin.background.is_none() && background.is_some()) {
        origin.logo = origin.logo.or(logo);
        origin.background = origin.background.or(background);
        rows::update(db, origin).await?;
    }
    Ok(row)
}

/// What a build runs on: the names of the releases of Minecraft and of one loader.
#[derive(Clone, Debug)]
pub struct RunsOn {
    /// The release of Minecraft.
    pub minecraft: String,
    /// The loader, and its release as it is listed.
    pub loader: Option<(loaders::Kind, String)>,
}

/// Makes a draft of a build with these versions, in this order, or finds the build of this name.
pub async fn take_build(
    db: &impl ConnectionTrait,
    pack: &pack::Model,
    (old, runs_on): (&OldBuild, &RunsOn),
    versions: &[(String, Given)],
    now: Timestamp,
) -> Result<Taken<build::Model>> {
    let owner = names::owner_id(Scope::Builds(&pack.id), &old.name);
    let of_pack = build::Entity::find().filter(build::Column::PackId.eq(&pack.id));
    if let Some(row) = of_pack.filter(build::Column::Id.in_subquery(owner)).one(db).await? {
        if row.name != old.name {
            return Err(Error::Conflict(format!("its address would be that of build `{}`", row.name)));
        }
        return Ok(Taken::Matched(row));
    }
    refuse_reserved(db, Scope::Builds(&pack.id), &old.name).await?;
    let reserved = channels::is_reserved(&old.name).then_some("is reserved for a channel or an address of the pack");
    if let Some(fault) = names::name_fault(&old.name).or(reserved) {
        return Err(Error::invalid("build", "name", fault));
    }
    let minecraft = loaders::ensure(db, loaders::Kind::Minecraft, &runs_on.minecraft, None, now).await?;
    let loader = match &runs_on.loader {
        Some((kind, name)) => Some(loaders::ensure(db, *kind, name, Some(&runs_on.minecraft), now).await?.id),
        None => None,
    };
    let row = build::Model {
        name: old.name.clone(),
        sort_key: names::sort_key(&old.name),
        search: Some(names::search_text([Some(&*old.name)])),
        minecraft_id: Some(minecraft.id),
        loader_id: loader,
        java: old.java.clone().filter(|java| builds::java_major(java).is_some()),
        memory_minimum: old.memory.and_then(|memory| i64::try_from(memory).ok()),
        public: !old.private,
        wants_latest: !old.published,
        ..builds::change::blank(pack, now)
    };
    names::claim(db, Scope::Builds(&pack.id), ("name", &row.name), ("build", &row.id), now).await?;
    rows::insert(db, row.clone()).await?;
    link(db, &row, versions, now).await?;
    Ok(Taken::Created(row))
}

/// Links versions to a build, each once, so that whoever is given one of them there is given it here.
async fn link(
    db: &impl ConnectionTrait,
    build: &build::Model,
    versions: &[(String, Given)],
    now: Timestamp,
) -> Result<()> {
    let ids = versions.iter().map(|(id, _)| id.as_str());
    let rows = version::Entity::find().filter(version::Column::Id.is_in(ids)).find_also_related(module::Entity);
    let rows =
        rows.all(db).await?.into_iter().filter_map(|(version, module)| Some((version.id.clone(), (version, module?))));
    let rows: HashMap<String, (version::Model, module::Model)> = rows.collect();
    let mut links: Vec<build_version::Model> = Vec::with_capacity(versions.len());
    for (id, given) in versions {
        if let Some((version, module)) = rows.get(id).filter(|_| links.iter().all(|link| link.version_id != *id)) {
            let position = i64::try_from(links.len()).unwrap_or(i64::MAX);
            let blank = crate::links::blank(&build.id, id, position, now);
            links.push(set(blank, *given, needs(version, module)));
        }
    }
    Ok(rows::insert_many(db, links).await?)
}

/// What each side needs of a version, as far as no build says otherwise.
fn needs(version: &version::Model, module: &module::Model) -> Environment {
    let said = Environment::from_words(version.client.as_deref(), version.server.as_deref());
    said.unwrap_or_else(|| module.side.as_deref().map(Environment::of_side).unwrap_or_default())
}

/// Says on a link what the version itself does not: the build was played as it was, whatever a jar says of itself.
fn set(link: build_version::Model, given: Given, needs: Environment) -> build_version::Model {
    let on_client = |wanted: Support| (needs.client != wanted).then(|| wanted.as_str().to_owned());
    match given {
        Given::Always => build_version::Model { client: on_client(Support::Required), ..link },
        Given::Wished { default } => {
            build_version::Model { client: on_client(Support::Optional), chosen: default, ..link }
        }
        Given::Server => build_version::Model { client: on_client(Support::Unsupported), ..link },
    }
}

/// Points `latest` and `recommended` where the Solder had them, if a channel may point there; gives what may not. That is
/// no news to anybody.
pub async fn take_channels(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack: &pack::Model,
    old: &OldPack,
    now: Timestamp,
) -> Result<Vec<String>> {
    let mut refused = Vec::new();
    for (channel, name) in [(LATEST, &old.latest), (RECOMMENDED, &old.recommended)] {
        let Some(name) = name.as_deref().filter(|name| !name.is_empty()) else { continue };
        let owner = names::owner_id(Scope::Builds(&pack.id), name);
        let of_pack = build::Entity::find().filter(build::Column::PackId.eq(&pack.id));
        let Some(to) = of_pack.filter(build::Column::Id.in_subquery(owner)).one(db).await? else {
            refused.push(format!("`{channel}` of pack `{}` names `{name}`, which is no build of it", pack.slug));
            continue;
        };
        if to.state == State::Published.as_str() && to.public {
            channels::point_quietly(db, caller, channel, &to, now).await?;
        } else {
            let why = if to.public { "a draft" } else { "private" };
            refused.push(format!(
                "`{channel}` of pack `{}` names `{name}`, which is {why}: it means the newest build that the player sees",
                pack.slug
            ));
        }
    }
    channels::settle_latest(db, caller, &pack.id, "", now).await?;
    Ok(refused)
}

/// Refuses a name that nobody may have again, since something published had it.
async fn refuse_reserved(db: &impl ConnectionTrait, scope: Scope<'_>, name: &str) -> Result<()> {
    if names::is_taken(db, scope, name).await? {
        let why = "its name stays reserved for something published that was deleted, or is that of a channel";
        return Err(Error::Conflict(why.to_owned()));
    }
    Ok(())
}

fn shortened(text: &str, characters: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(characters).collect()
}
