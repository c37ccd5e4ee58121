//! What is known of a version besides its bytes: what was read in them, or what the place says that they come from.

use std::collections::{BTreeSet, HashMap, HashSet};

use kleister_types::intake::DeclaredDependency;
use kleister_types::mods::Kind;
use kleister_types::versions::Version;
use kleister_types::{Environment, Timestamp};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, Insert, IntoActiveModel, QueryFilter, QueryOrder, Set, Unchanged,
};

use crate::names;
use crate::rows::{
    self, mod_identity, mod_word, module, version, version_dependency, version_loader, version_minecraft,
};
use crate::{Caller, Result, mods, permissions};

/// How many values one query asks for.
const AT_ONCE: usize = 1000;

/// What is known of a version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// What kind of piece it is.
    pub kind: Kind,
    /// What people call the mod.
    pub title: Option<String>,
    /// The version's number, as the file has it.
    pub number: Option<String>,
    /// What the mod is called elsewhere, the most telling name first.
    pub identities: Vec<Identity>,
    /// The loaders that it is for, such as `fabric`.
    pub loaders: Vec<String>,
    /// The releases of Minecraft that it is for, the oldest first.
    pub minecrafts: Vec<String>,
    /// What each side needs of it, where something says so.
    pub environment: Option<Environment>,
    /// The licence.
    pub licence: Option<String>,
    /// Who made it.
    pub author: Option<String>,
    /// Where to read on.
    pub website: Option<String>,
    /// What it does.
    pub description: Option<String>,
    /// What it needs, recommends, or cannot stand.
    pub dependencies: Vec<Dependency>,
}

/// What a mod is called by a loader (`fabric`, `forge`, …) or by a source (`modrinth`, `curseforge`, …).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Who calls it so.
    pub system: String,
    /// What it is called there.
    pub identity: String,
}

impl Identity {
    /// What a system calls a mod.
    pub fn new(system: impl Into<String>, identity: impl Into<String>) -> Self {
        Self { system: system.into(), identity: identity.into() }
    }

    /// Whether the columns can hold it; what they cannot is not remembered.
    fn fits(&self) -> bool {
        !self.identity.is_empty() && self.identity.chars().count() <= 255 && self.system.len() <= 16
    }
}

/// What a version thinks of another mod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependency {
    /// `required`, `optional`, `recommended`, `suggested`, `incompatible`, `discouraged`, `embedded`.
    pub kind: String,
    /// The other mod, by the id that loaders know.
    pub reference: String,
    /// The versions that it is about, as they are written.
    pub range: Option<String>,
    /// The side on which that holds, if it is one.
    pub side: Option<String>,
}

/// Writes what is known of a version into its columns; its rows come by [`keep`].
pub(crate) fn fill(row: &mut version::Model, facts: &Facts, environment: Option<Environment>) {
    row.number = facts.number.as_deref().map(|number| cut(number, 255));
    row.licence = facts.licence.as_deref().map(|licence| cut(licence, 255));
    row.client = environment.map(|environment| environment.client.as_str().to_owned());
    row.server = environment.map(|environment| environment.server.as_str().to_owned());
}

/// Keeps what is known of a version that is there, in place of what was known before.
pub(crate) async fn keep(db: &impl ConnectionTrait, version_id: &str, facts: &Facts, now: Timestamp) -> Result<()> {
    use {version_dependency as needs, version_loader as runs_on, version_minecraft as plays};
    needs::Entity::delete_many().filter(needs::Column::VersionId.eq(version_id)).exec(db).await?;
    runs_on::Entity::delete_many().filter(runs_on::Column::VersionId.eq(version_id)).exec(db).await?;
    plays::Entity::delete_many().filter(plays::Column::VersionId.eq(version_id)).exec(db).await?;
    let loaders = once(&facts.loaders).map(|loader| runs_on::Model { version_id: version_id.to_owned(), loader });
    rows::insert_many(db, loaders.collect()).await?;
    let games = once(&facts.minecrafts).map(|minecraft| plays::Model { version_id: version_id.to_owned(), minecraft });
    rows::insert_many(db, games.collect()).await?;
    let needed = facts.dependencies.iter().filter(|it| !it.reference.is_empty()).map(|it| needs::Model {
        id: names::new_id(),
        version_id: version_id.to_owned(),
        kind: cut(&it.kind, 16),
        reference: cut(&it.reference, 255),
        version_range: it.range.as_deref().map(|range| cut(range, 1024)),
        side: it.side.as_deref().map(|side| cut(side, 16)),
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    });
    Ok(rows::insert_many(db, needed.collect()).await?)
}

/// Adds to versions, as they are shown, what they are for and need: in three queries, however many there are.
pub async fn tell(db: &impl ConnectionTrait, versions: &mut [Version]) -> Result<()> {
    use {version_dependency as needs, version_loader as runs_on, version_minecraft as plays};
    let ids: Vec<String> = versions.iter().map(|version| version.id.clone()).collect();
    let mut told: HashMap<_, _> = versions.iter_mut().map(|version| (version.id.clone(), version)).collect();
    let runs = runs_on::Entity::find().filter(runs_on::Column::VersionId.is_in(&ids));
    for row in runs.order_by_asc(runs_on::Column::Loader).all(db).await? {
        told.entry(row.version_id).and_modify(|version| version.loaders.push(row.loader));
    }
    let games = plays::Entity::find().filter(plays::Column::VersionId.is_in(&ids));
    for row in games.all(db).await? {
        told.entry(row.version_id).and_modify(|version| version.minecraft.push(row.minecraft));
    }
    let needed = needs::Entity::find().filter(needs::Column::VersionId.is_in(&ids));
    for row in needed.order_by_asc(needs::Column::Id).all(db).await? {
        let needs::Model { version_id, kind, reference, version_range, side, .. } = row;
        let dependency = DeclaredDependency { kind, id: reference, range: version_range, side };
        told.entry(version_id).and_modify(|version| version.dependencies.push(dependency));
    }
    for version in told.into_values() {
        version.minecraft.sort_by_cached_key(|release| names::sort_key(release));
    }
    Ok(())
}

