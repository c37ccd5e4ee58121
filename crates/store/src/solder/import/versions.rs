//! Versions of mods that a Solder had, with what their jars say about themselves.
//!
//! A version keeps the slug, the name and the zip that it has there. Everything else is as for any other file that
//! comes in: its number, loaders, releases of Minecraft, dependencies and environment are those of the jar in the zip, and its
//! mod is remembered by the ids of the jar, so that the next file of the same mod becomes a version of it.

use std::collections::{BTreeSet, HashMap};

use kleister_types::mods::Kind;
use kleister_types::{Environment, Timestamp};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{Taken, shortened};
use crate::arrivals::{Entry, enter, hold, unfilled};
use crate::facts::{self, Facts, Identity};
use crate::names::{self, Scope};
use crate::rows::{self, blob, blob_description, mod_identity, module, solder_version, version, version_file, wrapper};
use crate::solder::old::OldVersion;
use crate::{Caller, Error, Result, blobs, descriptions, members};

/// How many values are asked for by one statement.
const AT_ONCE: usize = 500;

/// The zip of a version, with what is in it; all bytes are on disk already.
#[derive(Clone, Debug)]
pub struct Unpacked {
    /// The zip as it came.
    pub zip: blob::Model,
    /// What kind of mod its content makes it.
    pub kind: Kind,
    /// The files in it, each with its path and the path for comparing; the one that it is all about is the first.
    pub files: Vec<(String, String, blob::Model)>,
    /// What they say of the version.
    pub facts: Facts,
    /// What each of them says, whole.
    pub descriptions: Vec<blob_description::Model>,
}

/// A version that was taken over.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// The version.
    pub version: Taken<version::Model>,
    /// What is not here as it was there, in words.
    pub notes: Vec<String>,
}

/// A version with the SHA-256 of the zip with which it came, if it came with one.
type Zipped = (version::Model, Option<String>);

/// What is here already of the mods and versions that are taken over: found at once, and kept up while they are.
#[derive(Debug, Default)]
pub struct Known {
    /// Mods by their slugs, present or former, in the form for comparing; nothing where a slug is reserved for ever.
    mods: HashMap<String, Option<module::Model>>,
    /// Versions by mod and name, in the form for comparing, each with the zip with which it came; nothing where a name is
    /// reserved for ever.
    versions: HashMap<(String, String), Option<Zipped>>,
    /// The mod that files which are called so belong to.
    identities: HashMap<Identity, String>,
    /// What was taken over, by what players' launchers call it.
    taken: HashMap<(String, String), Taken<version::Model>>,
}

/// The zips of versions that were taken over before, as far as they are still those that the Solder notes, by what
/// players' launchers call them.
pub async fn known_zips(
    db: &impl ConnectionTrait,
    versions: &[&OldVersion],
) -> Result<HashMap<(String, String), blob::Model>> {
    let noted: HashMap<_, _> = versions.iter().map(|old| (old.handle(), old.md5.as_str())).collect();
    let mut known = HashMap::new();
    for some in versions.chunks(AT_ONCE) {
        let zips = wrapper::Entity::find()
            .find_also_related(blob::Entity)
            .find_also(wrapper::Entity, solder_version::Entity)
            .filter(solder_version::Column::Name.is_in(some.iter().map(|old| old.slug.as_str())))
            .filter(solder_version::Column::Version.is_in(some.iter().map(|old| old.version.as_str())));
        for (_, zip, origin) in zips.all(db).await? {
            let Some((zip, origin)) = zip.zip(origin) else { continue };
            let handle = (origin.name, origin.version);
            if noted.get(&handle).is_some_and(|md5| *md5 == zip.md5) {
                known.insert(handle, zip);
            }
        }
    }
    Ok(known)
}

impl Known {
    /// Finds what is here of these, in six queries for every few hundred of them.
    pub async fn read(db: &impl ConnectionTrait, versions: &[(&OldVersion, &Unpacked)]) -> Result<Self> {
        let mut known = Self::default();
        for some in versions.chunks(AT_ONCE) {
            known.read_some(db, some).await?;
        }
        Ok(known)
    }

