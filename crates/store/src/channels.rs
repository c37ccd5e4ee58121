//! Channels: names of a pack that point to a published build.
//!
//! Every pack has `latest` once something is published, and may have `recommended` and names of its own. Names of
//! channels and of builds share a scope, so that an address never means two things; whatever moves a channel is noted.

use std::collections::HashSet;

use kleister_types::Timestamp;
use kleister_types::builds::State;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Insert, IntoActiveModel, QueryFilter, QueryOrder, Select};
use serde_json::json;

use crate::audit::{self, Event};
use crate::builds::{self, Dressed};
use crate::names::{self, Scope};
use crate::rows::{self, build, channel, channel_build, name};
use crate::webhooks::{self, Happened};
use crate::{Caller, Error, Result};

/// The newest build for everybody; it moves at every publishing that names no other channel.
pub const LATEST: &str = "latest";
/// The build that players should have; unset, it means [`LATEST`].
pub const RECOMMENDED: &str = "recommended";

/// Names that addresses of a pack use for something else than a build or channel.
const ADDRESSES: [&str; 3] = ["builds", "feed.atom", "index.json"];

/// All channels of a pack: `latest`, `recommended`, then its own by name.
pub async fn list(db: &impl ConnectionTrait, pack_id: &str) -> Result<Vec<channel::Model>> {
    let mut channels = channel::Entity::find().filter(channel::Column::PackId.eq(pack_id)).all(db).await?;
    channels.sort_by_key(|channel| (!is_common(&channel.name), names::sort_key(&channel.name)));
    Ok(channels)
}

/// Channels with the builds that they point to, in one more query for all of them.
pub async fn dress(
    db: &impl ConnectionTrait,
    channels: Vec<channel::Model>,
) -> Result<Vec<(channel::Model, Option<Dressed>)>> {
    let ids = channels.iter().map(|channel| channel.build_id.clone());
    let pointed = build::Entity::find().filter(build::Column::Id.is_in(ids));
    let builds = builds::with_outfits(pointed).into_model::<Dressed>().all(db).await?;
    let find = |id: &str| builds.iter().find(|dressed| dressed.build.id == id).cloned();
    Ok(channels.into_iter().map(|channel| (channel.clone(), find(&channel.build_id))).collect())
}

/// Whether a build cannot have this name, though none has it yet.
pub(crate) fn is_reserved(name: &str) -> bool {
    let name = name.to_lowercase();
    is_common(&name) || ADDRESSES.contains(&name.as_str())
}

fn is_common(name: &str) -> bool {
    [LATEST, RECOMMENDED].contains(&name)
}

/// Points a channel to a published build that everybody who sees the pack may have, and tells those who want to know what is
/// recommended; makes the channel if there is none of this name.
pub async fn point(
    db: &impl ConnectionTrait,
    caller: &Caller,
    name: &str,
    to: &build::Model,
    now: Timestamp,
) -> Result<channel::Model> {
    let (row, from) = point_quietly(db, caller, name, to, now).await?;
    if row.name == RECOMMENDED && from.as_deref() != Some(&to.id) {
        webhooks::ring(db, Happened::Recommended(from.as_deref()), to, now).await?;
    }
    Ok(row)
}

/// Points a channel to a build like [`point`], for what is not new; gives also the build that it pointed to before.
pub(crate) async fn point_quietly(
    db: &impl ConnectionTrait,
    caller: &Caller,
    name: &str,
    to: &build::Model,
    now: Timestamp,
) -> Result<(channel::Model, Option<String>)> {
    let name = name.to_lowercase();
    refuse_unless_offered(&name, to)?;
    if !is_common(&name) {
        claim(db, &name, &to.pack_id, now).await?;
    }
    let former = channel::Entity::find_by_id((to.pack_id.clone(), name.clone())).one(db).await?;
    let row = channel::Model {
        pack_id: to.pack_id.clone(),
        name,
        build_id: to.id.clone(),
        created_at: former.as_ref().map_or(now.as_millis(), |former| former.created_at),
        updated_at: now.as_millis(),
    };
    match &former {
        Some(former) if former.build_id == row.build_id => return Ok((former.clone(), Some(row.build_id))),
        Some(_) => rows::update(db, row.clone()).await?,
        None => rows::insert(db, row.clone()).await?,
    }
    let from = former.map(|former| former.build_id);
    remember(db, &row, from.as_ref(), now).await?;
    let moved = event("channel.move", &row, json!({"from": from, "to": row.build_id}));
    audit::note(db, caller, [moved], now).await?;
    Ok((row, from))
}

