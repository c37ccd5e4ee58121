//! Channels: names of a pack that point to a published build.

use kleister_types::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::rows::{self, build, channel};
use crate::{Error, Result};

/// The newest build for everybody; it moves at every publishing.
pub const LATEST: &str = "latest";
/// The build that players should have; unset, it means [`LATEST`].
pub const RECOMMENDED: &str = "recommended";

/// All channels of a pack.
pub async fn list(db: &impl ConnectionTrait, pack_id: &str) -> Result<Vec<channel::Model>> {
    Ok(channel::Entity::find().filter(channel::Column::PackId.eq(pack_id)).all(db).await?)
}

/// Points a channel to a published build that everybody who sees the pack may have.
pub async fn point(db: &impl ConnectionTrait, name: &str, to: &build::Model, now: Timestamp) -> Result<()> {
    if !to.public {
        let build = &to.name;
        return Err(Error::Conflict(format!(
            "build `{build}` is not public, so `{name}` cannot point to it; make the build public first"
        )));
    }
    let former = channel::Entity::find_by_id((to.pack_id.clone(), name.to_owned())).one(db).await?;
    let row = channel::Model {
        pack_id: to.pack_id.clone(),
        name: name.to_owned(),
        build_id: to.id.clone(),
        created_at: former.as_ref().map_or(now.as_millis(), |former| former.created_at),
        updated_at: now.as_millis(),
    };
    let stored = if former.is_some() { rows::update(db, row).await } else { rows::insert(db, row).await };
    Ok(stored?)
}

/// Takes a build out of all channels of its pack; `latest` goes to the newest published build that is left.
pub async fn leave(db: &impl ConnectionTrait, left: &build::Model, now: Timestamp) -> Result<()> {
    let pointing = channel::Entity::delete_many().filter(channel::Column::BuildId.eq(&left.id));
    pointing.exec(db).await?;
    let has_latest = channel::Entity::find_by_id((left.pack_id.clone(), LATEST.to_owned())).one(db).await?.is_some();
    if has_latest {
        return Ok(());
    }
    let newest = build::Entity::find()
        .filter(build::Column::PackId.eq(&left.pack_id))
        .filter(build::Column::State.eq("published"))
        .filter(build::Column::Public.eq(true))
        .filter(build::Column::Id.ne(&left.id))
        .order_by_desc(build::Column::PublishedAt)
        .order_by_desc(build::Column::Id);
    match newest.one(db).await? {
        Some(newest) => point(db, LATEST, &newest, now).await,
        None => Ok(()),
    }
}

/// Lets `recommended` mean `latest` again, if it points to this build.
pub async fn unset_recommended(db: &impl ConnectionTrait, build: &build::Model) -> Result<()> {
    let pointing = channel::Entity::delete_many().filter(channel::Column::BuildId.eq(&build.id));
    pointing.filter(channel::Column::Name.eq(RECOMMENDED)).exec(db).await?;
    Ok(())
}

/// The channels that point to any of these builds, in one query.
pub(crate) async fn pointing_to(db: &impl ConnectionTrait, builds: Vec<&str>) -> Result<Vec<channel::Model>> {
    if builds.is_empty() {
        return Ok(Vec::new());
    }
    Ok(channel::Entity::find().filter(channel::Column::BuildId.is_in(builds)).all(db).await?)
}