    async fn read_some(&mut self, db: &impl ConnectionTrait, some: &[(&OldVersion, &Unpacked)]) -> Result<()> {
        let slugs: BTreeSet<String> = some.iter().map(|(old, _)| Scope::Mods.key(&slug(old))).collect();
        let owners = names::owners(db, [Scope::Mods.as_str().to_owned()], slugs).await?;
        let ids: BTreeSet<String> = owners.values().flatten().cloned().collect();
        let mods = module::Entity::find().filter(module::Column::Id.is_in(&ids)).all(db).await?;
        let mods: HashMap<String, module::Model> = mods.into_iter().map(|row| (row.id.clone(), row)).collect();
        let by_slug = owners.into_iter().map(|((_, slug), id)| (slug, id.and_then(|id| mods.get(&id).cloned())));
        self.mods.extend(by_slug);
        let names = some.iter().flat_map(|(old, unpacked)| names_of(old, unpacked));
        let names = names.map(|name| Scope::Versions("").key(&name)).collect();
        let owners = names::owners(db, ids, names).await?;
        let ids: BTreeSet<&String> = owners.values().flatten().collect();
        let versions = version::Entity::find().filter(version::Column::Id.is_in(ids.iter().copied())).all(db).await?;
        let zips =
            wrapper::Entity::find().filter(wrapper::Column::VersionId.is_in(ids.iter().copied())).all(db).await?;
        let mut zips: HashMap<String, String> = zips.into_iter().map(|row| (row.version_id, row.blob)).collect();
        let versions = versions.into_iter().map(|row| (row.id.clone(), (zips.remove(&row.id), row)));
        let versions: HashMap<String, _> = versions.collect();
        let found = |id: String| versions.get(&id).cloned().map(|(zip, row)| (row, zip));
        self.versions.extend(owners.into_iter().map(|(key, id)| (key, id.and_then(found))));
        self.read_identities(db, some).await
    }

    /// Finds the mods that the files in question would be taken for, as arrivals are.
    async fn read_identities(&mut self, db: &impl ConnectionTrait, some: &[(&OldVersion, &Unpacked)]) -> Result<()> {
        let identities = some.iter().flat_map(|(_, unpacked)| &unpacked.facts.identities);
        let words: BTreeSet<&str> = identities.map(|it| it.identity.as_str()).filter(|it| !it.contains('\0')).collect();
        let found = mod_identity::Entity::find()
            .filter(mod_identity::Column::Identity.is_in(words))
            .order_by_desc(mod_identity::Column::ByHuman)
            .order_by_desc(mod_identity::Column::CreatedAt)
            .order_by_asc(mod_identity::Column::ModId);
        for row in found.all(db).await? {
            self.identities.entry(Identity::new(row.system, row.identity)).or_insert(row.mod_id);
        }
        Ok(())
    }

    /// Finds the mod of a version, or makes it.
    async fn module(
        &mut self,
        db: &impl ConnectionTrait,
        caller: &Caller,
        (old, kind): (&OldVersion, Kind),
        now: Timestamp,
    ) -> Result<module::Model> {
        let key = Scope::Mods.key(&slug(old));
        match self.mods.get(&key) {
            Some(Some(row)) => Ok(row.clone()),
            Some(None) => {
                Err(Error::Conflict(format!("the slug `{}` stays reserved for a mod that was deleted", old.slug)))
            }
            None => {
                let row = make_mod(db, caller, old, kind, now).await?;
                self.mods.insert(key, Some(row.clone()));
                Ok(row)
            }
        }
    }

    /// The name that a version of a mod can have, or the version that is the same.
    fn name(&self, module: &module::Model, old: &OldVersion, unpacked: &Unpacked) -> Result<Named> {
        let mut free = None;
        for name in names_of(old, unpacked) {
            match self.versions.get(&(module.id.clone(), Scope::Versions(&module.id).key(&name))) {
                Some(Some((row, zip))) if zip.as_ref() == Some(&unpacked.zip.sha256) => {
                    return Ok(Named::Is(Box::new(row.clone())));
                }
                Some(_) => {}
                None => free = free.or(Some(name)),
            }
        }
        let taken = || Error::Conflict("its name is taken by another version of the mod".to_owned());
        free.map(Named::Free).ok_or_else(taken)
    }
}

/// What a version is called here.
enum Named {
    Is(Box<version::Model>),
    Free(String),
}

