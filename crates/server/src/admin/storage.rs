//! `kleister admin storage …` and `kleister admin blob …`: what is done with the bytes, told to people or as JSON.

use std::fmt::Write;

use kleister_store::{Caller, Error, jobs as stored};
use kleister_types::blobs::{Withdrawal, WithdrawnBuild};
use kleister_types::jobs::JobState;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Desk, Outcome, operator};
use crate::jobs::{self, Task};
use crate::problem::Problem;
use crate::storage::{self, Bad, Collect, Collected, Move, Moved, Verified, Verify};

/// What is to be done with the bytes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// Deletes what nothing names.
    Collect {
        /// Only tells what that is.
        dry_run: bool,
    },
    /// Hashes all again.
    Verify,
    /// Copies all to a bucket, or from it to the folder.
    Move {
        /// To the bucket.
        bucket: bool,
    },
    /// Takes bytes down.
    Block {
        /// Their SHA-256.
        sha256: String,
        /// Why.
        reason: String,
    },
    /// Takes that back.
    Unblock {
        /// Their SHA-256.
        sha256: String,
    },
}

/// Does it, and tells the outcome in words or as JSON. Bad blobs make it a failure.
pub(super) async fn attempt(desk: Desk<'_>, work: Work, as_json: bool) -> Result<Outcome, Problem> {
    let app = desk.app;
    let (sound, value, words) = match work {
        Work::Collect { dry_run } => {
            let collected: Collected = if desk.serves && !dry_run {
                follow(desk, Collect).await?
            } else {
                storage::collect(app, dry_run, desk.tell).await?
            };
            (true, json!(collected), collected_words(&collected, dry_run))
        }
        Work::Verify => {
            let verified: Verified =
                if desk.serves { follow(desk, Verify).await? } else { storage::verify(app, desk.tell).await? };
            (verified.bad.is_empty(), json!(verified), verified_words(&verified))
        }
        Work::Move { bucket } => {
            let moved: Moved = if desk.serves {
                follow(desk, Move { bucket }).await?
            } else {
                storage::copy(app, bucket, desk.tell).await?
            };
            (moved.bad.is_empty(), json!(moved), moved_words(&moved, bucket))
        }
        Work::Block { sha256, reason } => {
            let withdrawn = storage::block(app, &operator(), &sha256, &reason).await?;
            let words = block_words(&withdrawn);
            (true, json!(Withdrawal { withdrawn }), words)
        }
        Work::Unblock { sha256 } => {
            storage::unblock(app, &operator(), &sha256).await?;
            let words = "these bytes may be uploaded again; that is the only way in which they come back, and builds that \
                         were withdrawn stay so";
            (true, json!({ "unblocked": sha256 }), words.to_owned())
        }
    };
    let text = if as_json { value.to_string() } else { words };
    Ok(if sound { Outcome::Done(text) } else { Outcome::Bad(text) })
}

/// Has long work done as a job of this server, and waits for its end. Whoever stops waiting does not stop it.
async fn follow<T: Task, F: DeserializeOwned>(desk: Desk<'_>, task: T) -> Result<F, Problem> {
    let job = jobs::start(desk.app, &Caller::Anonymous, task).await?;
    let ended = match desk.app.jobs.watch(&job.id) {
        Some(mut shown) => loop {
            let now = shown.borrow_and_update().clone();
            if now.state.is_over() {
                break now;
            }
            (desk.tell)(now.progress);
            if shown.changed().await.is_err() {
                let goes_on = format!("the server stops; it begins job `{}` again when it starts", job.id);
                return Err(Error::Conflict(goes_on).into());
            }
        },
        // It has ended already.
        None => stored::open(&desk.app.db.read().await?, &operator(), &job.id).await?.into(),
    };
    let failure = match (ended.state, ended.failure) {
        (JobState::Done, _) => {
            let found = serde_json::from_value(ended.result.unwrap_or_default());
            return found.map_err(|error| Problem::BadRequest(error.to_string()));
        }
        (_, Some(failure)) => failure,
        _ => format!("job `{}` was cancelled", job.id),
    };
    Err(Error::Conflict(failure).into())
}

fn collected_words(collected: &Collected, dry_run: bool) -> String {
    let done = if dry_run { "would be deleted" } else { "deleted" };
    let mut text = format!("{done}: {} blobs, {} bytes", collected.blobs.len(), collected.bytes);
    for key in &collected.blobs {
        let _ = write!(text, "\n{key}");
    }
    text
}

fn verified_words(verified: &Verified) -> String {
    let Verified { blobs, bytes, bad } = verified;
    if bad.is_empty() {
        return format!("all {blobs} blobs are sound ({bytes} bytes)");
    }
    let mut text = format!("{} of {blobs} blobs are bad; nobody gets them until they are uploaded again", bad.len());
    for Bad { sha256, fault, hurts } in bad {
        let _ = write!(text, "\n{sha256}: {fault}");
        for one in hurts {
            let _ = write!(text, "\n    {one}");
        }
    }
    text
}

fn moved_words(moved: &Moved, bucket: bool) -> String {
    let Moved { copied, there, bytes, bad } = moved;
    let driver = if bucket { "s3" } else { "file" };
    let mut text = format!("copied {copied} blobs ({bytes} bytes); {there} were there already");
    if bad.is_empty() {
        let _ = write!(
            text,
            "\nNow stop the server, do this once more for what came meanwhile, set `upload.driver` to `{driver}`, start \
             it, and delete the old blobs when all is well."
        );
    }
    for key in bad {
        let _ = write!(text, "\n{key} is lost or damaged, and was not copied");
    }
    text
}

fn block_words(withdrawn: &[WithdrawnBuild]) -> String {
    let mut text = "nobody gets these bytes any more, and nobody may bring them; they are deleted".to_owned();
    for WithdrawnBuild { pack, build, owners } in withdrawn {
        let _ = write!(text, "\nwithdrawn: build `{build}` of pack `{pack}`, whose owners are {}", owners.join(", "));
    }
    text
}
