//! Verifying: all bytes are hashed again, and what is bad is marked, so that nobody gets it.

use kleister_files::{Error as FilesError, Files};
use kleister_store::{blobs, storage};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{outcome, still_allowed};
use crate::App;
use crate::jobs::{Running, Task, Tell, progress};
use crate::problem::Problem;

/// A blob that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bad {
    /// Its key.
    pub sha256: String,
    /// What is wrong with it.
    pub fault: String,
    /// Whom it hurts: versions, builds, pictures.
    pub hurts: Vec<String>,
}

/// What hashing all blobs again has shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// How many blobs were hashed.
    pub blobs: u64,
    /// Their bytes, in all.
    pub bytes: u64,
    /// Those that are bad.
    pub bad: Vec<Bad>,
}

/// Verifying as a job.
#[derive(Debug, Serialize, Deserialize)]
pub struct Verify;

impl Task for Verify {
    const KIND: &'static str = "storage.verify";
    const AGAIN: bool = true;
    const ALONE: bool = true;
    const INTERRUPTED: &'static str = "what it had done stays; start it again";

    async fn run(self, app: App, running: Running) -> Result<Value, Problem> {
        still_allowed(&app, &running).await?;
        outcome(&verify(&app, &|told| running.tell(told)).await?)
    }
}

/// Hashes all blobs again. What is bad is marked, so that nobody gets it until it is uploaded again.
pub async fn verify(app: &App, tell: &Tell<'_>) -> Result<Verified, Problem> {
    let total = storage::count(&app.db.read().await?).await?;
    let (mut verified, mut last) = (Verified::default(), String::new());
    loop {
        let page = storage::page(&app.db.read().await?, &last).await?;
        let Some(end) = page.last() else { return Ok(verified) };
        last.clone_from(&end.sha256);
        for blob in page {
            tell(progress("hashing files", verified.blobs, total));
            verified.blobs += 1;
            verified.bytes += u64::try_from(blob.size).unwrap_or(0);
            let fault = fault(&app.files, &blob.sha256).await?;
            note(app, &blob.sha256, fault.as_deref()).await?;
            if let Some(fault) = fault {
                // One that was deleted meanwhile hurts nobody.
                let db = app.db.read().await?;
                if blobs::find(&db, &blob.sha256).await?.is_some() {
                    let hurts = storage::uses(&db, &blob.sha256).await?.iter().map(storage::words).collect();
                    verified.bad.push(Bad { sha256: blob.sha256, fault, hurts });
                }
            }
        }
        tracing::info!(blobs = verified.blobs, total, bad = verified.bad.len(), "hashing all blobs again");
    }
}

/// What is wrong with the bytes of a blob, if anything is.
pub(super) async fn fault(files: &Files, sha256: &str) -> Result<Option<String>, Problem> {
    match files.examine(sha256).await {
        Ok(blob) if blob.sha256 == sha256 => Ok(None),
        Ok(blob) => Ok(Some(format!("its bytes are others: their SHA-256 is {}", blob.sha256))),
        Err(FilesError::Missing) => Ok(Some("it is not there".to_owned())),
        Err(FilesError::Io(error)) => Ok(Some(format!("it cannot be read: {error}"))),
        Err(error) => Err(error.into()),
    }
}

/// Writes down whether a blob is damaged, where that is news.
async fn note(app: &App, sha256: &str, fault: Option<&str>) -> Result<(), Problem> {
    let is_refused = matches!(app.files.refuse(sha256), Err(FilesError::Damaged));
    match fault {
        Some(_) => {
            let write = app.db.write().await?;
            // Refused it may be by a mark that is in memory only yet, since it failed on its way out.
            if !storage::is_marked(&*write, sha256).await? {
                storage::mark(&*write, sha256, app.clock.now()).await?;
                write.commit().await?;
            }
            app.files.mark_damaged(sha256).await;
        }
        None if is_refused => {
            let write = app.db.write().await?;
            storage::clear(&*write, sha256).await?;
            write.commit().await?;
            app.files.mark_sound(sha256);
        }
        None => {}
    }
    Ok(())
}

/// Looks again at what is marked as damaged: some of it was uploaded again or restored.
pub(crate) async fn look_again(app: &App) -> Result<(), Problem> {
    for sha256 in storage::damaged(&app.db.read().await?).await? {
        if fault(&app.files, &sha256).await?.is_none() {
            let write = app.db.write().await?;
            storage::clear(&*write, &sha256).await?;
            write.commit().await?;
            app.files.mark_sound(&sha256);
        }
    }
    Ok(())
}
