//! The first administrator: a token that works once, while there is no admin.

use kleister_types::Timestamp;
use kleister_types::users::NewUser;
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::rows::{self, setting, user};
use crate::{Error, Result, users};

const TOKEN_HASH: &str = "setup_token_hash";
const DONE: &str = "setup_done";

/// Whether the server waits for its first administrator.
pub async fn is_open(db: &impl ConnectionTrait) -> Result<bool> {
    Ok(setting::Entity::find_by_id(DONE).one(db).await?.is_none() && !users::any_admin(db).await?)
}

/// The hash of the setup token, while the server waits for its first administrator.
pub async fn token_hash(db: &impl ConnectionTrait) -> Result<Option<String>> {
    if !is_open(db).await? {
        return Ok(None);
    }
    Ok(setting::Entity::find_by_id(TOKEN_HASH).one(db).await?.and_then(|row| row.value))
}

/// Notes the hash of a new setup token; the one before is worth nothing any more.
pub async fn renew(db: &impl ConnectionTrait, hash: String) -> Result<()> {
    setting::Entity::delete_by_id(TOKEN_HASH).exec(db).await?;
    rows::insert(db, setting::Model { name: TOKEN_HASH.to_owned(), value: Some(hash) }).await?;
    Ok(())
}

/// Makes the first administrator and closes the setup for ever.
///
/// The row `setup_done` can be inserted once: of two requests at the same time one wins.
pub async fn finish(
    db: &impl ConnectionTrait,
    admin: &NewUser,
    password_hash: String,
    now: Timestamp,
) -> Result<user::Model> {
    if !is_open(db).await? {
        return Err(Error::Missing("setup"));
    }
    setting::Entity::delete_by_id(TOKEN_HASH).exec(db).await?;
    rows::insert(db, setting::Model { name: DONE.to_owned(), value: Some(now.to_string()) }).await?;
    users::create(db, admin, Some(password_hash), now).await
}
