//! What would become of arrivals: found for many of them at once, in a handful of queries, and written by nobody.

use std::collections::{HashMap, HashSet};

use kleister_types::mods::Kind;
use kleister_types::{Environment, Perm};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::names::{candidates, stem};
use super::same::{digests, is_same};
use super::{Arrival, Bytes};
use crate::facts::{self, Identity, cut};
use crate::links::{self, Used};
use crate::names::{Scope, is_id, make_slug, name_fault, new_id, title_fault};
use crate::permissions::{Opened, open_all};
use crate::rows::{mod_identity, module, name, version, version_file};
use crate::rules::Rules;
use crate::{Caller, Error, Result};

/// How many values are asked for by one statement.
const AT_ONCE: usize = 500;

/// What would become of an arrival.
#[derive(Clone, Debug)]
pub enum Plan {
    /// Nothing: the caller has these bytes already.
    Known {
        /// The mod that has them, which he may see.
        module: Box<module::Model>,
        /// The version.
        version: Box<version::Model>,
        /// The file.
        file: Box<version_file::Model>,
    },
    /// A placeholder would get its bytes.
    Fills {
        /// The mod.
        module: Box<module::Model>,
        /// The version.
        version: Box<version::Model>,
        /// The placeholder.
        file: Box<version_file::Model>,
    },
    /// A mod would get another version.
    Adds {
        /// The mod, which he may change.
        module: Box<module::Model>,
        /// What the version would be called.
        name: String,
        /// What each side needs of it, if anybody said so.
        environment: Option<Environment>,
    },
    /// A mod would be made, with this as its first version.
    Begins {
        /// What the mod would be called.
        title: String,
        /// What the version would be called.
        name: String,
    },
}

/// Which mod an arrival belongs to, before its version has a name.
enum Target {
    Is(Plan),
    To(Box<module::Model>),
    New,
}

/// What would become of each arrival by itself, or why nothing can: what a human wants may be missing, denied or broken.
pub async fn plan(db: &impl ConnectionTrait, caller: &Caller, arrivals: &[Arrival]) -> Result<Vec<Result<Plan>>> {
    let world = World::read(db, caller, arrivals).await?;
    let mut targets: Vec<Result<Target>> = arrivals.iter().map(|arrival| world.target(arrival)).collect();
    refuse_renaming(db, caller, &mut targets, arrivals).await?;
    let mods: Vec<&str> = targets.iter().filter_map(|target| target.as_ref().ok()?.mod_id()).collect();
    let words: HashMap<String, Environment> = facts::words(db, &mods).await?.into_iter().collect();
    let id = new_id();
    let names: Vec<Vec<String>> = arrivals.iter().map(|arrival| candidates(arrival, &id)).collect();
    let wished = arrivals.iter().filter_map(|arrival| arrival.wishes.name.as_ref());
    let taken = taken(db, &mods, names.iter().flatten().chain(wished)).await?;
    let plans = targets.into_iter().zip(arrivals).zip(names).map(|((target, arrival), names)| {
        let free = |mod_id: &str| names.into_iter().find(|name| is_free(&taken, mod_id, name));
        let title = title(arrival);
        check(arrival)?;
        match target? {
            Target::Is(Plan::Fills { module, version, .. }) if is_clash(&taken, arrival, &module.id, &version.name) => {
                Err(Error::invalid("version", "version", "is already taken"))
            }
            Target::Is(plan) => Ok(plan),
            Target::New => {
                let name = arrival.wishes.name.clone().or_else(|| free("")).unwrap_or_else(|| format!("v{id}"));
                Ok(Plan::Begins { title, name })
            }
            Target::To(module) => {
                let wished = arrival.wishes.name.clone();
                if wished.as_ref().is_some_and(|name| !is_free(&taken, &module.id, name)) {
                    return Err(Error::invalid("version", "version", "is already taken"));
                }
                let name = wished.or_else(|| free(&module.id)).unwrap_or_else(|| format!("v{id}"));
                let said = words.get(&module.id).copied();
                let environment = arrival.wishes.environment.or(said).or(arrival.facts.environment);
                Ok(Plan::Adds { module, name, environment })
            }
        }
    });
    Ok(plans.collect())
}

impl Target {
    fn mod_id(&self) -> Option<&str> {
        match self {
            Self::To(module) | Self::Is(Plan::Fills { module, .. }) => Some(&module.id),
            Self::Is(_) | Self::New => None,
        }
    }
}

