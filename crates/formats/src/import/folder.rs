//! A game folder, or only its mods, as somebody zipped it.

use std::io::{Read, Seek};

use super::collection::{Collection, Rank};
use super::packwiz::notes;
use super::root::{Member, Root, is_loose_jar};
use super::{Found, Import, Kind, Place, Refused, leave};
use crate::Policy;
use crate::archive::Archive;

/// What lies beside `mods` in a game folder: in an archive of mods, these keep their place.
const BESIDE: [&str; 16] = [
    "config",
    "coremods",
    "customnpcs",
    "datapacks",
    "defaultconfigs",
    "flatmods",
    "fancymenu_data",
    "global_packs",
    "kubejs",
    "openloader",
    "patchouli_books",
    "resourcepacks",
    "resources",
    "scripts",
    "shaderpacks",
    "texturepacks",
];

/// Files in which the game keeps what players set: an update must not overwrite them.
const OF_THE_PLAYER: [&str; 4] = ["options.txt", "optionsof.txt", "optionsshaders.txt", "servers.dat"];

pub(super) fn read<R: Read + Seek>(archive: &mut Archive<R>, root: &Root) -> Result<Import, Refused> {
    let mut import = Import::new(Kind::Folder);
    let mut collection = Collection::default();
    let members = root.members(archive);
    let is_only_mods = members.iter().any(|member| is_loose_jar(&member.path))
        && !members.iter().any(|member| top(&member.path).is_some_and(|top| top.eq_ignore_ascii_case("mods")));
    let place = |member: &Member| {
        let is_mod = is_only_mods && !is_beside(&member.path) && leave::reason(&member.path).is_none();
        if is_mod { format!("mods/{}", member.path) } else { member.path.clone() }
    };
    let placed: Vec<(String, &Member)> = members.iter().map(|member| (place(member), member)).collect();
    for (path, member) in &placed {
        add(&mut collection, path, member);
    }
    notes::describe(archive, &placed, &mut collection);
    collection.finish(&mut import)?;
    Ok(import)
}

/// Adds a file of a game folder as it lies there.
///
/// Such a folder says nothing of updates; only for what players set in the game it is plain.
pub(super) fn add(collection: &mut Collection, path: &str, member: &Member) {
    collection.add_from_instance(path, &member.path, Rank::First, |path| {
        let is_set_by_players = OF_THE_PLAYER.contains(&path.as_str());
        let policy = if is_set_by_players { Policy::Seed } else { Policy::Force };
        Found { policy, size: Some(member.size), ..Found::new(path, Place::Inside(member.index)) }
    });
}

fn top(path: &str) -> Option<&str> {
    path.split_once('/').map(|(top, _)| top)
}

fn is_beside(path: &str) -> bool {
    match top(path) {
        Some(top) => BESIDE.contains(&top.to_ascii_lowercase().as_str()),
        None => OF_THE_PLAYER.contains(&path),
    }
}
