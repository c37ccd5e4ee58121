//! What sign-in writes down for later, a little while after it happened: so that a try costs no write of its own.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kleister_store::{Result, logins, tokens};
use tokio_util::sync::CancellationToken;

use crate::App;

/// How often it is written down.
const EVERY: Duration = Duration::from_secs(5);
/// How many used tokens are written down at once.
const WRITTEN: usize = 500;

/// Tokens of users and packs that were used since this was written down last.
#[derive(Debug, Default)]
pub struct Used(Mutex<HashSet<String>>);

impl Used {
    /// Notes that a token was used.
    fn note(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
    }

    fn take(&self) -> Vec<String> {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken: Vec<_> = ids.iter().take(WRITTEN).cloned().collect();
        for id in &taken {
            ids.remove(id);
        }
        taken
    }
}

/// Notes that a token is used now, once a minute: it is written down later, without a word to its epoch.
pub fn note_used(app: &App, token_id: &str) {
    if app.personal.is_newly_used(token_id, app.clock.now()) {
        app.used.note(token_id);
    }
}

/// Writes down what there is every few seconds until `stop`, and once more then.
pub(crate) async fn keep(app: App, stop: CancellationToken) {
    loop {
        let stopped = tokio::time::timeout(EVERY, stop.cancelled()).await.is_ok();
        if let Err(error) = write_down(&app).await {
            tracing::warn!(%error, "cannot write down failed sign-ins and used tokens");
        }
        if stopped {
            return;
        }
    }
}

/// Writes down what happened since the last time, in one write: failed sign-ins, addresses that are known from now on,
/// tokens that were used.
pub async fn write_down(app: &App) -> Result<()> {
    let (changes, used) = (app.throttle.changes(), app.used.take());
    if changes == logins::Changes::default() && used.is_empty() {
        return Ok(());
    }
    let now = app.clock.now();
    let minute = now.as_millis() - now.as_millis().rem_euclid(60_000);
    let write = app.db.write().await?;
    logins::remember(&*write, changes).await?;
    tokens::note_used(&*write, used, kleister_types::Timestamp::from_millis(minute)).await?;
    write.commit_addition().await
}