/// Makes the version of the mod of this slug, or finds the one with the same zip. The mod is made if there is none.
pub async fn take_version(
    db: &impl ConnectionTrait,
    caller: &Caller,
    known: &mut Known,
    (old, unpacked): (&OldVersion, &Unpacked),
    now: Timestamp,
) -> Result<Arrived> {
    if let Some(version) = known.taken.get(&old.handle()) {
        return Ok(Arrived { version: version.clone(), notes: Vec::new() });
    }
    let mut module = known.module(db, caller, (old, unpacked.kind), now).await?;
    let (version, mut notes) = match known.name(&module, old, unpacked)? {
        Named::Is(row) => (Taken::Matched(*row), Vec::new()),
        Named::Free(name) => {
            let said = old.side.as_deref().map(Environment::of_side);
            let facts = &unpacked.facts;
            let environment = said.or(facts.environment);
            let entry = Entry { name, number: facts.number.as_deref(), facts, environment, public: true };
            let row = enter(db, &mut module, entry, now).await?;
            keep_files(db, &row, old, unpacked, now).await?;
            let notes = remember(db, known, &module, facts, now).await?;
            let key = (module.id.clone(), Scope::Versions(&module.id).key(&row.name));
            known.versions.insert(key, Some((row.clone(), Some(unpacked.zip.sha256.clone()))));
            known.mods.insert(Scope::Mods.key(&slug(old)), Some(module.clone()));
            (Taken::Created(row), notes)
        }
    };
    notes.extend(renamed(old, &module, version.row()));
    known.taken.insert(old.handle(), version.clone());
    Ok(Arrived { version, notes })
}

/// Remembers by which ids later files are known for the mod. Those of another mod stay its own: where two mods had one
/// id, the next file would come to either.
async fn remember(
    db: &impl ConnectionTrait,
    known: &mut Known,
    module: &module::Model,
    facts: &Facts,
    now: Timestamp,
) -> Result<Vec<String>> {
    let mut mine = Vec::new();
    let mut notes = Vec::new();
    for identity in &facts.identities {
        let owner = known.identities.entry(identity.clone()).or_insert_with(|| module.id.clone());
        if *owner == module.id {
            mine.push(identity.clone());
            continue;
        }
        let Identity { system, identity } = identity;
        notes.push(format!(
            "the jar of mod `{}` has the id `{identity}` ({system}), by which another mod is known here; later files of \
             that id are taken for the other one's, unless their mod is named",
            module.slug
        ));
    }
    facts::remember(db, &module.id, &mine, false, now).await?;
    Ok(notes)
}

/// How a version is called otherwise than there, if it is.
fn renamed(old: &OldVersion, module: &module::Model, version: &version::Model) -> Option<String> {
    let here = (module.slug.as_str(), version.name.as_str());
    if here == (old.slug.as_str(), old.version.as_str()) {
        return None;
    }
    Some(format!(
        "version `{}` of mod `{}` is called `{}` of mod `{}` in this server's own lists; launchers are told the old names",
        old.version, old.slug, here.1, here.0
    ))
}

/// Notes the files of a version, what they say, its zip, and how the Solder called it.
async fn keep_files(
    db: &impl ConnectionTrait,
    version: &version::Model,
    old: &OldVersion,
    unpacked: &Unpacked,
    now: Timestamp,
) -> Result<()> {
    let files = unpacked.files.iter().map(|(_, _, blob)| blob);
    blobs::keep_all(db, files.chain([&unpacked.zip]).cloned().collect()).await?;
    descriptions::keep_all(db, unpacked.descriptions.clone()).await?;
    let rows = (0..).zip(&unpacked.files).map(|(position, (path, path_key, blob))| {
        let mut row: version_file::Model = unfilled(version, position, (path.clone(), path_key.clone()), now);
        hold(&mut row, blob);
        row
    });
    rows::insert_many(db, rows.collect()).await?;
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

/// Makes the mod of a version. Where somebody said which side needs it, that is kept for its later versions too.
async fn make_mod(
    db: &impl ConnectionTrait,
    caller: &Caller,
    old: &OldVersion,
    kind: Kind,
    now: Timestamp,
) -> Result<module::Model> {
    let slug = slug(old);
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
    if let Some(side) = &old.side {
        facts::say(db, &row.id, Some(Environment::of_side(side)), now).await?;
    }
    Ok(row)
}

/// The slug of a version's mod as this server takes it; nearly always the one that it has.
fn slug(old: &OldVersion) -> String {
    match names::slug_fault(&old.slug) {
        None => old.slug.clone(),
        Some(_) => names::make_slug(&old.slug, "mod"),
    }
}

/// The names that a version can have: its own, or that with the beginning of its zip's MD5.
fn names_of(old: &OldVersion, unpacked: &Unpacked) -> [String; 2] {
    let plain = fitting_name(&old.version);
    let other = format!("{plain}-{}", unpacked.zip.md5.get(..8).unwrap_or_default());
    [plain, other]
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
