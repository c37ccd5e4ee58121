//! `packwiz.json`: what packwiz-installer remembers of an instance.
//!
//! It deletes nothing that it does not remember to have put there. So an instance that comes with files comes with this too,
//! or the first update would leave the old version of a mod beside the new one. Facts from the installer's `ManifestFile`,
//! `DownloadTask` and `UpdateManager`: a file whose entry has the hash of the index is neither fetched nor asked about; without
//! the hashes of pack and index both are looked at; of a file that is not remembered and optional the player is asked.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::names::Names;
use super::place;
use crate::{Addresses, File, InstancePath, Release};

/// Where the installer looks for it, in the game folder.
pub(crate) const STATE: &str = "packwiz.json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct State<'a> {
    cached_files: BTreeMap<String, Known<'a>>,
    cached_side: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Known<'a> {
    hash: Hash<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    linked_file_hash: Option<Hash<'a>>,
    cached_location: &'a InstancePath,
    option_value: bool,
}

#[derive(Serialize)]
struct Hash<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    value: Cow<'a, str>,
}

/// What the installer would remember of a player's instance in which these files lie.
pub(crate) fn state(release: &Release, addresses: &Addresses, lies_there: impl Fn(&File) -> bool) -> String {
    let files = release.sorted_files();
    let named = files.iter().zip(Names::of(&files)).filter(|(file, _)| lies_there(file));
    let cached_files = named.filter_map(|(file, name)| Some((name.clone(), cached(file, &name, addresses)?))).collect();
    let state = State { cached_files, cached_side: "client" };
    serde_json::to_string_pretty(&state).expect("a release has nothing that JSON lacks") + "\n"
}

/// What it would remember of one file; nothing if packwiz does not carry it.
fn cached<'a>(file: &'a File, name: &str, addresses: &Addresses) -> Option<Known<'a>> {
    let (line, _) = place(file, name, addresses, &mut Vec::new())?;
    let linked = line.is_metafile.then(|| file.hashes.best()).flatten();
    Some(Known {
        hash: Hash { kind: "sha256", value: line.hash.into() },
        linked_file_hash: linked.map(|(kind, value)| Hash { kind, value: value.into() }),
        cached_location: &file.path,
        option_value: true,
    })
}
