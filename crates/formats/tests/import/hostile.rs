//! Packs made to hurt.

use std::io::Cursor;

use kleister_formats::import::{self, Refused};

use crate::{refusal, zip};

#[test]
fn path_out_of_the_folder_refuses_the_archive() {
    for path in ["overrides/../../evil.sh", "/etc/passwd", "overrides/a\\..\\b", "overrides/CON", "overrides/x:y"] {
        let refused = refusal(&[("modrinth.index.json", b"{}"), (path, b"x")]);
        assert!(matches!(refused, Refused::Archive(_)), "{path}: {refused}");
    }
}

#[test]
fn two_entries_that_are_one_file_on_windows_refuse_the_archive() {
    let refused =
        refusal(&[("instance.cfg", b"name=A"), (".minecraft/mods/a.jar", b"1"), (".minecraft/Mods/A.jar", b"2")]);
    assert!(matches!(refused, Refused::Archive(_)), "{refused}");
}

#[test]
fn what_is_no_archive_is_refused() {
    for bytes in [&b""[..], b"PK\x03\x04", b"<html>", &[0; 1000]] {
        assert!(matches!(import::read(Cursor::new(bytes)), Err(Refused::Archive(_))));
    }
}

#[test]
fn documents_that_are_too_large_or_too_deep_are_refused() {
    let large = vec![b' '; (16 << 20) + 1];
    assert!(matches!(refusal(&[("modrinth.index.json", &large)]), Refused::Archive(_)));
    let deep = format!("{{\"formatVersion\":1,\"x\":{}", "[".repeat(100_000));
    for name in ["modrinth.index.json", "mmc-pack.json"] {
        assert!(matches!(refusal(&[(name, deep.as_bytes())]), Refused::Document { .. }), "{name}");
    }
    let deep = format!("a = {}", "[".repeat(100_000));
    assert!(matches!(refusal(&[("pack.toml", deep.as_bytes())]), Refused::Document { .. }));
}

#[test]
fn any_cut_of_a_pack_is_read_or_refused() {
    let archive = zip(&[("instance.cfg", b"name=A"), (".minecraft/mods/a.jar", b"jar"), ("mmc-pack.json", b"{")]);
    for end in 0..archive.len() {
        assert!(import::read(Cursor::new(&archive[..end])).is_err(), "{end}");
    }
}

#[test]
fn names_of_packs_cannot_deceive() {
    let manifest = r#"{"minecraft":{"version":"1.20.1"},"manifestType":"minecraftModpack","manifestVersion":1,
        "name":"A\u202egpj\r\nB\u0000","version":"  ","author":"\u200b"}"#;
    let (import, _) = import::read(Cursor::new(zip(&[("manifest.json", manifest.as_bytes())]))).unwrap();
    assert_eq!(import.name.as_deref(), Some("Agpj B"));
    assert_eq!((import.version, import.authors), (None, None));
}
