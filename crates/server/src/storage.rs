//! Looking after the bytes: collecting what nothing names, hashing all again, moving them, taking them down.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures::TryStreamExt;
use kleister_files::{Error as FilesError, Files};
use kleister_store::storage::{self, Affected};
use kleister_store::{Caller, blobs};
use serde::{Deserialize, Serialize};

use crate::App;
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

/// Deletes the blobs that no row and no release has named for a day, and what lies among them without a row.
pub async fn collect(app: &App, dry_run: bool) -> Result<Collected, Problem> {
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
        for blob in gone {
            // What was brought again meanwhile stays: its row is on its way.
            if app.files.collect(&blob.sha256, since).await? {
                found.bytes += u64::try_from(blob.size).unwrap_or(0);
                found.blobs.push(blob.sha256);
            }
        }
    }
    collect_strays(app, since, dry_run, &mut found).await?;
    Ok(found)
}

/// Deletes old bytes that have no row, as an interrupted upload leaves them.
async fn collect_strays(app: &App, since: SystemTime, dry_run: bool, found: &mut Collected) -> Result<(), Problem> {
    let mut listed = app.files.list().try_chunks(500);
    while let Some(kept) = listed.try_next().await.map_err(|error| error.1)? {
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

/// Hashes all blobs again. What is bad is marked, so that nobody gets it until it is uploaded again.
pub async fn verify(app: &App) -> Result<Verified, Problem> {
    let total = storage::count(&app.db.read().await?).await?;
    let (mut verified, mut last) = (Verified::default(), String::new());
    loop {
        let page = storage::page(&app.db.read().await?, &last).await?;
        let Some(end) = page.last() else { return Ok(verified) };
        last.clone_from(&end.sha256);
        for blob in page {
            verified.blobs += 1;
            verified.bytes += u64::try_from(blob.size).unwrap_or(0);
            let fault = fault(&app.files, &blob.sha256).await?;
            note(app, &blob.sha256, fault.as_deref()).await?;
            if let Some(fault) = fault {
                // One that was deleted meanwhile hurts nobody.
                let db = app.db.read().await?;
                if blobs::find(&db, &blob.sha256).await?.is_some() {
                    let hurts = storage::whom(&db, &blob.sha256).await?;
                    verified.bad.push(Bad { sha256: blob.sha256, fault, hurts });
                }
            }
        }
        tracing::info!(blobs = verified.blobs, total, bad = verified.bad.len(), "hashing all blobs again");
    }
}

/// What is wrong with the bytes of a blob, if anything is.
async fn fault(files: &Files, sha256: &str) -> Result<Option<String>, Problem> {
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
    let marked = matches!(app.files.refuse(sha256), Err(FilesError::Damaged));
    match fault {
        Some(_) if !marked => {
            let write = app.db.write().await?;
            storage::mark(&*write, sha256, app.clock.now()).await?;
            write.commit().await?;
            app.files.mark_damaged(sha256).await;
        }
        None if marked => {
            let write = app.db.write().await?;
            storage::clear(&*write, sha256).await?;
            write.commit().await?;
            app.files.mark_sound(sha256);
        }
        _ => {}
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

/// Tells the files what rows know of them: what is blocked and what is damaged.
pub(crate) async fn recall(app: &App) -> Result<(), kleister_store::Error> {
    let db = app.db.read().await?;
    for block in storage::blocked(&db).await? {
        app.files.block(&block.sha256, &block.reason);
    }
    for sha256 in storage::damaged(&db).await? {
        app.files.mark_damaged(&sha256).await;
    }
    Ok(())
}

/// Copies every blob to a folder or bucket beside the one in use, checked by its hash. What is there already stays, so
/// one that broke off goes on where it was.
pub async fn copy(app: &App, bucket: bool) -> Result<Moved, Problem> {
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

/// Takes bytes down: nobody gets them from now on, nobody may bring them, builds that have them are withdrawn. Gives
/// those builds. The bytes are deleted.
pub async fn block(app: &App, caller: &Caller, sha256: &str, reason: &str) -> Result<Vec<Affected>, Problem> {
    let digits = sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !digits || sha256.len() != 64 {
        return Err(Problem::invalid("block", "sha256", "must be a SHA-256 of 64 lower-case hexadecimal digits"));
    }
    if reason.trim().is_empty() || reason.chars().count() > 1024 || reason.contains('\0') {
        return Err(Problem::invalid("block", "reason", "must be given, in at most 1024 characters"));
    }
    let write = app.db.write().await?;
    let affected = storage::block(&*write, caller, (sha256, reason), app.clock.now()).await?;
    write.commit().await?;
    app.files.block(sha256, reason);
    app.files.delete(sha256).await?;
    Ok(affected)
}

/// Takes a block back. The bytes come back only by an upload of them.
pub async fn unblock(app: &App, caller: &Caller, sha256: &str) -> Result<(), Problem> {
    let write = app.db.write().await?;
    storage::unblock(&*write, caller, sha256, app.clock.now()).await?;
    write.commit().await?;
    app.files.unblock(sha256);
    Ok(())
}

fn system_time(millis: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(millis.try_into().unwrap_or(0))
}
