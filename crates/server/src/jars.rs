//! What jars say about themselves: read once for each file, kept, and asked for from anywhere.

mod facts;
mod games;

use std::collections::HashMap;
use std::sync::Arc;

use futures::{StreamExt, stream};
use kleister_formats::jar::{self, Jar, Refused};
use kleister_store::rows::{blob, blob_description};
use kleister_store::versions::ReadFile;
use kleister_store::{descriptions, loaders};
use kleister_types::loaders::Search;
use moka::sync::Cache;
use tokio::task::spawn_blocking;

pub use facts::facts;
pub use games::games;

use crate::App;
use crate::problem::Problem;

/// How many bytes of descriptions are kept in memory.
const CACHE: u64 = 32 << 20;
/// How many files are read at the same time.
const AT_ONCE: usize = 4;

/// What the content of archives is called that may be jars.
pub const ARCHIVES: [&str; 2] = ["application/zip", "application/java-archive"];
/// Why Minecraft's own jars are not taken.
pub const GAME: &str = "is Minecraft itself, Mojang's client or server, which nobody else may hand out; launchers and the \
                        installers of servers fetch it from Mojang, so leave it out";

/// What was read in a file.
#[derive(Clone, Debug)]
pub enum Reading {
    /// What it says about itself, though that may be nothing.
    Read(Arc<Jar>),
    /// Why it was not read to its end: it is no archive, or a dangerous one.
    Refused(Arc<str>),
}

/// Readings that were asked for lately; a clone has the same ones. What bytes say never changes.
#[derive(Clone, Debug)]
pub struct Readings(Cache<String, (Reading, u32)>);

impl Default for Readings {
    fn default() -> Self {
        let weigh = |key: &String, (_, length): &(Reading, u32)| *length + u32::try_from(key.len()).unwrap_or(0);
        Self(Cache::builder().max_capacity(CACHE).weigher(weigh).build())
    }
}

/// What these blobs say about themselves, by their SHA-256. Those that are not known, that are gone or damaged, or whose
/// archive was refused, are not among them.
pub async fn describe(app: &App, sha256s: &[String]) -> Result<HashMap<String, Arc<Jar>>, Problem> {
    let readings = readings(app, sha256s).await?;
    let read = readings.into_iter().filter_map(|(sha256, reading)| match reading {
        Reading::Read(jar) => Some((sha256, jar)),
        Reading::Refused(_) => None,
    });
    Ok(read.collect())
}

/// What these blobs say about themselves, by their SHA-256, or why each was refused: from memory, from the database in
/// one query, and what nobody has read yet from the blobs themselves.
pub async fn readings(app: &App, sha256s: &[String]) -> Result<HashMap<String, Reading>, Problem> {
    let held = sha256s.iter().filter_map(|sha256| Some((sha256.clone(), app.readings.0.get(sha256)?.0)));
    let mut known: HashMap<String, Reading> = held.collect();
    let missing: Vec<String> = sha256s.iter().filter(|sha256| !known.contains_key(*sha256)).cloned().collect();
    if missing.is_empty() {
        return Ok(known);
    }
    let db = app.db.read().await?;
    for row in descriptions::known(&db, &missing, revision()).await? {
        known.extend(remembered(app, &row).map(|reading| (row.sha256, reading)));
    }
    let unread: Vec<String> = missing.into_iter().filter(|sha256| !known.contains_key(sha256)).collect();
    let blobs = descriptions::blobs(&db, &unread).await?;
    drop(db);
    let read = stream::iter(blobs).map(|blob| async { (read(app, &blob).await, blob) }).buffer_unordered(AT_ONCE);
    let read: Vec<_> = read.collect().await;
    let mut rows = Vec::new();
    for (result, blob) in read {
        match result {
            Ok((reading, row)) => {
                rows.push(row);
                known.insert(blob.sha256, reading);
            }
            Err(error) => tracing::warn!(sha256 = blob.sha256, %error, "cannot read what a file says about itself"),
        }
    }
    keep(app, rows).await?;
    Ok(known)
}

