//! What is in the zip of a Solder: files of the instance, or a loader, and what the jars among them say.

use std::io::{Cursor, Read, Seek};

use bytes::Bytes;
use kleister_formats::archive::{Archive, Entry, Rules};
use kleister_formats::solder::{Bound, bound};
use kleister_formats::{InstancePath, archive};
use kleister_store::Caller;
use kleister_store::facts::Facts;
use kleister_store::rows::{blob, blob_description};
use kleister_store::solder::Unpacked;
use kleister_store::solder::old::OldVersion;
use kleister_types::mods::Kind;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use crate::App;
use crate::api::upload;
use crate::jars::{self, Reading};
use crate::problem::Problem;

/// How much is unpacked at a time, in bytes, and how many such pieces may wait to be written.
const CHUNK: usize = 256 << 10;
const WAITING: usize = 4;
/// The largest profile of a loader, and the largest jar of one, in bytes.
const PROFILE: u64 = 4 << 20;
const LOADER: u64 = 64 << 20;
/// The loaders that a Solder may note of a version.
const LOADERS: [&str; 5] = ["forge", "neoforge", "fabric", "quilt", "liteloader"];

/// A zip with what is in it.
#[derive(Clone, Debug)]
pub(super) struct Zip {
    /// The bytes.
    pub(super) unpacked: Unpacked,
    /// The loader that it brings, if it is a loader's package.
    pub(super) loader: Option<Bound>,
    /// What could not be told of what is in it, in words. It is handed out as it is all the same.
    pub(super) notes: Vec<String>,
}

/// A file of a zip: its path, the path for comparing, and its bytes.
type File = (String, String, blob::Model);

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

/// Unpacks a zip into blobs, and reads what the jars in it say. One that cannot be trusted is kept closed, and only readers
/// of Solder get what is in it. `games` are the releases of Minecraft that this server knows.
pub(super) async fn unpack(app: &App, zip: blob::Model, old: &OldVersion, games: &[String]) -> Result<Zip, Problem> {
    let (mut files, read) = files(app, &zip).await?;
    let mut notes = Vec::new();
    let loader = read.unwrap_or_else(|refused| {
        files.clear();
        notes.push(format!("what is in its zip cannot be told: {refused}"));
        None
    });
    let kind = kind(&mut files, old.kind);
    let mut told = Told { facts: Facts { kind, ..Facts::default() }, descriptions: Vec::new(), notes };
    for (at, file) in files.iter().enumerate().filter(|(_, (_, path, _))| is_read(path)) {
        told.read(app, file, at == 0, games).await?;
    }
    let Told { mut facts, descriptions, mut notes } = told;
    notes.extend(add(&mut facts, old, &files));
    Ok(Zip { unpacked: Unpacked { zip, kind, files, facts, descriptions }, loader, notes })
}

/// The files of a zip, as blobs, and the loader in it, or why it was not read to its end.
async fn files(app: &App, zip: &blob::Model) -> Result<(Vec<File>, Result<Option<Bound>, archive::Refused>), Problem> {
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
                let blob = upload::row(upload.finish().await?, &Caller::Anonymous, app.clock.now());
                files.push((path.to_string(), path.key(), blob));
            }
        }
    }
    let read = reading.await.map_err(|error| kleister_files::Error::Io(error.into()))?;
    Ok((files, read))
}

/// What the files of a zip say.
struct Told {
    facts: Facts,
    descriptions: Vec<blob_description::Model>,
    notes: Vec<String>,
}

impl Told {
    /// Reads a file. What the one says that the version is all about is what is known of the version; of those in a
    /// bundle only the loaders count.
    async fn read(
        &mut self,
        app: &App,
        (path, _, blob): &File,
        is_first: bool,
        games: &[String],
    ) -> Result<(), Problem> {
        let (reading, description) = jars::read_new(app, blob).await?;
        self.descriptions.push(description);
        let name = path.rsplit('/').next().unwrap_or(path);
        let jar = match reading {
            Reading::Read(jar) => jar,
            Reading::Refused(why) => {
                self.notes.push(format!("`{name}` in its zip does not say what it is: {why}"));
                return Ok(());
            }
        };
        let read = jars::facts(&jar, name, games);
        let kind = self.facts.kind;
        if kind == Kind::Bundle {
            self.facts.loaders.extend(read.loaders);
            self.facts.loaders.sort();
            self.facts.loaders.dedup();
        } else if is_first {
            self.facts = Facts { kind, ..read };
        }
        Ok(())
    }
}

/// Adds what the Solder noted and the jar does not say; tells where both do not agree.
fn add(facts: &mut Facts, old: &OldVersion, files: &[File]) -> Option<String> {
    if facts.minecrafts.is_empty() {
        facts.minecrafts.clone_from(&old.minecrafts);
    }
    if facts.loaders.is_empty() {
        facts.loaders.extend(old.loader.clone().filter(|loader| LOADERS.contains(&loader.as_str())));
    }
    let (noted, (path, _, jar)) = old.jar_md5.as_ref().zip(files.first())?;
    (*noted != jar.md5 && facts.kind == Kind::Mod)
        .then(|| format!("the Solder notes the MD5 {noted} of the jar in it, but that of `{path}` is {}", jar.md5))
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

/// What a zip with these files is: a mod if it holds one jar, be it with its settings; something else if it holds one of
/// that; else a bundle. The file that it is about comes first.
fn kind(files: &mut [File], said: Option<Kind>) -> Kind {
    if let [(_, path, _)] = files {
        return kind_of(path).unwrap_or(Kind::Bundle);
    }
    let mods = files.iter().filter(|(_, path, _)| kind_of(path) == Some(Kind::Mod)).count();
    let is_setting = |path: &str| path.starts_with("config/");
    let only_settings = files.iter().all(|(_, path, _)| kind_of(path) == Some(Kind::Mod) || is_setting(path));
    if mods != 1 || !(only_settings || said == Some(Kind::Mod)) {
        return Kind::Bundle;
    }
    files.sort_by_key(|(_, path, _)| kind_of(path) != Some(Kind::Mod));
    Kind::Mod
}

/// What a file is by its place; nothing where any file may lie there.
fn kind_of(path: &str) -> Option<Kind> {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    match path.split('/').next() {
        Some("mods" | "coremods") if ["jar", "litemod", "zip"].contains(&extension) => Some(Kind::Mod),
        Some("resourcepacks") if extension == "zip" => Some(Kind::Resourcepack),
        Some("shaderpacks") if extension == "zip" => Some(Kind::Shader),
        Some("datapacks") if extension == "zip" => Some(Kind::Datapack),
        _ => None,
    }
}

/// Whether a file at this place says something about itself.
fn is_read(path: &str) -> bool {
    kind_of(path).is_some()
}
