//! CurseForge's zip: a manifest that numbers projects and files, and a folder laid over them.
//!
//! The manifest has no names, hashes or addresses; those who have a key for CurseForge's API can ask. Until then a file is
//! known by its two numbers, and its path is made of them. `modlist.html`, which people read, names the projects; where
//! its links have their numbers, these are the files' names.

use std::collections::HashMap;
use std::io::{Read, Seek};

use serde::Deserialize;

use super::collection::{Collection, Rank};
use super::root::Root;
use super::{Found, INDEX_LIMIT, Import, Kind, Place, Refused, Source, loader, text};
use crate::archive::Archive;
use crate::{Choice, Memory};

/// Where the manifest lies.
const MANIFEST: &str = "manifest.json";
/// The list for people.
const LIST: &str = "modlist.html";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    #[serde(rename = "manifestType")]
    kind: String,
    #[serde(rename = "manifestVersion")]
    format: u32,
    minecraft: Minecraft,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    author: Option<String>,
    #[serde(default)]
    files: Vec<Entry>,
    #[serde(default)]
    overrides: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Minecraft {
    version: String,
    #[serde(default)]
    mod_loaders: Vec<ModLoader>,
    #[serde(default)]
    recommended_ram: Option<u32>,
}

#[derive(Deserialize)]
struct ModLoader {
    id: String,
    #[serde(default)]
    primary: bool,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "projectID")]
    project: u32,
    #[serde(rename = "fileID")]
    file: u32,
    #[serde(default = "yes")]
    required: bool,
}

const fn yes() -> bool {
    true
}

pub(super) fn read<R: Read + Seek>(archive: &mut Archive<R>, root: &Root) -> Result<Import, Refused> {
    let manifest = parse(&root.needed(archive, MANIFEST, INDEX_LIMIT)?)?;
    let names = root.hint(archive, LIST).map(|list| names(&list)).unwrap_or_default();
    let mut import = Import::new(Kind::Curseforge);
    describe(&mut import, &manifest);
    let mut collection = Collection::default();
    for entry in &manifest.files {
        if let Ok(path) = format!("mods/curseforge-{}-{}.jar", entry.project, entry.file).parse() {
            let place = Place::CurseForge { project: entry.project, file: entry.file, is_named: false };
            let file = Found {
                choice: (!entry.required).then(Choice::default),
                sources: vec![Source::curseforge(entry.project, entry.file)],
                name: names.get(&entry.project).cloned(),
                ..Found::new(path, place)
            };
            collection.add(file, &format!("project {}, file {}", entry.project, entry.file), Rank::First);
        }
    }
    let folder = format!("{}/", manifest.overrides.as_deref().unwrap_or("overrides").trim_matches('/'));
    for member in root.members(archive) {
        match member.path.strip_prefix(&folder) {
            Some(path) => collection.add_from_instance(path, &member.path, Rank::Later, |path| Found {
                size: Some(member.size),
                ..Found::new(path, Place::Inside(member.index))
            }),
            None if [MANIFEST, LIST].contains(&member.path.as_str()) => {}
            None => collection.leave(&member.path, "The format has no place for it: launchers pass it over."),
        }
    }
    collection.finish(&mut import)?;
    Ok(import)
}

fn parse(document: &str) -> Result<Manifest, Refused> {
    let manifest: Manifest = serde_json::from_str(document).map_err(|error| Refused::document(MANIFEST, &error))?;
    if manifest.kind != "minecraftModpack" || manifest.format != 1 {
        return Err(Refused::document(MANIFEST, "it is no `minecraftModpack` of manifest version 1"));
    }
    Ok(manifest)
}

fn describe(import: &mut Import, manifest: &Manifest) {
    import.name = text::given(manifest.name.clone(), 255);
    import.version = text::given(manifest.version.clone(), 255);
    import.authors = text::given(manifest.author.clone(), 1024);
    import.minecraft = loader::minecraft(&manifest.minecraft.version);
    let memory = manifest.minecraft.recommended_ram.filter(|megabytes| (1..=1_048_576).contains(megabytes));
    import.memory = Memory { minimum: None, maximum: memory };
    let loaders = &manifest.minecraft.mod_loaders;
    let primary = loaders.iter().position(|loader| loader.primary).unwrap_or(0);
    for (place, named) in loaders.iter().enumerate() {
        let id = text::line(&named.id, 80);
        if place != primary {
            import.leave(&id, "A build has one loader.");
            continue;
        }
        let parts = id.split_once('-').and_then(|(word, version)| Some((loader::kind(word)?, version)));
        import.loader = parts.and_then(|(kind, version)| loader::of(kind, version, import.minecraft.as_deref()));
        if import.loader.is_none() {
            import.leave(&id, "It names no release of a loader that Kleister knows: set the build's loader by hand.");
        }
    }
}

/// The names of projects by their numbers, of a list in which each is a link: `<li><a href="…/projects/238222">Just Enough
/// Items (by mezz)</a></li>`.
fn names(list: &str) -> HashMap<u32, String> {
    list.split("<a ").skip(1).filter_map(link).collect()
}

fn link(rest: &str) -> Option<(u32, String)> {
    let (_, rest) = rest.split_once("href=\"")?;
    let (address, rest) = rest.split_once('"')?;
    let (_, number) = address.trim_end_matches('/').rsplit_once("/projects/")?;
    let (_, rest) = rest.split_once('>')?;
    let (label, _) = rest.split_once("</a>")?;
    let label = quick_xml::escape::unescape(label).map_or_else(|_| label.to_owned(), Into::into);
    let name = label.rsplit_once(" (by ").map_or(label.as_str(), |(name, _)| name);
    let name = text::line(name, 255);
    (!name.is_empty()).then_some((number.parse().ok()?, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_for_people_names_projects() {
        let list = "<ul>\n<li><a href=\"https://www.curseforge.com/projects/238222\">Tom &amp; Jerry (by mezz)</a></li>\n\
                    <li><a href=\"https://www.curseforge.com/minecraft/mc-mods/create\">Create (by simi)</a></li>\n\
                    <li><a href=\"https://x/projects/7/\">Plain</a></li><li><a href=\"https://x/projects/8\">";
        let names = names(list);
        assert_eq!(names.get(&238_222).map(String::as_str), Some("Tom & Jerry"));
        assert_eq!(names.get(&7).map(String::as_str), Some("Plain"));
        assert_eq!(names.len(), 2);
    }
}