/// The words of a list, each once, and none that its column cannot hold.
fn once(words: &[String]) -> impl Iterator<Item = String> {
    let mut seen = HashSet::new();
    words.iter().filter(move |word| word.chars().count() <= 64 && seen.insert((*word).clone())).cloned()
}

/// A text as far as its column reaches, without what no database stores.
pub(crate) fn cut(text: &str, characters: usize) -> String {
    text.chars().filter(|c| *c != '\0').take(characters).collect()
}

/// Remembers what a mod is called elsewhere. What a human said stays said.
pub(crate) async fn remember(
    db: &impl ConnectionTrait,
    mod_id: &str,
    identities: &[Identity],
    by_human: bool,
    now: Timestamp,
) -> Result<()> {
    use mod_identity::Column::{ByHuman, Identity, ModId, System};
    let mut once = HashSet::new();
    let new = identities.iter().filter(|it| it.fits() && once.insert(*it)).map(|it| mod_identity::Model {
        mod_id: mod_id.to_owned(),
        system: it.system.clone(),
        identity: it.identity.clone(),
        by_human,
        created_at: now.as_millis(),
    });
    let mut known = OnConflict::columns([ModId, System, Identity]);
    let known = if by_human { known.update_column(ByHuman) } else { known.do_nothing_on([ModId, System, Identity]) };
    let new: Vec<_> = new.map(IntoActiveModel::into_active_model).collect();
    if !new.is_empty() {
        Insert::many(new).on_conflict(known.to_owned()).exec_without_returning(db).await?;
    }
    Ok(())
}

/// The mods that the caller sees which are called so; of several, the one that a human called so, or the newest.
pub async fn called(
    db: &impl ConnectionTrait,
    caller: &Caller,
    identities: &[Identity],
) -> Result<HashMap<Identity, module::Model>> {
    use mod_identity::Column as Of;
    let wanted: HashSet<&Identity> = identities.iter().collect();
    let names: Vec<&str> = wanted.iter().map(|it| it.identity.as_str()).filter(|name| !name.contains('\0')).collect();
    let mut rows = Vec::new();
    for names in names.chunks(AT_ONCE) {
        let found = mod_identity::Entity::find().filter(Of::Identity.is_in(names.iter().copied()));
        let found = found.order_by_asc(Of::ByHuman).order_by_asc(Of::CreatedAt).order_by_desc(Of::ModId);
        rows.extend(found.all(db).await?);
    }
    let pair = |row: mod_identity::Model| (Identity::new(row.system, row.identity), row.mod_id);
    let rows: Vec<(Identity, String)> = rows.into_iter().map(pair).filter(|(it, _)| wanted.contains(it)).collect();
    let ids: BTreeSet<String> = rows.iter().map(|(_, mod_id)| mod_id.clone()).collect();
    let seen = permissions::open_all::<module::Entity>(db, caller, &ids).await?;
    let seen: HashMap<String, module::Model> = seen.into_iter().map(|it| (it.row.id.clone(), it.row)).collect();
    // The last one stays.
    Ok(rows.into_iter().filter_map(|(it, mod_id)| Some((it, seen.get(&mod_id)?.clone()))).collect())
}

/// What humans said of these mods.
pub(crate) async fn words(db: &impl ConnectionTrait, mod_ids: &[&str]) -> Result<Vec<(String, Environment)>> {
    if mod_ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = mod_word::Entity::find().filter(mod_word::Column::ModId.is_in(mod_ids.iter().copied())).all(db).await?;
    let said = |row: mod_word::Model| {
        let said = Environment::from_words(row.client.as_deref(), row.server.as_deref())?;
        Some((row.mod_id, said))
    };
    Ok(rows.into_iter().filter_map(said).collect())
}

/// Remembers what a human said of a mod's environment, or that he takes it back.
pub(crate) async fn say(
    db: &impl ConnectionTrait,
    mod_id: &str,
    environment: Option<Environment>,
    now: Timestamp,
) -> Result<()> {
    mod_word::Entity::delete_by_id(mod_id).exec(db).await?;
    let Some(said) = environment else { return Ok(()) };
    let row = mod_word::Model {
        mod_id: mod_id.to_owned(),
        client: Some(said.client.as_str().to_owned()),
        server: Some(said.server.as_str().to_owned()),
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    Ok(rows::insert(db, row).await?)
}

/// Makes a mod's side what its newest version says.
pub(crate) async fn follow(
    db: &impl ConnectionTrait,
    row: &mut module::Model,
    environment: Option<Environment>,
) -> Result<()> {
    let assumed = row.side.is_none().then(Environment::default);
    let Some(side) = environment.or(assumed).map(Environment::side) else { return Ok(()) };
    if row.side.as_deref() == Some(side) {
        return Ok(());
    }
    row.side = Some(side.to_owned());
    row.search = Some(mods::search(row));
    let change = module::ActiveModel {
        id: Unchanged(row.id.clone()),
        side: Set(row.side.clone()),
        search: Set(row.search.clone()),
        ..Default::default()
    };
    module::Entity::update(change).exec(db).await?;
    Ok(())
}
