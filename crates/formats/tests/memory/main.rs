//! How much memory hostile files take: a process of its own, whose peak Linux tells.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::Write;

use kleister_formats::jar;
use kleister_samples::{archive, hostile, stored};

/// What reading any file may take, in KiB.
const LIMIT: u64 = 64 << 10;

#[test]
fn no_file_takes_more_than_64_megabytes() {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    let named = hostile().into_iter().map(|sample| (sample.name, sample.bytes));
    for (number, (name, bytes)) in named.chain(greedy()).enumerate() {
        let path = folder.path().join(format!("{number}.jar"));
        File::create(&path).unwrap().write_all(&bytes).unwrap();
        paths.push((name, path));
    }
    for (name, path) in paths {
        // Starts the peak anew.
        fs::write("/proc/self/clear_refs", "5").unwrap();
        let before = status("VmRSS:");
        let read = jar::read(File::open(path).unwrap(), "any.jar");
        let grown = status("VmHWM:").saturating_sub(before);
        assert!(grown < LIMIT, "{name}: {grown} KiB, {}", read.is_ok());
    }
}

/// Files whose structure is sound, and whose documents are made to grow when they are read.
fn greedy() -> Vec<(String, Vec<u8>)> {
    const SIZE: usize = 1_000_000;
    let head = r#"{"schemaVersion": 1, "id": "a", "version": "1", "#;
    let needs: Vec<String> = (0..60_000).map(|number| format!(r#""{number}": "1","#)).collect();
    let needs = needs.concat();
    let tables = "[[mods]]\nmodId=\"a\"\n".repeat(120_000 / 20);
    let documents = [
        ("lists", "fabric.mod.json", "[[],".repeat(SIZE / 4).replace("[[", "[") + "]"),
        ("lists in a list", "fabric.mod.json", format!("[{}]", "[],".repeat(SIZE / 3))),
        ("mods in a list", "fabric.mod.json", format!("[{}]", "{id:a},".repeat(SIZE / 7))),
        ("dependencies", "fabric.mod.json", format!("{head}\"depends\": {{{needs}}}}}")),
        ("tables", "META-INF/mods.toml", tables.clone()),
        ("tables that are no TOML", "META-INF/mods.toml", format!("oops\n{tables}")),
        ("mods of old", "mcmod.info", format!("[{}]", "{modid:a},".repeat(SIZE / 10))),
    ];
    let mut all: Vec<(String, Vec<u8>)> =
        documents.iter().map(|(name, file, text)| ((*name).to_owned(), archive(&[(file, text)]))).collect();
    // Two hundred such jars in one, and one that is large.
    let inner = archive(&[("fabric.mod.json", &documents[2].2)]);
    let jars: Vec<String> = (0..200).map(|number| format!(r#"{{"file": "{number}"}}"#)).collect();
    let outer = format!("{head}\"jars\": [{}]}}", jars.join(","));
    let mut files = vec![("fabric.mod.json".to_owned(), outer.into_bytes())];
    files.extend((0..200).map(|number| (number.to_string(), inner.clone())));
    all.push(("jars in a jar".to_owned(), stored(&files)));
    let large = stored(&[("noise", vec![7; 20 << 20])]);
    let outer = format!("{head}\"jars\": [{{\"file\": \"large\"}}]}}");
    all.push(("large jar in a jar".to_owned(), archive(&[("fabric.mod.json", outer.into_bytes()), ("large", large)])));
    all
}

/// A number of KiB that Linux tells of this process.
fn status(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").expect("Linux tells it");
    let line = text.lines().find(|line| line.starts_with(name)).and_then(|line| line.split_whitespace().nth(1));
    line.and_then(|number| number.parse().ok()).expect("a number of KiB")
}
