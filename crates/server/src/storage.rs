//! Looking after the bytes: collecting what nothing names, hashing all again, moving them, taking them down.
//!
//! All but the last is long work: a running server does it as a job, whoever asks for it, so that it tells how far it is
//! and is begun again after a restart. Done twice it does no harm. What goes out is opened here too, so that bad bytes are
//! marked as soon as somebody meets them.

mod block;
mod collect;
mod copy;
mod suspect;
mod verify;

use kleister_store::{Caller, Error, storage};
use serde::Serialize;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

pub use self::block::{block, unblock};
pub use self::collect::{Collect, Collected, collect};
pub use self::copy::{Move, Moved, copy};
pub use self::suspect::Suspects;
pub(crate) use self::suspect::{address, check, open, read_through, refuse};
pub(crate) use self::verify::look_again;
pub use self::verify::{Bad, Verified, Verify, verify};
use crate::App;
use crate::jobs::Running;
use crate::problem::Problem;

/// How often the rows are looked at again while they change.
const LOOKS: usize = 3;

/// Tells the files what rows know of them: what is blocked and what is damaged.
pub(crate) async fn recall(app: &App) -> Result<(), kleister_store::Error> {
    for _ in 0..LOOKS {
        let epoch = app.db.epoch();
        let db = app.db.read().await?;
        let blocked = storage::blocked(&db).await?.into_iter().map(|block| (block.sha256, block.reason));
        let damaged = storage::damaged(&db).await?.into_iter();
        app.files.mark_only(blocked.collect(), damaged.collect()).await;
        // What was marked meanwhile is lost by this: then the rows tell it.
        if app.db.epoch() == epoch {
            break;
        }
    }
    Ok(())
}

/// Recalls whenever another server has written: it may have taken something down.
pub(crate) async fn follow(app: App, stop: CancellationToken) {
    let Some(mut heard) = app.db.heard() else { return };
    while let Some(Ok(())) = stop.run_until_cancelled(heard.changed()).await {
        if let Err(error) = recall(&app).await {
            tracing::warn!(%error, "cannot look up what another server took down");
        }
    }
}

/// Refuses a job whose user, as the server started again, is no admin of it any more. Operators' jobs have no user.
async fn still_allowed(app: &App, running: &Running) -> Result<(), Problem> {
    match running.caller(app).await? {
        Caller::User(who) if !who.admin => Err(Error::NotAdmin.into()),
        _ => Ok(()),
    }
}

/// What came of work, as the result of a job.
fn outcome(found: &impl Serialize) -> Result<Value, Problem> {
    serde_json::to_value(found).map_err(|error| Problem::BadRequest(error.to_string()))
}
