//! Which releases of Minecraft and of its loaders there are, as those who make them publish it.
//!
//! Each function takes one document as it was fetched and gives the releases in it, each once. What comes from elsewhere
//! may be anything: a document that is not of its kind, that lists nothing or far too much is refused as a whole; an
//! entry that cannot be a release's name is left out.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;

use crate::Error;

/// The longest name of a release, in characters.
const NAME: usize = 64;
/// The most releases that a list may hold; the longest real one has some 5,000.
const RELEASES: usize = 20_000;
/// The most pairs of a loader's release and a release of Minecraft; the longest real list has some 10,000.
const PAIRS: usize = 200_000;

/// A release as its upstream lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Its name: 1 to 64 characters of `A-Z a-z 0-9 . _ + -`.
    pub name: String,
    /// When it was released, as the document has it, where it does.
    pub released: Option<String>,
    /// The one release of Minecraft that it is made for, where it is made for one.
    pub minecraft: Option<String>,
    /// The releases of Minecraft that it runs on, where upstream says so.
    pub runs_on: BTreeSet<String>,
}

/// Reads Mojang's `version_manifest_v2.json`: the finished releases, no snapshots and nothing from before them.
pub fn minecraft(document: &[u8]) -> Result<Vec<Listed>, Error> {
    #[derive(Deserialize)]
    struct Manifest {
        versions: Vec<Version>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Version {
        id: String,
        r#type: String,
        release_time: Option<String>,
    }
    let manifest: Manifest = json(document)?;
    let finished = manifest.versions.into_iter().filter(|version| version.r#type == "release");
    listing(finished.map(|it| Listed { name: it.id, released: it.release_time, ..Listed::default() }))
}

/// Reads Forge's `maven-metadata.json`, which has a list for each release of Minecraft, or its `maven-metadata.xml`.
///
/// Both name a release `<minecraft>-<forge>`, some with a branch behind; everybody else calls it by the middle part.
pub fn forge(document: &[u8]) -> Result<Vec<Listed>, Error> {
    let full_names = if document.trim_ascii_start().starts_with(b"{") {
        json::<BTreeMap<String, Vec<String>>>(document)?.into_values().flatten().collect()
    } else {
        maven(document)?
    };
    listing(full_names.iter().filter_map(|full_name| {
        let mut parts = full_name.split('-');
        let (game, name) = (parts.next()?, parts.next()?);
        // Forge writes `1.7.10_pre4` for what Mojang calls `1.7.10-pre4`.
        Some(made_for(name, Some(game.replace('_', "-"))))
    }))
}

/// Reads a `maven-metadata.xml` of NeoForge, whose releases tell by their names which Minecraft they are made for.
///
/// Those for 1.20.1 have a document of their own and are named there as Forge's are.
pub fn neoforge(document: &[u8]) -> Result<Vec<Listed>, Error> {
    let releases = maven(document)?.into_iter().map(|full_name| match full_name.strip_prefix("1.20.1-") {
        Some(name) => made_for(name, Some("1.20.1".to_owned())),
        None => made_for(&full_name, minecraft_of_neoforge(&full_name)),
    });
    listing(releases)
}

/// Reads the whole of Fabric's meta, version 2, or Quilt's, version 3: every release of the loader runs on every finished
/// release of Minecraft that meta lists.
pub fn meta(document: &[u8]) -> Result<Vec<Listed>, Error> {
    #[derive(Deserialize)]
    struct Meta {
        game: Vec<Game>,
        loader: Vec<Loader>,
    }
    #[derive(Deserialize)]
    struct Game {
        version: String,
        stable: bool,
    }
    #[derive(Deserialize)]
    struct Loader {
        version: String,
    }
    let Meta { game, loader } = json(document)?;
    let games: BTreeSet<String> = game.into_iter().filter(|it| it.stable).map(|it| it.version).collect();
    if games.len().saturating_mul(loader.len()) > PAIRS {
        return Err(Error::Upstream(format!("it has more than {PAIRS} pairs of a loader and a game")));
    }
    listing(loader.into_iter().map(|it| Listed { name: it.version, runs_on: games.clone(), ..Listed::default() }))
}

/// Puts the lists of several documents together; a release that is in more than one is one.
pub fn together(lists: impl IntoIterator<Item = Vec<Listed>>) -> Result<Vec<Listed>, Error> {
    listing(lists.into_iter().flatten())
}

/// A release that is made for one release of Minecraft, where it is known for which.
fn made_for(name: &str, minecraft: Option<String>) -> Listed {
    let runs_on = minecraft.iter().cloned().collect();
    Listed { name: name.to_owned(), minecraft, runs_on, ..Listed::default() }
}

/// The Minecraft that a release of NeoForge is made for: `21.1.77` is for 1.21.1, `21.0.5` for 1.21, `26.1.0.3` for 26.1,
/// `26.1.0.0-alpha.2+snapshot-6` for 26.1-snapshot-6.
fn minecraft_of_neoforge(name: &str) -> Option<String> {
    let (version, preview) = name.split_once('+').map_or((name, None), |(version, game)| (version, Some(game)));
    let numbers = version.split('-').next()?.split('.').map(|number| number.parse().ok());
    let game = match numbers.collect::<Option<Vec<u32>>>()?[..] {
        [major @ 20..=25, 0, _] => format!("1.{major}"),
        [major @ 20..=25, minor, _] => format!("1.{major}.{minor}"),
        [year @ 26..=99, drop, 0, _] => format!("{year}.{drop}"),
        [year @ 26..=99, drop, patch, _] => format!("{year}.{drop}.{patch}"),
        _ => return None,
    };
    Some(preview.map_or(game.clone(), |preview| format!("{game}-{preview}")))
}

/// The releases of a list, each once, without those that cannot be one.
fn listing(releases: impl Iterator<Item = Listed>) -> Result<Vec<Listed>, Error> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut list: Vec<Listed> = Vec::new();
    for mut release in releases.filter(|release| is_name(&release.name)) {
        release.minecraft = release.minecraft.filter(|game| is_name(game));
        release.runs_on.retain(|game| is_name(game));
        if let Some(place) = places.get(&release.name) {
            let known = &mut list[*place];
            known.minecraft = known.minecraft.take().or(release.minecraft);
            known.runs_on.append(&mut release.runs_on);
        } else {
            places.insert(release.name.clone(), list.len());
            list.push(release);
        }
        if list.len() > RELEASES {
            return Err(Error::Upstream(format!("it has more than {RELEASES} releases")));
        }
    }
    // A list that is empty by mistake would mark everything as gone.
    if list.is_empty() { Err(Error::Upstream("there is no release in it".to_owned())) } else { Ok(list) }
}

/// Whether a text can name a release: no blanks, no control characters, nothing that an address or a path could mistake.
fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+' | '-');
    (1..=NAME).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(allowed)
}

fn json<'a, T: Deserialize<'a>>(document: &'a [u8]) -> Result<T, Error> {
    serde_json::from_slice(document).map_err(|error| Error::Upstream(error.to_string()))
}

/// The versions of a `maven-metadata.xml`.
fn maven(document: &[u8]) -> Result<Vec<String>, Error> {
    #[derive(Deserialize)]
    #[serde(rename = "metadata")]
    struct Metadata {
        versioning: Versioning,
    }
    #[derive(Deserialize)]
    struct Versioning {
        versions: Versions,
    }
    #[derive(Deserialize)]
    struct Versions {
        #[serde(default)]
        version: Vec<String>,
    }
    let text = std::str::from_utf8(document).map_err(|error| Error::Upstream(error.to_string()))?;
    let metadata: Metadata = quick_xml::de::from_str(text).map_err(|error| Error::Upstream(error.to_string()))?;
    Ok(metadata.versioning.versions.version)
}
