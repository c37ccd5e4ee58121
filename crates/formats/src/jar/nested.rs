//! Jars within jars: which there are, and how they are opened without unpacking more than needed.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use serde_json::Value;

use super::page::{LIST_LIMIT, Page, is_true, many, word};
use super::reading::Source;
use super::{Artifact, Language, Nested, Refused, System};
use crate::archive::Archive;

/// Where Forge and `NeoForge` list theirs (`JarJar`).
pub(super) const FILE: &str = "META-INF/jarjar/metadata.json";
/// The most bytes of a nested jar that must be decompressed to be read.
const JAR_LIMIT: u64 = 24 << 20;

/// What may still be spent on one file, nested jars included, before the rest of it is left unread.
pub(super) struct Allowance {
    /// Bytes of metadata files.
    pub(super) metadata: u64,
    /// Bytes of nested jars that are decompressed.
    pub(super) bytes: u64,
    /// Nested jars that are opened.
    pub(super) jars: usize,
    /// Mods and dependencies that are kept.
    pub(super) things: usize,
}

impl Allowance {
    /// Of a whole file.
    pub(super) fn new() -> Self {
        Self { metadata: 16 << 20, bytes: 64 << 20, jars: 512, things: 20_000 }
    }
}

/// Reads the list of `JarJar`.
pub(super) fn read(document: &Value, systems: &[System], page: &mut Page<'_>) -> Vec<Nested> {
    let values = many(document.get("jars")).iter().take(LIST_LIMIT);
    values.filter_map(|value| read_one(value, systems, page)).collect()
}

fn read_one(value: &Value, systems: &[System], page: &mut Page<'_>) -> Option<Nested> {
    let path = word(value.get("path")?)?;
    let nothing = Value::Null;
    let identifier = value.get("identifier").unwrap_or(&nothing);
    let version = value.get("version").unwrap_or(&nothing);
    let range = version.get("range").and_then(word).unwrap_or_default();
    let artifact = Artifact {
        group: page.name_at(identifier, "group").unwrap_or_default(),
        artifact: page.name_at(identifier, "artifact").unwrap_or_default(),
        number: page.name_at(version, "artifactVersion").unwrap_or_default(),
        range: page.range(Language::Maven, &range),
        obfuscated: is_true(value, "isObfuscated") == Some(true),
    };
    Some(Nested { path, systems: systems.to_vec(), artifact: Some(artifact), jar: None })
}

/// Adds nested jars; one that two loaders know stays one.
pub(super) fn add(all: &mut Vec<Nested>, more: Vec<Nested>) {
    for nested in more {
        match all.iter_mut().find(|known| known.path == nested.path) {
            Some(known) => {
                known.systems.extend(
                    nested.systems.iter().filter(|system| !known.systems.contains(system)).copied().collect::<Vec<_>>(),
                );
                known.artifact = known.artifact.take().or(nested.artifact);
            }
            None => all.push(nested),
        }
    }
}

/// Why a nested jar is not opened, or what opening it gave.
pub(super) type Opening<T> = Result<Result<T, String>, Refused>;

/// Opens a nested jar and does something with it. One that lies in the outer jar as it is, is read in its place;
/// another one is decompressed into memory, if it is not too large.
pub(super) fn open<T>(
    archive: &mut Archive<&mut dyn Source>,
    path: &str,
    allowance: &mut Allowance,
    act: impl FnOnce(&mut dyn Source, &mut Allowance) -> T,
) -> Opening<T> {
    let Some(entry) = archive.find(path) else {
        return Ok(Err("It is named as a nested jar, but is not there.".to_owned()));
    };
    let (index, size) = (entry.index, entry.size);
    if allowance.jars == 0 {
        return Ok(Err("There are too many nested jars; this one was not opened.".to_owned()));
    }
    allowance.jars -= 1;
    if let Some((start, length)) = archive.span(index) {
        let mut slice = Slice { source: &mut **archive.source(), start, length, at: 0 };
        return Ok(Ok(act(&mut slice, allowance)));
    }
    if size > JAR_LIMIT.min(allowance.bytes) {
        return Ok(Err("It is too large to be unpacked for a look; it was not opened.".to_owned()));
    }
    allowance.bytes -= size;
    let bytes = archive.read(index, size)?;
    Ok(Ok(act(&mut Cursor::new(bytes), allowance)))
}

/// A part of a file, as a file.
struct Slice<'a> {
    source: &'a mut dyn Source,
    start: u64,
    length: u64,
    at: u64,
}

impl Read for Slice<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        self.source.seek(SeekFrom::Start(self.start + self.at))?;
        let count = self.source.read(&mut buffer[..wanted])?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Slice<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.filter(|&at| at <= self.length).ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
