//! Collecting: what nothing names is deleted, once it can be nobody's who is about to name it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures::TryStreamExt;
use kleister_store::storage;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{outcome, still_allowed};
use crate::App;
use crate::jobs::{Running, Task, Tell, progress};
use crate::problem::Problem;

/// How long bytes may lie there unnamed: a job or an upload may be about to name them.
const GRACE: i64 = 24 * 3600;

/// What was collected, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collected {
    /// The keys of the blobs.
    pub blobs: Vec<String>,
    /// Their bytes, in all.
    pub bytes: u64,
}

/// Collecting as a job.
#[derive(Debug, Serialize, Deserialize)]
pub struct Collect;

impl Task for Collect {
    const KIND: &'static str = "storage.collect";
    const AGAIN: bool = true;
    const ALONE: bool = true;
    const INTERRUPTED: &'static str = "what it had done stays; start it again";

    async fn run(self, app: App, running: Running) -> Result<Value, Problem> {
        still_allowed(&app, &running).await?;
        outcome(&collect(&app, false, &|told| running.tell(told)).await?)
    }
}

/// Deletes the blobs that no row and no release has named for a day, and what lies among them without a row.
pub async fn collect(app: &App, dry_run: bool, tell: &Tell<'_>) -> Result<Collected, Problem> {
    let before = app.clock.now().plus_seconds(-GRACE);
    let since = system_time(before.as_millis());
    let mut found = Collected::default();
    let orphans = storage::orphans(&app.db.read().await?, before).await?;
    let keys = orphans.iter().map(|blob| blob.sha256.clone()).collect();
    let keys = storage::named_by_releases(&app.db.read().await?, keys).await?;
    if dry_run {
        found.blobs.clone_from(&keys);
        let doomed = orphans.iter().filter(|blob| keys.contains(&blob.sha256));
        found.bytes = doomed.map(|blob| u64::try_from(blob.size).unwrap_or(0)).sum();
    } else {
        let write = app.db.write().await?;
        let gone = storage::forget(&*write, &keys).await?;
        write.commit().await?;
        let total = gone.len() as u64;
        for (done, blob) in gone.into_iter().enumerate() {
            tell(progress("deleting what nothing names", done as u64, total));
            // What was brought again meanwhile stays: its row is on its way.
            if app.files.collect(&blob.sha256, since).await? {
                found.bytes += u64::try_from(blob.size).unwrap_or(0);
                found.blobs.push(blob.sha256);
            }
        }
    }
    collect_strays(app, (since, dry_run), &mut found, tell).await?;
    Ok(found)
}

/// Deletes old bytes that have no row, as an interrupted upload leaves them.
async fn collect_strays(
    app: &App,
    (since, dry_run): (SystemTime, bool),
    found: &mut Collected,
    tell: &Tell<'_>,
) -> Result<(), Problem> {
    let mut looked_at = 0;
    let mut listed = app.files.list().try_chunks(500);
    while let Some(kept) = listed.try_next().await.map_err(|error| error.1)? {
        looked_at += kept.len() as u64;
        tell(progress("looking for files that nobody knows", looked_at, 0));
        let old: Vec<_> = kept.into_iter().filter(|kept| kept.written < since).collect();
        let keys = old.iter().map(|kept| kept.sha256.clone()).collect();
        let strays = storage::unknown(&app.db.read().await?, keys).await?;
        for stray in old.into_iter().filter(|kept| strays.contains(&kept.sha256)) {
            let known = found.blobs.contains(&stray.sha256);
            if !known && (dry_run || app.files.collect(&stray.sha256, since).await?) {
                found.bytes += stray.size;
                found.blobs.push(stray.sha256);
            }
        }
    }
    Ok(())
}

fn system_time(millis: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(millis.try_into().unwrap_or(0))
}
