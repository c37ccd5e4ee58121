//! Taking over what a Solder held, row by row. Whatever is there already is kept, so a move can be repeated.

mod people;

use kleister_types::Timestamp;
use kleister_types::builds::State;
use kleister_types::mods::Kind as ModKind;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

pub use self::people::{take_client, take_key, take_links};
use super::old::{OldBuild, OldPack, OldVersion};
use crate::channels::{LATEST, RECOMMENDED};
use crate::names::{self, Scope};
use crate::rows::{
    self, blob, build, build_version, module, pack, solder_pack, solder_version, version, version_file, wrapper,
};
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

/// The zip of a version, with what is in it; all bytes are on disk already.
#[derive(Clone, Debug)]
pub struct Unpacked {
    /// The zip as it came.
    pub zip: blob::Model,
    /// What kind of mod its content makes it.
    pub kind: ModKind,
    /// The files in it, each with its path and the path for comparing.
    pub files: Vec<(String, String, blob::Model)>,
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
            Some(_) => Ok(Taken::Matched(row)),
            None => Err(Error::Conflict("another pack of this server has this slug; rename one of the two".to_owned())),
        };
    }
    refuse_reserved(db, Scope::Packs, &old.slug).await?;
    for picture in pictures.iter().flatten() {
        blobs::keep(db, picture.clone()).await?;
    }
    let [icon, logo, background] = pictures.map(|picture| picture.map(|blob| blob.sha256));
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

/// The zip of a version that was taken over before, if it is still the one that the Solder notes.
pub async fn known_zip(db: &impl ConnectionTrait, old: &OldVersion) -> Result<Option<blob::Model>> {
    let known = solder_version::Entity::find()
        .filter(solder_version::Column::Name.eq(&old.slug))
        .filter(solder_version::Column::Version.eq(&old.version));
    for row in known.all(db).await? {
        let zip = wrapper::Entity::find_by_id(&row.version_id).find_also_related(blob::Entity).one(db).await?;
        if let Some((_, Some(zip))) = zip
            && zip.md5 == old.md5
        {
            return Ok(Some(zip));
        }
    }
    Ok(None)
}

