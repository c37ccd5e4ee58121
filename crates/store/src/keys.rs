//! Keys that sign tokens, kept here so that all replicas of a server share them.

use kleister_types::Timestamp;
use rand::RngCore;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use crate::Result;
use crate::names;
use crate::rows::{self, signing_key};

/// All keys, newest first; one is made if there is none.
pub async fn all(db: &impl ConnectionTrait, now: Timestamp) -> Result<Vec<signing_key::Model>> {
    let keys = signing_key::Entity::find().order_by_desc(signing_key::Column::Id).all(db).await?;
    if !keys.is_empty() {
        return Ok(keys);
    }
    let key = signing_key::Model {
        id: names::new_id(),
        secret: random_hex(),
        state: "active".to_owned(),
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    rows::insert(db, key.clone()).await?;
    Ok(vec![key])
}

/// 256 bits nobody can guess.
pub fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// 256 bits nobody can guess, in hexadecimal.
pub fn random_hex() -> String {
    hex::encode(random())
}
