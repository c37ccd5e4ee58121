//! Out of an archive into the files: one reader, several files being finished at the same time.

use std::io::Read;

use bytes::Bytes;
use kleister_files::{Blob, Seekable};
use kleister_formats::archive::{Archive, Refused};
use tokio::sync::mpsc;
use tokio::task::{JoinSet, spawn_blocking};

use crate::App;
use crate::problem::Problem;

/// How many bytes are read at once.
const CHUNK: usize = 256 << 10;
/// How many chunks may wait to be written.
const WAITING: usize = 4;
/// How many files are finished at the same time: what is small is mostly waiting for the disk.
const AT_ONCE: usize = 8;

/// An entry of the archive that is to be kept.
pub(crate) struct Wanted {
    /// Its place in the archive.
    pub(crate) entry: usize,
    /// The number of the file that it is.
    pub(crate) number: usize,
    /// How many bytes it has.
    pub(crate) size: u64,
}

/// What the reader tells: bytes of an entry, or that it is at its end.
enum Told {
    Bytes(Bytes),
    End,
}

/// Keeps these entries as files, and gives each with its number. Memory is that of a few chunks, whatever is in there.
///
/// `progress` is told how many are kept, and of how many. An entry that is not what the archive says is a fault of
/// `what`.
pub(crate) async fn unpack(
    app: &App,
    archive: Archive<Seekable>,
    wanted: Vec<Wanted>,
    what: &'static str,
    progress: impl Fn(u64, u64),
) -> Result<Vec<(usize, Blob)>, Problem> {
    let total = wanted.len() as u64;
    let (tell, mut told) = mpsc::channel(WAITING);
    let entries: Vec<usize> = wanted.iter().map(|wanted| wanted.entry).collect();
    let reader = spawn_blocking(move || read(archive, &entries, &tell));
    let (mut finishing, mut kept) = (JoinSet::new(), Vec::with_capacity(wanted.len()));
    for Wanted { number, size, .. } in wanted {
        let mut upload = app.files.upload(Some(size), app.config.upload.limit).await?;
        loop {
            match told.recv().await {
                Some(Told::Bytes(bytes)) => upload.write(bytes).await?,
                Some(Told::End) => break,
                // The reader is gone, and says why.
                None => return Err(ended(what, reader.await)),
            }
        }
        finishing.spawn(async move { upload.finish().await.map(|blob| (number, blob)) });
        while finishing.len() >= AT_ONCE {
            take(&mut finishing, &mut kept).await?;
            progress(kept.len() as u64, total);
        }
    }
    while !finishing.is_empty() {
        take(&mut finishing, &mut kept).await?;
        progress(kept.len() as u64, total);
    }
    Ok(kept)
}

async fn take(
    finishing: &mut JoinSet<kleister_files::Result<(usize, Blob)>>,
    kept: &mut Vec<(usize, Blob)>,
) -> Result<(), Problem> {
    if let Some(finished) = finishing.join_next().await {
        let failed = |error: tokio::task::JoinError| Problem::Files(std::io::Error::other(error).into());
        kept.push(finished.map_err(failed)??);
    }
    Ok(())
}

/// Reads entry after entry, as fast as they are taken.
fn read(mut archive: Archive<Seekable>, entries: &[usize], tell: &mpsc::Sender<Told>) -> Result<(), Refused> {
    for entry in entries {
        let mut content = archive.stream(*entry)?;
        loop {
            let mut chunk = Vec::with_capacity(CHUNK);
            content.by_ref().take(CHUNK as u64).read_to_end(&mut chunk)?;
            let is_end = chunk.len() < CHUNK;
            if !chunk.is_empty() && tell.blocking_send(Told::Bytes(chunk.into())).is_err() {
                return Ok(());
            }
            if is_end {
                break;
            }
        }
        if tell.blocking_send(Told::End).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// Why the reader is gone.
fn ended(what: &'static str, reader: Result<Result<(), Refused>, tokio::task::JoinError>) -> Problem {
    match reader {
        Ok(Err(Refused::Unreadable(error))) => Problem::Files(error.into()),
        Ok(Err(refused)) => Problem::invalid(what, "file", refused.to_string()),
        Ok(Ok(())) => Problem::BrokenOff,
        Err(error) => Problem::Files(std::io::Error::other(error).into()),
    }
}
