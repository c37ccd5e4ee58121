//! What is in the zip of a Solder: files of the instance, or a loader.

use std::io::{Cursor, Read, Seek};

use bytes::Bytes;
use kleister_formats::archive::{Archive, Entry, Rules};
use kleister_formats::solder::{Bound, bound};
use kleister_formats::{InstancePath, archive};
use kleister_store::rows::blob;
use kleister_store::solder::Unpacked;
use kleister_types::mods::Kind;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use crate::App;
use crate::api::upload;
use crate::problem::Problem;

/// How much is unpacked at a time, in bytes, and how many such pieces may wait to be written.
const CHUNK: usize = 256 << 10;
const WAITING: usize = 4;
/// The largest profile of a loader, and the largest jar of one, in bytes.
const PROFILE: u64 = 4 << 20;
const LOADER: u64 = 64 << 20;

/// A zip with what is in it.
#[derive(Clone, Debug)]
pub(super) struct Zip {
    /// The bytes.
    pub(super) unpacked: Unpacked,
    /// The loader that it brings, if it is a loader's package.
    pub(super) loader: Option<Bound>,
    /// Why not all that is in it could be told apart, if so. It is handed out as it is all the same.
    pub(super) note: Option<String>,
}

/// What stands in a zip before anything of it is unpacked.
struct Plan {
    files: Vec<(usize, InstancePath)>,
    loader: Option<Bound>,
}

/// A piece of what is unpacked.
enum Piece {
    Bytes(Bytes),
    End(InstancePath),
}

/// Unpacks a zip into blobs. One that cannot be trusted is kept closed, and only readers of Solder get what is in it.
pub(super) async fn unpack(app: &App, zip: blob::Model) -> Result<Zip, Problem> {
    let size = u64::try_from(zip.size).unwrap_or(0);
    let source = app.files.open_seekable(&zip.sha256, size).await?;
    let (sender, mut pieces) = mpsc::channel(WAITING);
    let reading = spawn_blocking(move || read(source, &sender));
    let (mut files, mut filling) = (Vec::new(), None);
    while let Some(piece) = pieces.recv().await {
        let mut upload = match filling.take() {
            Some(upload) => upload,
            None => app.files.upload(None, archive::ENTRY_LIMIT).await?,
        };
        match piece {
            Piece::Bytes(bytes) => {
                upload.write(bytes).await?;
                filling = Some(upload);
            }
            Piece::End(path) => {
                let blob = upload::row(upload.finish().await?, app.clock.now());
                files.push((path.to_string(), path.key(), blob));
            }
        }
    }
    let read = reading.await.map_err(|error| kleister_files::Error::Io(error.into()))?;
    let (loader, note) = match read {
        Ok(loader) => (loader, None),
        Err(refused) => {
            files.clear();
            (None, Some(refused.to_string()))
        }
    };
    let kind = kind(&files);
    Ok(Zip { unpacked: Unpacked { zip, kind, files }, loader, note })
}

/// Reads a zip to its end, and gives the loader in it.
fn read(source: impl Read + Seek, pieces: &mpsc::Sender<Piece>) -> Result<Option<Bound>, archive::Refused> {
    let mut archive = Archive::open(source, Rules::Pack)?;
    let Plan { files, loader } = plan(&mut archive)?;
    for (index, path) in files {
        let mut content = archive.stream(index)?;
        loop {
            let mut chunk = vec![0; CHUNK];
            let read = content.read(&mut chunk)?;
            if read == 0 {
                break;
            }
            chunk.truncate(read);
            if pieces.blocking_send(Piece::Bytes(chunk.into())).is_err() {
                return Ok(loader);
            }
        }
        if pieces.blocking_send(Piece::End(path)).is_err() {
            return Ok(loader);
        }
    }
    Ok(loader)
}

/// Which entries are files of the instance. What lies in `bin` is the launcher's, and it lets nothing into `cache`.
fn plan<R: Read + Seek>(archive: &mut Archive<R>) -> Result<Plan, archive::Refused> {
    let is_kept = |entry: &Entry<'_>| !entry.is_folder && !["bin/", "cache/"].iter().any(|at| is_below(entry.path, at));
    let files = archive.entries().filter(is_kept);
    let files = files.filter_map(|entry| Some((entry.index, entry.path.parse().ok()?))).collect();
    let loader = match archive.find("bin/version.json").map(|entry| entry.index) {
        Some(index) => bound(&String::from_utf8_lossy(&archive.read(index, PROFILE)?)),
        None => match archive.find("bin/modpack.jar").map(|entry| entry.index) {
            Some(index) => loader_of(archive.read(index, LOADER)?),
            None => None,
        },
    };
    Ok(Plan { files, loader })
}

/// The loader whose universal jar or installer this is.
fn loader_of(jar: Vec<u8>) -> Option<Bound> {
    let mut jar = Archive::open(Cursor::new(jar), Rules::Jar).ok()?;
    let index = jar.find("version.json")?.index;
    bound(&String::from_utf8_lossy(&jar.read(index, PROFILE).ok()?))
}

fn is_below(path: &str, folder: &str) -> bool {
    path.get(..folder.len()).is_some_and(|start| start.eq_ignore_ascii_case(folder))
}

/// What a zip with these files is: a mod if it holds one jar, something else if it holds one of that, else a bundle.
fn kind(files: &[(String, String, blob::Model)]) -> Kind {
    let [(_, path, _)] = files else { return Kind::Bundle };
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    match path.split('/').next() {
        Some("mods" | "coremods") if ["jar", "litemod", "zip"].contains(&extension) => Kind::Mod,
        Some("resourcepacks") if extension == "zip" => Kind::Resourcepack,
        Some("shaderpacks") if extension == "zip" => Kind::Shader,
        Some("datapacks") if extension == "zip" => Kind::Datapack,
        _ => Kind::Bundle,
    }
}
