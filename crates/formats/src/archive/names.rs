//! What entries may be called.

use super::directory::{Directory, Record};
use super::{Refused, Rule, Rules};
use crate::path;

/// The files in which loaders look for mods: with two of one, it is open which one counts.
const METADATA: [&str; 8] = [
    "fabric.mod.json",
    "quilt.mod.json",
    "meta-inf/neoforge.mods.toml",
    "meta-inf/mods.toml",
    "mcmod.info",
    "litemod.json",
    "riftmod.json",
    "meta-inf/jarjar/metadata.json",
];

/// Checks all names.
pub(super) fn check(directory: &Directory, rules: Rules) -> Result<(), Refused> {
    match rules {
        Rules::Jar => check_metadata(directory),
        Rules::Pack => check_all(directory),
    }
}

/// Refuses a jar with two of a file in which loaders look for mods, also if only one has the right case.
fn check_metadata(directory: &Directory) -> Result<(), Refused> {
    let mut seen = [false; METADATA.len()];
    for (index, record) in directory.records.iter().enumerate() {
        let name = directory.name(record);
        let is_it = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        if let Some(which) = METADATA.iter().position(|known| is_it(known)) {
            if seen[which] {
                return Err(directory.refuse(index, Rule::TwiceMetadata));
            }
            seen[which] = true;
        }
    }
    Ok(())
}

/// Refuses a pack with a name that is dangerous or impossible somewhere, or with two that are one file.
fn check_all(directory: &Directory) -> Result<(), Refused> {
    let mut keys = Vec::with_capacity(directory.records.len());
    for (index, record) in directory.records.iter().enumerate() {
        let is_folder = check_one(directory, index, record)?;
        // Below every other character, so that a file comes right before what lies in a folder of its name.
        let key = path::key(directory.path(index).trim_end_matches('/')).replace('/', "\0");
        keys.push((key, is_folder, index));
    }
    keys.sort();
    for pair in keys.windows(2) {
        let [(first, first_is_folder, _), (second, second_is_folder, index)] = pair else { continue };
        let rest = second.strip_prefix(first.as_str());
        let is_same = rest == Some("") && !(*first_is_folder && *second_is_folder);
        let is_within = !first_is_folder && rest.is_some_and(|rest| rest.starts_with('\0'));
        if is_same || is_within {
            return Err(directory.refuse(*index, Rule::Twice));
        }
    }
    Ok(())
}

/// Checks one entry of a pack, and tells whether it is a folder.
fn check_one(directory: &Directory, index: usize, record: &Record) -> Result<bool, Refused> {
    if !directory.is_utf8(index) {
        return Err(directory.refuse(index, Rule::Encoding));
    }
    let name = directory.path(index);
    let folder = name.strip_suffix('/');
    path::check(folder.unwrap_or(name)).map_err(|why| Refused::name(index, name.as_bytes(), why))?;
    if is_special(record.attributes, folder.is_some()) {
        return Err(directory.refuse(index, Rule::Special));
    }
    if folder.is_some() && record.size > 0 {
        return Err(directory.refuse(index, Rule::FolderWithContent));
    }
    Ok(folder.is_some())
}

/// Whether an entry is a link, a device or runs as somebody else, or says that it is a folder when its name does not.
///
/// The upper half of the attributes is a Unix mode, with 0 where the archive was made elsewhere.
fn is_special(attributes: u32, is_folder: bool) -> bool {
    let mode = attributes >> 16;
    let kind_is_right = match mode & 0o170_000 {
        0 => attributes & 0x10 == 0 || is_folder,
        0o100_000 => !is_folder,
        0o040_000 => is_folder,
        _ => false,
    };
    !kind_is_right || mode & 0o6000 != 0
}
