//! What an update writes, keeps and deletes on a player's disk, by the rules of the client that makes it.
//!
//! The clients know nothing of each other and little of our policies; what they do was read in their sources. Each
//! [`Client`] is a row of rules here, and a file goes through them by what it was and what it is.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::mrpack::is_inside;
use crate::{Delivery, File, InstancePath, Policy, Release, Support};

/// The number that a reader of the document checks.
const FORMAT: u32 = 1;

/// Why something is done with a file.
const NEW: &str = "It is new.";
const ASKED: &str = "It is new, if the player wants it: he is asked.";
const SAME: &str = "It did not change.";
const LEFT: &str = "It left the pack. It is deleted, also if the player changed it.";
const OVERWRITTEN: &str = "It changed. What the player made of it is overwritten.";

/// The clients of which the rules are known.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Client {
    /// packwiz-installer, in an instance that updates itself.
    Packwiz,
    /// Prism Launcher, when a newer `.mrpack` is imported over an instance that was imported.
    Prism,
    /// The Technic Launcher.
    Technic,
    /// Modrinth App and others that take an `.mrpack` from a file.
    Mrpack,
}

impl Client {
    /// Every client.
    pub const ALL: [Self; 4] = [Self::Packwiz, Self::Prism, Self::Technic, Self::Mrpack];
}

/// What an update does to the files of a player.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Preview {
    format: u32,
    /// The client.
    pub client: Client,
    /// The version that the player has.
    pub from: String,
    /// The version that he is to get.
    pub to: String,
    /// Whether Minecraft or the loader changes.
    pub reinstall: bool,
    /// Files that are written, new ones and those that are replaced, in the order of their paths.
    pub writes: Vec<Step>,
    /// Files that stay as they lie there.
    pub keeps: Vec<Step>,
    /// Files that are deleted.
    pub deletes: Vec<Step>,
    /// What else players should know.
    pub notes: Vec<&'static str>,
}

/// What becomes of one file.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Step {
    /// Where it lies in the game folder.
    pub path: InstancePath,
    /// Why.
    pub why: &'static str,
}

/// What is done with a file.
enum Act {
    Write,
    Keep,
    Delete,
}

/// What an update from one release to another does to a player's files.
pub fn preview(from: &Release, to: &Release, client: Client) -> Preview {
    let reinstall = from.minecraft != to.minecraft || from.loader != to.loader;
    let mut preview = Preview {
        format: FORMAT,
        client,
        from: from.version.clone(),
        to: to.version.clone(),
        reinstall,
        writes: Vec::new(),
        keeps: Vec::new(),
        deletes: Vec::new(),
        notes: notes(client, reinstall, from.pack.name != to.pack.name),
    };
    let (old, new) = (had(from, client), had(to, client));
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for key in keys {
        let (old, new) = (old.get(key).copied(), new.get(key).copied());
        let Some(file) = new.or(old) else { continue };
        let (act, why) = act(client, old, new);
        let steps = match act {
            Act::Write => &mut preview.writes,
            Act::Keep => &mut preview.keeps,
            Act::Delete => &mut preview.deletes,
        };
        steps.push(Step { path: file.path.clone(), why });
    }
    preview
}

impl Preview {
    /// The preview as a JSON document.
    pub fn to_document(&self) -> String {
        serde_json::to_string_pretty(self).expect("a preview has nothing that JSON lacks") + "\n"
    }
}

/// The files that a client brings to a player, by their key.
fn had(release: &Release, client: Client) -> BTreeMap<String, &File> {
    let brought = release.files.iter().filter(|file| is_brought(file, client));
    brought.map(|file| (file.path.key(), file)).collect()
}

/// Whether a client brings a file to a player at all.
fn is_brought(file: &File, client: Client) -> bool {
    let by_default = file.choice.as_ref().is_some_and(|choice| choice.default);
    let on_client = match file.environment.client {
        Support::Required => true,
        // Solder knows no choice: what is off by default is in no zip.
        Support::Optional => client != Client::Technic || by_default,
        Support::Unsupported => false,
    };
    let reachable = match file.delivery {
        Delivery::Stored => true,
        Delivery::Linked => client != Client::Technic && !file.sources.is_empty(),
        Delivery::Manual => false,
    };
    on_client && reachable
}

/// What a client does with a file that was there, is there, or both.
fn act(client: Client, old: Option<&File>, new: Option<&File>) -> (Act, &'static str) {
    match client {
        Client::Packwiz => packwiz(old, new),
        Client::Prism => prism(old, new),
        Client::Technic => technic(old, new),
        Client::Mrpack => mrpack(new),
    }
}

