//! Secrets that are handed out and kept as SHA-256 only: tokens that speak for their users, and codes that are exchanged
//! for a session once.

use kleister_types::Timestamp;
use kleister_types::auth::PersonalToken;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use crate::rows::{self, token, user};
use crate::{Error, Result, names, pack_tokens};

/// How long a personal token lasts: 365 days.
pub const LIFETIME_SECONDS: i64 = 365 * 24 * 3600;
/// How many personal tokens a user has at the most.
pub const MOST: u64 = 50;
/// How long a code waits to be exchanged: a minute.
pub const CODE_SECONDS: i64 = 60;

const PERSONAL: &str = "personal";
const CODE: &str = "code";

/// A personal token with its user, both as they stand now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The token.
    pub token: token::Model,
    /// Whose it is.
    pub user: user::Model,
}

impl Held {
    /// Whether the token speaks for its user now.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.user.active && is_open(&self.token, now)
    }
}

/// A token as its owner sees it.
pub fn shown(row: token::Model) -> PersonalToken {
    PersonalToken {
        id: row.id,
        last_four: row.last_four.unwrap_or_default(),
        created_at: Timestamp::from_millis(row.created_at),
        expires_at: row.ends_at.map(Timestamp::from_millis),
        used_at: row.used_at.map(Timestamp::from_millis),
    }
}

/// Finds a personal token with its user by the SHA-256 of its secret.
pub async fn find(db: &impl ConnectionTrait, secret_hash: &str) -> Result<Option<Held>> {
    let found = token::Entity::find().filter(token::Column::SecretHash.eq(secret_hash));
    let Some(token) = found.filter(token::Column::Kind.eq(PERSONAL)).one(db).await? else { return Ok(None) };
    let Some(owner) = &token.user_id else { return Ok(None) };
    let user = user::Entity::find_by_id(owner).one(db).await?;
    Ok(user.map(|user| Held { token, user }))
}

/// The personal tokens of a user that still hold, newest first.
pub async fn list(db: &impl ConnectionTrait, user: &str, now: Timestamp) -> Result<Vec<token::Model>> {
    Ok(open(user, now).order_by_desc(token::Column::Id).all(db).await?)
}

/// Makes a personal token; a user with too many must revoke one first.
pub async fn create(
    db: &impl ConnectionTrait,
    user: &str,
    (secret_hash, last_four): (String, &str),
    now: Timestamp,
) -> Result<token::Model> {
    // The user's row is locked, so that two requests at once count each other's token.
    user::Entity::find_by_id(user).lock_exclusive().one(db).await?.ok_or(Error::Missing("user"))?;
    if open(user, now).count(db).await? >= MOST {
        return Err(Error::Conflict(format!("you have {MOST} tokens; revoke one that you do not use any more first")));
    }
    let ends_at = now.plus_seconds(LIFETIME_SECONDS);
    let last_four = Some(last_four.to_owned());
    let row = token::Model { last_four, ..new(PERSONAL, user, secret_hash, ends_at, now) };
    rows::insert(db, row.clone()).await?;
    Ok(row)
}

/// Ends one personal token of a user.
pub async fn revoke(db: &impl ConnectionTrait, user: &str, id: &str, now: Timestamp) -> Result<()> {
    let row = open(user, now).filter(token::Column::Id.eq(id)).one(db).await?.ok_or(Error::Missing("token"))?;
    let row = token::Model { revoked_at: Some(now.as_millis()), updated_at: now.as_millis(), ..row };
    Ok(rows::update(db, row).await?)
}

/// Ends all personal tokens of a user.
pub async fn revoke_all(db: &impl ConnectionTrait, user: &str, now: Timestamp) -> Result<()> {
    let all = token::Entity::update_many().filter(token::Column::UserId.eq(user));
    let all = all.filter(token::Column::Kind.eq(PERSONAL)).filter(token::Column::RevokedAt.is_null());
    all.col_expr(token::Column::RevokedAt, Expr::value(now.as_millis())).exec(db).await?;
    Ok(())
}

/// Notes that tokens were used.
pub async fn note_used(db: &impl ConnectionTrait, ids: Vec<String>, used_at: Timestamp) -> Result<()> {
    let used = token::Entity::update_many().filter(token::Column::Id.is_in(ids));
    used.col_expr(token::Column::UsedAt, Expr::value(used_at.as_millis())).exec(db).await?;
    Ok(())
}

/// Makes a code that is exchanged for a session of the user within a minute.
pub async fn create_code(db: &impl ConnectionTrait, user: &str, secret_hash: String, now: Timestamp) -> Result<()> {
    let row = new(CODE, user, secret_hash, now.plus_seconds(CODE_SECONDS), now);
    Ok(rows::insert(db, row).await?)
}

/// Takes a code and gives whose it was. Of two at the same time one gets it: it is gone with the first.
pub async fn take_code(db: &impl ConnectionTrait, secret_hash: &str, now: Timestamp) -> Result<Option<user::Model>> {
    let found = token::Entity::find().filter(token::Column::SecretHash.eq(secret_hash));
    let Some(code) = found.filter(token::Column::Kind.eq(CODE)).one(db).await? else { return Ok(None) };
    let taken = token::Entity::delete_by_id(&code.id).exec(db).await?.rows_affected == 1;
    let Some(owner) = code.user_id.as_deref().filter(|_| taken && is_open(&code, now)) else { return Ok(None) };
    Ok(user::Entity::find_by_id(owner).one(db).await?.filter(|user| user.active))
}

/// Forgets codes that nobody took, and tokens of users and packs that are over for good.
pub async fn forget_ended(db: &impl ConnectionTrait, now: Timestamp) -> Result<()> {
    let ended = token::Entity::delete_many().filter(token::Column::EndsAt.lt(now.as_millis()));
    let kinds = [PERSONAL, CODE].into_iter().chain(pack_tokens::KINDS);
    ended.filter(token::Column::Kind.is_in(kinds)).exec(db).await?;
    Ok(())
}

/// The personal tokens of a user that still hold.
fn open(user: &str, now: Timestamp) -> Select<token::Entity> {
    let tokens = token::Entity::find().filter(token::Column::UserId.eq(user)).filter(token::Column::Kind.eq(PERSONAL));
    tokens.filter(token::Column::RevokedAt.is_null()).filter(token::Column::EndsAt.gt(now.as_millis()))
}

fn is_open(token: &token::Model, now: Timestamp) -> bool {
    token.revoked_at.is_none() && token.ends_at.is_none_or(|end| now.as_millis() < end)
}

fn new(kind: &str, user: &str, secret_hash: String, ends_at: Timestamp, now: Timestamp) -> token::Model {
    token::Model {
        id: names::new_id(),
        kind: kind.to_owned(),
        user_id: Some(user.to_owned()),
        pack_id: None,
        name: None,
        secret_hash,
        last_four: None,
        scopes: None,
        channel: None,
        player: None,
        ends_at: Some(ends_at.as_millis()),
        used_at: None,
        revoked_at: None,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    }
}
