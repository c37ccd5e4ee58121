//! Whose turn it is, and what becomes of it.
//!
//! Of each webhook one delivery is under way at a time, the oldest that waits; the next one goes when it has arrived or was
//! given up. A server holds a webhook while it sends there, and whoever finds a hold that has ended takes it over: with
//! several servers on one database nothing is sent twice as long as all of them live.

use kleister_types::Timestamp;
use kleister_types::webhooks::{DeliveryState, Disabled, Failure};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, SelectTwo};

use crate::Result;
use crate::rows::{self, webhook, webhook_delivery as delivery};

/// How long nothing may arrive until a webhook is switched off: 5 days.
const PATIENCE: i64 = 5 * 24 * 3600 * 1000;

/// A delivery whose turn it is, with its webhook, which nobody else holds.
#[derive(Clone, Debug)]
pub struct Turn {
    /// Where it goes.
    pub webhook: webhook::Model,
    /// What goes there.
    pub delivery: delivery::Model,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The status of the answer, where there was one.
    pub status: Option<u16>,
    /// Why it did not arrive; nothing where it did.
    pub failure: Option<Failure>,
    /// When it is tried again, if it is.
    pub again_at: Option<Timestamp>,
    /// Whether the receiver says that the address is no more.
    pub is_gone: bool,
}

/// Whether it is the turn of any delivery.
pub async fn is_due(db: &impl ConnectionTrait, now: Timestamp) -> Result<bool> {
    Ok(due(now).limit(1).one(db).await?.is_some())
}

/// Takes the deliveries whose turn it is, those that wait the longest first, and holds their webhooks.
pub async fn take_due(db: &impl ConnectionTrait, most: usize, until: Timestamp, now: Timestamp) -> Result<Vec<Turn>> {
    let found = due(now).limit(most as u64).all(db).await?;
    let turn = |(delivery, webhook): (delivery::Model, Option<webhook::Model>)| {
        Some(Turn { webhook: webhook::Model { held_until: until.as_millis(), ..webhook? }, delivery })
    };
    let turns: Vec<_> = found.into_iter().filter_map(turn).collect();
    hold(db, turns.iter().map(|turn| &turn.webhook.id), until.as_millis()).await?;
    Ok(turns)
}

async fn hold<'a>(db: &impl ConnectionTrait, webhooks: impl Iterator<Item = &'a String>, until: i64) -> Result<()> {
    let these = webhook::Entity::update_many().filter(webhook::Column::Id.is_in(webhooks));
    these.col_expr(webhook::Column::HeldUntil, Expr::value(until)).exec(db).await?;
    Ok(())
}

/// Ends all holds, for a server that is alone: whoever held them is no more.
pub async fn release_all(db: &impl ConnectionTrait) -> Result<()> {
    let held = webhook::Entity::update_many().filter(webhook::Column::HeldUntil.gt(0));
    held.col_expr(webhook::Column::HeldUntil, Expr::value(0)).exec(db).await?;
    Ok(())
}

/// Notes what became of an attempt, and gives the next delivery of the webhook, if it is its turn and the webhook is to be
/// held on until a time; else lets go of it.
pub async fn record(
    db: &impl ConnectionTrait,
    turn: &Turn,
    outcome: &Outcome,
    on_until: Option<Timestamp>,
    now: Timestamp,
) -> Result<Option<Turn>> {
    let Some(mut webhook) = webhook::Entity::find_by_id(&turn.webhook.id).one(db).await? else { return Ok(None) };
    if let Some(mut row) = delivery::Entity::find_by_id(&turn.delivery.id).one(db).await?
        && (outcome.failure.is_none() || row.state == DeliveryState::Waiting.as_str())
    {
        apply(&mut row, outcome, now);
        rows::update(db, row).await?;
    }
    let reason = learn(&mut webhook, outcome, now);
    switch_off_if(db, &mut webhook, reason, now).await?;
    let is_ours = webhook.held_until == turn.webhook.held_until;
    let next = match on_until.filter(|_| is_ours && webhook.enabled) {
        Some(until) => next_of(db, &webhook, now).await?.map(|delivery| (delivery, until)),
        None => None,
    };
    if is_ours {
        webhook.held_until = next.as_ref().map_or(0, |(_, until)| until.as_millis());
    }
    rows::update(db, webhook.clone()).await?;
    Ok(next.map(|(delivery, _)| Turn { webhook, delivery }))
}

