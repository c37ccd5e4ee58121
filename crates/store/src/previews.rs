//! Previews: tokens that open the drafts of one pack to whoever holds them.
//!
//! Only the SHA-256 of a token is kept. It opens what its maker may see at the very moment of the request, so it ends
//! by itself when its maker loses his right on the pack, or is deactivated.

use kleister_types::previews::PreviewRequest;
use kleister_types::{Perm, Timestamp};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select};
use serde_json::json;

use crate::audit::{self, Event};
use crate::permissions::{Opened, permit};
use crate::rows::{self, pack, token, user};
use crate::rules::{Rules, given};
use crate::{Caller, Error, Need, Result, Who, names, packs};

/// The word for previews among all tokens.
const KIND: &str = "preview";
/// How long a preview lasts unless its maker says otherwise, and at the most.
const DAYS: i64 = 7;
const MOST_DAYS: i64 = 365;

/// What a right on the pack must be to make, see and revoke its previews.
const CHANGE: Need = Need::Have(Perm::Admin);

/// What is kept of a secret that was handed out.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its SHA-256, in hexadecimal.
    pub hash: String,
    /// Its last four characters.
    pub last_four: String,
}

/// The previews of a pack that have not ended, newest first, each with its maker.
pub async fn list(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack: &Opened<pack::Model>,
    now: Timestamp,
) -> Result<Vec<(token::Model, Option<user::Model>)>> {
    caller.signed_in()?;
    permit("pack", true, pack.right, CHANGE)?;
    let of_pack = standing(now).filter(token::Column::PackId.eq(&pack.row.id));
    let tokens = of_pack.order_by_desc(token::Column::CreatedAt).order_by_desc(token::Column::Id).all(db).await?;
    let makers = tokens.iter().filter_map(|token| token.user_id.clone());
    let makers = user::Entity::find().filter(user::Column::Id.is_in(makers)).all(db).await?;
    let maker = |token: &token::Model| makers.iter().find(|user| Some(&user.id) == token.user_id.as_ref()).cloned();
    Ok(tokens.into_iter().map(|token| (token.clone(), maker(&token))).collect())
}

/// Makes a preview of a pack, and forgets those that have ended.
pub async fn create(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack: &pack::Model,
    (wanted, secret): (&PreviewRequest, Kept),
    now: Timestamp,
) -> Result<token::Model> {
    let days = wanted.days.unwrap_or(DAYS);
    let mut rules = Rules::of("preview");
    rules.at_most("name", wanted.name.as_ref(), 255);
    let in_range = (1..=MOST_DAYS).contains(&days);
    rules.check("days", (!in_range).then(|| format!("must be between 1 and {MOST_DAYS}")));
    rules.end()?;
    let row = token::Model {
        id: names::new_id(),
        kind: KIND.to_owned(),
        user_id: Some(caller.signed_in()?.id.clone()),
        pack_id: Some(pack.id.clone()),
        name: given(wanted.name.as_ref()).map(str::to_owned),
        secret_hash: secret.hash,
        last_four: Some(secret.last_four),
        scopes: None,
        channel: None,
        player: None,
        ends_at: Some(now.plus_seconds(days * 24 * 3600).as_millis()),
        used_at: None,
        revoked_at: None,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    let of_pack = token::Entity::delete_many().filter(token::Column::PackId.eq(&pack.id));
    let ended = of_pack.filter(token::Column::Kind.eq(KIND)).filter(token::Column::EndsAt.lte(now.as_millis()));
    ended.exec(db).await?;
    rows::insert(db, row.clone()).await?;
    audit::note(db, caller, [event("preview.create", pack, &row)], now).await?;
    Ok(row)
}

/// Ends a preview at once, whoever made it.
pub async fn revoke(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack: &pack::Model,
    id: &str,
    now: Timestamp,
) -> Result<()> {
    let of_pack = standing(now).filter(token::Column::PackId.eq(&pack.id)).filter(token::Column::Id.eq(id));
    let mut row = of_pack.one(db).await?.ok_or(Error::Missing("preview"))?;
    row.revoked_at = Some(now.as_millis());
    row.updated_at = now.as_millis();
    rows::update(db, row.clone()).await?;
    audit::note(db, caller, [event("preview.revoke", pack, &row)], now).await
}

/// Forgets the previews of a pack that goes.
pub(crate) async fn forget(db: &impl ConnectionTrait, pack_id: &str) -> Result<()> {
    token::Entity::delete_many().filter(token::Column::PackId.eq(pack_id)).exec(db).await?;
    Ok(())
}

/// The pack that the holder of a token may preview, with its maker's right on it, and the token.
///
/// A token that does not hold, or is for another pack, is [`Error::Missing`] like a pack that does not exist.
pub async fn open(
    db: &impl ConnectionTrait,
    hash: &str,
    pack_key: &str,
    now: Timestamp,
) -> Result<(Opened<pack::Model>, token::Model)> {
    let missing = || Error::Missing("pack");
    let token = standing(now).filter(token::Column::SecretHash.eq(hash)).one(db).await?.ok_or_else(missing)?;
    let maker = user::Entity::find_by_id(token.user_id.as_deref().unwrap_or_default()).one(db).await?;
    let maker = maker.filter(|maker| maker.active).ok_or_else(missing)?;
    let maker = Caller::User(Who { id: maker.id, username: maker.username, admin: maker.admin });
    let pack = packs::open(db, &maker, pack_key, CHANGE).await.map_err(|error| match error {
        Error::Denied(_) => missing(),
        other => other,
    })?;
    if token.pack_id.as_ref() != Some(&pack.row.id) {
        return Err(missing());
    }
    Ok((pack, token))
}

/// The previews that have neither ended nor been revoked.
fn standing(now: Timestamp) -> Select<token::Entity> {
    token::Entity::find()
        .filter(token::Column::Kind.eq(KIND))
        .filter(token::Column::RevokedAt.is_null())
        .filter(token::Column::EndsAt.gt(now.as_millis()))
}

fn event(action: &'static str, pack: &pack::Model, row: &token::Model) -> Event {
    let changes = json!({"id": row.id, "name": row.name, "ends_at": row.ends_at});
    Event { action, kind: "pack", id: pack.id.clone(), name: pack.slug.clone(), changes }
}
