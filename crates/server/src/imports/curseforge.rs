//! What CurseForge tells of files that a pack only numbers, where the server has a key.
//!
//! It gives names, hashes and, where the author lets others hand a file out, an address. Without a key, or when it does not
//! answer, the numbers are all there is, and the report says so.

use std::collections::{BTreeMap, HashSet};

use kleister_formats::import::{Found, Import, Place};
use kleister_formats::sources::{Kind, Project, Version};
use kleister_store::Caller;
use kleister_types::sources::Source;

use crate::App;
use crate::problem::Problem;
use crate::sources::{Client, Unavailable};

/// Fills in what CurseForge knows of the files of a pack, and gives what there is to say about that.
pub(super) async fn fill_in(app: &App, caller: &Caller, import: &mut Import) -> Result<Vec<(String, String)>, Problem> {
    let numbers: Vec<String> = import.files.iter().filter_map(|found| Some(numbered(found)?.1.to_string())).collect();
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    match ask(app, &caller.signed_in()?.id, &numbers).await {
        Ok((versions, projects)) => {
            apply(&mut import.files, &versions, &projects);
            Ok(Vec::new())
        }
        Err(error) => {
            let why = format!("{error}. {} of the pack's files are known by their numbers only.", numbers.len());
            Ok(vec![("CurseForge".to_owned(), why)])
        }
    }
}

/// The project and the file that a place numbers.
fn numbered(found: &Found) -> Option<(u32, u32)> {
    match found.place {
        Place::CurseForge { project, file, .. } => Some((project, file)),
        Place::Inside(_) | Place::At(_) => None,
    }
}

async fn ask(
    app: &App,
    user: &str,
    numbers: &[String],
) -> Result<(BTreeMap<String, Version>, BTreeMap<String, Project>), Unavailable> {
    let client = Client::new(app, user, Source::Curseforge)?;
    let versions = client.files(numbers).await?;
    let projects: HashSet<String> = versions.values().map(|version| version.project.clone()).collect();
    let projects = client.projects(&projects.into_iter().collect::<Vec<_>>()).await?;
    Ok((versions, projects))
}

fn apply(files: &mut [Found], versions: &BTreeMap<String, Version>, projects: &BTreeMap<String, Project>) {
    let mut taken: HashSet<String> = files.iter().map(|found| found.path.key()).collect();
    for found in files {
        let Some((project, number)) = numbered(found) else { continue };
        let version = versions.get(&number.to_string()).filter(|version| version.project == project.to_string());
        if let Some(version) = version {
            let project = projects.get(&version.project);
            name(found, version, project, &mut taken);
            describe(found, version, project);
        }
    }
}

/// Gives a file the name that it has at CurseForge, in the folder of what it is, unless another one lies there.
fn name(found: &mut Found, version: &Version, project: Option<&Project>, taken: &mut HashSet<String>) {
    let Place::CurseForge { project: number, file, is_named: false } = found.place else { return };
    let Some(listed) = version.files.first() else { return };
    let folder = match project.and_then(|project| project.kind) {
        Some(Kind::Resourcepack) => "resourcepacks",
        Some(Kind::Shader) => "shaderpacks",
        Some(Kind::Datapack) => "datapacks",
        Some(Kind::Plugin) => "plugins",
        Some(Kind::Mod) | None => "mods",
    };
    let path = format!("{folder}/{}", listed.name).parse();
    if let Some(path) = path.ok().filter(|path: &kleister_formats::InstancePath| taken.insert(path.key())) {
        found.path = path;
        found.place = Place::CurseForge { project: number, file, is_named: true };
    }
}

/// Gives a file its hashes, its size and its address, as far as CurseForge tells them.
fn describe(found: &mut Found, version: &Version, project: Option<&Project>) {
    let Some(listed) = version.files.first() else { return };
    found.name = project.map(|project| project.name.clone()).or(found.name.take());
    found.size = found.size.or(listed.size);
    let hashes = &mut found.hashes;
    hashes.md5 = hashes.md5.take().or_else(|| listed.md5.clone());
    hashes.sha1 = hashes.sha1.take().or_else(|| listed.sha1.clone());
    hashes.murmur2 = hashes.murmur2.take().or_else(|| listed.fingerprint.map(|fingerprint| fingerprint.to_string()));
    found.redistribution =
        if listed.address.is_none() { Some(false) } else { project.and_then(|it| it.redistribution) };
    if let Some(address) = &listed.address {
        found.place = Place::At(vec![address.clone()]);
        if let Some(source) = found.sources.first_mut() {
            source.address = Some(address.clone());
        }
    }
}
