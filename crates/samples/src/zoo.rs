//! Jars and packs of all kinds and ages, as their authors' tools leave them, each with what must be read of it.
//!
//! All mods are invented. What they do wrong is not: it is what was found in mods that players have.

mod fabric;
mod forge;
mod mixed;
mod old;
mod others;

use crate::{archive, stored};

/// A file, and what it says.
pub struct Sample {
    /// What is special about it.
    pub name: &'static str,
    /// What the file is called.
    pub file: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The documents in it, with their paths.
    pub documents: Vec<(String, Vec<u8>)>,
    /// What must be read of it, as it stands in `zoo/says.txt`: its kind in the first line, then lines for each mod,
    /// mark, nested jar, guess and note.
    pub says: &'static str,
}

/// All of them.
pub fn zoo() -> Vec<Sample> {
    [fabric::all(), forge::all(), old::all(), mixed::all(), others::all()].into_iter().flatten().collect()
}

/// A jar of text files and one class for that Java version; no class for version 0.
fn jar(name: &'static str, java: u8, files: &[(&str, &str)]) -> Sample {
    let bytes = files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())).collect();
    binary(name, java, bytes)
}

/// The same of files that are not all text.
fn binary(name: &'static str, java: u8, mut files: Vec<(&str, Vec<u8>)>) -> Sample {
    if java > 0 {
        files.push(("org/example/lamps/Lamps.class", crate::class(java)));
        files.push(("org/example/lamps/Light.class", crate::class(java)));
    }
    let is_document = |path: &str| ![".class", ".jar"].iter().any(|ending| path.ends_with(ending));
    let documents = files.iter().filter(|(path, _)| is_document(path));
    let documents = documents.map(|(path, bytes)| ((*path).to_owned(), bytes.clone())).collect();
    let file = format!("{}.jar", name.replace(' ', "-"));
    Sample { name, file, bytes: archive(&files), documents, says: says(name) }
}

/// A file of text files under a name of its own.
fn named(name: &'static str, file: &str, files: &[(&str, &str)]) -> Sample {
    let documents = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    Sample { name, file: file.to_owned(), bytes: stored(files), documents, says: says(name) }
}

/// What must be read of a sample; nothing if it is not written down.
fn says(name: &str) -> &'static str {
    let sections = include_str!("zoo/says.txt").split("\n## ").filter_map(|section| section.split_once('\n'));
    sections.into_iter().find(|(heading, _)| *heading == name).map_or("", |(_, text)| text.trim_end())
}
