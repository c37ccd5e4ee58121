//! What Modrinth and CurseForge know of files on their way in: asked once, when they come.

use std::collections::HashMap;

use futures::{StreamExt, stream};
use kleister_formats::jar::{self, Jar};
use kleister_store::Caller;
use kleister_store::arrivals::Source;
use kleister_store::facts::{Facts, Identity, called};
use kleister_store::intakes::{self, New};
use kleister_store::rows::{blob, intake, module};
use kleister_types::intake::{Recognised, RecognisedDependency};
use serde::{Deserialize, Serialize};

use super::Ready;
use crate::problem::Problem;
use crate::sources::recognition::off;
use crate::sources::{Known, Match, facts, recognise, wire};
use crate::{App, fingerprints};

/// How many files are hashed at the same time.
const AT_ONCE: usize = 4;

/// What was found out about a file when it came.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Recognition {
    /// Where it is known, and as what.
    matches: Vec<Match>,
    /// Why somebody was not asked.
    not_asked: Vec<String>,
}

/// Asks about all files at once, and notes what is said of each. It never fails for what others do.
pub async fn look_up(app: &App, caller: &Caller, files: &mut [New]) -> Result<(), Problem> {
    let usable = files.iter_mut().filter(|file| file.refusal.is_none());
    let (mut blobs, mut places) = (Vec::new(), Vec::new());
    for New { kept, recognition, .. } in usable {
        if let Some((blob, _)) = kept {
            blobs.push(blob);
            places.push(recognition);
        }
    }
    for (place, said) in places.into_iter().zip(ask(app, caller, &mut blobs).await?) {
        *place = serde_json::to_string(&said).ok();
    }
    Ok(())
}

/// Asks who knows these bytes, about all of them at once, and gives what is said of each in their order. Their fingerprints
/// are found on the way, where somebody is told of them. It never fails for what others do.
pub async fn ask(app: &App, caller: &Caller, blobs: &mut [&mut blob::Model]) -> Result<Vec<Recognition>, Problem> {
    let user = &caller.signed_in()?.id;
    find_fingerprints(app, blobs).await;
    let known = blobs.iter().map(|blob| {
        let fingerprint = blob.murmur2.as_ref().and_then(|fingerprint| fingerprint.parse().ok());
        Known { sha512: blob.sha512.clone(), sha1: blob.sha1.clone(), fingerprint }
    });
    let said = recognise(app, user, &known.collect::<Vec<_>>()).await;
    let not_asked = said.not_asked;
    let files = said.files.into_iter();
    Ok(files.map(|matches| Recognition { matches, not_asked: not_asked.clone() }).collect())
}

/// Finds the fingerprints of blobs, if there is somebody to be told of them.
async fn find_fingerprints(app: &App, blobs: &mut [&mut blob::Model]) {
    let upstream = &app.config.upstream;
    if off(app).is_some() || upstream.curseforge.is_empty() || upstream.curseforge_key.shown().is_empty() {
        return;
    }
    let asked: Vec<(usize, blob::Model)> = blobs.iter().map(|blob| (**blob).clone()).enumerate().collect();
    let found = stream::iter(asked).map(|(place, blob)| async move { (place, fingerprints::of(app, &blob).await) });
    let found: Vec<(usize, Option<u32>)> = found.buffer_unordered(AT_ONCE).collect().await;
    for (place, fingerprint) in found {
        if let Some(fingerprint) = fingerprint {
            blobs[place].murmur2 = Some(fingerprint.to_string());
        }
    }
}

/// The fingerprints of files, as far as they were found.
pub(super) fn fingerprints_of(files: &[New]) -> Vec<(String, u32)> {
    let blobs = files.iter().filter_map(|file| file.kept.as_ref());
    blobs.filter_map(|(blob, _)| Some((blob.sha256.clone(), blob.murmur2.as_ref()?.parse().ok()?))).collect()
}

/// What was found out about these files, in their order.
pub(super) async fn remembered(app: &App, rows: &[&intake::Model]) -> Result<Vec<Recognition>, Problem> {
    let mut said = intakes::recognitions(&app.db.read().await?, rows).await?;
    let read = |row: &&intake::Model| {
        // What an older server wrote may not be read any more; then nothing is known.
        said.remove(&row.id).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    };
    Ok(rows.iter().map(read).collect())
}

impl Recognition {
    /// Completes what a file says about itself. Its own word counts first, then what is said here, then what its name
    /// seems to say.
    pub(crate) fn complete(&self, facts: &mut Facts, jar: &Jar) {
        if let Some(Match { project, version, .. }) = self.matches.first() {
            let told = jar.mods.first();
            if told.is_none_or(|it| it.name.is_none()) {
                facts.title = Some(project.name.clone());
            }
            if told.is_none_or(|it| it.number.is_none() || it.unexpanded) {
                facts.number = Some(version.number.clone());
            }
            if let (jar::Kind::Unknown, Some(kind)) = (jar.kind, project.kind) {
                facts.kind = wire::kind(kind);
            }
        }
        for Match { project, version, .. } in &self.matches {
            facts::complete(facts, project, version);
        }
    }

    /// Where else the file is to be had.
    pub(crate) fn sources(&self) -> impl Iterator<Item = Source> {
        self.matches.iter().map(|known| Source {
            kind: known.source.as_str().to_owned(),
            address: known.file.address.clone(),
            project: Some(known.project.id.clone()),
            file: Some(known.version.id.clone()),
        })
    }

    /// Whether its author lets others hand it out, where somebody says so.
    pub(crate) fn redistribution(&self) -> Option<bool> {
        self.matches.iter().find_map(Match::redistribution)
    }

    /// What is said of it, for its user.
    pub(super) fn wire(&self, here: &Here) -> Vec<Recognised> {
        let one = |known: &Match| Recognised {
            source: known.source,
            project: wire::project(known.source, known.project.clone()),
            version: {
                let files = vec![known.file.clone()];
                wire::version(kleister_formats::sources::Version { files, ..known.version.clone() })
            },
            dependencies: known
                .needs
                .iter()
                .map(|(need, project)| {
                    let module = here.0.get(&Identity::new(known.source.as_str(), &*project.id));
                    RecognisedDependency {
                        kind: wire::need(*need).to_owned(),
                        project: wire::project(known.source, project.clone()),
                        mod_id: module.map(|module| module.id.clone()),
                        mod_slug: module.map(|module| module.slug.clone()),
                    }
                })
                .collect(),
        };
        self.matches.iter().map(one).collect()
    }

    /// Why somebody was not asked, each a sentence.
    pub(crate) fn not_asked(&self) -> Vec<String> {
        self.not_asked.iter().map(|why| sentence(why)).collect()
    }
}

/// Mods that are here, by what they are called elsewhere.
#[derive(Debug, Default)]
pub(super) struct Here(HashMap<Identity, module::Model>);

impl Here {
    /// The mods, which the caller sees, that recognised files have to do with.
    pub(super) async fn find(app: &App, caller: &Caller, ready: &[Ready]) -> Result<Self, Problem> {
        let matches = ready.iter().flat_map(|ready| &ready.recognition.matches);
        let needed = matches.flat_map(|known| known.needs.iter().map(|(_, project)| (known.source, &project.id)));
        let needed: Vec<Identity> = needed.map(|(source, id)| Identity::new(source.as_str(), id.as_str())).collect();
        Ok(Self(called(&app.db.read().await?, caller, &needed).await?))
    }
}

/// A text as a sentence.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
