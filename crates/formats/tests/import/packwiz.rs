//! packwiz, as its command line writes it.

use insta::assert_snapshot;
use kleister_formats::import::packwiz::Pack;
use kleister_formats::import::{Kind, Place, Refused};
use sha2::{Digest, Sha256};

use crate::{file, read, refusal, told};

const SODIUM: &str = r#"name = "Sodium"
filename = "sodium-fabric-0.5.8+mc1.20.4.jar"
side = "client"

[download]
url = "https://cdn.modrinth.com/data/AANobbMI/versions/4GyXKCLd/sodium-fabric-0.5.8%2Bmc1.20.4.jar"
hash-format = "sha512"
hash = "11111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111"

[update]
[update.modrinth]
mod-id = "AANobbMI"
version = "4GyXKCLd"
"#;

const JEI: &str = r#"name = "Just Enough Items (JEI)"
filename = "jei-1.20.4-fabric-17.3.0.49.jar"
side = "both"

[download]
hash-format = "sha1"
hash = "2222222222222222222222222222222222222222"
mode = "metadata:curseforge"

[option]
optional = true
default = true
description = "Shows recipes"

[update]
[update.curseforge]
file-id = 5140912
project-id = 238222
"#;

const FAITHFUL: &str = r#"name = "Faithful"
filename = "Faithful.zip"

[download]
url = "https://example.org/Faithful%2032.zip"
hash-format = "murmur2"
hash = "3521234567"

[update.github]
slug = "owner/faithful"
tag = "v1"
"#;

fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// The pack's own file and its index, with hashes that are right.
fn texts() -> (String, String) {
    let index = format!(
        "hash-format = \"sha256\"\n\n[[files]]\nfile = \"config/forced.toml\"\nhash = \"{}\"\n\n\
         [[files]]\nfile = \"mods/jei.pw.toml\"\nhash = \"{}\"\nmetafile = true\n\n\
         [[files]]\nfile = \"mods/sodium.pw.toml\"\nhash = \"{}\"\nmetafile = true\n\n\
         [[files]]\nfile = \"options.txt\"\nhash = \"{}\"\npreserve = true\n\n\
         [[files]]\nfile = \"resourcepacks/faithful.pw.toml\"\nhash = \"{}\"\nmetafile = true\n",
        sha256("a=1"),
        sha256(JEI),
        sha256(SODIUM),
        sha256("lang:en_us"),
        sha256(FAITHFUL),
    );
    let pack = format!(
        "name = \"Sky Islands\"\nauthor = \"Ada\"\nversion = \"1.4.2\"\npack-format = \"packwiz:1.1.0\"\n\n\
         [index]\nfile = \"index.toml\"\nhash-format = \"sha256\"\nhash = \"{}\"\n\n\
         [versions]\nfabric = \"0.15.7\"\nminecraft = \"1.20.4\"\n",
        sha256(&index)
    );
    (pack, index)
}

fn entries<'a>(pack: &'a str, index: &'a str) -> Vec<(&'a str, &'a [u8])> {
    vec![
        ("pack.toml", pack.as_bytes()),
        ("index.toml", index.as_bytes()),
        ("config/forced.toml", b"a=1"),
        ("mods/jei.pw.toml", JEI.as_bytes()),
        ("mods/sodium.pw.toml", SODIUM.as_bytes()),
        ("options.txt", b"lang:en_us"),
        ("resourcepacks/faithful.pw.toml", FAITHFUL.as_bytes()),
        (".packwizignore", b"*.md"),
        ("README.md", b"hello"),
    ]
}