/// Refuses what would call a placeholder otherwise that a published build uses: its name is fixed.
async fn refuse_renaming(
    db: &impl ConnectionTrait,
    caller: &Caller,
    targets: &mut [Result<Target>],
    arrivals: &[Arrival],
) -> Result<()> {
    for (target, arrival) in targets.iter_mut().zip(arrivals) {
        let (Ok(Target::Is(Plan::Fills { version, .. })), Some(name)) = (&target, &arrival.wishes.name) else {
            continue;
        };
        if *name == version.name {
            continue;
        }
        match links::refuse_if_used(db, caller, Used::Published(&version.id)).await {
            Err(error @ Error::Database(_)) => return Err(error),
            Err(error) => *target = Err(error),
            Ok(()) => {}
        }
    }
    Ok(())
}

/// Whether the name that a human wants for a placeholder is that of another version.
fn is_clash(taken: &HashSet<(String, String)>, arrival: &Arrival, mod_id: &str, former: &str) -> bool {
    let other = |name: &&String| Scope::Versions(mod_id).key(name) != Scope::Versions(mod_id).key(former);
    arrival.wishes.name.as_ref().filter(other).is_some_and(|name| !is_free(taken, mod_id, name))
}

/// The rules for what a human wishes.
fn check(arrival: &Arrival) -> Result<()> {
    let wishes = &arrival.wishes;
    let mut rules = Rules::of("version");
    rules.check("version", wishes.name.as_deref().and_then(name_fault));
    rules.check("name", wishes.title.as_deref().and_then(title_fault));
    rules.at_most("number", wishes.number.as_ref(), 255);
    rules.end()
}

/// What a new mod is called: as a human says, as its file does, by its id, or by the file's name.
fn title(arrival: &Arrival) -> String {
    let facts = &arrival.facts;
    let identity = facts.identities.first().map(|it| it.identity.as_str());
    let texts = [arrival.wishes.title.as_deref(), facts.title.as_deref(), identity, stem(&arrival.name)];
    let fits = |text: &str| {
        let text = text.trim();
        let end = text.floor_char_boundary(255);
        let text = text[..end].trim_end();
        title_fault(text).is_none().then(|| text.to_owned())
    };
    let short = || texts.into_iter().flatten().find_map(|text| fits(&format!("{} mod", text.trim())));
    texts.into_iter().flatten().find_map(fits).or_else(short).unwrap_or_else(|| "A mod".to_owned())
}

fn is_free(taken: &HashSet<(String, String)>, mod_id: &str, name: &str) -> bool {
    !taken.contains(&(mod_id.to_owned(), Scope::Versions(mod_id).key(name)))
}

/// Which of these names versions of these mods have.
async fn taken(
    db: &impl ConnectionTrait,
    mods: &[&str],
    names: impl Iterator<Item = &String>,
) -> Result<HashSet<(String, String)>> {
    let mut taken = HashSet::new();
    if mods.is_empty() {
        return Ok(taken);
    }
    let keys: HashSet<String> = names.map(|name| Scope::Versions("").key(name)).collect();
    let keys: Vec<String> = keys.into_iter().collect();
    for keys in keys.chunks(AT_ONCE) {
        let rows = name::Entity::find()
            .filter(name::Column::Scope.is_in(mods.iter().copied()))
            .filter(name::Column::NameKey.is_in(keys));
        taken.extend(rows.all(db).await?.into_iter().map(|row| (row.scope, row.name_key)));
    }
    Ok(taken)
}

/// What the database has that arrivals may belong to.
struct World {
    /// The mods in question that the caller sees.
    mods: HashMap<String, Opened<module::Model>>,
    /// The mods that are called so, those first of which a human said it.
    by_identity: HashMap<Identity, Vec<String>>,
    /// What the mods in question are called.
    of_mod: HashMap<String, HashSet<Identity>>,
    /// The mods that have these slugs, or had them.
    by_slug: HashMap<String, String>,
    /// The files with the hashes in question, each with its version.
    files: Vec<(version_file::Model, version::Model)>,
}