/// The delivery of a webhook whose turn it is.
async fn next_of(
    db: &impl ConnectionTrait,
    webhook: &webhook::Model,
    now: Timestamp,
) -> Result<Option<delivery::Model>> {
    let of_webhook = delivery::Entity::find().filter(delivery::Column::WebhookId.eq(&webhook.id));
    let waiting = of_webhook.filter(delivery::Column::State.eq(DeliveryState::Waiting.as_str()));
    let first = waiting.order_by_asc(delivery::Column::Number).one(db).await?;
    Ok(first.filter(|row| row.due_at.is_none_or(|due| due <= now.as_millis())))
}

/// Writes into a row what became of an attempt.
pub(super) fn apply(row: &mut delivery::Model, outcome: &Outcome, now: Timestamp) {
    let state = match (outcome.failure, outcome.again_at) {
        (None, _) => DeliveryState::Delivered,
        (Some(_), Some(_)) => DeliveryState::Waiting,
        (Some(_), None) => DeliveryState::Failed,
    };
    state.as_str().clone_into(&mut row.state);
    row.attempts += 1;
    row.status = outcome.status.map(i64::from);
    row.failure = outcome.failure.map(|failure| failure.as_str().to_owned());
    row.due_at = outcome.again_at.filter(|_| state == DeliveryState::Waiting).map(Timestamp::as_millis);
    row.finished_at = (state != DeliveryState::Waiting).then_some(now.as_millis());
    row.updated_at = now.as_millis();
}

/// Remembers since when nothing arrives; gives the reason to switch the webhook off, if there is one. That nothing is sent
/// from here is not the receiver's fault.
fn learn(webhook: &mut webhook::Model, outcome: &Outcome, now: Timestamp) -> Option<Disabled> {
    match outcome.failure {
        None => webhook.failing_since = None,
        Some(Failure::Off) => return None,
        Some(_) => webhook.failing_since = webhook.failing_since.or(Some(now.as_millis())),
    }
    let for_long = webhook.failing_since.is_some_and(|since| now.as_millis() - since >= PATIENCE);
    if outcome.is_gone {
        Some(Disabled::Gone)
    } else {
        (for_long && outcome.again_at.is_none()).then_some(Disabled::Failing)
    }
}

/// Switches a webhook off, if there is a reason, and gives up what waits for it.
pub(super) async fn switch_off_if(
    db: &impl ConnectionTrait,
    webhook: &mut webhook::Model,
    reason: Option<Disabled>,
    now: Timestamp,
) -> Result<()> {
    let Some(reason) = reason else { return Ok(()) };
    webhook.enabled = false;
    webhook.disabled_because = Some(reason.as_str().to_owned());
    give_up(db, webhook, now).await
}

/// Gives up all that waits for a webhook.
pub(super) async fn give_up(db: &impl ConnectionTrait, webhook: &webhook::Model, now: Timestamp) -> Result<()> {
    let of_webhook = delivery::Entity::update_many().filter(delivery::Column::WebhookId.eq(&webhook.id));
    let waiting = of_webhook.filter(delivery::Column::State.eq(DeliveryState::Waiting.as_str()));
    let failed = waiting.col_expr(delivery::Column::State, Expr::value(DeliveryState::Failed.as_str()));
    let failed = failed.col_expr(delivery::Column::Failure, Expr::value(Failure::Off.as_str()));
    let failed = failed.col_expr(delivery::Column::DueAt, Expr::value(None::<i64>));
    failed.col_expr(delivery::Column::FinishedAt, Expr::value(now.as_millis())).exec(db).await?;
    Ok(())
}

/// The oldest waiting delivery of each webhook that nobody holds, if it may be sent now.
fn due(now: Timestamp) -> SelectTwo<delivery::Entity, webhook::Entity> {
    let waits = DeliveryState::Waiting.as_str();
    let before = Query::select()
        .expr(Expr::value(1))
        .from_as("webhook_deliveries", "before")
        .and_where(Expr::col(("before", "webhook_id")).equals(("webhook_deliveries", "webhook_id")))
        .and_where(Expr::col(("before", "state")).eq(waits))
        .and_where(Expr::col(("before", "number")).lt(Expr::col(("webhook_deliveries", "number"))))
        .to_owned();
    delivery::Entity::find()
        .find_also_related(webhook::Entity)
        .filter(delivery::Column::State.eq(waits))
        .filter(delivery::Column::DueAt.lte(now.as_millis()))
        .filter(webhook::Column::Enabled.eq(true))
        .filter(webhook::Column::HeldUntil.lte(now.as_millis()))
        .filter(Expr::exists(before).not())
        .order_by_asc(delivery::Column::DueAt)
        .order_by_asc(delivery::Column::Id)
}
