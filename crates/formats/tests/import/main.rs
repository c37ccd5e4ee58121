//! Packs in the shapes that the real tools write, read into what they hold.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod attempts;
mod curseforge;
mod folder;
mod fuzz;
mod hostile;
mod mrpack;
mod packwiz;
#[path = "../parts/mod.rs"]
mod parts;
mod prism;
#[path = "../golden/releases.rs"]
mod releases;
mod round_trip;

use std::fmt::Write as _;
use std::io::{Cursor, Write};

use kleister_formats::import::{self, Found, Import, Place, Refused};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A zip with these entries, compressed as tools do it.
fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in entries {
        if path.ends_with('/') {
            archive.add_directory(*path, SimpleFileOptions::default()).unwrap();
            continue;
        }
        archive.start_file(*path, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn read(entries: &[(&str, &[u8])]) -> Import {
    import::read(Cursor::new(zip(entries))).unwrap().0
}

fn refusal(entries: &[(&str, &[u8])]) -> Refused {
    import::read(Cursor::new(zip(entries))).map(|(import, _)| import).unwrap_err()
}

/// The file at a path.
fn file<'a>(import: &'a Import, path: &str) -> &'a Found {
    import.files.iter().find(|file| file.path.as_str() == path).unwrap_or_else(|| panic!("no {path}"))
}

/// Everything that was read, as lines for a snapshot.
fn told(import: &Import) -> String {
    let mut text = String::new();
    let loader = import.loader.as_ref().map(|loader| format!("{} {}", loader.kind, loader.version));
    writeln!(text, "{:?} {:?} {:?}", import.kind, import.name, import.version).unwrap();
    writeln!(text, "summary {:?}, authors {:?}", import.summary, import.authors).unwrap();
    writeln!(text, "Minecraft {:?}, loader {loader:?}, Java {:?}", import.minecraft, import.java).unwrap();
    let memory = (import.memory.minimum, import.memory.maximum);
    writeln!(text, "memory {memory:?}, arguments {:?}, server {:?}", import.jvm_arguments, import.server_address)
        .unwrap();
    for component in &import.components {
        let patched = if component.patch.is_some() { ", patched" } else { "" };
        writeln!(text, "component {} {:?}{patched}", component.uid, component.version).unwrap();
    }
    for found in &import.files {
        writeln!(text, "{}", line(found)).unwrap();
    }
    for left in &import.left_out {
        writeln!(text, "- {}: {}", left.what, left.why).unwrap();
    }
    text
}

fn line(found: &Found) -> String {
    let place = match &found.place {
        Place::Inside(_) => "inside".to_owned(),
        Place::At(addresses) => format!("at {}", addresses.len()),
        Place::CurseForge { project, file, is_named } => format!("CurseForge {project} {file} {is_named}"),
    };
    let environment =
        found.environment.map_or("?".to_owned(), |it| format!("{:?}/{:?}", it.client, it.server).to_lowercase());
    let mut line = format!("{} [{place}] {environment} {:?}", found.path, found.policy);
    if let Some(choice) = &found.choice {
        write!(line, " choice {} {:?}", choice.default, choice.text).unwrap();
    }
    if let Some(name) = &found.name {
        write!(line, " {name:?}").unwrap();
    }
    for source in &found.sources {
        write!(line, " {}:{:?}:{:?}", source.origin.as_str(), source.project, source.file).unwrap();
    }
    line
}
