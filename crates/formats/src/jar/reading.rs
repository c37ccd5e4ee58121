//! How a jar is read: which of its files, in which order, and what follows from them.

use std::io::{Read, Seek};

use serde_json::Value;

use super::manifest::Manifest;
use super::page::Page;
use super::survey::Survey;
use super::{Jar, Kind, Mod, Refused, fabric, forge, manifest};
use crate::archive::{Archive, Rule, Rules};

/// The most bytes of a metadata file.
const FILE_LIMIT: u64 = 1 << 20;

/// What archives are read from.
pub(super) trait Source: Read + Seek {}

impl<T: Read + Seek> Source for T {}

/// Reads what a file says about itself.
pub(super) fn read(source: &mut dyn Source, name: &str) -> Result<Jar, Refused> {
    let _ = name;
    let mut archive = Archive::open(source, Rules::Jar)?;
    let survey = Survey::of(&archive);
    let mut jar = Jar::default();
    let manifest = read_manifest(&mut archive, &survey, &mut jar)?;
    if let Some(document) = json(&mut archive, &survey, fabric::FILE, &mut jar)? {
        let (mods, nested) = fabric::read(&document, &mut Page::new(fabric::FILE, &mut jar.notes));
        jar.mods.extend(mods);
        jar.nested.extend(nested);
    }
    for file in [forge::NEOFORGE, forge::FORGE] {
        if let Some(document) = toml(&mut archive, &survey, file, &mut jar)? {
            let mods = forge::read(&document, &manifest, &mut Page::new(file, &mut jar.notes));
            jar.mods.extend(mods);
        }
    }
    jar.java = java(&mut archive, &survey)?;
    mark_unexpanded(&mut jar.mods);
    jar.kind = kind(&jar);
    Ok(jar)
}

fn kind(jar: &Jar) -> Kind {
    if jar.mods.is_empty() { Kind::Unknown } else { Kind::Mod }
}

fn read_manifest(archive: &mut Archive<&mut dyn Source>, survey: &Survey, jar: &mut Jar) -> Result<Manifest, Refused> {
    let Some(bytes) = file(archive, survey, manifest::FILE, jar)? else { return Ok(Manifest::default()) };
    let manifest = Manifest::parse(&bytes);
    let mut page = Page::new(manifest::FILE, &mut jar.notes);
    jar.marks = manifest.marks(&mut page);
    jar.guess = manifest.guess(&mut page);
    Ok(manifest)
}

/// The bytes of a metadata file, if it is there and not larger than such files are.
fn file(
    archive: &mut Archive<&mut dyn Source>,
    survey: &Survey,
    name: &str,
    jar: &mut Jar,
) -> Result<Option<Vec<u8>>, Refused> {
    let Some(index) = survey.place(name) else { return Ok(None) };
    match archive.read(index, FILE_LIMIT) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(refused) if refused.rule() == Some(Rule::TooLarge) => {
            Page::new(name, &mut jar.notes).note("It is larger than 1 MiB and was not read.");
            Ok(None)
        }
        Err(refused) => Err(refused),
    }
}

fn json(
    archive: &mut Archive<&mut dyn Source>,
    survey: &Survey,
    name: &str,
    jar: &mut Jar,
) -> Result<Option<Value>, Refused> {
    let Some(bytes) = file(archive, survey, name, jar)? else { return Ok(None) };
    let text = super::text::decode(&bytes);
    let parsed = serde_json::from_str(&text);
    Ok(parsed.map_err(|error| Page::new(name, &mut jar.notes).note(format!("It cannot be read: {error}."))).ok())
}

fn toml(
    archive: &mut Archive<&mut dyn Source>,
    survey: &Survey,
    name: &str,
    jar: &mut Jar,
) -> Result<Option<Value>, Refused> {
    let Some(bytes) = file(archive, survey, name, jar)? else { return Ok(None) };
    let text = super::text::decode(&bytes);
    let parsed = toml::from_str(&text);
    Ok(parsed.map_err(|error| Page::new(name, &mut jar.notes).note(format!("It cannot be read: {error}."))).ok())
}

/// The Java version that the looked-at classes need: byte 6 and 7 of a class are its version, of which 52 is Java 8
/// ("The Java Virtual Machine Specification", 4.1).
fn java(archive: &mut Archive<&mut dyn Source>, survey: &Survey) -> Result<Option<u32>, Refused> {
    let mut highest = None;
    for &index in &survey.classes {
        if let [0xca, 0xfe, 0xba, 0xbe, _, _, high, low] = archive.peek(index, 8)?[..] {
            let version = u32::from(u16::from_be_bytes([high, low])).checked_sub(44).filter(|version| *version < 200);
            highest = highest.max(version);
        }
    }
    Ok(highest)
}

/// Marks the numbers that are a placeholder of the author's build.
fn mark_unexpanded(mods: &mut [Mod]) {
    for module in mods {
        let is_placeholder = |number: &str| number.contains("${") || number.starts_with('@') && number.ends_with('@');
        module.unexpanded = module.number.as_deref().is_some_and(is_placeholder);
    }
}
