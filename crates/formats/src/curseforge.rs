//! `CurseForge`'s zip, manifest version 1: projects and files by their numbers, and a folder laid over the game's.
//!
//! Launchers fetch what the manifest numbers, with their own keys, under the name and into the folder that it has at
//! `CurseForge`. Therefore a file is numbered only where that is its place: directly in the folder of its kind. All others are
//! in `overrides/`, so that a pack of which `CurseForge` knows nothing is a pack all the same, which is imported without
//! asking anybody.

use std::collections::{HashMap, HashSet};

use quick_xml::escape::escape;
use serde::Serialize;

use crate::bundle::{Bundle, Instance, Manner, Off, UNASKED, is_off, players_files, unsaid};
use crate::loss::components;
use crate::{File, LoaderKind, Loss, Place, Release, Support};

const MANNER: Manner = Manner { folder: "overrides/", off: Off::Switched, on: Some(UNASKED), overwrites: true };

/// Where launchers put what they fetch, by what `CurseForge` says it is.
const FOLDERS: [&str; 3] = ["mods", "resourcepacks", "shaderpacks"];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'a> {
    minecraft: Minecraft<'a>,
    #[serde(rename = "manifestType")]
    kind: &'static str,
    #[serde(rename = "manifestVersion")]
    format: u32,
    name: &'a str,
    version: &'a str,
    author: &'a str,
    files: Vec<Entry>,
    overrides: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Minecraft<'a> {
    version: &'a str,
    mod_loaders: Vec<ModLoader>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recommended_ram: Option<u32>,
}

#[derive(Serialize)]
struct ModLoader {
    id: String,
    primary: bool,
}

#[derive(Serialize)]
struct Entry {
    #[serde(rename = "projectID")]
    project: u32,
    #[serde(rename = "fileID")]
    file: u32,
    required: bool,
}

/// The release as `CurseForge`'s zip.
pub fn write(release: &Release) -> Bundle {
    let mut instance = Instance::new(release, MANNER, losses(release));
    // Files that share their numbers cannot be told apart there.
    let mut claims: HashMap<_, usize> = HashMap::new();
    for numbers in players_files(release).filter_map(placed) {
        *claims.entry(numbers).or_default() += 1;
    }
    let mut files = Vec::new();
    for file in players_files(release) {
        match placed(file).filter(|numbers| claims.get(numbers) == Some(&1)) {
            Some((project, number)) => {
                let is_required = file.environment.client == Support::Required;
                if is_off(file) {
                    instance.lose(file, "It is offered without our text and group.");
                } else if !is_required {
                    instance.lose(file, "It is offered without our text, group and default: launchers begin with it off.");
                }
                files.push(Entry { project, file: number, required: is_required });
            }
            None => instance.add(file),
        }
    }
    instance.add_text("manifest.json", manifest(release, files));
    instance.add_text("modlist.html", list(release));
    instance.finish()
}

/// The numbers of the file's project and of itself, if launchers would put it where it belongs.
fn placed(file: &File) -> Option<(u32, u32)> {
    file.path.folder().filter(|folder| FOLDERS.contains(folder)).and_then(|_| numbered(file))
}

/// The numbers of the file's project and of itself.
fn numbered(file: &File) -> Option<(u32, u32)> {
    let origin = file.origins.iter().find(|origin| origin.place == Place::Curseforge)?;
    Some((origin.project.parse().ok()?, origin.version.parse().ok()?))
}

fn manifest(release: &Release, files: Vec<Entry>) -> String {
    let manifest = Manifest {
        minecraft: Minecraft {
            version: &release.minecraft,
            mod_loaders: loader(release).map(|id| ModLoader { id, primary: true }).into_iter().collect(),
            recommended_ram: release.memory.maximum.or(release.memory.minimum),
        },
        kind: "minecraftModpack",
        format: 1,
        name: &release.pack.name,
        version: &release.version,
        author: release.pack.authors.as_deref().unwrap_or_default(),
        files,
        overrides: "overrides",
    };
    serde_json::to_string_pretty(&manifest).expect("a release has nothing that JSON lacks") + "\n"
}

/// The loader as the manifest names it. `NeoForge`'s first releases were numbered as Forge's are, with Minecraft's version
/// before their own.
fn loader(release: &Release) -> Option<String> {
    let loader = release.loader.as_ref()?;
    let is_early = loader.kind == LoaderKind::NeoForge && release.minecraft == "1.20.1";
    let minecraft = if is_early { "1.20.1-" } else { "" };
    Some(format!("{}-{minecraft}{}", loader.kind, loader.version))
}

/// `modlist.html`, for people: the mods with links to where they come from.
fn list(release: &Release) -> String {
    let mut seen = HashSet::new();
    let mut list = "<ul>\n".to_owned();
    for file in players_files(release) {
        let Some(content) = &file.content else { continue };
        if !seen.insert((&content.module, &content.version)) {
            continue;
        }
        let name = escape(format!("{} {}", content.name, content.version)).into_owned();
        let line = match page(file) {
            Some(page) => format!("<li><a href=\"{}\">{name}</a></li>\n", escape(page)),
            None => format!("<li>{name}</li>\n"),
        };
        list.push_str(&line);
    }
    list + "</ul>\n"
}

/// The page of a file's project.
fn page(file: &File) -> Option<String> {
    let modrinth = || file.origins.iter().find(|origin| origin.place == Place::Modrinth);
    let known = numbered(file).map(|(project, _)| format!("https://www.curseforge.com/projects/{project}"));
    known.or_else(|| modrinth().map(|origin| format!("https://modrinth.com/project/{}", origin.project)))
}

fn losses(release: &Release) -> Vec<Loss> {
    let mut losses = Vec::new();
    if let Some(major) = release.java {
        let why = format!("The format has no place for it: players must choose Java {major} in their launcher.");
        losses.push(Loss::new("java", why));
    }
    if release.memory.minimum.is_some() && release.memory.maximum.is_some() {
        losses.push(Loss::new("memory", "The format takes one number, which is the maximum."));
    }
    let texts = [
        ("jvm_arguments", &release.jvm_arguments),
        ("summary", &release.pack.summary),
        ("website", &release.pack.website),
        ("server", &release.extras.server),
        ("components", &components(release)),
    ];
    losses.extend(unsaid(&texts, "The format has no place for it."));
    losses
}
