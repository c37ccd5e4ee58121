//! Arrivals: the one way in which a file that was read, or that only its hashes are known of, becomes a version of a
//! mod, new or known.
//!
//! Which mod: the one that a human names; else one that the caller may change and that has had a file with the same
//! identity, where a human's word counts before what followed by itself; else one whose slug the file's id or title
//! would make; else a new one, whose owner the caller becomes. Which name: the file's number; where the mod has one of
//! that name, with loader and Minecraft, such as `15.2.0+forge-1.20.1`. Bytes that the caller has already make nothing
//! new, and a placeholder with the same hashes gets the bytes.

mod entry;
mod fill;
mod names;
mod plan;
mod same;

use kleister_types::mods::{Kind, ModChange};
use kleister_types::{Environment, Perm, Timestamp};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

pub(crate) use self::entry::{Entry, enter, unfilled};
use self::fill::fill;
pub(crate) use self::fill::{complete, waiting};
pub use self::plan::{Plan, plan};
use crate::facts::{self, Facts, Identity, cut};
use crate::names::new_id;
use crate::permissions::open_locked;
use crate::rows::{self, blob, module, version, version_file, version_source};
use crate::{Caller, Error, Need, Result, blobs, mods};

/// A file that is to become a version of a mod.
#[derive(Clone, Debug, Default)]
pub struct Arrival {
    /// What is known of it.
    pub facts: Facts,
    /// The file's own name, such as `jei-15.2.0.jar`; checked already.
    pub name: String,
    /// The name for comparing.
    pub name_key: String,
    /// Its bytes, or what is known of them.
    pub bytes: Bytes,
    /// Where it comes from.
    pub sources: Vec<Source>,
    /// Whether its author lets others hand it out, as the places say that know it; nothing where that is not known.
    pub redistribution: Option<bool>,
    /// What a human says.
    pub wishes: Wishes,
}

/// Bytes that are here, or elsewhere.
#[derive(Clone, Debug)]
pub enum Bytes {
    /// On disk already.
    Here(Box<blob::Model>),
    /// Nowhere near: only their hashes are known, as far as somebody told them.
    Elsewhere(Hashes),
}

impl Default for Bytes {
    fn default() -> Self {
        Self::Elsewhere(Hashes::default())
    }
}

/// What is known of bytes that are not here; digests in lower-case hexadecimal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hashes {
    /// The number of bytes.
    pub size: Option<u64>,
    /// The MD5.
    pub md5: Option<String>,
    /// The SHA-1.
    pub sha1: Option<String>,
    /// The SHA-256.
    pub sha256: Option<String>,
    /// The SHA-512.
    pub sha512: Option<String>,
    /// CurseForge's fingerprint, in decimal.
    pub murmur2: Option<String>,
}

/// Where a file comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// `upload`, `modrinth`, `curseforge`, `maven`, `github` or `url`.
    pub kind: String,
    /// Where the bytes are to be had.
    pub address: Option<String>,
    /// The project there, by its identifier; files of one project are one mod.
    pub project: Option<String>,
    /// The file there, by the identifier that the source has for it.
    pub file: Option<String>,
}

/// What a human says of an arrival, which counts more than what was read; what he says of environment and mod is kept
/// for the mod's next versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// The mod that it belongs to, by identifier or slug; he must be allowed to change it.
    pub module: Option<String>,
    /// What the mod is called; changes that of one that is there.
    pub title: Option<String>,
    /// The version's name, which must be free.
    pub name: Option<String>,
    /// The version's number.
    pub number: Option<String>,
    /// What each side needs of it.
    pub environment: Option<Environment>,
    /// What it is; only for a new mod.
    pub kind: Option<Kind>,
    /// Whether the version is offered to others, and a new mod is seen by everybody.
    pub public: Option<bool>,
    /// Whether others may hand the file out, whatever the places say that know it.
    pub redistribution: Option<bool>,
}

