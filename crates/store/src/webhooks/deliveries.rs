//! The log of what webhooks are told, and what is sent by hand: a test, and something once more.

use kleister_types::webhooks::{Delivery, DeliveryState, Disabled, Event, Failure, Told};
use kleister_types::{Order, Paging, Timestamp};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};

use super::named;
use super::ring::about;
use super::turns::{Outcome, apply, switch_off_if};
use crate::lists::{self, Page, Sorts};
use crate::rows::{self, pack, webhook, webhook_delivery as delivery};
use crate::{Error, Result, names};

/// How many finished deliveries of a webhook are remembered.
const REMEMBERED: i64 = 100;
/// How many tests of a webhook there may be in a minute.
const TESTS: u64 = 10;
/// The word for a test among events.
const TEST: &str = "test";

const SORTS: Sorts<delivery::Column> = &[("created", delivery::Column::Number)];

/// A delivery as those see it who may change the pack.
pub fn shown_delivery(row: delivery::Model) -> Delivery {
    let state = DeliveryState::from_word(&row.state);
    Delivery {
        id: row.id,
        event: row.event,
        build: row.build,
        state,
        attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
        status: row.status.and_then(|status| u16::try_from(status).ok()),
        failure: row.failure.as_deref().and_then(Failure::from_word),
        created_at: Timestamp::from_millis(row.created_at),
        next_at: row.due_at.filter(|_| state == DeliveryState::Waiting).map(Timestamp::from_millis),
        finished_at: row.finished_at.map(Timestamp::from_millis),
    }
}

/// One page of what a webhook was told, the newest first unless asked otherwise.
pub async fn list_deliveries(
    db: &impl ConnectionTrait,
    webhook: &webhook::Model,
    paging: &Paging,
) -> Result<Page<delivery::Model>> {
    let paging = &Paging { order: paging.order.or(Some(Order::Desc)), ..paging.clone() };
    let of_webhook = delivery::Entity::find().filter(delivery::Column::WebhookId.eq(&webhook.id));
    let all = named(of_webhook, delivery::Column::Build, paging)?;
    let sorted = lists::sorted(all.clone(), SORTS, delivery::Column::Id, paging)?;
    lists::page(db, sorted, all, paging).await
}

/// A delivery that waits to be sent at once; its number is how much its webhook was told with it.
pub(super) fn waiting(webhook: &webhook::Model, event: Event, told: &Told, now: Timestamp) -> Result<delivery::Model> {
    let build = told.build.as_ref().map(|build| build.name.clone());
    Ok(delivery::Model { event: event.as_str().to_owned(), build, ..blank(webhook, told, now)? })
}

/// A test, which is sent before it is written down.
pub fn test_of(webhook: &webhook::Model, pack: &pack::Model, now: Timestamp) -> Result<delivery::Model> {
    blank(webhook, &about(pack), now)
}

fn blank(webhook: &webhook::Model, told: &Told, now: Timestamp) -> Result<delivery::Model> {
    let document = serde_json::to_string(told).map_err(|error| DbErr::Json(error.to_string()))?;
    Ok(delivery::Model {
        id: names::new_id(),
        webhook_id: webhook.id.clone(),
        number: webhook.told,
        event: TEST.to_owned(),
        build: None,
        document,
        state: DeliveryState::Waiting.as_str().to_owned(),
        attempts: 0,
        status: None,
        failure: None,
        due_at: Some(now.as_millis()),
        finished_at: None,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    })
}

/// A conflict where a webhook was tested often just now, or is switched off.
pub async fn refuse_test(db: &impl ConnectionTrait, webhook: &webhook::Model, now: Timestamp) -> Result<()> {
    refuse_off(webhook)?;
    let tests = delivery::Entity::find().filter(delivery::Column::WebhookId.eq(&webhook.id));
    let tests = tests.filter(delivery::Column::Event.eq(TEST));
    let lately = tests.filter(delivery::Column::CreatedAt.gt(now.plus_seconds(-60).as_millis()));
    if lately.count(db).await? >= TESTS {
        return Err(Error::Conflict(format!("the webhook was tested {TESTS} times in a minute; wait a moment")));
    }
    Ok(())
}

/// Notes what became of a test, which was sent once and is not sent again.
pub async fn note_test(
    db: &impl ConnectionTrait,
    (mut webhook, mut row): (webhook::Model, delivery::Model),
    outcome: &Outcome,
    now: Timestamp,
) -> Result<delivery::Model> {
    webhook.told += 1;
    row.number = webhook.told;
    let outcome = Outcome { again_at: None, ..outcome.clone() };
    apply(&mut row, &outcome, now);
    make_room(db, &webhook).await?;
    rows::insert(db, row.clone()).await?;
    if outcome.failure.is_none() {
        webhook.failing_since = None;
    }
    switch_off_if(db, &mut webhook, outcome.is_gone.then_some(Disabled::Gone), now).await?;
    rows::update(db, webhook).await?;
    Ok(row)
}

/// Has a delivery sent at once, whatever became of it before.
pub async fn again(
    db: &impl ConnectionTrait,
    webhook: &webhook::Model,
    id: &str,
    now: Timestamp,
) -> Result<delivery::Model> {
    refuse_off(webhook)?;
    let of_webhook = delivery::Entity::find_by_id(id).filter(delivery::Column::WebhookId.eq(&webhook.id));
    let row = of_webhook.one(db).await?.ok_or(Error::Missing("delivery"))?;
    let row = delivery::Model {
        state: DeliveryState::Waiting.as_str().to_owned(),
        attempts: 0,
        due_at: Some(now.as_millis()),
        finished_at: None,
        updated_at: now.as_millis(),
        ..row
    };
    rows::update(db, row.clone()).await?;
    Ok(row)
}

fn refuse_off(webhook: &webhook::Model) -> Result<()> {
    if webhook.enabled {
        return Ok(());
    }
    Err(Error::Conflict("the webhook is switched off; switch it on by `enabled: true` first".to_owned()))
}

/// Forgets the oldest of what a webhook was told and that is over, with the one that comes.
pub(super) async fn make_room(db: &impl ConnectionTrait, webhook: &webhook::Model) -> Result<()> {
    let of_webhook = delivery::Entity::delete_many().filter(delivery::Column::WebhookId.eq(&webhook.id));
    let oldest = of_webhook.filter(delivery::Column::Number.lte(webhook.told - REMEMBERED));
    oldest.filter(delivery::Column::State.ne(DeliveryState::Waiting.as_str())).exec(db).await?;
    Ok(())
}

/// Forgets what was over before a time.
pub async fn forget_old(db: &impl ConnectionTrait, before: Timestamp) -> Result<()> {
    let old = delivery::Entity::delete_many().filter(delivery::Column::FinishedAt.lt(before.as_millis()));
    old.exec(db).await?;
    Ok(())
}