#[test]
fn everything_of_a_folder_is_read_or_reported() {
    let (pack, index) = texts();
    assert_snapshot!(told(&read(&entries(&pack, &index))), @r#"
    Packwiz Some("Sky Islands") Some("1.4.2")
    summary None, authors Some("Ada")
    Minecraft Some("1.20.4"), loader Some("fabric 0.15.7"), Java None
    memory (None, None), arguments None, server None
    config/forced.toml [inside] required/required Force
    mods/jei-1.20.4-fabric-17.3.0.49.jar [CurseForge 238222 5140912 true] optional/optional Force choice true Some("Shows recipes") "Just Enough Items (JEI)" curseforge:Some("238222"):Some("5140912")
    mods/sodium-fabric-0.5.8+mc1.20.4.jar [at 1] required/unsupported Force "Sodium" modrinth:Some("AANobbMI"):Some("4GyXKCLd")
    options.txt [inside] required/required Seed
    resourcepacks/Faithful.zip [at 1] required/required Force "Faithful" url:None:None
    - .packwizignore: The pack's index does not list it.
    - README.md: The pack's index does not list it.
    "#);
}

#[test]
fn pack_may_lie_one_folder_down() {
    let (pack, index) = texts();
    let entries = entries(&pack, &index);
    let paths: Vec<_> = entries.iter().map(|(path, _)| format!("sky-main/{path}")).collect();
    let below: Vec<_> = paths.iter().zip(&entries).map(|(path, (_, bytes))| (path.as_str(), *bytes)).collect();
    let import = read(&below);
    assert_eq!((import.kind, import.files.len()), (Kind::Packwiz, 5));
}

#[test]
fn wrong_hash_of_the_index_or_a_metafile_is_refused_by_name() {
    let (pack, index) = texts();
    let changed = format!("{index}# changed\n");
    let error = refusal(&entries(&pack, &changed)).to_string();
    assert!(error.starts_with("Hash mismatch: `index.toml` should have the SHA-256 "), "{error}");
    let mut entries = entries(&pack, &index);
    entries[3].1 = b"name = \"Other\"";
    assert!(matches!(refusal(&entries), Refused::Hash { file, .. } if file == "mods/jei.pw.toml"));
}

#[test]
fn pack_without_internal_hashes_is_read() {
    let (pack, index) = texts();
    let (_, hash) = pack.split_once("hash = \"").unwrap();
    let hash = &hash[..64];
    let pack = pack.replace(hash, "");
    assert_eq!(read(&entries(&pack, &index)).files.len(), 5);
}

#[test]
fn file_that_is_listed_but_missing_is_refused() {
    let (pack, index) = texts();
    let mut entries = entries(&pack, &index);
    entries.remove(2);
    let error = refusal(&entries).to_string();
    assert!(error.contains("`config/forced.toml`") && error.contains("not in the archive"), "{error}");
}

#[test]
fn files_can_be_fetched_one_by_one() {
    let (pack, index) = texts();
    let pack = Pack::read(&pack).unwrap();
    assert_eq!(pack.index_file(), "index.toml");
    let mut files = Vec::new();
    for listed in pack.index(&index).unwrap() {
        let found = match listed.file.as_str() {
            "mods/jei.pw.toml" => listed.metafile(JEI.as_bytes()),
            "mods/sodium.pw.toml" => listed.metafile(SODIUM.as_bytes()),
            "resourcepacks/faithful.pw.toml" => listed.metafile(FAITHFUL.as_bytes()),
            file => Ok(listed.direct(Place::At(vec![format!("https://example.org/{file}")]))),
        };
        files.push((listed, found.unwrap()));
    }
    let import = pack.finish(files, Vec::new()).unwrap();
    assert_eq!(import.files.len(), 5);
    let forced = file(&import, "config/forced.toml");
    assert_eq!(forced.hashes.sha256.as_deref(), Some(sha256("a=1").as_str()));
    assert_eq!(forced.place, Place::At(vec!["https://example.org/config/forced.toml".to_owned()]));
}

#[test]
fn newer_and_escaping_packs_are_refused() {
    let (pack, _) = texts();
    for (from, to) in [
        ("packwiz:1.1.0", "packwiz:2.0.0"),
        ("index.toml", "../index.toml"),
        ("[index]", "[list]"),
        ("name = ", "name == "),
    ] {
        assert!(matches!(Pack::read(&pack.replacen(from, to, 1)), Err(Refused::Document { .. })), "{to}");
    }
    assert!(Pack::read(&pack.replace("pack-format = \"packwiz:1.1.0\"\n", "")).is_ok());
}

#[test]
fn metafile_cannot_name_a_file_outside_its_folder() {
    let (pack, index) = texts();
    let evil = JEI.replace("jei-1.20.4-fabric-17.3.0.49.jar", "../../evil.jar");
    let index = index.replace(&sha256(JEI), &sha256(&evil));
    let pack = pack.replace(&pack.split("hash = \"").nth(1).unwrap()[..64], &sha256(&index));
    let mut entries = entries(&pack, &index);
    entries[3].1 = evil.as_bytes();
    assert!(refusal(&entries).to_string().contains("mods/jei.pw.toml"));
}
