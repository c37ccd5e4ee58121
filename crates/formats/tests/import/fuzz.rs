//! Mutants of packs and of files with overrides: the same each time, so that a failure can be looked at.

use kleister_samples::mutants::Mutants;
use kleister_samples::{overrides, pack_archives, packs};

use crate::attempts;

#[test]
fn samples_are_packs_of_all_kinds() {
    let kinds: Vec<_> = pack_archives()
        .iter()
        .map(|bytes| {
            let (import, _) = kleister_formats::import::read(std::io::Cursor::new(bytes.as_slice())).unwrap();
            assert!(!import.files.is_empty() && import.loader.is_some(), "{:?}", import.kind);
            format!("{:?}", import.kind)
        })
        .collect();
    assert_eq!(kinds, ["Mrpack", "Curseforge", "Prism", "Packwiz"]);
}

#[test]
fn mutants_of_packs_do_no_harm() {
    let archives = pack_archives();
    let mut mutants = Mutants::new(11);
    for archive in &archives {
        attempts::pack(archive);
        for _ in 0..200 {
            attempts::pack(&mutants.next(archive, &archives));
        }
    }
}

#[test]
fn mutants_of_the_documents_of_packs_do_no_harm() {
    let mut mutants = Mutants::new(12);
    for pack in packs() {
        let texts: Vec<Vec<u8>> = pack.iter().map(|(_, text)| text.clone()).collect();
        for (at, text) in texts.iter().enumerate() {
            for _ in 0..100 {
                attempts::document(&pack, at, &mutants.next(text, &texts));
            }
        }
    }
}

#[test]
fn mutants_of_overrides_do_no_harm() {
    let overrides = overrides();
    let texts: Vec<Vec<u8>> = overrides.iter().map(|(_, text)| text.clone()).collect();
    let mut mutants = Mutants::new(13);
    for (path, text) in &overrides {
        attempts::overrides(path, std::str::from_utf8(text).unwrap());
        for _ in 0..300 {
            attempts::overrides(path, &String::from_utf8_lossy(&mutants.next(text, &texts)));
        }
    }
}
