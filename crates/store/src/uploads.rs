//! Files that come in pieces.

use kleister_types::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};

use crate::rows::{self, upload};
use crate::{Caller, Error, Result, names};

/// How long an upload waits for its rest, in milliseconds.
pub const KEPT: i64 = 7 * 24 * 60 * 60 * 1000;

/// Notes an upload of which nothing has come yet.
pub async fn create(
    db: &impl ConnectionTrait,
    caller: &Caller,
    (name, size, metadata): (String, u64, Option<String>),
    now: Timestamp,
) -> Result<upload::Model> {
    let row = upload::Model {
        id: names::new_id(),
        user_id: caller.signed_in()?.id.clone(),
        name,
        metadata,
        size: i64::try_from(size).unwrap_or(i64::MAX),
        received: 0,
        ends_at: now.as_millis() + KEPT,
        intake_id: None,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    rows::insert(db, row.clone()).await?;
    Ok(row)
}

/// Finds an upload of the caller's.
pub async fn open(db: &impl ConnectionTrait, caller: &Caller, id: &str, now: Timestamp) -> Result<upload::Model> {
    let who = caller.signed_in()?;
    let row = if names::is_id(id) { upload::Entity::find_by_id(id).one(db).await? } else { None };
    row.filter(|row| row.user_id == who.id && row.ends_at > now.as_millis()).ok_or(Error::Missing("upload"))
}

/// Whether an upload is still there: it may have been forgotten since it was opened.
pub async fn still_there(db: &impl ConnectionTrait, id: &str) -> Result<()> {
    let found = upload::Entity::find_by_id(id).one(db).await?;
    found.map(drop).ok_or(Error::Missing("upload"))
}

/// How many uploads of the caller's have not come to their end.
pub async fn unfinished(db: &impl ConnectionTrait, caller: &Caller) -> Result<u64> {
    let own = upload::Entity::find().filter(upload::Column::UserId.eq(&caller.signed_in()?.id));
    Ok(own.filter(upload::Column::IntakeId.is_null()).count(db).await?)
}

/// Notes how far an upload is, and what it became once it is complete.
pub async fn update(db: &impl ConnectionTrait, row: upload::Model) -> Result<()> {
    Ok(rows::update(db, row).await?)
}

/// Forgets an upload.
pub async fn delete(db: &impl ConnectionTrait, id: &str) -> Result<()> {
    upload::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// Forgets uploads whose time is over.
pub async fn forget_ended(db: &impl ConnectionTrait, now: Timestamp) -> Result<()> {
    upload::Entity::delete_many().filter(upload::Column::EndsAt.lte(now.as_millis())).exec(db).await?;
    Ok(())
}

/// The uploads whose bytes so far are still needed.
pub async fn all_unfinished(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    let rows = upload::Entity::find().filter(upload::Column::IntakeId.is_null());
    Ok(rows.select_only().column(upload::Column::Id).into_tuple().all(db).await?)
}
