//! Bytes on their way out: what fails there is marked at once, and looked at before the next one asks.
//!
//! A file that is not there or has another size fails before its first byte, one with other bytes before its last. Then
//! nobody gets it any more and every status tells so, while all of it is hashed again in the background as a verification
//! does. What is bad is written down; what is sound after all, or came back, is handed out again.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use kleister_files::{Body, Error, Result};
use kleister_store::{blobs, storage};
use kleister_types::Timestamp;

use super::verify::fault;
use crate::App;
use crate::problem::Problem;

/// For how many seconds a blob that was found bad is not looked at again, however many ask for it.
const PAUSE: i64 = 60;

/// Blobs that are looked at, or were a moment ago: when that ended, if it has.
#[derive(Clone, Debug, Default)]
pub struct Suspects(Arc<Mutex<HashMap<String, Option<Timestamp>>>>);

impl Suspects {
    /// Whether a blob is to be looked at now. One that is looked at is not, nor one that was found bad a moment ago.
    fn begin(&self, sha256: &str, is_marked: bool, now: Timestamp) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, ended| ended.is_none_or(|ended| now < ended.plus_seconds(PAUSE)));
        let is_known = known.get(sha256).is_some_and(|ended| ended.is_none() || is_marked);
        if !is_known {
            known.insert(sha256.to_owned(), None);
        }
        !is_known
    }

    fn end(&self, sha256: &str, now: Timestamp) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(sha256.to_owned(), Some(now));
    }
}

/// Opens a blob or a range of it for somebody who gets it, and sees to it that bad bytes are noticed.
///
/// As a whole it is compared on the way with its CRC-32, or with its SHA-256 where that is not known; a range is not, and
/// what a bucket hands out itself is not seen here at all. Verifying the storage finds what is bad there.
pub(crate) async fn open(
    app: &App,
    (sha256, size, crc32): (&str, u64, Option<u32>),
    range: Option<Range<u64>>,
) -> Result<Body> {
    let opened = match range.filter(|range| *range != (0..size)) {
        None => app.files.read_whole(sha256, size, crc32).await,
        Some(range) => app.files.read(sha256, size, Some(range)).await,
    };
    let chunks = match judged(app, sha256, opened).await? {
        Body::Stream(chunks) => chunks,
        whole @ Body::Whole(_) => return Ok(whole),
    };
    Ok(Body::Stream(watched(app, sha256, chunks)))
}

/// The same chunks; a blob whose bytes break off is a suspect from then on.
fn watched(
    app: &App,
    sha256: &str,
    chunks: BoxStream<'static, io::Result<Bytes>>,
) -> BoxStream<'static, io::Result<Bytes>> {
    let (app, sha256) = (app.clone(), sha256.to_owned());
    let watched = chunks.or_else(move |error| {
        let (app, sha256) = (app.clone(), sha256.clone());
        async move {
            if is_damage(&error) {
                suspect(&app, &sha256).await;
            }
            Err(error)
        }
    });
    watched.boxed()
}

/// All the bytes of a blob for what is made of them and kept: past the memory, and compared with its SHA-256.
pub(crate) async fn read_through(app: &App, sha256: &str, size: u64) -> Result<BoxStream<'static, io::Result<Bytes>>> {
    let chunks = judged(app, sha256, app.files.read_through(sha256, size).await).await?;
    Ok(watched(app, sha256, chunks))
}

/// Checks that a blob would be handed out and is there with its size, without reading it.
pub(crate) async fn check(app: &App, sha256: &str, size: u64) -> Result<()> {
    judged(app, sha256, app.files.check(sha256, size).await).await
}

/// An address at the bucket from which anybody can get a blob for so long; none where there is no bucket.
pub(crate) async fn address(
    app: &App,
    (sha256, size): (&str, u64),
    lasts: Duration,
    disposition: &str,
) -> Result<Option<String>> {
    judged(app, sha256, app.files.address(sha256, size, lasts, disposition).await).await
}

/// Checks that a blob would be handed out, as far as that is known without looking.
pub(crate) async fn refuse(app: &App, sha256: &str) -> Result<()> {
    judged(app, sha256, app.files.refuse(sha256)).await
}

/// The same; a blob that has failed is a suspect from now on.
async fn judged<T>(app: &App, sha256: &str, read: Result<T>) -> Result<T> {
    if let Err(Error::Missing | Error::Damaged) = &read {
        suspect(app, sha256).await;
    }
    read
}

/// Whether a stream broke off because of the bytes themselves, not of the way to them.
fn is_damage(error: &io::Error) -> bool {
    let told = error.get_ref().and_then(|inner| inner.downcast_ref());
    let is_short = matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof);
    is_short || matches!(told, Some(Error::Missing | Error::Damaged))
}

/// Hands a blob out no more, and looks at it in the background.
async fn suspect(app: &App, sha256: &str) {
    let is_marked = app.files.refuse(sha256).is_err();
    if !app.suspects.begin(sha256, is_marked, app.clock.now()) {
        return;
    }
    app.files.mark_damaged(sha256).await;
    let (behind, app, sha256) = (app.behind.clone(), app.clone(), sha256.to_owned());
    behind.spawn(async move {
        if let Err(problem) = look(&app, &sha256).await {
            // A mark without its row would keep a verification from writing the row: the next one who asks finds it again.
            app.files.mark_sound(&sha256);
            tracing::warn!(problem = problem.explained(), sha256, "cannot look at a file that failed on its way out");
        }
        app.suspects.end(&sha256, app.clock.now());
    });
}

/// Finds out what is wrong with a suspect, and writes it down where that is news.
async fn look(app: &App, sha256: &str) -> std::result::Result<(), Problem> {
    let fault = fault(&app.files, sha256).await?;
    let write = app.db.write().await?;
    let is_written = storage::is_marked(&*write, sha256).await?;
    // What was deleted meanwhile hurts nobody, and what was uploaded meanwhile is trusted already.
    let is_over = blobs::find(&*write, sha256).await?.is_none() || app.files.refuse(sha256).is_ok();
    if let Some(fault) = fault.filter(|_| !is_over) {
        tracing::error!(sha256, fault, "a file is damaged: upload it again or restore it from a backup");
        if !is_written {
            storage::mark(&*write, sha256, app.clock.now()).await?;
            write.commit().await?;
        }
        return Ok(());
    }
    if is_written {
        storage::clear(&*write, sha256).await?;
        write.commit().await?;
    }
    app.files.mark_sound(sha256);
    Ok(())
}