/// What became of an arrival.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The mod.
    pub module: module::Model,
    /// The version.
    pub version: version::Model,
    /// The version's file.
    pub file: version_file::Model,
    /// What was done.
    pub outcome: Outcome,
}

/// What was done with an arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing: the caller has these bytes already, as this version.
    Known,
    /// A placeholder got its bytes.
    Filled,
    /// A version of a mod that was there.
    Added,
    /// The first version of a new mod.
    Begun,
}

impl Arrival {
    /// All that the mod is called elsewhere, the sources' projects included.
    pub(crate) fn identities(&self) -> Vec<Identity> {
        let of_source = |source: &Source| Some(Identity::new(source.kind.clone(), source.project.clone()?));
        self.facts.identities.iter().cloned().chain(self.sources.iter().filter_map(of_source)).collect()
    }

    /// The number that a human or the file gives it.
    fn number(&self) -> Option<&str> {
        let number = self.wishes.number.as_deref().or(self.facts.number.as_deref());
        number.map(str::trim).filter(|number| !number.is_empty())
    }
}

/// Makes of an arrival what [`plan`] says, or finds that there is nothing to make.
///
/// Rights are asked for here, within the write: the mod that a human names is missing or denied like any other.
pub async fn place(db: &impl ConnectionTrait, caller: &Caller, arrival: &Arrival, now: Timestamp) -> Result<Placed> {
    let plan = plan(db, caller, std::slice::from_ref(arrival)).await?.pop();
    carry_out(db, caller, arrival, plan.ok_or(Error::Missing("file"))??, now).await
}

/// Makes of an arrival what was planned within the same write.
pub async fn carry_out(
    db: &impl ConnectionTrait,
    caller: &Caller,
    arrival: &Arrival,
    plan: Plan,
    now: Timestamp,
) -> Result<Placed> {
    caller.signed_in()?;
    match plan {
        Plan::Known { module, version, file } => {
            Ok(Placed { module: *module, version: *version, file: *file, outcome: Outcome::Known })
        }
        Plan::Fills { version, file, .. } => fill(db, caller, arrival, (*version, *file), now).await,
        Plan::Adds { module, name, environment } => {
            let module = open_locked::<module::Entity>(db, caller, &module.id, Need::Have(Perm::Admin)).await?.row;
            add(db, arrival, module, (name, environment), now).await
        }
        Plan::Begins { title, name } => {
            let module = mods::create(db, caller, &first_words(arrival, title), now).await?;
            let environment = arrival.wishes.environment.or(arrival.facts.environment);
            let placed = add(db, arrival, module, (name, environment), now).await?;
            Ok(Placed { outcome: Outcome::Begun, ..placed })
        }
    }
}

/// A new mod as its first file describes it.
fn first_words(arrival: &Arrival, title: String) -> ModChange {
    let facts = &arrival.facts;
    let text = |text: &Option<String>, characters| text.as_deref().map(|text| plain(&cut(text, characters)));
    ModChange {
        name: Some(title),
        kind: Some(arrival.wishes.kind.unwrap_or(facts.kind)),
        description: text(&facts.description, 16_384),
        author: text(&facts.author, 1024),
        // Half an address is none.
        website: text(&facts.website, 4096).filter(|address| address.chars().count() <= 2048),
        public: arrival.wishes.public,
        ..ModChange::default()
    }
}

/// A text without the control characters that no rule lets in.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect()
}

/// Adds a version to a mod, with everything that belongs to it.
async fn add(
    db: &impl ConnectionTrait,
    arrival: &Arrival,
    mut module: module::Model,
    (name, environment): (String, Option<Environment>),
    now: Timestamp,
) -> Result<Placed> {
    let Arrival { facts, wishes, .. } = arrival;
    let public = wishes.public.unwrap_or(true);
    let entry = Entry { name, number: arrival.number(), facts, environment, public };
    let version = enter(db, &mut module, entry, now).await?;
    let file = keep_file(db, arrival, &module, &version, now).await?;
    module = heed(db, arrival, module, now).await?;
    Ok(Placed { module, version, file, outcome: Outcome::Added })
}

