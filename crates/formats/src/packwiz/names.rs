//! Under which name every file appears in the tree.

use std::collections::HashSet;

use super::{INDEX, is_direct};
use crate::path::key;
use crate::{File, InstancePath};

/// Names that are ours: a build's own file of that name goes through a metafile.
const OURS: [&str; 2] = ["pack.toml", INDEX];

/// Gives every file of a release its path in the tree.
///
/// A metafile is called after its mod, not after the file or version: packwiz-installer and unsup remember a player's
/// choice by the metafile's name, so it must outlive updates. Where a folder would have a name twice (ignoring case:
/// people unpack such trees on Windows), the later path gets `-2`, `-3` and so on, never one that is a mod's own.
pub(super) struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// The names of the given files, in their order.
    pub(super) fn of(files: &[&File]) -> Vec<String> {
        let mut names = Self { taken: OURS.map(str::to_owned).into() };
        let direct: Vec<_> = files.iter().map(|file| names.direct(file)).collect();
        let first: Vec<_> =
            files.iter().zip(direct).map(|(file, name)| name.or_else(|| names.claim(file, 1))).collect();
        files.iter().zip(first).map(|(file, name)| name.unwrap_or_else(|| names.later(file))).collect()
    }

    /// The file's own path, where the index can list the file itself.
    fn direct(&mut self, file: &File) -> Option<String> {
        (is_direct(file) && self.taken.insert(file.path.key())).then(|| file.path.to_string())
    }

    /// The metafile's name with the given number, if it is free.
    fn claim(&mut self, file: &File, number: usize) -> Option<String> {
        let name = metafile(&file.path, file.content.as_ref().map(|content| content.module.as_str()), number);
        self.taken.insert(key(&name)).then_some(name)
    }

    /// The metafile's name with the first number that is free.
    fn later(&mut self, file: &File) -> String {
        (2..).find_map(|number| self.claim(file, number)).expect("some number is always free")
    }
}

/// A metafile lies in the folder of the file that it describes: its `filename` is resolved from there.
fn metafile(path: &InstancePath, module: Option<&str>, number: usize) -> String {
    let stem = module.unwrap_or(path.file_name());
    let suffix = if number == 1 { String::new() } else { format!("-{number}") };
    match path.folder() {
        Some(folder) => format!("{folder}/{stem}{suffix}.pw.toml"),
        None => format!("{stem}{suffix}.pw.toml"),
    }
}