/// packwiz-installer compares the index with the one before, not with what lies on the disk.
fn packwiz(old: Option<&File>, new: Option<&File>) -> (Act, &'static str) {
    match (old, new) {
        (_, None) => (Act::Delete, LEFT),
        (None, Some(new)) if is_spared(new) => (Act::Write, "It is new. If a file lies there already, that stays."),
        (None, Some(new)) if is_asked(new) => (Act::Write, ASKED),
        (None, Some(_)) => (Act::Write, NEW),
        (Some(old), Some(new)) if old.has_bytes_of(new) => {
            (Act::Keep, "It did not change, and is fetched only if it is not there any more.")
        }
        (_, Some(new)) if is_spared(new) => {
            (Act::Keep, "It changed, but the pack says that a file that is there stays.")
        }
        (_, Some(new)) if is_asked(new) => (Act::Write, "It changed, and is replaced if the player chose it."),
        _ => (Act::Write, OVERWRITTEN),
    }
}

/// Prism Launcher compares the two indexes of an `.mrpack` by path and SHA-512. What lay in the old archive itself it deletes,
/// and unpacks what lies in the new one.
fn prism(old: Option<&File>, new: Option<&File>) -> (Act, &'static str) {
    match (old, new) {
        (_, None) => (Act::Delete, LEFT),
        (None, Some(new)) if is_asked(new) => (Act::Write, ASKED),
        (None, Some(_)) => (Act::Write, "It is new. If a file lies there already, it is overwritten."),
        (Some(old), Some(new)) if is_inside(old) || is_inside(new) => {
            (Act::Write, "It lies in the archive, and is unpacked again. What the player made of it is overwritten.")
        }
        (Some(old), Some(new)) if old.has_bytes_of(new) => (Act::Keep, SAME),
        (_, Some(new)) if is_spared(new) => {
            (Act::Write, "It changed, and is overwritten: an .mrpack can spare no file.")
        }
        _ => (Act::Write, OVERWRITTEN),
    }
}

/// The Technic Launcher deletes mods first, then unpacks every zip of the build.
fn technic(old: Option<&File>, new: Option<&File>) -> (Act, &'static str) {
    match (old, new) {
        (Some(old), None) if is_swept(&old.path) => {
            (Act::Delete, "Every jar, zip and litemod of its folder is deleted first.")
        }
        (_, None) => (Act::Delete, LEFT),
        (_, Some(new)) if is_spared(new) => {
            (Act::Write, "It is unpacked again: Technic can spare no file of the pack.")
        }
        (None, Some(_)) => (Act::Write, NEW),
        _ => (Act::Write, "It is unpacked again. What the player made of it is overwritten."),
    }
}

/// Who imports an `.mrpack` from a file gets a new instance.
fn mrpack(new: Option<&File>) -> (Act, &'static str) {
    match new {
        None => (Act::Keep, "It is not in the new instance. The old instance has it still."),
        Some(_) => (Act::Write, "It is written into a new instance. The old one stays as it is."),
    }
}

/// Whether the pack wants a file to be spared that lies there already.
fn is_spared(file: &File) -> bool {
    file.policy != Policy::Force
}

/// Whether the Technic Launcher deletes whatever lies at this path before an update.
fn is_swept(path: &InstancePath) -> bool {
    let path = path.as_str().to_lowercase();
    let in_folder = ["mods/", "coremods/", "flan/"].iter().any(|folder| path.starts_with(folder));
    in_folder && [".jar", ".zip", ".litemod"].iter().any(|ending| path.ends_with(ending))
}

/// Whether the player is asked if he wants it.
fn is_asked(file: &File) -> bool {
    file.environment.client == Support::Optional
}

/// What players should know of a client.
fn notes(client: Client, reinstall: bool, renamed: bool) -> Vec<&'static str> {
    let notes: &[(bool, &'static str)] = match client {
        Client::Packwiz => &[
            (
                reinstall,
                "Minecraft or the loader changes, and that may not arrive. In Prism Launcher and MultiMC, packwiz-installer \
                 asks the player, who may refuse, and what it changes counts from the next start. Anywhere else players must \
                 install the pack anew.",
            ),
            (true, "Files that are no part of the pack stay."),
        ],
        Client::Prism => &[
            (
                true,
                "This is what happens when the newer .mrpack is imported over the instance. An instance of prism.zip that runs \
                 packwiz-installer before each start does what `client=packwiz` says; one that does not stays as it is.",
            ),
            (reinstall, "Minecraft or the loader changes: it comes with this import, and with nothing else."),
            (renamed, "The pack was renamed, so Prism Launcher does not offer to update the instance by itself."),
            (true, "Files that are no part of the pack stay."),
        ],
        Client::Technic => &[
            (true, "Jars, zips and litemods that players put into mods, coremods or Flan are deleted too."),
            (true, "At the first such update of an instance, its config folder is moved to config-backup-TIME."),
            (true, "Minecraft and the loader come with the update."),
        ],
        Client::Mrpack => &[
            (true, "Worlds, screenshots and settings stay in the old instance: players copy what they want to keep."),
            (true, "Minecraft and the loader come with the new instance."),
        ],
    };
    notes.iter().filter(|(holds, _)| *holds).map(|(_, note)| *note).collect()
}
