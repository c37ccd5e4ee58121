//! Webhooks: addresses elsewhere that are told of a pack's builds, by whoever may change the pack.
//!
//! What happened is written down for each of them in the write in which it happens (`ring`), so nothing is lost in a
//! crash and nothing is told that was taken back. A server sends it afterwards, in order for each webhook: `turns` says whose
//! turn it is, `deliveries` is the log.

mod deliveries;
mod ring;
mod turns;

use kleister_types::webhooks::{Disabled, Event as Told, Shape, Webhook, WebhookChange};
use kleister_types::{Paging, Perm, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use url::Url;

pub use self::deliveries::{again, forget_old, list_deliveries, note_test, refuse_test, shown_delivery, test_of};
pub(crate) use self::ring::{Happened, ring};
pub use self::turns::{Outcome, Turn, is_due, record, release_all, take_due};
use crate::audit::{self, Event};
use crate::lists::{self, Page, Sorts};
use crate::pack_tokens::name_fault;
use crate::permissions::{self, Opened, permit};
use crate::rows::{self, pack, webhook};
use crate::rules::Rules;
use crate::{Caller, Error, Need, Result, names, packs};

/// How many webhooks a pack has at the most.
pub const MOST: u64 = 20;
/// How long a former secret signs beside the new one: a day.
const ROTATION: i64 = 24 * 3600;
/// What a right on the pack must be to make, see and change its webhooks.
const CHANGE: Need = Need::Have(Perm::Admin);
/// How many characters must follow the host of an address so that the last four are shown.
const TELLING: usize = 12;

const SORTS: Sorts<webhook::Column> = &[("name", webhook::Column::Name), ("created", webhook::Column::CreatedAt)];

/// What is wanted of a webhook: the change, what is wrong with its address if anything is, and a secret for the case that
/// a new one is needed.
pub type Wanted<'a> = (&'a WebhookChange, Option<&'static str>, String);

/// A webhook, opened by its pack.
#[derive(Clone, Debug)]
pub struct OpenWebhook {
    /// The pack, with the caller's right on it.
    pub pack: Opened<pack::Model>,
    /// The webhook.
    pub webhook: webhook::Model,
}

/// A webhook as those see it who may change the pack.
pub fn shown(row: webhook::Model) -> Webhook {
    Webhook {
        id: row.id,
        name: row.name,
        address: hidden(&row.url),
        shape: Shape::from_word(&row.shape),
        events: Told::ALL.into_iter().filter(|event| wants(&row.events, *event)).collect(),
        enabled: row.enabled,
        disabled_because: row.disabled_because.as_deref().map(Disabled::from_word),
        failing_since: row.failing_since.map(Timestamp::from_millis),
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    }
}

/// One page of the webhooks of a pack.
pub async fn list(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack: &Opened<pack::Model>,
    paging: &Paging,
) -> Result<Page<webhook::Model>> {
    permitted(caller, pack)?;
    let of_pack = webhook::Entity::find().filter(webhook::Column::PackId.eq(&pack.row.id));
    let all = named(of_pack, webhook::Column::Name, paging)?;
    let sorted = lists::sorted(all.clone(), SORTS, webhook::Column::Id, paging)?;
    lists::page(db, sorted, all, paging).await
}

/// Narrows a query to the rows with what is searched for in a name, whatever its case.
fn named<Q: QueryFilter>(select: Q, name: impl ColumnTrait, paging: &Paging) -> Result<Q> {
    let Some(text) = lists::searched(paging)? else { return Ok(select) };
    Ok(select.filter(Expr::expr(Func::lower(Expr::col(name.as_column_ref()))).like(lists::contains(text))))
}

/// Finds a webhook with its pack, if the caller has what he needs on that, and may change it.
pub async fn open(
    db: &impl ConnectionTrait,
    caller: &Caller,
    (pack_key, id): (&str, &str),
    need: Need,
) -> Result<OpenWebhook> {
    let pack = packs::open(db, caller, pack_key, need).await?;
    permitted(caller, &pack)?;
    let of_pack = webhook::Entity::find_by_id(id).filter(webhook::Column::PackId.eq(&pack.row.id));
    let webhook = of_pack.one(db).await?.ok_or(Error::Missing("webhook"))?;
    Ok(OpenWebhook { pack, webhook })
}

/// Finds a webhook like [`open`], after locking its pack until the end of the transaction.
pub async fn open_locked(
    db: &impl ConnectionTrait,
    caller: &Caller,
    (pack_key, id): (&str, &str),
    need: Need,
) -> Result<OpenWebhook> {
    permissions::lock::<pack::Entity>(db, pack_key).await?;
    open(db, caller, (pack_key, id), need).await
}

fn permitted(caller: &Caller, pack: &Opened<pack::Model>) -> Result<()> {
    caller.signed_in()?;
    permit("pack", true, pack.right, CHANGE)
}

/// Makes a webhook of a pack.
pub async fn create(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack: &Opened<pack::Model>,
    wanted: Wanted<'_>,
    now: Timestamp,
) -> Result<webhook::Model> {
    let mut row = blank(pack, wanted.2.clone(), now);
    apply(&mut row, &wanted)?;
    let of_pack = webhook::Entity::find().filter(webhook::Column::PackId.eq(&pack.row.id));
    if of_pack.count(db).await? >= MOST {
        let why = format!("the pack has {MOST} webhooks, and can have no more; delete one that nobody needs first");
        return Err(Error::Conflict(why));
    }
    rows::insert(db, row.clone()).await?;
    audit::note(db, caller, [noted("webhook.create", pack, &row)], now).await?;
    Ok(row)
}

/// Changes a webhook. What waits for one that is switched off is given up; one that is switched on, or has another address,
/// begins anew.
pub async fn update(
    db: &impl ConnectionTrait,
    caller: &Caller,
    OpenWebhook { pack, webhook: former }: OpenWebhook,
    wanted: Wanted<'_>,
    now: Timestamp,
) -> Result<webhook::Model> {
    let mut row = webhook::Model { updated_at: now.as_millis(), ..former.clone() };
    if rotates(wanted.0) {
        row.former_secret = Some(std::mem::replace(&mut row.secret, wanted.2.clone()));
        row.former_until = Some(now.plus_seconds(ROTATION).as_millis());
    }
    apply(&mut row, &wanted)?;
    if wanted.0.enabled == Some(true) || row.url != former.url {
        row.disabled_because = None;
        row.failing_since = None;
    }
    rows::update(db, row.clone()).await?;
    if !row.enabled {
        turns::give_up(db, &row, now).await?;
    }
    audit::note(db, caller, [noted("webhook.change", &pack, &row)], now).await?;
    Ok(row)
}

/// Deletes a webhook with the log of what it was told.
pub async fn delete(
    db: &impl ConnectionTrait,
    caller: &Caller,
    OpenWebhook { pack, webhook: row }: OpenWebhook,
    now: Timestamp,
) -> Result<()> {
    webhook::Entity::delete_by_id(&row.id).exec(db).await?;
    audit::note(db, caller, [noted("webhook.delete", &pack, &row)], now).await
}

/// Whether a change asks for a new secret.
pub fn rotates(wanted: &WebhookChange) -> bool {
    wanted.rotate_secret == Some(true)
}

/// Writes what is wanted into a row, if it keeps the rules.
fn apply(row: &mut webhook::Model, (wanted, fault, _): &Wanted<'_>) -> Result<()> {
    let mut rules = Rules::of("webhook");
    rules.check("name", name_fault(wanted.name.as_ref().unwrap_or(&row.name)));
    rules.at_most("url", wanted.url.as_ref(), 2048);
    let is_blank = wanted.url.as_ref().unwrap_or(&row.url).is_empty();
    rules.check("url", if is_blank { Some("cannot be blank") } else { *fault });
    let nothing = wanted.events.as_ref().is_some_and(Vec::is_empty);
    rules.check("events", nothing.then_some("cannot be empty; leave it out for all of them"));
    rules.end()?;
    if let Some(name) = &wanted.name {
        row.name.clone_from(name);
    }
    if let Some(url) = &wanted.url {
        row.url.clone_from(url);
        shape_of(url).as_str().clone_into(&mut row.shape);
    }
    if let Some(shape) = wanted.shape {
        shape.as_str().clone_into(&mut row.shape);
    }
    if let Some(events) = &wanted.events {
        row.events = words(events);
    }
    row.enabled = wanted.enabled.unwrap_or(row.enabled);
    Ok(())
}

/// What fits an address: Discord takes nothing but its own.
fn shape_of(url: &str) -> Shape {
    let is_discord = Url::parse(url).is_ok_and(|url| {
        let host = url.host_str().unwrap_or_default();
        let is_theirs =
            |theirs: &str| host == theirs || host.strip_suffix(theirs).is_some_and(|rest| rest.ends_with('.'));
        ["discord.com", "discordapp.com"].into_iter().any(is_theirs) && url.path().starts_with("/api/")
    });
    if is_discord { Shape::Discord } else { Shape::Standard }
}

/// An address without what is secret in it.
fn hidden(url: &str) -> String {
    let Ok(url) = Url::parse(url) else { return "…".to_owned() };
    let rest: Vec<char> = url[url::Position::BeforePath..].chars().collect();
    let last = if rest.len() >= TELLING { &rest[rest.len() - 4..] } else { &[] };
    format!("{}/…{}", url.origin().ascii_serialization(), last.iter().collect::<String>())
}

/// Events as they are kept.
fn words(events: &[Told]) -> String {
    let wanted = Told::ALL.into_iter().filter(|event| events.contains(event));
    wanted.map(Told::as_str).collect::<Vec<_>>().join(" ")
}

/// Whether an event is among those that are kept.
fn wants(kept: &str, event: Told) -> bool {
    kept.split(' ').any(|word| word == event.as_str())
}

fn blank(pack: &Opened<pack::Model>, secret: String, now: Timestamp) -> webhook::Model {
    webhook::Model {
        id: names::new_id(),
        pack_id: pack.row.id.clone(),
        name: String::new(),
        url: String::new(),
        shape: Shape::default().as_str().to_owned(),
        events: words(&Told::ALL),
        secret,
        former_secret: None,
        former_until: None,
        enabled: true,
        disabled_because: None,
        failing_since: None,
        told: 0,
        held_until: 0,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    }
}

fn noted(action: &'static str, pack: &Opened<pack::Model>, row: &webhook::Model) -> Event {
    let changes = json!({
        "id": row.id, "name": row.name, "address": hidden(&row.url), "shape": row.shape, "events": row.events,
        "enabled": row.enabled,
    });
    Event { action, kind: "pack", id: pack.row.id.clone(), name: pack.row.slug.clone(), changes }
}

#[cfg(test)]
mod tests {
    use kleister_types::webhooks::Shape;

    use super::{hidden, shape_of};

    #[test]
    fn of_an_address_only_the_host_and_the_end_are_shown() {
        for (url, shown) in [
            ("https://discord.com/api/webhooks/123/a-token-x7Qz", "https://discord.com/…x7Qz"),
            ("https://ci.example.org:8443/hook?key=geheim", "https://ci.example.org:8443/…heim"),
            ("https://ci.example.org/hook", "https://ci.example.org/…"),
            ("https://ci.example.org", "https://ci.example.org/…"),
            ("http://[::1]:8080/a/long/path/é", "http://[::1]:8080/…3%A9"),
            ("nonsense", "…"),
        ] {
            assert_eq!(hidden(url), shown);
        }
    }

    #[test]
    fn addresses_of_discord_are_known() {
        for url in [
            "https://discord.com/api/webhooks/1/a",
            "https://ptb.discord.com/api/webhooks/1/a",
            "https://discordapp.com/api/v10/webhooks/1/a",
        ] {
            assert_eq!(shape_of(url), Shape::Discord, "{url}");
        }
        for url in ["https://notdiscord.com/api/webhooks/1/a", "https://discord.com/", "https://ci.example.org/api/"] {
            assert_eq!(shape_of(url), Shape::Standard, "{url}");
        }
    }
}
