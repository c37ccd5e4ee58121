//! Clients: players' launchers that see private packs.

use kleister_types::solder::ClientChange;
use kleister_types::{Paging, Perm, Timestamp};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, SqlErr};
use serde_json::json;

use crate::audit::{self, Event};
use crate::lists::{self, Page};
use crate::permissions::{self, Opened};
use crate::rows::{self, pack, solder_client, solder_client_pack};
use crate::rules::Rules;
use crate::{Caller, Error, Result, names};

const SORTS: lists::Sorts<solder_client::Column> =
    &[("name", solder_client::Column::Name), ("created", solder_client::Column::CreatedAt)];

/// One page of all clients, for server admins.
pub async fn list_clients(
    db: &impl ConnectionTrait,
    caller: &Caller,
    paging: &Paging,
) -> Result<Page<solder_client::Model>> {
    caller.server_admin()?;
    let all = lists::matching(solder_client::Entity::find(), solder_client::Column::Name, paging)?;
    let sorted = lists::sorted(all.clone(), SORTS, solder_client::Column::Id, paging)?;
    lists::page(db, sorted, all, paging).await
}

/// Finds a client by identifier or by the client id that its launcher sends; whoever knows one of them may.
pub async fn open_client(db: &impl ConnectionTrait, caller: &Caller, key: &str) -> Result<solder_client::Model> {
    caller.signed_in()?;
    let column = if names::is_id(key) { solder_client::Column::Id } else { solder_client::Column::Uuid };
    let found = solder_client::Entity::find().filter(column.eq(key.to_lowercase())).one(db).await?;
    found.ok_or(Error::Missing("client"))
}

/// Makes a client.
pub async fn create_client(
    db: &impl ConnectionTrait,
    caller: &Caller,
    wanted: &ClientChange,
    now: Timestamp,
) -> Result<solder_client::Model> {
    caller.signed_in()?;
    let mut row = solder_client::Model {
        id: names::new_id(),
        name: String::new(),
        uuid: String::new(),
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    apply(&mut row, wanted, now)?;
    rows::insert(db, row.clone()).await.map_err(taken)?;
    audit::note(db, caller, [event("solder_client.create", &row, json!({"uuid": row.uuid}))], now).await?;
    Ok(row)
}

/// Changes a client.
pub async fn change_client(
    db: &impl ConnectionTrait,
    caller: &Caller,
    mut row: solder_client::Model,
    wanted: &ClientChange,
    now: Timestamp,
) -> Result<solder_client::Model> {
    caller.server_admin()?;
    apply(&mut row, wanted, now)?;
    rows::update(db, row.clone()).await.map_err(taken)?;
    audit::note(db, caller, [event("solder_client.change", &row, json!({"uuid": row.uuid}))], now).await?;
    Ok(row)
}

/// Deletes a client: its launcher sees what everybody sees.
pub async fn delete_client(
    db: &impl ConnectionTrait,
    caller: &Caller,
    row: &solder_client::Model,
    now: Timestamp,
) -> Result<()> {
    caller.server_admin()?;
    solder_client::Entity::delete_by_id(&row.id).exec(db).await?;
    audit::note(db, caller, [event("solder_client.delete", row, json!({"uuid": row.uuid}))], now).await
}

/// The packs that a client is linked to, as far as the caller may say who sees them.
pub async fn client_packs(
    db: &impl ConnectionTrait,
    caller: &Caller,
    client: &solder_client::Model,
) -> Result<Vec<pack::Model>> {
    let owned = match caller.signed_in()? {
        who if who.admin => Condition::all(),
        who => permissions::is_member::<pack::Entity>(&who.id, Perm::Owner),
    };
    let linked = solder_client_pack::Entity::find()
        .filter(solder_client_pack::Column::ClientId.eq(&client.id))
        .find_also_related(pack::Entity)
        .filter(owned)
        .order_by_asc(pack::Column::SortKey)
        .order_by_asc(pack::Column::Id);
    Ok(linked.all(db).await?.into_iter().filter_map(|(_, pack)| pack).collect())
}

/// Lets a client into a pack.
pub async fn link_client(
    db: &impl ConnectionTrait,
    caller: &Caller,
    client: &solder_client::Model,
    pack: &Opened<pack::Model>,
    now: Timestamp,
) -> Result<()> {
    let row = solder_client_pack::Model {
        client_id: client.id.clone(),
        pack_id: pack.row.id.clone(),
        created_at: now.as_millis(),
    };
    rows::insert(db, row).await.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::Attached("client"),
        _ => error.into(),
    })?;
    audit::note(db, caller, [event("solder_client.link", client, json!({"pack": pack.row.slug}))], now).await
}

/// Lets a client into a pack no more.
pub async fn unlink_client(
    db: &impl ConnectionTrait,
    caller: &Caller,
    client: &solder_client::Model,
    pack: &Opened<pack::Model>,
    now: Timestamp,
) -> Result<()> {
    let key = (client.id.clone(), pack.row.id.clone());
    if solder_client_pack::Entity::delete_by_id(key).exec(db).await?.rows_affected == 0 {
        return Err(Error::Detached("client"));
    }
    audit::note(db, caller, [event("solder_client.unlink", client, json!({"pack": pack.row.slug}))], now).await
}

fn apply(row: &mut solder_client::Model, wanted: &ClientChange, now: Timestamp) -> Result<()> {
    let name = wanted.name.clone().unwrap_or_else(|| row.name.clone());
    let uuid = wanted.uuid.clone().unwrap_or_else(|| row.uuid.clone()).trim().to_lowercase();
    let mut rules = Rules::of("client");
    rules.check("name", names::title_fault(&name));
    rules.check("uuid", uuid_fault(&uuid));
    rules.end()?;
    (row.name, row.uuid, row.updated_at) = (name, uuid, now.as_millis());
    Ok(())
}

/// What is wrong with a client id. Launchers make UUIDs; others are taken too, since old Solders had some.
fn uuid_fault(uuid: &str) -> Option<&'static str> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if uuid.is_empty() || uuid.len() > 64 || !uuid.bytes().all(allowed) {
        Some("must be what the launcher shows as its client id: 1 to 64 of a-z 0-9 - _ .")
    } else if names::is_id(uuid) {
        Some("cannot look like an identifier")
    } else {
        None
    }
}

fn taken(error: sea_orm::DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::invalid("client", "uuid", "is already taken"),
        _ => error.into(),
    }
}

fn event(action: &'static str, row: &solder_client::Model, changes: serde_json::Value) -> Event {
    Event { action, kind: "solder_client", id: row.id.clone(), name: row.name.clone(), changes }
}
