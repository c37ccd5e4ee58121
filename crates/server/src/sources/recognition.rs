//! Recognising files: which project's version they are, told by what they hash to.

use std::time::Duration;

use kleister_formats::sources::{File, Project, Version};
use kleister_types::sources::Source;
use tokio::time::timeout;

use super::{Client, Unavailable, curseforge, modrinth};
use crate::App;

/// How long sources may take, all in all: nobody waits longer for what he can do without.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many files are asked about by one question.
const AT_ONCE: usize = 500;

/// What a file hashes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The SHA-512, in lower-case hexadecimal.
    pub sha512: String,
    /// `CurseForge`'s fingerprint, where it was computed ([`kleister_files::murmur2`]).
    pub fingerprint: Option<u32>,
}

/// What a source knows of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The source.
    pub source: Source,
    /// The project.
    pub project: Project,
    /// The version.
    pub version: Version,
    /// The file.
    pub file: File,
}

impl Match {
    /// Whether the author lets others hand the file out; nothing where nobody says so.
    pub fn redistribution(&self) -> Option<bool> {
        if self.file.address.is_none() { Some(false) } else { self.project.redistribution }
    }
}

/// What the sources know of files, in their order: of each file nothing, or what one or both of them say.
///
/// It takes a few seconds at the most. A source that does not answer, or that the operator does not want asked, knows
/// nothing; the log says why.
pub async fn recognise(app: &App, user: &str, files: &[Known]) -> Vec<Vec<Match>> {
    let mut found = vec![Vec::new(); files.len()];
    if files.is_empty() || !app.outbound.is_enabled() {
        return found;
    }
    let (modrinth, curseforge) = tokio::join!(
        patiently(Source::Modrinth, at_modrinth(app, user, files)),
        patiently(Source::Curseforge, at_curseforge(app, user, files)),
    );
    for (place, known) in modrinth.into_iter().chain(curseforge) {
        found[place].push(known);
    }
    found
}

/// Waits for a source as long as it may take.
async fn patiently<T: Default>(source: Source, work: impl Future<Output = Result<T, Unavailable>>) -> T {
    let why = match timeout(PATIENCE, work).await {
        Ok(Ok(found)) => return found,
        // What is not set is meant to be not asked.
        Ok(Err(Unavailable::NotSet(..))) => return T::default(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "it takes too long".to_owned(),
    };
    tracing::warn!(source = source.as_str(), why, "files are not recognised");
    T::default()
}

type Placed = Vec<(usize, Match)>;

async fn at_modrinth(app: &App, user: &str, files: &[Known]) -> Result<Placed, Unavailable> {
    let client = Client::new(app, user, Source::Modrinth)?;
    let hashes: Vec<&str> = files.iter().map(|file| file.sha512.as_str()).collect();
    let mut found = Vec::new();
    for (round, hashes) in hashes.chunks(AT_ONCE).enumerate() {
        let matches = modrinth::matches(&client, hashes).await?;
        for (place, hash) in hashes.iter().enumerate() {
            let Some(version) = matches.get(*hash) else { continue };
            let is_it = |file: &&File| file.sha512.as_deref() == Some(hash);
            if let Some(file) = version.files.iter().find(is_it).cloned() {
                found.push((round * AT_ONCE + place, version.clone(), file));
            }
        }
    }
    with_projects(&client, found).await
}

async fn at_curseforge(app: &App, user: &str, files: &[Known]) -> Result<Placed, Unavailable> {
    let client = Client::new(app, user, Source::Curseforge)?;
    let known: Vec<(usize, u32)> =
        files.iter().enumerate().filter_map(|(place, file)| Some((place, file.fingerprint?))).collect();
    let mut found = Vec::new();
    for known in known.chunks(AT_ONCE) {
        let fingerprints: Vec<u32> = known.iter().map(|(_, fingerprint)| *fingerprint).collect();
        let matches = curseforge::matches(&client, &fingerprints).await?;
        for (place, fingerprint) in known {
            let Some(version) = matches.get(fingerprint) else { continue };
            if let Some(file) = version.files.first().cloned() {
                found.push((*place, version.clone(), file));
            }
        }
    }
    with_projects(&client, found).await
}

/// Adds the projects, and leaves out what has none: it was taken down.
async fn with_projects(client: &Client, found: Vec<(usize, Version, File)>) -> Result<Placed, Unavailable> {
    let mut ids: Vec<String> = found.iter().map(|(_, version, _)| version.project.clone()).collect();
    ids.sort();
    ids.dedup();
    let projects = client.projects(&ids).await?;
    let placed = found.into_iter().filter_map(|(place, version, mut file)| {
        let project = projects.get(&version.project)?.clone();
        if project.redistribution == Some(false) {
            file.address = None;
        }
        Some((place, Match { source: client.source, project, version, file }))
    });
    Ok(placed.collect())
}
