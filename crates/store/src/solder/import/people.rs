//! Keys and clients that a Solder had.

use std::collections::{HashMap, HashSet};

use kleister_types::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::super::old::{OldClient, OldPack};
use super::shortened;
use crate::previews::Kept;
use crate::rows::{self, pack, solder_client, solder_client_pack, solder_key};
use crate::{Result, names};

/// How many values are asked for by one statement.
const AT_ONCE: usize = 500;

/// Keeps keys of the Technic Platform, each with its name; tells of each whether it is new.
pub async fn take_keys(db: &impl ConnectionTrait, keys: Vec<(String, Kept)>, now: Timestamp) -> Result<Vec<bool>> {
    let hashes = keys.iter().map(|(_, kept)| kept.hash.as_str());
    let known = solder_key::Entity::find().filter(solder_key::Column::SecretHash.is_in(hashes)).all(db).await?;
    let mut known: HashSet<String> = known.into_iter().map(|row| row.secret_hash).collect();
    let is_new: Vec<bool> = keys.iter().map(|(_, kept)| known.insert(kept.hash.clone())).collect();
    let new = keys.into_iter().zip(&is_new).filter(|(_, is_new)| **is_new);
    let new = new.map(|((name, kept), _)| solder_key::Model {
        id: names::new_id(),
        name: shortened(&name, 255),
        secret_hash: kept.hash,
        last_four: kept.last_four,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    });
    rows::insert_many(db, new.collect()).await?;
    Ok(is_new)
}

/// Keeps clients; tells of each whether it is new.
pub async fn take_clients(db: &impl ConnectionTrait, clients: &[OldClient], now: Timestamp) -> Result<Vec<bool>> {
    let uuids: Vec<String> = clients.iter().map(|client| uuid(&client.uuid)).collect();
    let mut known: HashSet<String> = by_uuid(db, &uuids).await?.into_keys().collect();
    let is_new: Vec<bool> = uuids.iter().map(|uuid| known.insert(uuid.clone())).collect();
    let new = clients.iter().zip(uuids).zip(&is_new).filter(|(_, is_new)| **is_new);
    let new = new.map(|((client, uuid), _)| solder_client::Model {
        id: names::new_id(),
        name: shortened(&client.name, 255),
        uuid,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    });
    rows::insert_many(db, new.collect()).await?;
    Ok(is_new)
}

/// Lets the clients of a pack into it that are not yet.
pub async fn take_links(db: &impl ConnectionTrait, pack: &pack::Model, old: &OldPack, now: Timestamp) -> Result<()> {
    let uuids: Vec<String> = old.clients.iter().map(|client| uuid(client)).collect();
    let clients = by_uuid(db, &uuids).await?;
    let linked = solder_client_pack::Entity::find().filter(solder_client_pack::Column::PackId.eq(&pack.id));
    let linked: HashSet<String> = linked.all(db).await?.into_iter().map(|link| link.client_id).collect();
    let new = clients.into_values().filter(|id| !linked.contains(id)).map(|client_id| solder_client_pack::Model {
        client_id,
        pack_id: pack.id.clone(),
        created_at: now.as_millis(),
    });
    Ok(rows::insert_many(db, new.collect()).await?)
}

/// The identifiers of clients by their client ids.
async fn by_uuid(db: &impl ConnectionTrait, uuids: &[String]) -> Result<HashMap<String, String>> {
    let mut found = HashMap::new();
    for uuids in uuids.chunks(AT_ONCE) {
        let rows = solder_client::Entity::find().filter(solder_client::Column::Uuid.is_in(uuids)).all(db).await?;
        found.extend(rows.into_iter().map(|row| (row.uuid, row.id)));
    }
    Ok(found)
}

fn uuid(told: &str) -> String {
    told.trim().to_lowercase()
}