impl World {
    async fn read(db: &impl ConnectionTrait, caller: &Caller, arrivals: &[Arrival]) -> Result<Self> {
        let known = called(db, arrivals).await?;
        let by_slug = slugs(db, arrivals).await?;
        let files = files(db, arrivals).await?;
        let wished = arrivals.iter().filter_map(|arrival| arrival.wishes.module.clone()).filter(|key| is_id(key));
        let mut ids: HashSet<String> = known.iter().map(|row| row.mod_id.clone()).chain(wished).collect();
        ids.extend(by_slug.values().cloned());
        ids.extend(files.iter().map(|(_, version)| version.mod_id.clone()));
        let mut mods = HashMap::new();
        let mut of_mod: HashMap<String, HashSet<Identity>> = HashMap::new();
        let ids: Vec<String> = ids.into_iter().collect();
        for ids in ids.chunks(AT_ONCE) {
            let opened = open_all::<module::Entity>(db, caller, ids).await?;
            mods.extend(opened.into_iter().map(|opened| (opened.row.id.clone(), opened)));
            let rows = mod_identity::Entity::find().filter(mod_identity::Column::ModId.is_in(ids)).all(db).await?;
            for row in rows {
                of_mod.entry(row.mod_id).or_default().insert(Identity::new(row.system, row.identity));
            }
        }
        let mut by_identity: HashMap<Identity, Vec<String>> = HashMap::new();
        for row in known {
            by_identity.entry(Identity::new(row.system, row.identity)).or_default().push(row.mod_id);
        }
        Ok(Self { mods, by_identity, of_mod, by_slug, files })
    }

    /// Which mod an arrival belongs to, or what it is already.
    fn target(&self, arrival: &Arrival) -> Result<Target> {
        let wished = arrival.wishes.module.as_deref().map(|key| self.wished(key)).transpose()?;
        if let Some(plan) = self.same_bytes(arrival, wished) {
            return Ok(Target::Is(plan));
        }
        let module = wished.or_else(|| self.called(arrival)).or_else(|| self.with_slug(arrival));
        Ok(module.map_or(Target::New, |module| Target::To(Box::new(module.clone()))))
    }

    /// The mod that a human names.
    fn wished(&self, key: &str) -> Result<&module::Model> {
        let id = if is_id(key) { Some(key) } else { self.by_slug.get(&Scope::Mods.key(key)).map(String::as_str) };
        let opened = id.and_then(|id| self.mods.get(id)).ok_or(Error::Missing("mod"))?;
        if may_change(opened) { Ok(&opened.row) } else { Err(Error::Denied("mod")) }
    }

    fn changeable(&self, id: &str) -> Option<&module::Model> {
        self.mods.get(id).filter(|opened| may_change(opened)).map(|opened| &opened.row)
    }

    /// The version that has these bytes, or waits for them. Where a human names a mod, only those of that mod count.
    fn same_bytes(&self, arrival: &Arrival, wished: Option<&module::Model>) -> Option<Plan> {
        let same = self.files.iter().filter(|(file, version)| {
            is_same(file, &arrival.bytes) && wished.is_none_or(|module| module.id == version.mod_id)
        });
        let (mut known, mut waiting) = (None, None);
        for (file, version) in same {
            let Some(opened) = self.mods.get(&version.mod_id) else { continue };
            if !version.public && opened.right.is_none() {
                continue;
            }
            // What lies beside the file of a version, or among others in a bundle, is by itself nothing of that mod.
            if file.position > 0 || (opened.row.kind == Kind::Bundle.as_str() && wished.is_none()) {
                continue;
            }
            let found = (&opened.row, version, file);
            // A file whose bytes are not here either is as good as another one of which only the hashes are known.
            if file.blob.is_some() || matches!(arrival.bytes, Bytes::Elsewhere(_)) {
                known = known.or(Some(found));
            } else if may_change(opened) {
                waiting = waiting.or(Some(found));
            }
        }
        let copied = |(module, version, file): (&module::Model, &version::Model, &version_file::Model)| {
            (Box::new(module.clone()), Box::new(version.clone()), Box::new(file.clone()))
        };
        // What waits goes first: the caller would not see a build complete because he has the same file elsewhere.
        let fills = waiting.map(copied).map(|(module, version, file)| Plan::Fills { module, version, file });
        fills.or_else(|| known.map(copied).map(|(module, version, file)| Plan::Known { module, version, file }))
    }

    /// The mod of which files called so were before.
    fn called(&self, arrival: &Arrival) -> Option<&module::Model> {
        let identities = arrival.identities();
        let mut mods = identities.iter().filter_map(|identity| self.by_identity.get(identity)).flatten();
        mods.find_map(|id| self.changeable(id))
    }

