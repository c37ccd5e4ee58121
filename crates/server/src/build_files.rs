//! Archives whose files become a build's own: unpacked into the files first, so that all their rows come in one write.

use std::collections::HashMap;

use kleister_files::Blob;
use kleister_formats::InstancePath;
use kleister_formats::archive;
use kleister_formats::import::{Found, LeftOut, Part, Refused, read_part};
use kleister_store::build_files::{self, NewFile};
use kleister_store::rows::{blob, build};
use kleister_store::{Caller, Write};
use kleister_types::build_files::{ArchiveSettings, FilesChanged};
use kleister_types::imports::ImportNote;
use tokio::task::spawn_blocking;

use crate::api::upload::row;
use crate::imports::unpack::{Wanted, unpack};
use crate::problem::Problem;
use crate::{App, jars, uploads};

/// Where the files of an archive come from and go to.
pub struct Places {
    /// The folder of the archive that they are in; none for all of it.
    strip: Option<InstancePath>,
    /// The folder of the instance that they go into; none for the game folder itself.
    folder: Option<InstancePath>,
}

/// An archive whose files are kept.
pub struct Unpacked {
    files: Vec<(InstancePath, blob::Model)>,
    left_out: Vec<LeftOut>,
}

impl Places {
    /// The places that settings name, which may end in `/`.
    pub fn of(settings: &ArchiveSettings) -> Result<Self, Problem> {
        build_files::check(&settings.settings)?;
        let parse = |field: &str, text: Option<&String>| {
            let text = text.map(|text| text.strip_suffix('/').unwrap_or(text)).filter(|text| !text.is_empty());
            let parsed = text.map(str::parse::<InstancePath>).transpose();
            parsed.map_err(|reason| Problem::invalid("file", field, reason.to_string()))
        };
        Ok(Self { strip: parse("strip", settings.strip.as_ref())?, folder: parse("folder", settings.folder.as_ref())? })
    }
}

/// Keeps the files of an archive that lies among the files, if its sender may have so many bytes and none of them is
/// Minecraft itself.
pub async fn unpacked(app: &App, caller: &Caller, archive: &Blob, places: &Places) -> Result<Unpacked, Problem> {
    let source = app.files.open_seekable(&archive.sha256, archive.size).await?;
    let (strip, folder) = (places.strip.clone(), places.folder.clone());
    let read = spawn_blocking(move || read_part(source, strip.as_ref(), folder.as_ref())).await;
    let read = read.map_err(|error| Problem::Files(std::io::Error::other(error).into()))?;
    let Part { files, left_out, archive } = read.map_err(|error| match error {
        Refused::Archive(archive::Refused::Unreadable(error)) => Problem::Files(error.into()),
        error => Problem::invalid("file", "file", error.to_string()),
    })?;
    if files.is_empty() {
        return Err(Problem::invalid("file", "file", nothing(places, &left_out)));
    }
    let wanted = |(number, found): (usize, &Found)| match found.place {
        kleister_formats::import::Place::Inside(entry) => Some(Wanted { entry, number, size: found.size.unwrap_or(0) }),
        _ => None,
    };
    let wanted: Vec<Wanted> = files.iter().enumerate().filter_map(wanted).collect();
    uploads::check_room(app, caller, wanted.iter().map(|wanted| wanted.size).sum()).await?;
    let mut kept: HashMap<usize, Blob> = unpack(app, archive, wanted, "file", |_, _| {}).await?.into_iter().collect();
    let now = app.clock.now();
    let with_blob = |(number, found): (usize, Found)| Some((found.path, row(kept.remove(&number)?, caller, now)));
    let files: Vec<_> = files.into_iter().enumerate().filter_map(with_blob).collect();
    refuse_game(app, &files).await?;
    Ok(Unpacked { files, left_out })
}

/// Refuses an archive that has Minecraft itself in it.
async fn refuse_game(app: &App, files: &[(InstancePath, blob::Model)]) -> Result<(), Problem> {
    for (path, blob) in files {
        if jars::is_game(app, blob).await? {
            return Err(Problem::invalid("file", "file", format!("has `{path}`, which {}", jars::GAME)));
        }
    }
    Ok(())
}

/// Why an archive has no file to take: emptying a folder by an archive that was packed wrongly is not what is meant.
fn nothing(places: &Places, left_out: &[LeftOut]) -> String {
    match (&places.strip, left_out.first()) {
        (Some(strip), _) => format!("has no file in `{strip}` that goes into a build"),
        (None, Some(left)) => format!("has no file that goes into a build; `{}`: {}", left.what, left.why),
        (None, None) => "has no files".to_owned(),
    }
}

/// Gives a draft the files of an archive, in place of all that it has in their folder where that is wanted.
pub async fn put(
    app: &App,
    write: &Write,
    build: &build::Model,
    unpacked: Unpacked,
    (settings, places): (&ArchiveSettings, &Places),
) -> Result<FilesChanged, Problem> {
    let now = app.clock.now();
    let file = |(path, blob): (InstancePath, blob::Model)| NewFile {
        path: path.to_string(),
        path_key: path.key(),
        blob,
        settings: settings.settings.clone(),
    };
    let folder = places.folder.as_ref().map(|folder| format!("{}/", folder.key())).unwrap_or_default();
    let replace = settings.replace.unwrap_or(false);
    let within = |key: &str| replace && key.starts_with(&folder);
    let files = unpacked.files.into_iter().map(file).collect();
    let mut changed = build_files::put(&**write, build, files, within, now).await?;
    let note = |left: LeftOut| ImportNote { what: left.what, why: left.why };
    changed.left_out = unpacked.left_out.into_iter().map(note).collect();
    Ok(changed)
}
