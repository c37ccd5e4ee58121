//! What the check of a build needs beside the build itself: waivers, and versions that would help.

use kleister_types::Timestamp;
use kleister_types::builds::State;
use kleister_types::check::WaiverRequest;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use serde_json::json;

use crate::audit::{self, Event};
use crate::builds::{CHANGE, OpenBuild, change::frozen};
use crate::permissions::permit;
use crate::rows::{self, blob, build, build_waiver, mod_identity, module, version, version_file};
use crate::rules::{Rules, given};
use crate::{Caller, Error, Result, mods, names};

/// The most versions that are looked through for one that would help.
const OFFERS: u64 = 1000;

/// A finding, as far as a waiver knows it.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The rule.
    pub rule: &'a str,
    /// What it is about.
    pub subject: &'a str,
    /// What it follows from.
    pub stamp: &'a str,
}

/// A version that may help, with its mod and the bytes of its first file.
pub type Offered = (version::Model, module::Model, blob::Model);

/// Whether the caller may see what the check of a build found: its pack's admins.
pub fn may_check(caller: &Caller, opened: &OpenBuild) -> Result<()> {
    caller.signed_in()?;
    permit("build", true, opened.pack.right, CHANGE)
}

/// The waivers of a build, by rule and subject.
pub async fn waivers(db: &impl ConnectionTrait, build: &build::Model) -> Result<Vec<build_waiver::Model>> {
    let of_build = of_build(&build.id)
        .order_by_asc(build_waiver::Column::Rule)
        .order_by_asc(build_waiver::Column::Subject)
        .order_by_asc(build_waiver::Column::Id);
    Ok(of_build.all(db).await?)
}

fn of_build(build_id: &str) -> sea_orm::Select<build_waiver::Entity> {
    build_waiver::Entity::find().filter(build_waiver::Column::BuildId.eq(build_id))
}

/// Waives a finding of a draft, in place of a former waiver of it.
pub async fn waive(
    db: &impl ConnectionTrait,
    caller: &Caller,
    build: &build::Model,
    (found, wanted): (Found<'_>, &WaiverRequest),
    now: Timestamp,
) -> Result<build_waiver::Model> {
    refuse_if_published(build)?;
    let mut rules = Rules::of("waiver");
    let reason = given(wanted.reason.as_ref());
    rules.check("reason", reason.is_none().then_some("cannot be blank: say why the pack may live with it"));
    rules.at_most("reason", wanted.reason.as_ref(), 1024);
    rules.end()?;
    remove(db, build, found.rule, found.subject).await?;
    let row = build_waiver::Model {
        id: names::new_id(),
        build_id: build.id.clone(),
        rule: found.rule.to_owned(),
        subject: found.subject.to_owned(),
        stamp: found.stamp.to_owned(),
        reason: reason.unwrap_or_default().to_owned(),
        maker: Some(caller.signed_in()?.username.clone()),
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    rows::insert(db, row.clone()).await?;
    note(db, caller, build, ("waiver.set", &row), now).await?;
    Ok(row)
}

/// Takes a waiver back.
pub async fn unwaive(
    db: &impl ConnectionTrait,
    caller: &Caller,
    build: &build::Model,
    (rule, subject): (&str, &str),
    now: Timestamp,
) -> Result<()> {
    refuse_if_published(build)?;
    let found = remove(db, build, rule, subject).await?.ok_or(Error::Missing("waiver"))?;
    note(db, caller, build, ("waiver.delete", &found), now).await
}

async fn remove(
    db: &impl ConnectionTrait,
    build: &build::Model,
    rule: &str,
    subject: &str,
) -> Result<Option<build_waiver::Model>> {
    let same = of_build(&build.id)
        .filter(build_waiver::Column::Rule.eq(rule))
        .filter(build_waiver::Column::Subject.eq(subject));
    let found = same.one(db).await?;
    if let Some(row) = &found {
        build_waiver::Entity::delete_by_id(&row.id).exec(db).await?;
    }
    Ok(found)
}

fn refuse_if_published(build: &build::Model) -> Result<()> {
    if build.state == State::Draft.as_str() { Ok(()) } else { Err(frozen(build, "its waivers cannot change")) }
}

async fn note(
    db: &impl ConnectionTrait,
    caller: &Caller,
    build: &build::Model,
    (action, row): (&'static str, &build_waiver::Model),
    now: Timestamp,
) -> Result<()> {
    let changes = json!({"rule": row.rule, "subject": row.subject, "reason": row.reason});
    let event = Event { action, kind: "build", id: build.id.clone(), name: build.name.clone(), changes };
    audit::note(db, caller, [event], now).await
}

/// Gives a new build the waivers of the one that it is made from, or else of the newest one of its pack.
pub(crate) async fn inherit(
    db: &impl ConnectionTrait,
    from: Option<&build::Model>,
    to: &build::Model,
    now: Timestamp,
) -> Result<()> {
    let newest = build::Entity::find()
        .filter(build::Column::PackId.eq(&to.pack_id))
        .filter(build::Column::Id.ne(&to.id))
        .order_by_desc(build::Column::CreatedAt)
        .order_by_desc(build::Column::Id);
    let from = match from {
        Some(from) => Some(from.clone()),
        None => newest.one(db).await?,
    };
    let Some(from) = from else { return Ok(()) };
    let copy =
        |row| build_waiver::Model { id: names::new_id(), build_id: to.id.clone(), updated_at: now.as_millis(), ..row };
    Ok(rows::insert_many(db, waivers(db, &from).await?.into_iter().map(copy).collect()).await?)
}

/// The versions of the mods that the caller sees and that are known by one of these ids, the newest first.
pub async fn offers(db: &impl ConnectionTrait, caller: &Caller, ids: &[String]) -> Result<Vec<Offered>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let known = mod_identity::Entity::find().select_only().column(mod_identity::Column::ModId);
    let known = known.filter(mod_identity::Column::Identity.is_in(ids)).into_query();
    let wanted = Condition::any().add(module::Column::Slug.is_in(ids)).add(module::Column::Id.in_subquery(known));
    let found = version::Entity::find()
        .find_also_related(module::Entity)
        .find_also(version::Entity, version_file::Entity)
        .find_also(version_file::Entity, blob::Entity)
        .filter(mods::seen(caller))
        .filter(wanted)
        .order_by_desc(version::Column::CreatedAt)
        .order_by_desc(version::Column::Id)
        .limit(OFFERS);
    let found = found.all(db).await?;
    Ok(found.into_iter().filter_map(|(version, module, _, blob)| Some((version, module?, blob?))).collect())
}
