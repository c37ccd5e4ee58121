//! Keys by which the Technic Platform sees every pack.

use kleister_types::solder::KeyRequest;
use kleister_types::{Paging, Timestamp};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, SqlErr};
use serde_json::json;

use crate::audit::{self, Event};
use crate::lists::{self, Page};
use crate::previews::Kept;
use crate::rows::{self, solder_key};
use crate::rules::Rules;
use crate::{Caller, Error, Result, names};

const SORTS: lists::Sorts<solder_key::Column> =
    &[("name", solder_key::Column::Name), ("created", solder_key::Column::CreatedAt)];

/// Finds a key by the SHA-256 of its secret.
pub async fn find_key(db: &impl ConnectionTrait, hash: &str) -> Result<Option<solder_key::Model>> {
    Ok(solder_key::Entity::find().filter(solder_key::Column::SecretHash.eq(hash)).one(db).await?)
}

/// One page of all keys.
pub async fn list_keys(db: &impl ConnectionTrait, caller: &Caller, paging: &Paging) -> Result<Page<solder_key::Model>> {
    caller.server_admin()?;
    let all = lists::matching(solder_key::Entity::find(), solder_key::Column::Name, paging)?;
    let sorted = lists::sorted(all.clone(), SORTS, solder_key::Column::Id, paging)?;
    lists::page(db, sorted, all, paging).await
}

/// Keeps a key under a name; one that is kept already is refused.
pub async fn create_key(
    db: &impl ConnectionTrait,
    caller: &Caller,
    (wanted, secret): (&KeyRequest, Kept),
    now: Timestamp,
) -> Result<solder_key::Model> {
    caller.server_admin()?;
    let mut rules = Rules::of("key");
    rules.check("name", names::title_fault(&wanted.name));
    let short = wanted.key.as_ref().is_some_and(|key| !(16..=255).contains(&key.len()));
    rules.check("key", short.then_some("the length must be between 16 and 255"));
    rules.end()?;
    let row = solder_key::Model {
        id: names::new_id(),
        name: wanted.name.clone(),
        secret_hash: secret.hash,
        last_four: secret.last_four,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    rows::insert(db, row.clone()).await.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::invalid("key", "key", "is already kept"),
        _ => error.into(),
    })?;
    audit::note(db, caller, [event("solder_key.create", &row)], now).await?;
    Ok(row)
}

/// Forgets a key: from the next request on it opens nothing.
pub async fn delete_key(db: &impl ConnectionTrait, caller: &Caller, id: &str, now: Timestamp) -> Result<()> {
    caller.server_admin()?;
    let row = solder_key::Entity::find_by_id(id).one(db).await?.ok_or(Error::Missing("key"))?;
    solder_key::Entity::delete_by_id(id).exec(db).await?;
    audit::note(db, caller, [event("solder_key.delete", &row)], now).await
}

fn event(action: &'static str, row: &solder_key::Model) -> Event {
    let changes = json!({"last_four": row.last_four});
    Event { action, kind: "solder_key", id: row.id.clone(), name: row.name.clone(), changes }
}
