//! A new build made from another one.

use kleister_types::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::rows::{self, build, build_file, build_version};
use crate::{Result, names};

/// What a build runs on and how, for a new draft of the same pack; its name, changelog and place in life are its own.
pub(super) fn settings(from: &build::Model, blank: build::Model) -> build::Model {
    build::Model {
        minecraft_id: from.minecraft_id.clone(),
        loader_id: from.loader_id.clone(),
        java: from.java.clone(),
        memory_minimum: from.memory_minimum,
        memory_maximum: from.memory_maximum,
        jvm_arguments: from.jvm_arguments.clone(),
        components: from.components.clone(),
        public: from.public,
        ..blank
    }
}

/// Gives a new build the versions of another one, each with what is set for it. Their mods need not be seen: the pack
/// has them already.
pub(super) async fn versions(
    db: &impl ConnectionTrait,
    from: &build::Model,
    to: &build::Model,
    now: Timestamp,
) -> Result<()> {
    let links = build_version::Entity::find().filter(build_version::Column::BuildId.eq(&from.id)).all(db).await?;
    let copy = |link| build_version::Model {
        build_id: to.id.clone(),
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
        ..link
    };
    Ok(rows::insert_many(db, links.into_iter().map(copy).collect()).await?)
}

/// Gives a new build the files of another one that belong to no version.
pub(super) async fn files(
    db: &impl ConnectionTrait,
    from: &build::Model,
    to: &build::Model,
    now: Timestamp,
) -> Result<()> {
    let files = build_file::Entity::find().filter(build_file::Column::BuildId.eq(&from.id)).all(db).await?;
    let copy = |file| build_file::Model {
        id: names::new_id(),
        build_id: to.id.clone(),
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
        ..file
    };
    Ok(rows::insert_many(db, files.into_iter().map(copy).collect()).await?)
}
