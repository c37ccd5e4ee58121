//! Moving: every file is copied to the other place, the one in use stays as it is.

use kleister_files::Error as FilesError;
use kleister_store::storage;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{outcome, still_allowed};
use crate::App;
use crate::jobs::{Running, Task, Tell, progress};
use crate::problem::Problem;

/// What was moved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// How many blobs were copied.
    pub copied: u64,
    /// How many were there already.
    pub there: u64,
    /// The bytes that were copied.
    pub bytes: u64,
    /// The keys of blobs that could not be copied, since they are lost or damaged.
    pub bad: Vec<String>,
}

/// Moving as a job.
#[derive(Debug, Serialize, Deserialize)]
pub struct Move {
    /// To the bucket, not from it.
    pub bucket: bool,
}

impl Task for Move {
    const KIND: &'static str = "storage.move";
    const AGAIN: bool = true;
    const ALONE: bool = true;
    const INTERRUPTED: &'static str = "what it had done stays; start it again";

    async fn run(self, app: App, running: Running) -> Result<Value, Problem> {
        still_allowed(&app, &running).await?;
        outcome(&copy(&app, self.bucket, &|told| running.tell(told)).await?)
    }
}

/// Copies every blob to a folder or bucket beside the one in use, checked by its hash. What is there already stays, so
/// one that broke off goes on where it was.
pub async fn copy(app: &App, bucket: bool, tell: &Tell<'_>) -> Result<Moved, Problem> {
    if bucket == app.files.is_remote() {
        let what =
            "the bytes are there already; set `upload.driver` to where they are now, and name where they shall go";
        return Err(Problem::BadRequest(what.to_owned()));
    }
    let there =
        if bucket { app.files.in_bucket(&app.config.upload.named_bucket()).await? } else { app.files.in_folder()? };
    let total = storage::count(&app.db.read().await?).await?;
    let (mut moved, mut last) = (Moved::default(), String::new());
    loop {
        let page = storage::page(&app.db.read().await?, &last).await?;
        let Some(end) = page.last() else { return Ok(moved) };
        last.clone_from(&end.sha256);
        for blob in page {
            tell(progress("copying files", moved.copied + moved.there + moved.bad.len() as u64, total));
            let size = u64::try_from(blob.size).unwrap_or(0);
            match app.files.copy_to(&there, &blob.sha256, size).await {
                Ok(true) => (moved.copied, moved.bytes) = (moved.copied + 1, moved.bytes + size),
                Ok(false) => moved.there += 1,
                Err(FilesError::Missing | FilesError::Damaged) => moved.bad.push(blob.sha256),
                Err(error) => return Err(error.into()),
            }
        }
        tracing::info!(copied = moved.copied, there = moved.there, total, "copying all blobs");
    }
}
