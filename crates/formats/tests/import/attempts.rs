//! What is tried with packs from anywhere, and what must hold whatever they are. Fuzz targets and tests share it.

use std::collections::HashSet;
use std::io::Cursor;
use std::sync::Arc;

use kleister_formats::check::{Facts, Origin, Overrides, Piece, Redistribution, check};
use kleister_formats::import::{self, Import, Place};
use kleister_formats::jar::{Dependency, Jar, Kind, Mod, Nested, Relation, System};
use kleister_formats::{Delivery, Environment, Loader, LoaderKind};

/// Reads an archive as a pack of whichever kind it is.
pub(crate) fn pack(bytes: &[u8]) {
    if let Ok((import, archive)) = import::read(Cursor::new(bytes)) {
        is_sound(&import, archive.len());
    }
}

/// Reads a pack of which one document is another text.
pub(crate) fn document(pack: &[(String, Vec<u8>)], at: usize, text: &[u8]) {
    let mut documents = pack.to_vec();
    documents[at].1 = text.to_vec();
    self::pack(&kleister_samples::stored(&documents));
}

/// What comes out lies within the archive, at paths that are one file each, under names that people can read.
fn is_sound(import: &Import, entries: usize) {
    let mut keys = HashSet::new();
    for file in &import.files {
        assert!(keys.insert(file.path.key()), "{} is there twice", file.path);
        if let Place::Inside(index) = file.place {
            assert!(index < entries, "{} is outside", file.path);
        }
        let hashes = [&file.hashes.md5, &file.hashes.sha1, &file.hashes.sha256, &file.hashes.sha512];
        for hash in hashes.into_iter().flatten() {
            assert!(hash.bytes().all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit)), "{hash}");
        }
    }
    assert!(import.icon.is_none_or(|index| index < entries));
    for name in [&import.name, &import.version, &import.authors].into_iter().flatten() {
        let is_hidden = |sign: char| (sign.is_control() && sign != '\n') || sign == '\u{202e}';
        assert!(!name.trim().is_empty() && !name.contains(is_hidden), "{name:?}");
    }
}

/// Checks a build with such a file of overrides. Each finding says something and has a remedy.
pub(crate) fn overrides(path: &str, text: &str) {
    for kind in LoaderKind::ALL {
        let mut overrides = Overrides::default();
        overrides.set(path, Ok(text.to_owned()));
        let facts = Facts {
            minecraft: Some("1.20.1".to_owned()),
            loader: Some(Loader { kind, version: "1".to_owned() }),
            files: vec![piece(kind)],
            overrides,
            ..Facts::default()
        };
        for finding in check(&facts) {
            assert!(!finding.remedies.is_empty() && !finding.evidence.is_empty(), "{finding:?}");
        }
    }
}

/// A mod that needs what lies within it, which needs something else.
fn piece(kind: LoaderKind) -> Piece {
    let system = match kind {
        LoaderKind::Fabric => System::Fabric,
        LoaderKind::Quilt => System::Quilt,
        LoaderKind::Forge => System::Forge,
        LoaderKind::NeoForge => System::NeoForge,
    };
    let jar = |id: &str, needs: &str, nested| {
        let needed = Dependency { relation: Relation::Required, id: needs.to_owned(), ..Dependency::default() };
        let module = Mod { system, id: id.to_owned(), dependencies: vec![needed], ..Mod::default() };
        Jar { kind: Kind::Mod, mods: vec![module], nested, ..Jar::default() }
    };
    let inner = Nested {
        path: "META-INF/jars/lib.jar".to_owned(),
        systems: vec![system],
        artifact: None,
        jar: Some(jar("lib", "other", Vec::new())),
    };
    Piece {
        origin: Some(Origin { module: "mod".to_owned(), version: "1".to_owned() }),
        path: "mods/mod.jar".to_owned(),
        environment: Environment::default(),
        chosen: true,
        redistribution: Redistribution::Unknown,
        delivery: Delivery::Stored,
        jar: Some(Arc::new(jar("mod", "lib", vec![inner]))),
    }
}
