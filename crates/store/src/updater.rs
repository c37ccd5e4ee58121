//! The jars of packwiz-installer, with which instances of packs update themselves.

use kleister_types::Timestamp;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use crate::rows::{self, blob, updater};
use crate::{Result, blobs};

/// The jars that are here, each with its bytes.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<(updater::Model, Option<blob::Model>)>> {
    Ok(updater::Entity::find().find_also_related(blob::Entity).order_by_asc(updater::Column::Name).all(db).await?)
}

/// Puts a jar in the place of the former one, if there was one. What was published keeps that.
pub async fn set(
    db: &impl ConnectionTrait,
    (name, address): (&str, Option<String>),
    jar: blob::Model,
    now: Timestamp,
) -> Result<()> {
    let row = updater::Model { name: name.to_owned(), blob: jar.sha256.clone(), address, created_at: now.as_millis() };
    blobs::keep(db, jar).await?;
    updater::Entity::delete_by_id(name).exec(db).await?;
    Ok(rows::insert(db, row).await?)
}
