//! Versions: the releases of a mod, and their files.

use kleister_types::versions::Redistribution;
use kleister_types::{Environment, Paging, Perm, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::facts::Facts;
use crate::links::{self, Used};
use crate::lists::{self, Page, Sorts};
use crate::names::{self, Scope};
use crate::permissions::{self, Opened, permit};
use crate::rows::{self, blob, blob_description, module, version, version_file};
use crate::rules::Rules;
use crate::{Caller, Error, Need, Result, arrivals, blobs, descriptions, facts, mods};

const SORTS: Sorts<version::Column> = &[
    ("name", version::Column::SortKey),
    ("public", version::Column::Public),
    ("created", version::Column::CreatedAt),
    ("updated", version::Column::UpdatedAt),
];

/// A version, opened by its mod.
#[derive(Clone, Debug)]
pub struct OpenVersion {
    /// The mod, with the caller's right on it.
    pub module: Opened<module::Model>,
    /// The version.
    pub version: version::Model,
}

/// The first file of a version with its blob, as the contract knows it.
pub type FileOf = (version_file::Model, Option<blob::Model>);

/// A version with its first file.
pub type Filed = (version::Model, Option<FileOf>);

/// What to store about a version.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The handle; needed for a new one.
    pub name: Option<String>,
    /// Whether it is offered to others.
    pub public: Option<bool>,
    /// The file's bytes and path.
    pub file: Option<NewFile>,
    /// What each side needs of it, whatever the file says.
    pub environment: Option<Environment>,
    /// Whether its files may be handed out, whatever the places say that know them.
    pub redistribution: Option<Redistribution>,
}

/// A file that has just come.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// Where it goes in an instance; checked already.
    pub path: String,
    /// The path for comparing.
    pub path_key: String,
    /// The bytes, on disk already.
    pub blob: blob::Model,
    /// What was read in them, if they are something that can be read.
    pub read: Option<ReadFile>,
}

/// What was read in a file.
#[derive(Clone, Debug)]
pub struct ReadFile {
    /// What it says about the version.
    pub facts: Facts,
    /// What it says, whole.
    pub description: blob_description::Model,
}

/// Finds a version by id or name, if the caller has what he needs on its mod.
pub async fn open(
    db: &impl ConnectionTrait,
    caller: &Caller,
    mod_key: &str,
    key: &str,
    need: Need,
) -> Result<OpenVersion> {
    let module = mods::open(db, caller, mod_key, Need::See).await?;
    within(db, module, key, need).await
}

/// Finds a version like [`open`], after locking its mod until the end of the transaction.
pub async fn open_locked(
    db: &impl ConnectionTrait,
    caller: &Caller,
    mod_key: &str,
    key: &str,
    need: Need,
) -> Result<OpenVersion> {
    let module = permissions::open_locked::<module::Entity>(db, caller, mod_key, Need::See).await?;
    within(db, module, key, need).await
}

async fn within(
    db: &impl ConnectionTrait,
    module: Opened<module::Model>,
    key: &str,
    need: Need,
) -> Result<OpenVersion> {
    let of_mod = version::Entity::find().filter(version::Column::ModId.eq(&module.row.id));
    let select = if names::is_id(key) {
        of_mod.filter(version::Column::Id.eq(key))
    } else {
        of_mod.filter(version::Column::Id.in_subquery(names::owner_id(Scope::Versions(&module.row.id), key)))
    };
    let version = select.one(db).await?.ok_or(Error::Missing("version"))?;
    permit("version", version.public || module.right.is_some(), module.right, need)?;
    Ok(OpenVersion { module, version })
}

/// One page of the versions of a mod that the caller may see, each with its first file.
pub async fn list(db: &impl ConnectionTrait, module: &Opened<module::Model>, paging: &Paging) -> Result<Page<Filed>> {
    let mut seen = version::Entity::find().filter(version::Column::ModId.eq(&module.row.id));
    if module.right.is_none() {
        seen = seen.filter(version::Column::Public.eq(true));
    }
    let seen = lists::matching(seen, version::Column::Search, paging)?;
    let sorted = lists::sorted(seen.clone(), SORTS, version::Column::Id, paging)?;
    let filed = sorted.find_also_related(version_file::Entity).find_also(version_file::Entity, blob::Entity);
    let rows = filed.limit(paging.limit()).offset(paging.offset()).all(db).await?;
    let total = lists::total(db, seen, rows.len(), paging).await?;
    let rows = rows.into_iter().map(|(version, file, blob)| (version, file.map(|file| (file, blob)))).collect();
    Ok(Page { total, rows })
}

