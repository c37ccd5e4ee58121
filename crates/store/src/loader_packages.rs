//! What the Technic Launcher starts loaders from: one package for a loader's version and a Minecraft.

use kleister_types::Timestamp;
use kleister_types::builds::BuildChange;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, Insert, IntoActiveModel};

use crate::loaders::{self, Kind};
use crate::rows::{blob, build, loader, loader_package};
use crate::{Result, blobs};

/// What a package is of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The loader's kind.
    pub kind: String,
    /// Its version, without Minecraft's before it.
    pub version: String,
    /// The Minecraft that it is for.
    pub minecraft: String,
}

impl Key {
    /// What a build needs that runs on these releases; none without a loader or without a Minecraft.
    pub fn of(runs_on: &[loader::Model]) -> Option<Self> {
        let is_game = |row: &&loader::Model| row.kind == Kind::Minecraft.as_str();
        let game = runs_on.iter().find(is_game)?;
        let loader = runs_on.iter().find(|row| !is_game(row))?;
        let (kind, version) = (loader.kind.clone(), loaders::bare_version(loader).to_owned());
        Some(Self { kind, version, minecraft: game.name.clone() })
    }

    fn columns(&self) -> (String, String, String) {
        (self.kind.clone(), self.version.clone(), self.minecraft.clone())
    }
}

/// Finds a package with its bytes.
pub async fn find(
    db: &impl ConnectionTrait,
    key: &Key,
) -> Result<Option<(loader_package::Model, Option<blob::Model>)>> {
    let found = loader_package::Entity::find_by_id(key.columns());
    Ok(found.find_also_related(blob::Entity).one(db).await?)
}

/// What a build would run on after a change, as far as there is such a thing.
pub async fn runs_on(
    db: &impl ConnectionTrait,
    build: &build::Model,
    wanted: &BuildChange,
) -> Result<Vec<loader::Model>> {
    let loaders = [&wanted.forge_id, &wanted.neoforge_id, &wanted.quilt_id, &wanted.fabric_id];
    let given = |key: Option<&String>| key.filter(|key| !key.is_empty()).cloned();
    let (mut found, mut kept) = (Vec::new(), Vec::new());
    match given(wanted.minecraft_id.as_ref()) {
        Some(key) => found.extend(loaders::find(db, Kind::Minecraft, &key).await?),
        None => kept.extend(build.minecraft_id.as_deref()),
    }
    match Kind::LOADERS.into_iter().zip(loaders).find_map(|(kind, key)| Some((kind, given(key.as_ref())?))) {
        Some((kind, key)) => found.extend(loaders::find(db, kind, &key).await?),
        None => kept.extend(build.loader_id.as_deref()),
    }
    found.extend(loaders::by_ids(db, kept).await?);
    Ok(found)
}

/// Notes a package that was fetched, unless there is one.
pub async fn add(
    db: &impl ConnectionTrait,
    (key, address): (&Key, String),
    package: blob::Model,
    now: Timestamp,
) -> Result<()> {
    let row = row(key, Some(address), &package, now);
    blobs::keep(db, package).await?;
    let once = OnConflict::columns([
        loader_package::Column::Kind,
        loader_package::Column::Version,
        loader_package::Column::Minecraft,
    ])
    .do_nothing_on([loader_package::Column::Kind])
    .to_owned();
    Insert::one(row.into_active_model()).on_conflict(once).exec_without_returning(db).await?;
    Ok(())
}

/// Puts a package that an operator brings in the place of the former one, if there was one. What was published keeps that.
pub async fn set(db: &impl ConnectionTrait, key: &Key, package: blob::Model, now: Timestamp) -> Result<()> {
    let row = row(key, None, &package, now);
    blobs::keep(db, package).await?;
    loader_package::Entity::delete_by_id(key.columns()).exec(db).await?;
    Ok(crate::rows::insert(db, row).await?)
}

fn row(key: &Key, address: Option<String>, package: &blob::Model, now: Timestamp) -> loader_package::Model {
    let (kind, version, minecraft) = key.columns();
    loader_package::Model {
        kind,
        version,
        minecraft,
        blob: package.sha256.clone(),
        address,
        created_at: now.as_millis(),
    }
}