/// What a new version's file tells of it, with the description to keep; nothing where it is no archive that is read.
pub async fn read_file(app: &App, blob: &blob::Model, name: &str) -> Result<Option<ReadFile>, Problem> {
    let (reading, description) = read_new(app, blob).await?;
    let Reading::Read(jar) = reading else { return Ok(None) };
    if jar.game {
        return Err(Problem::invalid("version", "upload", GAME));
    }
    let facts = facts(&jar, name, &known_games(app).await?);
    Ok(Some(ReadFile { facts, description }))
}

/// What there is to say about how a file was read, each a sentence.
pub fn notes(jar: &Jar) -> impl Iterator<Item = String> {
    jar.notes.iter().map(|note| match note.file.as_str() {
        "" => note.says.clone(),
        file => format!("{file}: {}", note.says),
    })
}

/// Whether a file whose row need not be there yet is Minecraft itself. One that cannot be read is not.
pub async fn is_game(app: &App, blob: &blob::Model) -> Result<bool, Problem> {
    if !ARCHIVES.contains(&blob.content_type.as_str()) {
        return Ok(false);
    }
    Ok(matches!(read_new(app, blob).await?.0, Reading::Read(jar) if jar.game))
}

/// The releases of Minecraft that this server knows, the oldest first.
pub async fn known_games(app: &App) -> Result<Vec<String>, Problem> {
    let rows = loaders::list(&app.db.read().await?, loaders::Kind::Minecraft, &Search::default()).await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// Reads a file whose row need not be there yet; whoever adds that adds the description with it.
pub async fn read_new(app: &App, blob: &blob::Model) -> Result<(Reading, blob_description::Model), Problem> {
    let known = descriptions::known(&app.db.read().await?, std::slice::from_ref(&blob.sha256), revision()).await?;
    match known.into_iter().find_map(|row| Some((remembered(app, &row)?, row))) {
        Some(known) => Ok(known),
        None => read(app, blob).await,
    }
}

fn revision() -> i32 {
    i32::try_from(jar::REVISION).unwrap_or(i32::MAX)
}

async fn keep(app: &App, rows: Vec<blob_description::Model>) -> Result<(), Problem> {
    if rows.is_empty() {
        return Ok(());
    }
    let write = app.db.write().await?;
    for row in rows {
        descriptions::keep(&*write, row).await?;
    }
    // Nothing held in memory tells anything of these rows but what they say.
    Ok(write.commit_addition().await?)
}

/// What a row says; nothing where it cannot be read, so that the blob is read again.
fn remembered(app: &App, row: &blob_description::Model) -> Option<Reading> {
    let text = row.document.as_deref().or(row.refusal.as_deref())?;
    let reading = match &row.document {
        Some(document) => Reading::Read(Arc::new(serde_json::from_str(document).ok()?)),
        None => Reading::Refused(text.into()),
    };
    remember(app, &row.sha256, &reading, text.len());
    Some(reading)
}

fn remember(app: &App, sha256: &str, reading: &Reading, length: usize) {
    // A document in memory takes several times the room of its text.
    let weight = u32::try_from(length.saturating_mul(3)).unwrap_or(u32::MAX);
    app.readings.0.insert(sha256.to_owned(), (reading.clone(), weight));
}

/// Reads a blob, on a thread where one may wait for the disk.
async fn read(app: &App, blob: &blob::Model) -> Result<(Reading, blob_description::Model), Problem> {
    let size = u64::try_from(blob.size).unwrap_or(0);
    let source = app.files.open_seekable(&blob.sha256, size).await?;
    let read = spawn_blocking(move || match jar::read(source, "") {
        Ok(jar) => Ok(Ok(jar)),
        Err(Refused::Unreadable(error)) => Err(error),
        Err(refused) => Ok(Err(refused.to_string())),
    });
    let failed = |error: std::io::Error| Problem::Files(error.into());
    let (reading, text) = match read.await.map_err(|error| failed(error.into()))?.map_err(failed)? {
        Ok(jar) => {
            let document = serde_json::to_string(&jar).map_err(|error| failed(error.into()))?;
            (Reading::Read(Arc::new(jar)), Ok(document))
        }
        Err(refusal) => (Reading::Refused(refusal.as_str().into()), Err(refusal)),
    };
    let (Ok(told) | Err(told)) = &text;
    remember(app, &blob.sha256, &reading, told.len());
    let row = descriptions::row(&blob.sha256, revision(), text, app.clock.now());
    Ok((reading, row))
}
