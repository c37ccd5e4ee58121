//! Getting at a pack: out of the files, or from an address.

use kleister_files::Seekable;
use kleister_formats::archive;
use kleister_formats::import::{self, Import, Refused};
use kleister_store::Caller;
use tokio::task::spawn_blocking;

use super::{Archive, Origin, address, refused};
use crate::App;
use crate::problem::Problem;

/// A pack that was read, with the archive that it came in.
pub(super) struct Gathered {
    pub(super) import: Import,
    pub(super) archive: Option<archive::Archive<Seekable>>,
    /// What to call it where it does not say.
    pub(super) title: Option<String>,
}

/// Reads a pack from where it is.
pub(super) async fn gather(app: &App, caller: &Caller, origin: &Origin) -> Result<Gathered, Problem> {
    match origin {
        Origin::Archive(archive) => open(app, archive).await,
        Origin::Address(url) => address::gather(app, caller, url).await,
    }
}

/// Says what is wrong with an archive, if anything is, before anybody waits for its import.
pub async fn check(app: &App, archive: &Archive) -> Result<(), Problem> {
    open(app, archive).await.map(drop)
}

/// Reads a pack in an archive that is among the files.
pub(super) async fn open(app: &App, archive: &Archive) -> Result<Gathered, Problem> {
    let source = app.files.open_seekable(&archive.sha256, archive.size).await?;
    let read = spawn_blocking(move || import::read(source)).await;
    let read = read.map_err(|error| Problem::Files(std::io::Error::other(error).into()))?;
    let (import, opened) = read.map_err(|error| match error {
        Refused::Archive(archive::Refused::Unreadable(error)) => Problem::Files(error.into()),
        error => refused(&error),
    })?;
    let title = archive.name.as_deref().map(|name| stem(name).to_owned());
    Ok(Gathered { import, archive: Some(opened), title })
}

/// The name of an archive without its folder and ending.
pub(super) fn stem(name: &str) -> &str {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = [".zip", ".mrpack", ".jar"].iter().find_map(|ending| {
        let start = name.len().checked_sub(ending.len())?;
        name.get(start..)?.eq_ignore_ascii_case(ending).then(|| &name[..start])
    });
    stem.unwrap_or(name)
}
