//! Pack tokens: what players and servers show to get the published builds of a private pack.
//!
//! A token belongs to its pack and goes on when its maker leaves. It opens what was published, never a draft; one that
//! is for a channel opens only what that channel points to or did. Only its SHA-256 is kept.

use std::collections::{HashMap, HashSet};

use kleister_types::builds::State;
use kleister_types::pack_tokens::{Invitation, PackToken, PackTokenRequest, TokenClient, TokenHolder};
use kleister_types::{Paging, Perm, Timestamp};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Select};
use serde_json::json;

use crate::audit::{self, Event};
use crate::lists::{self, Page, Sorts};
use crate::permissions::{self, Opened, permit};
use crate::previews::Kept;
use crate::rows::{self, build, pack, token};
use crate::rules::{Rules, given, uuid};
use crate::{Caller, Error, Need, Result, channels, names, solder};

/// How many tokens of a pack hold at the same time.
pub const MOST: usize = 2_000;
/// How long a token lasts at the most that ends by itself.
const MOST_DAYS: i64 = 3_650;
/// What a right on the pack must be to make, see and revoke its tokens.
const CHANGE: Need = Need::Have(Perm::Admin);
/// The words for pack tokens among all tokens.
pub(crate) const KINDS: [&str; 2] = [TokenHolder::Player.as_str(), TokenHolder::Server.as_str()];

const SORTS: Sorts<token::Column> =
    &[("name", token::Column::Name), ("created", token::Column::CreatedAt), ("used", token::Column::UsedAt)];

/// What the holder of a token may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// The token's identifier.
    pub token_id: String,
    /// The pack.
    pub pack_id: String,
    /// Who holds it.
    pub holder: TokenHolder,
    /// The channel that it is for, if it is not for the whole pack.
    pub channel: Option<String>,
    /// When it ends, if it does.
    pub ends_at: Option<Timestamp>,
    /// The builds that its channel points to or did.
    pub(crate) builds: Option<HashSet<String>>,
}

impl Pass {
    /// Whether it opens a build: one of its pack that was published.
    pub fn opens(&self, build: &build::Model) -> bool {
        build.pack_id == self.pack_id && build.state != State::Draft.as_str() && self.knows(&build.id)
    }

    /// Whether its holder may follow a channel.
    pub(crate) fn follows(&self, channel: &str) -> bool {
        self.channel.as_deref().is_none_or(|own| own == channel)
    }

    /// Whether its holder may know of a build of the pack, by its identifier.
    pub(crate) fn knows(&self, build_id: &str) -> bool {
        self.builds.as_ref().is_none_or(|builds| builds.contains(build_id))
    }

    /// Whether it opens a build that was asked for by its name, or by a channel, which must then be its own.
    pub(crate) fn reaches(&self, build: &build::Model, by_channel: Option<&str>) -> bool {
        self.opens(build) && by_channel.is_none_or(|channel| self.follows(channel))
    }
}

/// What becomes of an invitation: the tokens that were made, and those that players had already.
#[derive(Clone, Debug, Default)]
pub struct Invited {
    /// The new ones, in the order of the whitelist.
    pub made: Vec<token::Model>,
    /// The others.
    pub kept: Vec<token::Model>,
}

/// Tokens as those see them who may change the pack.
pub async fn shown(db: &impl ConnectionTrait, rows: Vec<token::Model>) -> Result<Vec<PackToken>> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut clients: HashMap<String, Vec<TokenClient>> = HashMap::new();
    for row in solder::invited_clients(db, ids).await? {
        let created_at = Timestamp::from_millis(row.created_at);
        clients.entry(row.token_id).or_default().push(TokenClient { uuid: row.uuid, created_at });
    }
    Ok(rows.into_iter().map(|row| told(clients.remove(&row.id).unwrap_or_default(), row)).collect())
}

/// A token that was made just now.
pub fn shown_new(row: token::Model) -> PackToken {
    told(Vec::new(), row)
}

fn told(clients: Vec<TokenClient>, row: token::Model) -> PackToken {
    PackToken {
        id: row.id,
        kind: TokenHolder::from_word(&row.kind),
        name: row.name.unwrap_or_default(),
        player: row.player,
        channel: row.channel,
        clients,
        last_four: row.last_four.unwrap_or_default(),
        ends_at: row.ends_at.map(Timestamp::from_millis),
        used_at: row.used_at.map(Timestamp::from_millis),
        created_at: Timestamp::from_millis(row.created_at),
    }
}

/// One page of the tokens of a pack that hold.
pub async fn list(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack: &Opened<pack::Model>,
    paging: &Paging,
    now: Timestamp,
) -> Result<Page<token::Model>> {
    caller.signed_in()?;
    permit("pack", true, pack.right, CHANGE)?;
    let mut all = standing(now).filter(token::Column::PackId.eq(&pack.row.id));
    if let Some(text) = lists::searched(paging)? {
        all = all.filter(Expr::expr(Func::lower(Expr::col(token::Column::Name))).like(lists::contains(text)));
    }
    let sorted = lists::sorted(all.clone(), SORTS, token::Column::Id, paging)?;
    lists::page(db, sorted, all, paging).await
}