/// Notes what a channel points to and pointed to, for those who may have nothing else of the pack. Until it is set,
/// `recommended` points where `latest` does.
async fn remember(
    db: &impl ConnectionTrait,
    channel: &channel::Model,
    from: Option<&String>,
    now: Timestamp,
) -> Result<()> {
    let latest = match from {
        None if channel.name == RECOMMENDED => {
            channel::Entity::find_by_id((channel.pack_id.clone(), LATEST.to_owned())).one(db).await?
        }
        _ => None,
    };
    let before = from.or(latest.as_ref().map(|latest| &latest.build_id)).filter(|before| **before != channel.build_id);
    let row = |build: &String| channel_build::Model {
        pack_id: channel.pack_id.clone(),
        channel: channel.name.clone(),
        build_id: build.clone(),
        created_at: now.as_millis(),
    };
    let key = [channel_build::Column::PackId, channel_build::Column::Channel, channel_build::Column::BuildId];
    let once = OnConflict::columns(key).do_nothing_on(key).to_owned();
    let builds = before.into_iter().chain([&channel.build_id]);
    let insert = Insert::many(builds.map(|build| row(build).into_active_model())).on_conflict(once);
    insert.exec_without_returning(db).await?;
    Ok(())
}

/// The builds that a channel points to or did; `recommended` means `latest` while it is unset.
///
/// An installation that began before the channel moved goes on with the build that it began with.
pub(crate) async fn reached(db: &impl ConnectionTrait, pack_id: &str, name: &str) -> Result<HashSet<String>> {
    let meant = meant(db, pack_id, name).await?;
    let before = remembered(pack_id, meant.as_ref().map_or(name, |channel| &channel.name)).all(db).await?;
    Ok(before.into_iter().map(|row| row.build_id).chain(meant.map(|channel| channel.build_id)).collect())
}

/// The build that a channel pointed to before, which those have who follow it and did not start since: its identifier.
pub(crate) async fn former(db: &impl ConnectionTrait, pack_id: &str, name: &str) -> Result<Option<String>> {
    let Some(meant) = meant(db, pack_id, name).await? else { return Ok(None) };
    let others = remembered(pack_id, &meant.name).filter(channel_build::Column::BuildId.ne(&meant.build_id));
    let newest = others.order_by_desc(channel_build::Column::CreatedAt).order_by_desc(channel_build::Column::BuildId);
    Ok(newest.one(db).await?.map(|row| row.build_id))
}

/// The channel of this name; for `recommended`, while it is unset, `latest`.
async fn meant(db: &impl ConnectionTrait, pack_id: &str, name: &str) -> Result<Option<channel::Model>> {
    let or_latest = if name == RECOMMENDED { LATEST } else { name };
    let of_pack = channel::Entity::find().filter(channel::Column::PackId.eq(pack_id));
    let mut channels = of_pack.filter(channel::Column::Name.is_in([name, or_latest])).all(db).await?;
    channels.sort_by_key(|channel| channel.name != name);
    Ok(channels.into_iter().next())
}

/// What is remembered of a channel.
fn remembered(pack_id: &str, name: &str) -> Select<channel_build::Entity> {
    let of_pack = channel_build::Entity::find().filter(channel_build::Column::PackId.eq(pack_id));
    of_pack.filter(channel_build::Column::Channel.eq(name))
}

/// Whether a pack has a channel of this name, or would have it as soon as something is published.
pub(crate) async fn exists(db: &impl ConnectionTrait, pack_id: &str, name: &str) -> Result<bool> {
    let key = (pack_id.to_owned(), name.to_owned());
    Ok(is_common(name) || channel::Entity::find_by_id(key).one(db).await?.is_some())
}

/// Removes a channel. `recommended` then means `latest` again; `latest` itself stays.
pub async fn remove(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack_id: &str,
    name: &str,
    now: Timestamp,
) -> Result<()> {
    let name = name.to_lowercase();
    let row = channel::Entity::find_by_id((pack_id.to_owned(), name)).one(db).await?;
    let row = row.ok_or(Error::Missing("channel"))?;
    if row.name == LATEST {
        let why = "every pack with a published build has `latest`; move it to another build instead";
        return Err(Error::Conflict(why.to_owned()));
    }
    take_away(db, caller, vec![row], now).await
}

