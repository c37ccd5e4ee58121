//! `mmc-pack.json` and `patches/`: Minecraft, the loader, and what else a launcher adds to the game.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use serde::Deserialize;
use serde_json::Value;

use super::super::root::Root;
use super::super::{Component, DOCUMENT_LIMIT, Import, Refused, loader, text};
use super::Settings;
use crate::LoaderKind;
use crate::archive::Archive;

const LIST: &str = "mmc-pack.json";
const MINECRAFT: &str = "net.minecraft";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List {
    format_version: u32,
    components: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    uid: String,
    #[serde(default)]
    version: Option<String>,
    /// What the launcher knew when it wrote the list; all there is of a component without a version of its own.
    #[serde(default)]
    cached_version: Option<String>,
    #[serde(default)]
    dependency_only: bool,
    #[serde(default)]
    disabled: bool,
}

/// Reads the components into the description of the pack.
pub(super) fn read<R: Read + Seek>(
    archive: &mut Archive<R>,
    root: &Root,
    settings: &Settings,
    import: &mut Import,
) -> Result<(), Refused> {
    let mut patches = patches(archive, root, import)?;
    let entries = match root.document(archive, LIST, DOCUMENT_LIMIT)? {
        Some(document) => parse(&document)?,
        None => legacy(settings),
    };
    let minecraft = entries.iter().find(|entry| entry.uid == MINECRAFT).and_then(|entry| version(entry, &patches));
    import.minecraft = minecraft.as_deref().and_then(loader::minecraft);
    for entry in entries {
        let known = version(&entry, &patches);
        take(import, entry, known, &mut patches);
    }
    // A launcher passes over what its list does not name.
    for uid in patches.into_keys() {
        import.leave(&format!("patches/{uid}.json"), "The instance's list of components does not name it.");
    }
    Ok(())
}

fn version(entry: &Entry, patches: &BTreeMap<String, Value>) -> Option<String> {
    let of_patch = || patches.get(&entry.uid)?.get("version")?.as_str().map(ToOwned::to_owned);
    let version = entry.version.clone().or_else(of_patch).or_else(|| entry.cached_version.clone());
    text::given(version, 64)
}

/// Puts one component where it belongs.
fn take(import: &mut Import, entry: Entry, version: Option<String>, patches: &mut BTreeMap<String, Value>) {
    let uid = entry.uid;
    let patch = patches.remove(&uid);
    if entry.disabled {
        return import.leave(&uid, "The component is switched off in the instance.");
    }
    let mut is_known = uid == MINECRAFT || entry.dependency_only || is_implied(&uid);
    if let Some(kind) = loader(&uid) {
        let found = version.as_deref().and_then(|version| loader::of(kind, version, import.minecraft.as_deref()));
        is_known = found.is_some() && import.loader.is_none();
        import.loader = import.loader.take().or(found);
    }
    if patch.is_some() || !is_known {
        import.components.push(Component { uid, version, patch });
    }
}

/// Components that a launcher adds by itself, for Minecraft or for the loader.
fn is_implied(uid: &str) -> bool {
    ["org.lwjgl", "org.lwjgl3", "net.fabricmc.intermediary", "org.quiltmc.hashed"].contains(&uid)
}

fn loader(uid: &str) -> Option<LoaderKind> {
    match uid {
        "net.minecraftforge" => Some(LoaderKind::Forge),
        "net.neoforged" => Some(LoaderKind::NeoForge),
        "net.fabricmc.fabric-loader" => Some(LoaderKind::Fabric),
        "org.quiltmc.quilt-loader" => Some(LoaderKind::Quilt),
        _ => None,
    }
}

fn parse(document: &str) -> Result<Vec<Entry>, Refused> {
    let list: List = serde_json::from_str(document).map_err(|error| Refused::document(LIST, &error))?;
    match list.format_version {
        1 => Ok(list.components),
        other => Err(Refused::document(LIST, &format!("it has the format version {other}, and Kleister reads 1"))),
    }
}

/// What instances before `mmc-pack.json` (2018) said in their settings.
fn legacy(settings: &Settings) -> Vec<Entry> {
    let keys = [
        ("IntendedVersion", MINECRAFT),
        ("ForgeVersion", "net.minecraftforge"),
        ("LiteloaderVersion", "com.mumfrey.liteloader"),
    ];
    let entry = |(key, uid): (&str, &str)| {
        let version = Some(settings.get(key)?.to_owned());
        Some(Entry { uid: uid.to_owned(), version, cached_version: None, dependency_only: false, disabled: false })
    };
    keys.into_iter().filter_map(entry).collect()
}

/// Which component the document at this path is about, if it is one of `patches/`.
pub(super) fn patched(path: &str) -> Option<&str> {
    let uid = path.strip_prefix("patches/")?.strip_suffix(".json")?;
    (!uid.contains('/')).then_some(uid)
}

/// The documents in `patches/`, by the component that each is about.
fn patches<R: Read + Seek>(
    archive: &mut Archive<R>,
    root: &Root,
    import: &mut Import,
) -> Result<BTreeMap<String, Value>, Refused> {
    let mut patches = BTreeMap::new();
    for member in root.members(archive) {
        let Some(uid) = patched(&member.path) else { continue };
        match serde_json::from_slice(&archive.read(member.index, DOCUMENT_LIMIT)?) {
            Ok(patch) => drop(patches.insert(uid.to_owned(), patch)),
            Err(error) => import.leave(&member.path, format!("It is no JSON: {error}.")),
        }
    }
    Ok(patches)
}
