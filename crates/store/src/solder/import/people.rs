//! Keys and clients that a Solder had.

use kleister_types::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::super::find_key;
use super::super::old::{OldClient, OldPack};
use super::shortened;
use crate::previews::Kept;
use crate::rows::{self, pack, solder_client, solder_client_pack, solder_key};
use crate::{Result, names};

/// Keeps a key of the Technic Platform; false if it is kept already.
pub async fn take_key(db: &impl ConnectionTrait, name: &str, kept: Kept, now: Timestamp) -> Result<bool> {
    if find_key(db, &kept.hash).await?.is_some() {
        return Ok(false);
    }
    let row = solder_key::Model {
        id: names::new_id(),
        name: shortened(name, 255),
        secret_hash: kept.hash,
        last_four: kept.last_four,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    rows::insert(db, row).await?;
    Ok(true)
}

/// Keeps a client; false if it is there already.
pub async fn take_client(db: &impl ConnectionTrait, old: &OldClient, now: Timestamp) -> Result<bool> {
    let uuid = old.uuid.trim().to_lowercase();
    if client(db, &uuid).await?.is_some() {
        return Ok(false);
    }
    let row = solder_client::Model {
        id: names::new_id(),
        name: shortened(&old.name, 255),
        uuid,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    rows::insert(db, row).await?;
    Ok(true)
}

async fn client(db: &impl ConnectionTrait, uuid: &str) -> Result<Option<solder_client::Model>> {
    Ok(solder_client::Entity::find().filter(solder_client::Column::Uuid.eq(uuid)).one(db).await?)
}

/// Lets the clients of a pack into it that are not yet.
pub async fn take_links(db: &impl ConnectionTrait, pack: &pack::Model, old: &OldPack, now: Timestamp) -> Result<()> {
    for uuid in &old.clients {
        let Some(client) = client(db, &uuid.trim().to_lowercase()).await? else { continue };
        let key = (client.id.clone(), pack.id.clone());
        if solder_client_pack::Entity::find_by_id(key).one(db).await?.is_none() {
            let row = solder_client_pack::Model {
                client_id: client.id,
                pack_id: pack.id.clone(),
                created_at: now.as_millis(),
            };
            rows::insert(db, row).await?;
        }
    }
    Ok(())
}
