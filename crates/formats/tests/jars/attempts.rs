//! What is tried with bytes from anywhere, and what must hold whatever they are. Fuzz targets and tests share it.

use std::io::{Cursor, Read};

use kleister_formats::archive::{Archive, Rules};
use kleister_formats::jar::{self, Jar};
use kleister_formats::lenient;

/// The most bytes of an entry that are compared.
const ENOUGH: u64 = 1 << 20;

/// Opens an archive and reads its entries. Whatever is accepted, another reader must see the same in.
pub(crate) fn archive(bytes: &[u8]) {
    for rules in [Rules::Jar, Rules::Pack] {
        let Ok(mut archive) = Archive::open(Cursor::new(bytes), rules) else { continue };
        let mut other = zip::ZipArchive::new(Cursor::new(bytes)).ok();
        for index in 0..archive.len() {
            let entry = archive.entry(index).expect("an entry below the count");
            let (path, size) = (entry.path.to_owned(), entry.size);
            assert!(path.len() <= 2 * 512, "a name of {} bytes", path.len());
            let read = archive.read(index, ENOUGH);
            if let Ok(read) = &read {
                assert_eq!(read.len() as u64, size, "{path}");
            }
            // Of a name that is there twice, the zip crate keeps one.
            if let (Rules::Pack, Some(other)) = (rules, &mut other) {
                let is_same = |index: &usize| matches!(other.name_for_index(*index), Some(Ok(name)) if name == path);
                let same = (0..other.len()).find(is_same);
                let found = same.map(|index| contents(other, index));
                if let (Ok(read), Some(Some(found))) = (read, found) {
                    assert_eq!(read, found, "{path}");
                }
            }
        }
    }
}

fn contents(archive: &mut zip::ZipArchive<Cursor<&[u8]>>, index: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let entry = archive.by_index(index).ok()?;
    entry.take(ENOUGH + 1).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Reads a jar. What comes out can be stored, is not much larger than what went in, and has no invisible names.
pub(crate) fn jar(bytes: &[u8]) {
    let Ok(jar) = jar::read(Cursor::new(bytes), "any-1.0.jar") else { return };
    let stored = serde_json::to_string(&jar).expect("a description can be stored");
    assert_eq!(serde_json::from_str::<Jar>(&stored).expect("what was stored"), jar);
    for module in jar.all().into_iter().flat_map(|jar| &jar.mods) {
        let names = [Some(&module.id), module.name.as_ref(), module.number.as_ref()];
        for name in names.into_iter().flatten().chain(&module.authors) {
            assert!(!name.is_empty() && !name.chars().any(|sign| sign.is_control() || sign == '\u{202e}'), "{name:?}");
            assert!(name.chars().count() <= 255 && name.trim() == name, "{name:?}");
        }
        let _ = jar::icon(Cursor::new(bytes), module);
    }
    for part in jar.all() {
        assert!(part.mods.len() <= 10_000 && part.notes.len() <= 100);
        part.sides();
        part.embedded();
    }
}

/// Reads documents as loaders do. What is read can be written and read again.
pub(crate) fn lenient(text: &str) {
    if let Ok(value) = lenient::json(text) {
        let written = value.to_string();
        assert_eq!(lenient::json(&written).as_ref(), Ok(&value), "{written}");
    }
    let _ = lenient::toml(text);
}