/// Makes a token of a pack.
pub async fn create(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack: &pack::Model,
    (wanted, secret): (&PackTokenRequest, Kept),
    now: Timestamp,
) -> Result<token::Model> {
    let kind = wanted.kind.unwrap_or_default();
    let player = given(wanted.player.as_ref());
    let mut rules = Rules::of("pack token");
    rules.check("name", name_fault(&wanted.name));
    rules.check("player", player.filter(|player| uuid(player).is_none()).map(|_| NO_UUID));
    let is_servers = player.is_some() && kind == TokenHolder::Server;
    rules.check("player", is_servers.then_some("cannot be given for a server"));
    let terms = Terms::of(db, pack, (wanted.channel.as_ref(), wanted.days), rules, now).await?;
    let row = terms.token(kind, wanted.name.clone(), player.and_then(uuid), secret);
    forget_ended(db, &pack.id, now).await?;
    refuse_too_many(db, &pack.id, 1, now).await?;
    keep(db, caller, pack, vec![row.clone()], now).await?;
    Ok(row)
}

/// Makes a token for each player of a whitelist who has none of this pack, with as many secrets as are needed.
pub async fn invite(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack: &pack::Model,
    (wanted, mut secret): (&Invitation, impl FnMut() -> Kept + Send),
    now: Timestamp,
) -> Result<Invited> {
    let terms = Terms::of(db, pack, (wanted.channel.as_ref(), wanted.days), whitelist_rules(wanted), now).await?;
    forget_ended(db, &pack.id, now).await?;
    let of_pack = standing(now).filter(token::Column::PackId.eq(&pack.id));
    let held = of_pack.filter(token::Column::Player.is_not_null()).all(db).await?;
    let players: Vec<_> = wanted.whitelist.iter().filter_map(|entry| uuid(&entry.uuid)).collect();
    let named: HashSet<_> = players.iter().collect();
    let is_named = |row: &token::Model| row.player.as_ref().is_some_and(|player| named.contains(player));
    let kept: Vec<_> = held.into_iter().filter(is_named).collect();
    let mut served: HashSet<String> = kept.iter().filter_map(|row| row.player.clone()).collect();
    let mut made = Vec::new();
    for (entry, player) in wanted.whitelist.iter().zip(players) {
        if served.insert(player.clone()) {
            made.push(terms.token(TokenHolder::Player, entry.name.clone(), Some(player), secret()));
        }
    }
    refuse_too_many(db, &pack.id, made.len(), now).await?;
    keep(db, caller, pack, made.clone(), now).await?;
    Ok(Invited { made, kept })
}

/// Ends a token at once, whoever made it.
pub async fn revoke(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack: &pack::Model,
    id: &str,
    now: Timestamp,
) -> Result<()> {
    let of_pack = standing(now).filter(token::Column::PackId.eq(&pack.id)).filter(token::Column::Id.eq(id));
    let row = of_pack.one(db).await?.ok_or(Error::Missing("pack token"))?;
    token::Entity::delete_by_id(&row.id).exec(db).await?;
    audit::note(db, caller, [event("pack_token.revoke", pack, &row)], now).await
}

/// What the holder of a token may have, by the SHA-256 of its secret; nothing where no pack's token holds with it.
pub async fn find(db: &impl ConnectionTrait, hash: &str, now: Timestamp) -> Result<Option<Pass>> {
    match standing(now).filter(token::Column::SecretHash.eq(hash)).one(db).await? {
        Some(row) => pass(db, row).await,
        None => Ok(None),
    }
}

/// What those of these tokens open that hold.
pub(crate) async fn passes(db: &impl ConnectionTrait, ids: Vec<String>, now: Timestamp) -> Result<Vec<Pass>> {
    let mut passes = Vec::with_capacity(ids.len());
    for row in standing(now).filter(token::Column::Id.is_in(ids)).all(db).await? {
        passes.extend(pass(db, row).await?);
    }
    Ok(passes)
}

/// What a token opens that holds.
async fn pass(db: &impl ConnectionTrait, row: token::Model) -> Result<Option<Pass>> {
    let token::Model { id: token_id, pack_id: Some(pack_id), kind, channel, ends_at, .. } = row else {
        return Ok(None);
    };
    let builds = match &channel {
        Some(channel) => Some(channels::reached(db, &pack_id, channel).await?),
        None => None,
    };
    let (holder, ends_at) = (TokenHolder::from_word(&kind), ends_at.map(Timestamp::from_millis));
    Ok(Some(Pass { token_id, pack_id, holder, channel, ends_at, builds }))
}

/// The pack that a token opens, if this is its identifier or slug; any other one is [`Error::Missing`].
pub async fn open(db: &impl ConnectionTrait, pass: &Pass, pack_key: &str) -> Result<pack::Model> {
    let named = permissions::find::<pack::Entity>(pack_key).filter(pack::Column::Id.eq(&pass.pack_id));
    named.one(db).await?.ok_or(Error::Missing("pack"))
}