/// The first file of a version with its blob.
pub async fn first_file(db: &impl ConnectionTrait, version: &version::Model) -> Result<Option<FileOf>> {
    let of_version = version_file::Entity::find().filter(version_file::Column::VersionId.eq(&version.id));
    let first = of_version.filter(version_file::Column::Position.eq(0));
    Ok(first.find_also_related(blob::Entity).one(db).await?)
}

/// Makes a version of a mod. One that waits for just these bytes gets them, and is the version that is made if it is called
/// so.
pub async fn create(
    db: &impl ConnectionTrait,
    module: &module::Model,
    wanted: Wanted,
    now: Timestamp,
) -> Result<version::Model> {
    let mut row = version::Model {
        id: names::new_id(),
        mod_id: module.id.clone(),
        name: wanted.name.clone().unwrap_or_default(),
        sort_key: String::new(),
        search: None,
        number: None,
        public: wanted.public.unwrap_or(true),
        client: None,
        server: None,
        licence: None,
        changelog: None,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    let mut rules = Rules::of("version");
    rules.check("name", names::name_fault(&row.name));
    rules.check("upload", wanted.file.is_none().then_some("cannot be blank"));
    rules.end()?;
    let waiting = match &wanted.file {
        Some(file) => arrivals::waiting(db, &module.id, &file.blob).await?,
        None => None,
    };
    if let Some((mut version, placeholder)) = waiting {
        let is_meant = Scope::Versions(&module.id).key(&version.name) == Scope::Versions(&module.id).key(&row.name);
        if let Some(file) = wanted.file.clone() {
            keep_file(db, module, &mut version, (file, Some(placeholder)), now).await?;
        }
        if is_meant {
            version.public = wanted.public.unwrap_or(version.public);
            version.updated_at = now.as_millis();
            heed(db, module, &mut version, &wanted, now).await?;
            rows::update(db, version.clone()).await?;
            return Ok(version);
        }
    }
    name(db, &mut row, now).await?;
    rows::insert(db, row.clone()).await?;
    if let Some(file) = wanted.file.clone() {
        keep_file(db, module, &mut row, (file, None), now).await?;
    }
    if heed(db, module, &mut row, &wanted, now).await? {
        rows::update(db, row.clone()).await?;
    }
    Ok(row)
}

/// Changes a version. One that a published build uses keeps its name and file; that it gets the bytes which it waits for is no
/// change. What is said of its sides and of handing it out may change always, since it holds for future builds.
pub async fn update(
    db: &impl ConnectionTrait,
    caller: &Caller,
    OpenVersion { module, version: mut row }: OpenVersion,
    wanted: Wanted,
    now: Timestamp,
) -> Result<version::Model> {
    let waiting = match &wanted.file {
        Some(file) => arrivals::waiting(db, &row.mod_id, &file.blob).await?.filter(|(version, _)| version.id == row.id),
        None => None,
    };
    if wanted.file.is_some() && waiting.is_none() {
        links::refuse_if_used(db, caller, Used::Published(&row.id)).await?;
    }
    if let Some(wanted) = &wanted.name {
        rename(db, caller, &mut row, wanted, now).await?;
    }
    if let Some(file) = wanted.file.clone() {
        let placeholder = waiting.map(|(_, placeholder)| placeholder);
        if placeholder.is_none() {
            version_file::Entity::delete_many().filter(version_file::Column::VersionId.eq(&row.id)).exec(db).await?;
        }
        keep_file(db, &module.row, &mut row, (file, placeholder), now).await?;
    }
    heed(db, &module.row, &mut row, &wanted, now).await?;
    row.public = wanted.public.unwrap_or(row.public);
    row.updated_at = now.as_millis();
    rows::update(db, row.clone()).await?;
    Ok(row)
}

/// Takes a human's word on a version: on its sides, for the mod's next versions too, and on its files. Whether there is
/// something to write in its row.
async fn heed(
    db: &impl ConnectionTrait,
    module: &module::Model,
    row: &mut version::Model,
    wanted: &Wanted,
    now: Timestamp,
) -> Result<bool> {
    if let Some(redistribution) = wanted.redistribution {
        let files = version_file::Entity::update_many()
            .col_expr(version_file::Column::Redistribution, Expr::value(redistribution.as_str()))
            .filter(version_file::Column::VersionId.eq(&row.id));
        files.exec(db).await?;
    }
    let Some(environment) = wanted.environment else { return Ok(false) };
    facts::say(db, &module.id, wanted.environment, now).await?;
    facts::follow(db, &mut module.clone(), wanted.environment).await?;
    row.client = Some(environment.client.as_str().to_owned());
    row.server = Some(environment.server.as_str().to_owned());
    Ok(true)
}

/// Gives a version another name, in its row too, unless a published build uses it.
pub(crate) async fn rename(
    db: &impl ConnectionTrait,
    caller: &Caller,
    row: &mut version::Model,
    wanted: &str,
    now: Timestamp,
) -> Result<()> {
    if wanted == row.name {
        return Ok(());
    }
    links::refuse_if_used(db, caller, Used::Published(&row.id)).await?;
    let mut rules = Rules::of("version");
    rules.check("name", names::name_fault(wanted));
    rules.end()?;
    names::give_up(db, Scope::Versions(&row.mod_id), &row.name).await?;
    wanted.clone_into(&mut row.name);
    name(db, row, now).await
}

/// Deletes a version, unless a build still uses it.
pub async fn delete(db: &impl ConnectionTrait, caller: &Caller, row: &version::Model) -> Result<()> {
    links::refuse_if_used(db, caller, Used::Version(&row.id)).await?;
    names::release(db, &row.id, false).await?;
    version::Entity::delete_by_id(&row.id).exec(db).await?;
    Ok(())
}

/// Finds a file of a version, if the caller may see the mod; for downloads by address.
pub async fn open_file(
    db: &impl ConnectionTrait,
    caller: &Caller,
    id: &str,
) -> Result<(version_file::Model, blob::Model)> {
    caller.signed_in()?;
    let missing = || Error::Missing("file");
    let file = version_file::Entity::find_by_id(id).one(db).await?.ok_or_else(missing)?;
    let version = version::Entity::find_by_id(&file.version_id).one(db).await?.ok_or_else(missing)?;
    let opened = open(db, caller, &version.mod_id, &version.id, Need::See).await;
    opened.map_err(|error| if matches!(error, Error::Missing(_)) { missing() } else { error })?;
    let sha256 = file.blob.clone().ok_or_else(missing)?;
    let blob = blob::Entity::find_by_id(sha256).one(db).await?.ok_or_else(missing)?;
    Ok((file, blob))
}

/// What a right on the mod must be to change a version.
pub const CHANGE: Need = Need::Have(Perm::Admin);

async fn name(db: &impl ConnectionTrait, row: &mut version::Model, now: Timestamp) -> Result<()> {
    row.sort_key = names::sort_key(&row.name);
    row.search = Some(names::search_text([Some(&*row.name)]));
    names::claim(db, Scope::Versions(&row.mod_id), ("name", &row.name), ("version", &row.id), now).await
}

/// Notes the bytes of a file, then the file or that its placeholder has them, and makes the version what was read in it.
async fn keep_file(
    db: &impl ConnectionTrait,
    module: &module::Model,
    version: &mut version::Model,
    (file, placeholder): (NewFile, Option<version_file::Model>),
    now: Timestamp,
) -> Result<()> {
    let NewFile { path, path_key, blob, read } = file;
    blobs::keep(db, blob.clone()).await?;
    // What a place said of bytes that tell nothing themselves stays.
    let is_silent = placeholder.is_some() && read.is_none();
    match placeholder {
        Some(placeholder) => drop(arrivals::complete(db, placeholder, &blob, now).await?),
        None => rows::insert(db, new_file(version, (path, path_key), &blob, now)).await?,
    }
    if is_silent {
        return Ok(());
    }
    let facts = match read {
        Some(ReadFile { facts, description }) => {
            descriptions::keep(db, description).await?;
            facts
        }
        None => Facts::default(),
    };
    let said = facts::words(db, &[&module.id]).await?.pop().map(|(_, environment)| environment);
    let environment = said.or(facts.environment);
    facts::fill(version, &facts, environment);
    rows::update(db, version.clone()).await?;
    facts::keep(db, &version.id, &facts, now).await?;
    if environment.is_some() {
        facts::follow(db, &mut module.clone(), environment).await?;
    }
    facts::remember(db, &module.id, &facts.identities, true, now).await
}

/// The only file of a version, whose bytes are here.
fn new_file(
    version: &version::Model,
    place: (String, String),
    blob: &blob::Model,
    now: Timestamp,
) -> version_file::Model {
    let mut row = arrivals::unfilled(version, 0, place, now);
    arrivals::hold(&mut row, blob);
    row
}
