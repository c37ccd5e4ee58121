//! Client ids that came by the token of a pack: the launchers of the player who holds it.
//!
//! Such a client sees what the token opens, and no longer than the token holds. It is none of the clients that maintainers keep,
//! which may have the same id.

use kleister_types::Timestamp;
use kleister_types::pack_tokens::TokenHolder;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::read::{self, Shown};
use crate::audit::{self, Event};
use crate::pack_tokens::{self, Pass};
use crate::rows::{self, pack, solder_client, solder_client_pack, solder_token_client};
use crate::{Caller, Error, Result, rules};

/// How many client ids a token lets in at the same time.
pub const MOST: usize = 3;

/// What a player's token lets him do.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// What the token opens.
    pub pass: Pass,
    /// Its pack.
    pub pack: pack::Model,
}

/// What a launcher is told of a pack.
#[derive(Clone, Debug)]
pub struct Told {
    /// The client id that it sends.
    pub uuid: String,
    /// Whether any pack here knows the id.
    pub is_known: bool,
    /// By whom it was let into this one.
    pub by: Option<Door>,
    /// The pack, if the launcher sees one.
    pub shown: Option<Shown>,
}

/// By which a client was let into a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The token that was shown.
    This,
    /// Another token of the pack.
    Other,
    /// Whoever makes the pack.
    Maker,
}

/// Opens the pack of a player's token, known by its SHA-256; [`Error::Missing`] like a pack where it does not hold, opens
/// another pack or is a server's.
pub async fn open_invitation(
    db: &impl ConnectionTrait,
    hash: &str,
    pack_key: &str,
    now: Timestamp,
) -> Result<Invitation> {
    let pass = pack_tokens::find(db, hash, now).await?.filter(|pass| pass.holder == TokenHolder::Player);
    let pass = pass.ok_or(Error::Missing("pack"))?;
    Ok(Invitation { pack: pack_tokens::open(db, &pass, pack_key).await?, pass })
}

/// A client id as launchers send it; none for what is no UUID.
pub fn client_id(written: &str) -> Option<String> {
    rules::uuid(written)
}

/// The clients that came by these tokens, in the order in which they came.
pub async fn invited_clients(
    db: &impl ConnectionTrait,
    token_ids: Vec<&str>,
) -> Result<Vec<solder_token_client::Model>> {
    if token_ids.is_empty() {
        return Ok(Vec::new());
    }
    let clients = solder_token_client::Entity::find().filter(solder_token_client::Column::TokenId.is_in(token_ids));
    let clients = clients.order_by_asc(solder_token_client::Column::CreatedAt);
    Ok(clients.order_by_asc(solder_token_client::Column::Uuid).all(db).await?)
}

/// Lets a launcher in; nothing is done where the token has let it in already.
pub async fn invite_client(
    db: &impl ConnectionTrait,
    invitation: &Invitation,
    uuid: &str,
    now: Timestamp,
) -> Result<()> {
    let token_id = &invitation.pass.token_id;
    let held = invited_clients(db, vec![token_id]).await?;
    if held.iter().any(|row| row.uuid == uuid) {
        return Ok(());
    }
    if held.len() >= MOST {
        let why = format!("this address lets in {MOST} launchers at the most; take one out first");
        return Err(Error::Conflict(why));
    }
    let (token_id, uuid) = (token_id.clone(), uuid.to_owned());
    let row = solder_token_client::Model { token_id, uuid, created_at: now.as_millis() };
    let event = event("pack_token.let_in", invitation, &row.uuid);
    rows::insert(db, row).await?;
    audit::note(db, &Caller::Anonymous, [event], now).await
}

/// Lets a launcher in no more; nothing is done where the token has not let it in.
pub async fn dismiss_client(
    db: &impl ConnectionTrait,
    invitation: &Invitation,
    uuid: &str,
    now: Timestamp,
) -> Result<()> {
    let key = (invitation.pass.token_id.clone(), uuid.to_owned());
    if solder_token_client::Entity::delete_by_id(key).exec(db).await?.rows_affected == 0 {
        return Ok(());
    }
    audit::note(db, &Caller::Anonymous, [event("pack_token.let_out", invitation, uuid)], now).await
}

/// What the launcher with this client id is told of the pack, by the same rules as if it asked.
pub async fn told(db: &impl ConnectionTrait, invitation: &Invitation, uuid: &str, now: Timestamp) -> Result<Told> {
    let viewer = read::viewer(db, (None, Some(uuid)), now).await?;
    let shown = match read::open(db, &viewer, &invitation.pack.slug).await {
        Ok(pack) => read::dress(db, &viewer, vec![pack]).await?.pop(),
        Err(Error::Missing(_)) => None,
        Err(error) => return Err(error),
    };
    let client = solder_client::Entity::find().filter(solder_client::Column::Uuid.eq(uuid)).one(db).await?;
    let linked = match &client {
        Some(client) => {
            let key = (client.id.clone(), invitation.pack.id.clone());
            solder_client_pack::Entity::find_by_id(key).one(db).await?.is_some()
        }
        None => false,
    };
    let mut passes = viewer.invited.iter().filter(|pass| pass.pack_id == invitation.pack.id);
    let by = if passes.clone().any(|pass| pass.token_id == invitation.pass.token_id) {
        Some(Door::This)
    } else if linked {
        Some(Door::Maker)
    } else {
        passes.next().map(|_| Door::Other)
    };
    Ok(Told { uuid: uuid.to_owned(), is_known: client.is_some() || !viewer.invited.is_empty(), by, shown })
}

/// What the tokens open that let a client in.
pub(super) async fn passes(db: &impl ConnectionTrait, uuid: &str, now: Timestamp) -> Result<Vec<Pass>> {
    let rows = solder_token_client::Entity::find().filter(solder_token_client::Column::Uuid.eq(uuid)).all(db).await?;
    let ids: Vec<String> = rows.into_iter().map(|row| row.token_id).collect();
    if ids.is_empty() { Ok(Vec::new()) } else { pack_tokens::passes(db, ids, now).await }
}

fn event(action: &'static str, invitation: &Invitation, uuid: &str) -> Event {
    let Invitation { pass, pack } = invitation;
    let changes = json!({"token": pass.token_id, "uuid": uuid});
    Event { action, kind: "pack", id: pack.id.clone(), name: pack.slug.clone(), changes }
}