    /// The mod that has the slug which the arrival's would be, unless its files are called otherwise by the same
    /// loader: then it is another mod.
    fn with_slug(&self, arrival: &Arrival) -> Option<&module::Model> {
        let ids = slugs_of(arrival).filter_map(|slug| self.by_slug.get(&slug).cloned());
        let kind = arrival.wishes.kind.unwrap_or(arrival.facts.kind).as_str();
        let is_other = |id: &str| {
            let called = self.of_mod.get(id);
            let mine = arrival.identities();
            called.is_some_and(|called| called.iter().any(|it| mine.iter().any(|mine| mine.system == it.system)))
        };
        let mut mods = ids.filter(|id| !is_other(id)).filter_map(|id| self.changeable(&id));
        mods.find(|module| module.kind == kind)
    }
}

fn may_change(opened: &Opened<module::Model>) -> bool {
    opened.right >= Some(Perm::Admin)
}

/// The slugs that a mod of this arrival would have: of its ids, then of its title.
fn slugs_of(arrival: &Arrival) -> impl Iterator<Item = String> {
    let by_loaders = arrival.facts.identities.iter().map(|it| it.identity.as_str());
    let titles = [arrival.wishes.title.as_deref(), arrival.facts.title.as_deref()];
    let texts = by_loaders.chain(titles.into_iter().flatten());
    texts.map(|text| make_slug(&cut(text, 255), "mod")).filter(|slug| slug != "mod")
}

/// The rows of what arrivals are called, those first of which a human said it.
async fn called(db: &impl ConnectionTrait, arrivals: &[Arrival]) -> Result<Vec<mod_identity::Model>> {
    let identities: HashSet<Identity> = arrivals.iter().flat_map(Arrival::identities).collect();
    let names: HashSet<&str> = identities.iter().map(|it| it.identity.as_str()).collect();
    let names: Vec<&str> = names.into_iter().filter(|name| !name.contains('\0')).collect();
    let mut rows = Vec::new();
    for names in names.chunks(AT_ONCE) {
        let found = mod_identity::Entity::find()
            .filter(mod_identity::Column::Identity.is_in(names.iter().copied()))
            .order_by_desc(mod_identity::Column::ByHuman)
            .order_by_desc(mod_identity::Column::CreatedAt)
            .order_by_asc(mod_identity::Column::ModId);
        rows.extend(found.all(db).await?);
    }
    rows.retain(|row| identities.contains(&Identity::new(row.system.clone(), row.identity.clone())));
    Ok(rows)
}

/// The mods that have the slugs in question, or had them.
async fn slugs(db: &impl ConnectionTrait, arrivals: &[Arrival]) -> Result<HashMap<String, String>> {
    let wished = arrivals.iter().filter_map(|arrival| arrival.wishes.module.as_deref()).filter(|key| !is_id(key));
    let mut keys: HashSet<String> = wished.map(|key| Scope::Mods.key(key)).collect();
    keys.extend(arrivals.iter().flat_map(slugs_of));
    let keys: Vec<String> = keys.into_iter().collect();
    let mut found = HashMap::new();
    for keys in keys.chunks(AT_ONCE) {
        let rows = name::Entity::find()
            .filter(name::Column::Scope.eq(Scope::Mods.as_str()))
            .filter(name::Column::NameKey.is_in(keys));
        found.extend(rows.all(db).await?.into_iter().filter_map(|row| Some((row.name_key, row.owner_id?))));
    }
    Ok(found)
}

/// The files with one of the hashes in question, each with its version, the oldest first.
async fn files(db: &impl ConnectionTrait, arrivals: &[Arrival]) -> Result<Vec<(version_file::Model, version::Model)>> {
    let mut found = Vec::new();
    for arrivals in arrivals.chunks(AT_ONCE) {
        let known = |which: usize| arrivals.iter().filter_map(move |arrival| digests(&arrival.bytes)[which]);
        let any = Condition::any()
            .add(version_file::Column::Md5.is_in(known(0)))
            .add(version_file::Column::Sha1.is_in(known(1)))
            .add(version_file::Column::Sha256.is_in(known(2)))
            .add(version_file::Column::Sha512.is_in(known(3)));
        let rows = version_file::Entity::find()
            .filter(any)
            .find_also_related(version::Entity)
            .order_by_asc(version_file::Column::Id)
            .all(db)
            .await?;
        found.extend(rows.into_iter().filter_map(|(file, version)| Some((file, version?))));
    }
    Ok(found)
}
