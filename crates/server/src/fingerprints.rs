//! CurseForge's fingerprints of files: a second pass over the bytes, so not a part of the upload. They are found when
//! CurseForge is asked about a file, and for all others from time to time.

use kleister_store::fingerprints;
use kleister_store::rows::blob;
use tokio::task::spawn_blocking;

use crate::App;
use crate::problem::Problem;

/// The largest file that has one, in bytes: CurseForge takes none that is larger.
const LARGEST: i64 = 1 << 30;
/// How many are found before they are written down.
const AT_ONCE: u64 = 50;

/// The fingerprint of a blob, in two passes over it; none of one that is too large or cannot be read.
pub async fn of(app: &App, blob: &blob::Model) -> Option<u32> {
    if let Some(known) = blob.murmur2.as_ref().and_then(|known| known.parse().ok()) {
        return Some(known);
    }
    let size = u64::try_from(blob.size).ok().filter(|_| blob.size <= LARGEST)?;
    let source = app.files.open_seekable(&blob.sha256, size).await.map_err(std::io::Error::other);
    let found = match source {
        Ok(source) => {
            spawn_blocking(|| kleister_files::murmur2(source)).await.unwrap_or_else(|error| Err(error.into()))
        }
        Err(error) => Err(error),
    };
    found.inspect_err(|error| tracing::warn!(sha256 = blob.sha256, %error, "cannot find a file's fingerprint")).ok()
}

/// Finds the fingerprints of all versions' files that have none, and counts them. Bytes that lie in a bucket are left
/// alone: each would be fetched twice.
pub async fn catch_up(app: &App) -> Result<usize, Problem> {
    let (mut after, mut count) = (String::new(), 0);
    while app.files.is_local() {
        let missing = fingerprints::missing(&app.db.read().await?, &after, LARGEST, AT_ONCE).await?;
        let Some(last) = missing.last() else { break };
        after.clone_from(&last.sha256);
        let mut found = Vec::with_capacity(missing.len());
        for blob in missing {
            found.extend(of(app, &blob).await.map(|fingerprint| (blob.sha256, fingerprint)));
        }
        if !found.is_empty() {
            let write = app.db.write().await?;
            fingerprints::keep(&*write, &found).await?;
            write.commit().await?;
            count += found.len();
        }
    }
    Ok(count)
}
