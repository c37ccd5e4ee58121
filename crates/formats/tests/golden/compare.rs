//! What is said to have changed between two releases.

use std::collections::HashMap;

use kleister_formats::compare::{Comparison, Kept, compare};
use kleister_formats::{
    Choice, Environment, File, Hashes, Loader, LoaderKind, Origin, Place, Policy, Release, Support,
};

use crate::releases;

/// A file of the build itself with this text, and the text by its hash.
fn text(path: &str, text: &str) -> File {
    let sha256 = hex::encode(text);
    let hashes = Hashes { sha256: Some(sha256), ..Hashes::default() };
    File { content: None, hashes, size: text.len() as u64, ..releases::module(path, "x", "X", "1") }
}

fn bytes(kept: &Kept) -> (String, Vec<u8>) {
    let digits = kept.sha256.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    (kept.sha256.clone(), digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect())
}

/// Two releases of a pack between which everything changed that can.
fn two() -> (Release, Release) {
    let module = releases::module;
    let base = Release { files: Vec::new(), ..releases::vanilla() };
    let origin = |version: &str| {
        vec![Origin { place: Place::Modrinth, project: "sodium".to_owned(), version: version.to_owned() }]
    };
    let mut from = base.clone();
    from.files = vec![
        module("mods/jei-1.jar", "jei", "Just Enough Items", "1.0"),
        module("mods/old.jar", "old", "Old *Thing*", "0.9"),
        module("mods/same.jar", "same", "Same", "1"),
        File { origins: origin("a"), ..module("mods/sodium-1.jar", "sodium-fabric", "Sodium", "0.5") },
        text("config/a.toml", "a = 1\nb = 2\n"),
        text("config/gone.toml", "x"),
        text("config/kept.toml", "same"),
    ];
    let mut to = Release { version: "2.0".to_owned(), minecraft: "26.2".to_owned(), ..base };
    to.loader = Some(Loader { kind: LoaderKind::Fabric, version: "0.17.0".to_owned() });
    to.java = Some(25);
    let minimap = Environment { client: Support::Optional, server: Support::Unsupported };
    to.files = vec![
        module("mods/jei-2.jar", "jei", "Just Enough Items", "2.0"),
        File { environment: minimap, choice: Some(Choice::default()), ..module("mods/same.jar", "same", "Same", "1") },
        File { origins: origin("b"), ..module("mods/sodium-2.jar", "sodium", "Sodium", "0.6") },
        module("mods/new.jar", "new", "New", "1.1"),
        text("config/a.toml", "a = 1\nb = 3\n"),
        text("config/new.toml", "y"),
        File { policy: Policy::Seed, ..text("config/kept.toml", "same") },
    ];
    (from, to)
}

fn read(from: &Release, to: &Release) -> Comparison {
    let comparison = compare(from, to);
    let bytes: HashMap<_, _> = comparison.wanted().iter().map(bytes).collect();
    comparison.read(&bytes)
}

#[test]
fn comparison_as_markdown_stays_as_it_is() {
    let (from, to) = two();
    insta::assert_snapshot!("compare.markdown", read(&from, &to).to_markdown());
}

#[test]
fn changelog_to_begin_from_stays_as_it_is() {
    let (from, to) = two();
    insta::assert_snapshot!("compare.changelog", read(&from, &to).changelog());
}

#[test]
fn the_other_way_round_everything_is_mirrored() {
    let (from, to) = two();
    let (forth, back) = (read(&from, &to), read(&to, &from));
    assert_eq!((&forth.added, &forth.removed), (&back.removed, &back.added));
    let versions = |comparison: &Comparison| -> Vec<_> {
        let updates = comparison.updated.iter();
        updates.map(|update| (update.from_version.clone(), update.to.version.clone())).collect()
    };
    let mirrored: Vec<_> = versions(&back).into_iter().map(|(from, to)| (to, from)).collect();
    assert_eq!(versions(&forth), mirrored);
    for (one, other) in forth.files.iter().zip(&back.files) {
        assert_eq!((&one.path, &one.from, &one.to), (&other.path, &other.to, &other.from));
    }
    for (one, other) in forth.platform.iter().zip(&back.platform) {
        assert_eq!((one.what, &one.from, &one.to), (other.what, &other.to, &other.from));
    }
}

#[test]
fn nothing_changes_from_a_release_to_itself() {
    for (name, release) in releases::all() {
        let comparison = read(&release, &release);
        assert!(comparison.to_markdown().ends_with("\nNothing changed.\n"), "{name}: {comparison:?}");
        assert_eq!(comparison.changelog(), "", "{name}");
        assert!(!comparison.needs_reinstall());
    }
}

#[test]
fn a_mod_of_another_slug_is_the_same_by_its_project_or_its_bytes() {
    let (from, to) = two();
    let comparison = compare(&from, &to);
    let updated: Vec<_> = comparison.updated.iter().map(|update| update.to.slug.as_str()).collect();
    assert_eq!(updated, ["jei", "sodium"]);
    let mut renamed = from.clone();
    renamed.files[1].content.as_mut().unwrap().module = "other".to_owned();
    let comparison = compare(&from, &renamed);
    assert_eq!((comparison.added.len(), comparison.removed.len(), comparison.updated.len()), (0, 0, 0));
}

#[test]
fn only_another_minecraft_or_loader_needs_a_reinstall() {
    let release = releases::fabric();
    for (other, needed) in [
        (Release { minecraft: "1.21.9".to_owned(), ..release.clone() }, true),
        (Release { loader: None, ..release.clone() }, true),
        (Release { java: Some(8), ..release.clone() }, false),
        (Release { files: Vec::new(), ..release.clone() }, false),
    ] {
        assert_eq!(compare(&release, &other).needs_reinstall(), needed);
    }
}

#[test]
fn what_is_read_has_a_limit_and_says_so() {
    let release = |text_of: &dyn Fn(usize) -> File| {
        let files = (0..250).map(text_of).collect();
        Release { files, ..releases::vanilla() }
    };
    let from = release(&|number| text(&format!("config/{number}.toml"), "1"));
    let to = release(&|number| text(&format!("config/{number}.toml"), "2"));
    let comparison = read(&from, &to);
    let shown = comparison.files.iter().filter(|file| matches!(file.diff, Some(Ok(_)))).count();
    assert_eq!((comparison.files.len(), shown), (250, 200));
    let large = |letter: &str| File { size: (256 << 10) + 1, ..text("config/large.txt", letter) };
    let (from, to) = (release(&|_| large("1")), release(&|_| large("2")));
    let comparison = compare(&from, &to);
    assert_eq!(comparison.wanted().len(), 0);
    assert_eq!(comparison.files[0].diff, Some(Err("it is too large to compare as a text")));
}

#[test]
fn names_from_jars_are_no_markup() {
    let (mut from, to) = two();
    from.files[1].content.as_mut().unwrap().name = "[x](javascript:y)<script>`\n# z".to_owned();
    let text = compare(&from, &to).to_markdown();
    assert!(text.contains(r"\[x\](javascript:y)\<script\>\` \# z"), "{text}");
    from.files[4].hashes.sha256 = Some("00".to_owned());
    let fence = compare(&from, &to).read(&HashMap::from([
        ("00".to_owned(), b"```\n# no\n".to_vec()),
        (to.files[4].hashes.sha256.clone().unwrap(), b"b".to_vec()),
    ]));
    assert!(fence.to_markdown().contains("\n````diff\n"), "{}", fence.to_markdown());
}