/// Takes a build out of all channels of its pack; `latest` goes to the newest published build that is left.
pub async fn leave(db: &impl ConnectionTrait, caller: &Caller, left: &build::Model, now: Timestamp) -> Result<()> {
    let pointing = pointing_to(db, vec![&left.id]).await?;
    take_away(db, caller, pointing, now).await?;
    settle_latest(db, caller, &left.pack_id, &left.id, now).await
}

/// Points `latest` to the newest published build, other than the one that leaves, if it points nowhere.
pub(crate) async fn settle_latest(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack_id: &str,
    left: &str,
    now: Timestamp,
) -> Result<()> {
    let latest = channel::Entity::find_by_id((pack_id.to_owned(), LATEST.to_owned()));
    if latest.one(db).await?.is_some() {
        return Ok(());
    }
    let newest = build::Entity::find()
        .filter(build::Column::PackId.eq(pack_id))
        .filter(build::Column::State.eq(State::Published.as_str()))
        .filter(build::Column::Public.eq(true))
        .filter(build::Column::Id.ne(left))
        .order_by_desc(build::Column::PublishedAt)
        .order_by_desc(build::Column::Id);
    match newest.one(db).await? {
        Some(newest) => point(db, caller, LATEST, &newest, now).await.map(drop),
        None => Ok(()),
    }
}

/// Lets `recommended` mean `latest` again, if it points to this build.
pub async fn unset_recommended(
    db: &impl ConnectionTrait,
    caller: &Caller,
    build: &build::Model,
    now: Timestamp,
) -> Result<()> {
    let mut pointing = pointing_to(db, vec![&build.id]).await?;
    pointing.retain(|channel| channel.name == RECOMMENDED);
    take_away(db, caller, pointing, now).await
}

/// The channels that point to any of these builds, in one query.
pub(crate) async fn pointing_to(db: &impl ConnectionTrait, builds: Vec<&str>) -> Result<Vec<channel::Model>> {
    if builds.is_empty() {
        return Ok(Vec::new());
    }
    Ok(channel::Entity::find().filter(channel::Column::BuildId.is_in(builds)).all(db).await?)
}

fn refuse_unless_offered(channel: &str, to: &build::Model) -> Result<()> {
    let (is, advice) = match State::from_word(&to.state) {
        State::Draft => ("a draft", "publish it first"),
        State::Yanked => ("withdrawn", "choose another build"),
        State::Published if !to.public => ("not public", "make the build public first"),
        State::Published => return Ok(()),
    };
    let build = &to.name;
    Err(Error::Conflict(format!("build `{build}` is {is}, so `{channel}` cannot point to it; {advice}")))
}

/// Takes a name of the pack's own for a channel, if it keeps the rules and no build has it.
async fn claim(db: &impl ConnectionTrait, name: &str, pack_id: &str, now: Timestamp) -> Result<()> {
    let reserved = is_reserved(name).then_some("is reserved for an address of the pack");
    if let Some(fault) = names::name_fault(name).or(reserved) {
        return Err(Error::invalid("channel", "channel", fault));
    }
    names::claim(db, Scope::Builds(pack_id), ("channel", name), ("channel", pack_id), now).await
}

/// Removes channels; the names of the pack's own may then be used again.
async fn take_away(
    db: &impl ConnectionTrait,
    caller: &Caller,
    channels: Vec<channel::Model>,
    now: Timestamp,
) -> Result<()> {
    let Some(pack_id) = channels.first().map(|channel| channel.pack_id.clone()) else { return Ok(()) };
    let names: Vec<&str> = channels.iter().map(|channel| channel.name.as_str()).collect();
    let scope = Scope::Builds(&pack_id);
    let these = channel::Entity::delete_many().filter(channel::Column::PackId.eq(&pack_id));
    these.filter(channel::Column::Name.is_in(names.clone())).exec(db).await?;
    let keys = names.iter().map(|name| scope.key(name));
    let claims = name::Entity::delete_many().filter(name::Column::Scope.eq(scope.as_str()));
    let claims = claims.filter(name::Column::OwnerId.eq(&pack_id)).filter(name::Column::NameKey.is_in(keys));
    claims.exec(db).await?;
    let gone = channels.iter().map(|row| event("channel.remove", row, json!({"from": row.build_id})));
    audit::note(db, caller, gone, now).await
}

/// What happened to a channel, filed under its pack.
fn event(action: &'static str, row: &channel::Model, changes: serde_json::Value) -> Event {
    Event { action, kind: "channel", id: row.pack_id.clone(), name: row.name.clone(), changes }
}
