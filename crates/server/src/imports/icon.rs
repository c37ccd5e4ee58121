//! The picture that a pack brings.

use std::io::Read;

use axum::body::Bytes;
use kleister_files::Seekable;
use kleister_formats::archive::{Archive, Refused};
use kleister_store::Write;
use kleister_store::avatars;
use kleister_store::rows::{blob, pack};
use kleister_types::Timestamp;
use tokio::task::spawn_blocking;

use crate::App;
use crate::api::avatars::keep_both;
use crate::pictures::LARGEST;
use crate::problem::Problem;

/// A pack's picture, on disk.
pub(super) struct Icon {
    /// What is shown of it.
    shown: blob::Model,
    /// Its own bytes.
    original: blob::Model,
}

/// Takes the picture out of the archive. Within is why that is none, which keeps no pack from coming in.
pub(super) async fn take(
    app: &App,
    mut archive: Archive<Seekable>,
    entry: usize,
) -> Result<(Archive<Seekable>, Result<Icon, String>), Problem> {
    let read = spawn_blocking(move || {
        let bytes = read(&mut archive, entry);
        (archive, bytes)
    });
    let failed = |error: tokio::task::JoinError| Problem::Files(std::io::Error::other(error).into());
    let (archive, bytes) = read.await.map_err(failed)?;
    let icon = match bytes {
        Ok(bytes) if bytes.len() as u64 > LARGEST => Err(format!("it is larger than {LARGEST} bytes")),
        Ok(bytes) => match keep_both(app, bytes, app.clock.now()).await {
            Ok((shown, original)) => Ok(Icon { shown, original }),
            Err(problem) => Err(problem.told()),
        },
        Err(refused) => Err(refused.to_string()),
    };
    Ok((archive, icon))
}

fn read(archive: &mut Archive<Seekable>, entry: usize) -> Result<Bytes, Refused> {
    let mut bytes = Vec::new();
    archive.stream(entry)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes.into())
}

/// Gives a new pack its picture.
pub(super) async fn set(write: &Write, pack: &pack::Model, icon: &Icon, now: Timestamp) -> Result<(), Problem> {
    avatars::set::<pack::Entity>(&**write, &pack.id, icon.shown.clone(), now).await?;
    Ok(avatars::set_icon(&**write, pack.clone(), Some(icon.original.clone())).await?)
}
