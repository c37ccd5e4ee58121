//! packwiz: a tree of texts, each vouched for by the hash above it.

use std::fmt::Write;

use kleister_formats::packwiz::{Entry, Tree, tree};
use kleister_formats::{Choice, Environment, Release, Support};
use sha2::{Digest, Sha256};
use toml::{Table, Value};

use crate::{lines, releases};

fn golden(release: &Release) -> Tree {
    tree(release, &releases::addresses())
}

fn text<'a>(tree: &'a Tree, path: &str) -> &'a str {
    match tree.get(path) {
        Some(Entry::Text(text)) => text,
        other => panic!("{path} is no text but {other:?}"),
    }
}

fn table(tree: &Tree, path: &str) -> Table {
    text(tree, path).parse().unwrap()
}

fn sha256(text: &str) -> Value {
    Value::String(hex::encode(Sha256::digest(text)))
}

#[test]
fn tree_and_losses_stay_as_they_are() {
    for (name, release) in releases::all() {
        let tree = golden(&release);
        let mut snapshot = String::new();
        for (path, entry) in tree.iter() {
            match entry {
                Entry::Text(text) => writeln!(snapshot, "=== {path} ===\n{text}").unwrap(),
                Entry::File(file) => writeln!(snapshot, "=== {path} ===\n({} bytes)\n", file.size).unwrap(),
            }
        }
        insta::assert_snapshot!(format!("{name}.packwiz"), snapshot + "=== losses ===\n" + &lines(tree.losses()));
    }
}

#[test]
fn same_release_gives_the_same_tree() {
    for (_, release) in releases::all() {
        assert_eq!(golden(&release), golden(&release.clone()));
    }
}

#[test]
fn every_hash_is_that_of_the_served_bytes() {
    for (_, release) in releases::all() {
        let tree = golden(&release);
        let pack = table(&tree, "pack.toml");
        let index = pack["index"]["file"].as_str().unwrap();
        assert_eq!(pack["index"]["hash"], sha256(text(&tree, index)));
        assert_eq!(Some(index), pack["index"]["hash"].as_str().map(|hash| format!("index-{hash}.toml")).as_deref());
        assert_eq!(tree.get(index), tree.get("index.toml"), "it goes on being found where it was");
        for line in table(&tree, index)["files"].as_array().unwrap() {
            let path = line["file"].as_str().unwrap();
            match tree.get(path).unwrap() {
                Entry::Text(text) => {
                    assert_eq!(line["hash"], sha256(text), "{path}");
                    assert_eq!(line["metafile"], Value::Boolean(true), "{path}");
                }
                Entry::File(file) => {
                    assert_eq!(line["hash"].as_str(), file.hashes.sha256.as_deref(), "{path}");
                    assert_eq!(file.path.as_str(), path);
                    assert!(line.get("metafile").is_none(), "{path}");
                }
            }
        }
    }
}

#[test]
fn index_lists_everything_sorted_and_nothing_twice_ignoring_case() {
    for (_, release) in releases::all() {
        let tree = golden(&release);
        let pack = table(&tree, "pack.toml");
        let named = pack["index"]["file"].as_str().unwrap();
        let index = table(&tree, named);
        let listed: Vec<_> =
            index["files"].as_array().unwrap().iter().map(|line| line["file"].as_str().unwrap()).collect();
        let served: Vec<_> =
            tree.iter().map(|(path, _)| path).filter(|path| *path != "pack.toml" && *path != named).collect();
        assert_eq!(listed, served);
        let mut folded: Vec<_> = tree.iter().map(|(path, _)| path.to_lowercase()).collect();
        folded.sort_unstable();
        folded.dedup();
        assert_eq!(folded.len(), tree.iter().count());
    }
}

#[test]
fn client_only_mod_is_for_the_client() {
    let tree = golden(&releases::forge());
    assert_eq!(table(&tree, "mods/oculus.pw.toml")["side"].as_str(), Some("client"));
    assert_eq!(table(&tree, "mods/spark.pw.toml")["side"].as_str(), Some("server"));
    assert_eq!(table(&tree, "mods/jei.pw.toml")["side"].as_str(), Some("both"));
}

#[test]
fn mod_that_no_side_supports_is_left_out() {
    let tree = golden(&releases::forge());
    assert_eq!(tree.get("mods/broken.pw.toml"), None);
    assert!(tree.losses().iter().any(|loss| loss.what == "mods/broken.jar"));
}

#[test]
fn optional_mod_is_offered_with_its_default_and_text() {
    let tree = golden(&releases::forge());
    let option = table(&tree, "mods/minimap.pw.toml")["option"].clone();
    assert_eq!(option["optional"].as_bool(), Some(true));
    assert_eq!(option["default"].as_bool(), Some(true));
    assert_eq!(option["description"].as_str(), Some("A map in the corner. Costs a few frames."));
}

#[test]
fn metafile_keeps_its_name_when_the_mod_is_updated() {
    let old = releases::vanilla();
    let mut new = old.clone();
    new.files[0].path = "resourcepacks/faithful-64x.zip".parse().unwrap();
    for release in [old, new] {
        assert!(golden(&release).get("resourcepacks/faithful.pw.toml").is_some());
    }
}

#[test]
fn clashing_names_get_numbers_but_never_another_mods_name() {
    let tree = golden(&releases::fabric());
    let filename = |path: &str| table(&tree, path)["filename"].as_str().unwrap().to_owned();
    assert!(matches!(tree.get("mods/Twin.pw.toml"), Some(Entry::File(_))), "a file of the build keeps its own path");
    assert_eq!(filename("mods/twin-2.pw.toml"), "zz.jar");
    assert_eq!(filename("mods/twin-3.pw.toml"), "twin-a.jar");
    assert_eq!(filename("mods/twin-4.pw.toml"), "twin-b.jar");
}

#[test]
fn file_that_is_called_like_ours_arrives_by_a_metafile() {
    let tree = golden(&releases::fabric());
    let metafile = table(&tree, "pack.toml.pw.toml");
    assert_eq!(metafile["filename"].as_str(), Some("pack.toml"));
    assert_eq!(metafile["download"]["url"].as_str(), Some("https://mc.example.org/packs/golden/1.0/files/pack.toml"));
}

#[test]
fn longest_texts_still_fit_into_what_unsup_reads() {
    let mut release = releases::forge();
    let quotes = "\"".repeat(5000);
    release.pack.name.clone_from(&quotes);
    release.pack.authors = Some(quotes.clone());
    release.pack.summary = Some(quotes.clone());
    release.version = "ü".repeat(255);
    let file = &mut release.files[0];
    file.path = format!("{0}/{0}/x", "漢".repeat(84)).parse().unwrap();
    file.environment = Environment { client: Support::Optional, server: Support::Optional };
    file.choice = Some(Choice { default: false, text: Some(quotes.clone()), group: None });
    file.content.as_mut().unwrap().name = quotes;
    for (path, entry) in golden(&release).iter() {
        let Entry::Text(text) = entry else { continue };
        let limit = if path == "pack.toml" { 4096 } else { 8192 };
        assert!(text.len() < limit, "{path} has {} bytes", text.len());
        text.parse::<Table>().unwrap();
    }
}