/// Makes the version of the mod of this slug, or finds the one with the same zip. The mod is made if there is none.
pub async fn take_version(
    db: &impl ConnectionTrait,
    caller: &Caller,
    (old, unpacked): (&OldVersion, &Unpacked),
    now: Timestamp,
) -> Result<Taken<version::Model>> {
    let module = take_mod(db, caller, old, unpacked.kind, now).await?;
    let plain = fitting_name(&old.version);
    let other = format!("{plain}-{}", unpacked.zip.md5.get(..8).unwrap_or_default());
    let mut free = None;
    for name in [plain, other] {
        let owner = names::owner_id(Scope::Versions(&module.id), &name);
        let Some(row) = version::Entity::find().filter(version::Column::Id.in_subquery(owner)).one(db).await? else {
            free = free.or(Some(name));
            continue;
        };
        let zip = wrapper::Entity::find_by_id(&row.id).one(db).await?;
        if zip.is_some_and(|zip| zip.blob == unpacked.zip.sha256) {
            return Ok(Taken::Matched(row));
        }
    }
    let name = free.ok_or_else(|| Error::Conflict("its name is taken by another version of the mod".to_owned()))?;
    let row = version::Model {
        id: names::new_id(),
        mod_id: module.id.clone(),
        sort_key: names::sort_key(&name),
        search: Some(names::search_text([Some(&*name)])),
        name,
        number: None,
        public: true,
        client: None,
        server: None,
        licence: None,
        changelog: None,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    names::claim(db, Scope::Versions(&module.id), ("name", &row.name), ("version", &row.id), now).await?;
    rows::insert(db, row.clone()).await?;
    keep_files(db, &row, old, unpacked, now).await?;
    Ok(Taken::Created(row))
}

/// Notes the files of a version, its zip, and how the Solder called it.
async fn keep_files(
    db: &impl ConnectionTrait,
    version: &version::Model,
    old: &OldVersion,
    unpacked: &Unpacked,
    now: Timestamp,
) -> Result<()> {
    blobs::keep(db, unpacked.zip.clone()).await?;
    for (position, (path, path_key, blob)) in (0..).zip(&unpacked.files) {
        blobs::keep(db, blob.clone()).await?;
        let row = version_file::Model {
            id: names::new_id(),
            version_id: version.id.clone(),
            position,
            path: path.clone(),
            path_key: path_key.clone(),
            blob: Some(blob.sha256.clone()),
            size: Some(blob.size),
            md5: Some(blob.md5.clone()),
            sha1: Some(blob.sha1.clone()),
            sha256: Some(blob.sha256.clone()),
            sha512: Some(blob.sha512.clone()),
            murmur2: blob.murmur2.clone(),
            redistribution: "unknown".to_owned(),
            created_at: now.as_millis(),
            updated_at: now.as_millis(),
        };
        rows::insert(db, row).await?;
    }
    let (version_id, created_at) = (version.id.clone(), now.as_millis());
    rows::insert(db, wrapper::Model { version_id, blob: unpacked.zip.sha256.clone(), created_at }).await?;
    let origin = solder_version::Model {
        version_id: version.id.clone(),
        number: i64::try_from(old.number).unwrap_or(0),
        name: shortened(&old.slug, 255),
        version: shortened(&old.version, 255),
        created_at,
    };
    Ok(rows::insert(db, origin).await?)
}

/// Finds the mod of this slug, or makes it.
async fn take_mod(
    db: &impl ConnectionTrait,
    caller: &Caller,
    old: &OldVersion,
    kind: ModKind,
    now: Timestamp,
) -> Result<module::Model> {
    let slug = match names::slug_fault(&old.slug) {
        None => old.slug.clone(),
        Some(_) => names::make_slug(&old.slug, "mod"),
    };
    let owner = names::owner_id(Scope::Mods, &slug);
    if let Some(row) = module::Entity::find().filter(module::Column::Id.in_subquery(owner)).one(db).await? {
        return Ok(row);
    }
    let name = shortened(if old.name.trim().is_empty() { &old.slug } else { &old.name }, 255);
    let fits = |text: &Option<String>, most| text.clone().filter(|text: &String| text.chars().count() <= most);
    let row = module::Model {
        id: names::new_id(),
        sort_key: names::sort_key(&name),
        search: Some(names::search_text([Some(&*slug), Some(&*name), old.author.as_deref()])),
        slug,
        name,
        kind: kind.as_str().to_owned(),
        side: old.side.clone(),
        description: old.description.clone(),
        author: fits(&old.author, 1024),
        website: fits(&old.link, 2048),
        donate: fits(&old.donate, 2048),
        public: true,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    names::claim(db, Scope::Mods, ("slug", &row.slug), ("mod", &row.id), now).await?;
    rows::insert(db, row.clone()).await?;
    members::own::<module::Entity>(db, caller.signed_in()?, &row.id, now).await?;
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
    versions: &[String],
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
    let mut links: Vec<build_version::Model> = Vec::with_capacity(versions.len());
    for version in versions {
        if links.iter().all(|link| link.version_id != *version) {
            let position = i64::try_from(links.len()).unwrap_or(i64::MAX);
            links.push(crate::links::blank(&row.id, version, position, now));
        }
    }
    rows::insert_many(db, links).await?;
    Ok(Taken::Created(row))
}

/// Points `latest` and `recommended` where the Solder had them, if a channel may point there; gives what may not.
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
            channels::point(db, caller, channel, &to, now).await?;
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

/// A version's name as this server takes it; nearly always the one that it has.
fn fitting_name(name: &str) -> String {
    if names::name_fault(name).is_none() {
        return name.to_owned();
    }
    let plain = |c: char| if c.is_control() || "/\\:*?\"<>|".contains(c) { '-' } else { c };
    let name: String = shortened(name.trim(), 200).chars().map(plain).collect();
    let name = name.trim().replace("...", "-");
    if names::name_fault(&name).is_none() { name } else { format!("version-{name}") }
}

fn shortened(text: &str, characters: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(characters).collect()
}