/// Keeps for a mod's next versions what a human says of it by one of them, and what that one is called elsewhere.
async fn heed(
    db: &impl ConnectionTrait,
    arrival: &Arrival,
    mut module: module::Model,
    now: Timestamp,
) -> Result<module::Model> {
    let wishes = &arrival.wishes;
    if let Some(title) = wishes.title.as_ref().filter(|title| **title != module.name) {
        let renamed = ModChange { name: Some(title.clone()), ..ModChange::default() };
        module = mods::update(db, module, &renamed, now).await?;
    }
    if wishes.environment.is_some() {
        facts::say(db, &module.id, wishes.environment, now).await?;
    }
    facts::remember(db, &module.id, &arrival.identities(), wishes.module.is_some(), now).await?;
    Ok(module)
}

/// Notes the bytes, the file and where it comes from.
async fn keep_file(
    db: &impl ConnectionTrait,
    arrival: &Arrival,
    module: &module::Model,
    version: &version::Model,
    now: Timestamp,
) -> Result<version_file::Model> {
    let folder = Kind::from_word(&module.kind).folder();
    let place = (format!("{folder}{}", arrival.name), format!("{folder}{}", arrival.name_key));
    let mut row = unfilled(version, 0, place, now);
    word(arrival.wishes.redistribution.or(arrival.redistribution)).clone_into(&mut row.redistribution);
    match &arrival.bytes {
        Bytes::Here(blob) => {
            blobs::keep(db, (**blob).clone()).await?;
            hold(&mut row, blob);
        }
        Bytes::Elsewhere(hashes) => {
            let hashes = hashes.clone();
            row.size = hashes.size.and_then(|size| i64::try_from(size).ok());
            (row.md5, row.sha1) = (hashes.md5, hashes.sha1);
            (row.sha256, row.sha512, row.murmur2) = (hashes.sha256, hashes.sha512, hashes.murmur2);
        }
    }
    rows::insert(db, row.clone()).await?;
    keep_sources(db, &row.id, &arrival.sources, now).await?;
    Ok(row)
}

/// Writes into a file's row that its bytes are here.
pub(crate) fn hold(row: &mut version_file::Model, blob: &blob::Model) {
    row.blob = Some(blob.sha256.clone());
    row.size = Some(blob.size);
    row.md5 = Some(blob.md5.clone());
    row.sha1 = Some(blob.sha1.clone());
    row.sha256 = Some(blob.sha256.clone());
    row.sha512 = Some(blob.sha512.clone());
    row.murmur2 = blob.murmur2.clone().or(row.murmur2.take());
}

/// The word for whether others may hand a file out.
pub(crate) fn word(redistribution: Option<bool>) -> &'static str {
    match redistribution {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}

/// Notes where a file comes from, but for what is noted already.
pub async fn keep_sources(db: &impl ConnectionTrait, file_id: &str, sources: &[Source], now: Timestamp) -> Result<()> {
    if sources.is_empty() {
        return Ok(());
    }
    let known = version_source::Entity::find().filter(version_source::Column::FileId.eq(file_id)).all(db).await?;
    let is_known = |source: &Source| {
        known.iter().any(|it| {
            (&it.kind, &it.address, &it.project, &it.file)
                == (&source.kind, &source.address, &source.project, &source.file)
        })
    };
    let new = sources.iter().filter(|source| !is_known(source)).map(|source| version_source::Model {
        id: new_id(),
        file_id: file_id.to_owned(),
        kind: cut(&source.kind, 16),
        address: source.address.clone().filter(|address| address.chars().count() <= 2048),
        project: source.project.as_deref().map(|project| cut(project, 255)),
        file: source.file.as_deref().map(|file| cut(file, 255)),
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    });
    Ok(rows::insert_many(db, new.collect()).await?)
}
