//! What lies in zips that are handed out as they came: read once for each, and kept beside its hash.

use std::collections::HashMap;

use futures::{StreamExt, stream};
use kleister_formats::archive::Refused;
use kleister_formats::listings::{self as format, Held};
use kleister_store::listings as store;
use kleister_store::rows::blob;
use tokio::task::spawn_blocking;

use crate::App;
use crate::problem::Problem;

/// How many zips are read at the same time.
const AT_ONCE: usize = 4;

/// What lies in these zips, by their SHA-256: from the database in one query, else from their directories. Those that are
/// gone or damaged, or that were refused, are not among them.
pub async fn list(app: &App, blobs: &[&blob::Model]) -> Result<HashMap<String, Vec<Held>>, Problem> {
    if blobs.is_empty() {
        return Ok(HashMap::new());
    }
    let sha256s: Vec<String> = blobs.iter().map(|blob| blob.sha256.clone()).collect();
    let rows = store::known(&app.db.read().await?, &sha256s, revision()).await?;
    let mut listed: HashMap<String, Option<Vec<Held>>> = rows
        .into_iter()
        .map(|row| (row.sha256, row.document.and_then(|document| serde_json::from_str(&document).ok())))
        .collect();
    let mut unread: Vec<blob::Model> = blobs.iter().copied().cloned().collect();
    unread.retain(|blob| !listed.contains_key(&blob.sha256));
    let read = stream::iter(unread).map(|blob| async { (read(app, &blob).await, blob) }).buffer_unordered(AT_ONCE);
    let read: Vec<_> = read.collect().await;
    let mut new = Vec::new();
    for (result, blob) in read {
        match result {
            Ok(held) => new.push((blob.sha256, held)),
            Err(error) => tracing::warn!(sha256 = blob.sha256, %error, "cannot read what lies in a zip"),
        }
    }
    keep(app, &new).await?;
    listed.extend(new);
    Ok(listed.into_iter().filter_map(|(sha256, held)| Some((sha256, held?))).collect())
}

fn revision() -> i32 {
    i32::try_from(format::REVISION).unwrap_or(i32::MAX)
}

async fn keep(app: &App, new: &[(String, Option<Vec<Held>>)]) -> Result<(), Problem> {
    if new.is_empty() {
        return Ok(());
    }
    let write = app.db.write().await?;
    for (sha256, held) in new {
        let document = held.as_ref().map(serde_json::to_string).transpose().map_err(failed)?;
        store::keep(&*write, (sha256.clone(), revision(), document), app.clock.now()).await?;
    }
    // Nothing held in memory tells anything of these rows.
    Ok(write.commit_addition().await?)
}

/// Reads a zip's directory, on a thread where one may wait for the disk; nothing where it was refused.
async fn read(app: &App, blob: &blob::Model) -> Result<Option<Vec<Held>>, Problem> {
    let size = u64::try_from(blob.size).unwrap_or(0);
    let source = app.files.open_seekable(&blob.sha256, size).await?;
    match spawn_blocking(move || format::list(source)).await.map_err(failed)? {
        Ok(held) => Ok(Some(held)),
        Err(Refused::Unreadable(error)) => Err(failed(error)),
        Err(_) => Ok(None),
    }
}

fn failed(error: impl Into<std::io::Error>) -> Problem {
    Problem::Files(error.into().into())
}
