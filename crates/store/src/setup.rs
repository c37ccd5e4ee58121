//! The first administrator: a token that works once, while there is no admin.

use kleister_types::Timestamp;
use kleister_types::users::NewUser;
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::rows::{self, setting, user};
use crate::{Error, Result, users};

/// The hash of the token and when it was made, in milliseconds since 1970.
const TOKEN: &str = "setup_token";
const DONE: &str = "setup_done";
/// How long a setup token works: a day.
const TOKEN_SECONDS: i64 = 24 * 3600;

/// Whether the server waits for its first administrator.
pub async fn is_open(db: &impl ConnectionTrait) -> Result<bool> {
    Ok(setting::Entity::find_by_id(DONE).one(db).await?.is_none() && !users::any_admin(db).await?)
}

/// The hash of the setup token, while the server waits for its first administrator and the token is not too old.
pub async fn token_hash(db: &impl ConnectionTrait, now: Timestamp) -> Result<Option<String>> {
    if !is_open(db).await? {
        return Ok(None);
    }
    let stored = setting::Entity::find_by_id(TOKEN).one(db).await?.and_then(|row| row.value);
    let fresh = |stored: String| {
        let (hash, made_at) = stored.split_once(' ')?;
        let made_at = Timestamp::from_millis(made_at.parse().ok()?);
        (now < made_at.plus_seconds(TOKEN_SECONDS)).then(|| hash.to_owned())
    };
    Ok(stored.and_then(fresh))
}

/// Notes the hash of a new setup token; the one before is worth nothing any more.
pub async fn renew(db: &impl ConnectionTrait, hash: &str, now: Timestamp) -> Result<()> {
    setting::Entity::delete_by_id(TOKEN).exec(db).await?;
    let value = Some(format!("{hash} {}", now.as_millis()));
    rows::insert(db, setting::Model { name: TOKEN.to_owned(), value }).await?;
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
    setting::Entity::delete_by_id(TOKEN).exec(db).await?;
    rows::insert(db, setting::Model { name: DONE.to_owned(), value: Some(now.to_string()) }).await?;
    users::create(db, admin, Some(password_hash), now).await
}
