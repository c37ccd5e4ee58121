//! Telling webhooks: what the store has written down for them is sent, signed, and noted, again and again until it arrives.
//!
//! A dispatcher looks once a second for webhooks whose turn it is and works each off in a task of its own, so that a slow
//! receiver delays nobody else. It sends at least once: of an attempt whose outcome was not written down nobody knows
//! whether it arrived, and it is made again.

mod discord;
mod message;
mod pace;
mod signature;

use std::sync::Arc;
use std::time::Duration;

use kleister_store::keys;
use kleister_store::rows::{webhook, webhook_delivery};
use kleister_store::webhooks::{self, Outcome, Turn};
use kleister_types::webhooks::Shape;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::App;
use crate::app::StartError;
use crate::config::Webhook;
use crate::outbound::{Outbound, Refusal};
use crate::problem::Problem;
use crate::watch;

/// How often the dispatcher looks for what is due.
const LOOKED: Duration = Duration::from_secs(1);
/// How many webhooks are told something at the same time.
const AT_ONCE: usize = 32;
/// How long a webhook is held beyond the time in which its receiver must answer, in seconds.
const MARGIN: i64 = 60;

/// The way to webhooks; a clone is the same one.
#[derive(Clone)]
pub struct Webhooks(Arc<Inner>);

struct Inner {
    outbound: Outbound,
    /// For how many seconds a webhook is held at a time.
    hold: i64,
}

impl Webhooks {
    /// The way that the settings allow.
    pub fn new(config: &Webhook) -> Result<Self, StartError> {
        let hold = i64::try_from(config.timeout).unwrap_or(MARGIN) + MARGIN;
        Ok(Self(Arc::new(Inner { outbound: Outbound::to_webhooks(config)?, hold })))
    }

    /// What is wrong with an address that somebody wants to be told, if anything is.
    pub fn fault(&self, url: &str) -> Option<&'static str> {
        let rule = "must be an https address of a public host, without a user, at the usual port or one above 1023";
        (!self.0.outbound.may_call(url)).then_some(rule)
    }
}

/// Tells webhooks what is due until the server stops; what is under way then is waited for.
pub async fn keep(app: App, stop: CancellationToken) {
    // Where several servers share a database, holds of those that were killed end by themselves.
    if app.db.heard().is_none()
        && let Err(error) = release_all(&app).await
    {
        tracing::warn!(%error, "cannot go on at once with the webhooks that a stop interrupted");
    }
    let mut under_way = JoinSet::new();
    while timeout(LOOKED, stop.cancelled()).await.is_err() {
        while under_way.try_join_next().is_some() {}
        if let Err(error) = begin(&app, &stop, &mut under_way).await {
            tracing::warn!(%error, "cannot look for what webhooks are to be told");
        }
    }
    under_way.join_all().await;
}

/// Tells webhooks all that is due at this moment.
pub async fn send_due(app: &App) -> Result<(), Problem> {
    let mut under_way = JoinSet::new();
    loop {
        begin(app, &CancellationToken::new(), &mut under_way).await?;
        if under_way.join_next().await.is_none() {
            return Ok(());
        }
    }
}

async fn release_all(app: &App) -> Result<(), Problem> {
    let write = app.db.write().await?;
    webhooks::release_all(&*write).await?;
    Ok(write.commit_addition().await?)
}

/// Begins with as many webhooks as there is room for.
async fn begin(app: &App, stop: &CancellationToken, under_way: &mut JoinSet<()>) -> Result<(), Problem> {
    let room = AT_ONCE.saturating_sub(under_way.len());
    if room == 0 || !webhooks::is_due(&app.db.read().await?, app.clock.now()).await? {
        return Ok(());
    }
    let (write, now) = (app.db.write().await?, app.clock.now());
    let turns = webhooks::take_due(&*write, room, now.plus_seconds(app.webhooks.0.hold), now).await?;
    write.commit_addition().await?;
    for turn in turns {
        under_way.spawn(work_off(app.clone(), turn, stop.clone()));
    }
    Ok(())
}

/// Tells a webhook one thing after the other, until nothing more is due or the server stops.
async fn work_off(app: App, first: Turn, stop: CancellationToken) {
    let mut next = Some(first);
    while let Some(turn) = next {
        let key = turn.webhook.id.clone();
        let outcome = attempt(&app, &key, &turn.webhook, &turn.delivery).await;
        next = match note(&app, &turn, &outcome, !stop.is_cancelled()).await {
            Ok(next) => next,
            Err(error) => {
                // The hold ends by itself, then it is sent again.
                tracing::warn!(webhook = key, %error, "cannot write down what became of telling a webhook");
                None
            }
        };
    }
}

/// Writes down what became of an attempt; gives what is next for the same webhook, if it is due and wanted.
async fn note(app: &App, turn: &Turn, outcome: &Outcome, goes_on: bool) -> Result<Option<Turn>, Problem> {
    let (write, now) = (app.db.write().await?, app.clock.now());
    let on_until = goes_on.then(|| now.plus_seconds(app.webhooks.0.hold));
    let next = webhooks::record(&*write, turn, outcome, on_until, now).await?;
    write.commit_addition().await?;
    Ok(next)
}

/// Sends something to a webhook once, for whoever it is: he shares his places with what else is sent for him.
pub async fn attempt(app: &App, whom: &str, webhook: &webhook::Model, delivery: &webhook_delivery::Model) -> Outcome {
    let shape = Shape::from_word(&webhook.shape);
    let sent = match message::of(app, delivery) {
        Ok(message) => {
            let (headers, document) = message::written(&message, webhook, &delivery.id, app.clock.now());
            app.webhooks.0.outbound.called(whom).send(&webhook.url, headers, document).await
        }
        Err(error) => {
            tracing::error!(delivery = delivery.id, %error, "cannot read what a webhook is to be told");
            Err(Refusal::Off)
        }
    };
    let outcome = pace::judge(&sent, delivery.attempts, shape, keys::random()[0], app.clock.now());
    watch::told(outcome.failure.map_or("delivered", |failure| failure.as_str()));
    outcome
}
