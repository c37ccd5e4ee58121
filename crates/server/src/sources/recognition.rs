//! Recognising files: which project's version they are, told by what they hash to.

use std::time::Duration;

use kleister_formats::sources::{File, Need, Project, Version};
use kleister_types::sources::Source;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use super::{Client, Unavailable, curseforge, modrinth};
use crate::App;

/// How long sources may take, all in all: nobody waits longer for what he can do without.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many other projects are told of each version.
const NEEDS: usize = 100;
/// How many files are asked about by one question.
const AT_ONCE: usize = 500;

/// What a file hashes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The SHA-512, in lower-case hexadecimal.
    pub sha512: String,
    /// The SHA-1, likewise: fingerprints of 32 bits are too short to tell every two files apart.
    pub sha1: String,
    /// `CurseForge`'s fingerprint, where it was computed ([`kleister_files::murmur2`]).
    pub fingerprint: Option<u32>,
}

/// What a source knows of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The source.
    pub source: Source,
    /// The project.
    pub project: Project,
    /// The version.
    pub version: Version,
    /// The file.
    pub file: File,
    /// The other projects that the version has to do with, as far as the source names them.
    pub needs: Vec<(Need, Project)>,
}

/// What the sources know of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recognition {
    /// Of each file nothing, or what one or both of them say, in their order.
    pub files: Vec<Vec<Match>>,
    /// Why one was not asked or did not answer, each a sentence without its full stop.
    pub not_asked: Vec<String>,
}

impl Match {
    /// Whether the author lets others hand the file out; nothing where nobody says so.
    pub fn redistribution(&self) -> Option<bool> {
        if self.file.address.is_none() { Some(false) } else { self.project.redistribution }
    }
}

/// What the sources know of files, each asked about all of them at once.
///
/// It takes a few seconds at the most. A source that does not answer, or that the operator does not want asked, knows
/// nothing.
pub async fn recognise(app: &App, user: &str, files: &[Known]) -> Recognition {
    let mut found = Recognition { files: vec![Vec::new(); files.len()], not_asked: Vec::new() };
    if files.is_empty() {
        return found;
    }
    if let Some(setting) = off(app) {
        found.not_asked.push(format!("no place is asked whether it knows the file: {setting} is switched off"));
        return found;
    }
    let (modrinth, curseforge) = tokio::join!(
        patiently(Source::Modrinth, at_modrinth(app, user, files)),
        patiently(Source::Curseforge, at_curseforge(app, user, files)),
    );
    for answer in [modrinth, curseforge] {
        match answer {
            Ok(matches) => matches.into_iter().for_each(|(place, known)| found.files[place].push(known)),
            Err(why) => found.not_asked.push(why),
        }
    }
    found
}

/// The setting by which the operator has it that nobody is asked.
pub fn off(app: &App) -> Option<&'static str> {
    let settings =
        [("`upstream.enabled`", app.outbound.is_enabled()), ("`upstream.recognise`", app.config.upstream.recognise)];
    settings.into_iter().find_map(|(name, is_on)| (!is_on).then_some(name))
}

/// Waits for a source as long as it may take; otherwise says why it is not waited for.
async fn patiently<T>(source: Source, work: impl Future<Output = Result<T, Unavailable>>) -> Result<T, String> {
    let why = match timeout(PATIENCE, work).await {
        Ok(Ok(found)) => return Ok(found),
        // What is not set is meant to be not asked.
        Ok(Err(error @ Unavailable::NotSet(..))) => return Err(error.to_string()),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("{} takes too long to answer", source.title()),
    };
    tracing::warn!(source = source.as_str(), why, "files are not recognised");
    Err(why)
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
    let known: Vec<(usize, u32, &str)> = files
        .iter()
        .enumerate()
        .filter_map(|(place, file)| Some((place, file.fingerprint?, file.sha1.as_str())))
        .collect();
    let mut found = Vec::new();
    for known in known.chunks(AT_ONCE) {
        let fingerprints: Vec<u32> = known.iter().map(|(_, fingerprint, _)| *fingerprint).collect();
        let matches = curseforge::matches(&client, &fingerprints).await?;
        for (place, fingerprint, sha1) in known {
            let Some(version) = matches.get(fingerprint) else { continue };
            let is_it = |file: &&File| file.sha1.as_deref().is_none_or(|told| told == *sha1);
            if let Some(file) = version.files.first().filter(is_it).cloned() {
                found.push((*place, version.clone(), file));
            }
        }
    }
    with_projects(&client, found).await
}

/// Adds the projects, those that versions have to do with too, and leaves out what has none: it was taken down.
async fn with_projects(client: &Client, found: Vec<(usize, Version, File)>) -> Result<Placed, Unavailable> {
    let needed = |version: &Version| {
        let needed = version.dependencies.iter().filter_map(|it| Some((it.kind, it.project.clone()?)));
        needed.take(NEEDS).collect::<Vec<_>>()
    };
    let others = found.iter().flat_map(|(_, version, _)| needed(version)).map(|(_, project)| project);
    let mut ids: Vec<String> = found.iter().map(|(_, version, _)| version.project.clone()).chain(others).collect();
    ids.sort();
    ids.dedup();
    let projects = client.projects(&ids).await?;
    let placed = found.into_iter().filter_map(|(place, mut version, mut file)| {
        let project = projects.get(&version.project)?.clone();
        if project.redistribution == Some(false) {
            file.address = None;
        }
        let needs = needed(&version).into_iter().filter_map(|(kind, id)| Some((kind, projects.get(&id)?.clone())));
        let needs = needs.collect();
        // The one file is told beside it.
        (version.files, version.changelog) = (Vec::new(), None);
        Some((place, Match { source: client.source, project, version, file, needs }))
    });
    Ok(placed.collect())
}