/// What tokens that are made together have in common.
struct Terms {
    pack_id: String,
    channel: Option<String>,
    ends_at: Option<i64>,
    now: i64,
}

impl Terms {
    /// Checks what is wanted, together with what is wrong beside it.
    async fn of(
        db: &impl ConnectionTrait,
        pack: &pack::Model,
        (channel, days): (Option<&String>, Option<i64>),
        mut rules: Rules,
        now: Timestamp,
    ) -> Result<Self> {
        let channel = given(channel).map(str::to_lowercase);
        if let Some(name) = &channel {
            let exists = channels::exists(db, &pack.id, name).await?;
            rules.check("channel", (!exists).then_some("is no channel of the pack"));
        }
        let in_range = days.is_none_or(|days| (1..=MOST_DAYS).contains(&days));
        rules.check("days", (!in_range).then(|| format!("must be between 1 and {MOST_DAYS}")));
        rules.end()?;
        let ends_at = days.map(|days| now.plus_seconds(days * 24 * 3600).as_millis());
        Ok(Self { pack_id: pack.id.clone(), channel, ends_at, now: now.as_millis() })
    }

    fn token(&self, kind: TokenHolder, name: String, player: Option<String>, secret: Kept) -> token::Model {
        token::Model {
            id: names::new_id(),
            kind: kind.as_str().to_owned(),
            user_id: None,
            pack_id: Some(self.pack_id.clone()),
            name: Some(name),
            secret_hash: secret.hash,
            last_four: Some(secret.last_four),
            scopes: None,
            channel: self.channel.clone(),
            player,
            ends_at: self.ends_at,
            used_at: None,
            revoked_at: None,
            created_at: self.now,
            updated_at: self.now,
        }
    }
}

const NO_UUID: &str = "must be the UUID of a Minecraft account";

/// What is wrong with the entries of a whitelist.
fn whitelist_rules(wanted: &Invitation) -> Rules {
    let mut rules = Rules::of("invitation");
    let count = wanted.whitelist.len();
    rules.check("whitelist", (count > MOST).then(|| format!("must have at most {MOST} players")));
    rules.check("whitelist", (count == 0).then_some("cannot be empty"));
    for (at, entry) in wanted.whitelist.iter().take(MOST).enumerate() {
        rules.check(&format!("whitelist[{at}].name"), name_fault(&entry.name));
        rules.check(&format!("whitelist[{at}].uuid"), uuid(&entry.uuid).is_none().then_some(NO_UUID));
    }
    rules
}

/// What is wrong with what somebody calls a thing that has no address; nothing for a good name.
pub(crate) fn name_fault(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        Some("cannot be blank")
    } else if name.chars().count() > 255 {
        Some("must be at most 255 characters")
    } else {
        name.chars().any(char::is_control).then_some("cannot contain control characters")
    }
}

/// Adds tokens, and notes who made each.
async fn keep(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack: &pack::Model,
    made: Vec<token::Model>,
    now: Timestamp,
) -> Result<()> {
    let events: Vec<_> = made.iter().map(|row| event("pack_token.create", pack, row)).collect();
    rows::insert_many(db, made).await?;
    audit::note(db, caller, events, now).await
}

async fn refuse_too_many(db: &impl ConnectionTrait, pack_id: &str, more: usize, now: Timestamp) -> Result<()> {
    let held = standing(now).filter(token::Column::PackId.eq(pack_id)).count(db).await?;
    if held + more as u64 > MOST as u64 {
        let why =
            format!("the pack has {held} tokens, and can have {MOST}; revoke those that nobody uses any more first");
        return Err(Error::Conflict(why));
    }
    Ok(())
}

/// Forgets the tokens of a pack that have ended.
async fn forget_ended(db: &impl ConnectionTrait, pack_id: &str, now: Timestamp) -> Result<()> {
    let of_pack = token::Entity::delete_many().filter(token::Column::PackId.eq(pack_id));
    let ended = of_pack.filter(token::Column::Kind.is_in(KINDS)).filter(token::Column::EndsAt.lte(now.as_millis()));
    ended.exec(db).await?;
    Ok(())
}

/// The pack tokens that have not ended. One that is revoked is gone.
fn standing(now: Timestamp) -> Select<token::Entity> {
    let goes_on = Condition::any().add(token::Column::EndsAt.is_null()).add(token::Column::EndsAt.gt(now.as_millis()));
    token::Entity::find().filter(token::Column::Kind.is_in(KINDS)).filter(goes_on)
}

fn event(action: &'static str, pack: &pack::Model, row: &token::Model) -> Event {
    let changes = json!({
        "id": row.id, "kind": row.kind, "name": row.name, "player": row.player, "channel": row.channel,
        "ends_at": row.ends_at,
    });
    Event { action, kind: "pack", id: pack.id.clone(), name: pack.slug.clone(), changes }
}
