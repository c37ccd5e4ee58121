//! The written map and the rooms agree: what ARCHITECTURE.md names is there, and what is there is named and explained.

use std::fs;

use crate::source;
use crate::{Broken, Rule, keep, root};

const MAP: &str = "ARCHITECTURE.md";

#[test]
fn every_path_of_the_map_is_there() {
    let rule = Rule {
        says: "A path in ARCHITECTURE.md is the path of a file or folder, from the root.",
        because: "a map that leads nowhere costs a newcomer more than no map",
        instead: "write the path that it has now; addresses of the API begin with `/`, patterns have `{`, `<` or `*`",
    };
    let map = map();
    let lost = quoted_paths(&map).into_iter().filter(|(_, path)| !fs::exists(root().join(path)).unwrap());
    let none = map.is_empty().then_some((1, "the map itself is missing"));
    keep([(rule, lost.chain(none).map(|(line, path)| Broken::new(MAP, line, path)).collect())]);
}

#[test]
fn every_crate_is_on_the_map() {
    let rule = Rule {
        says: "ARCHITECTURE.md names every crate by its folder.",
        because: "who looks for the place of a change begins there",
        instead: "say in one line what the crate is for and what it must not know",
    };
    let map = map();
    let is_named = |folder: &str| {
        map.match_indices(folder).any(|(at, _)| {
            let next = map[at + folder.len()..].chars().next();
            !next.is_some_and(|next| next.is_alphanumeric() || next == '-' || next == '_')
        })
    };
    let unnamed = source::crates().into_iter().filter(|folder| !is_named(folder));
    keep([(rule, unnamed.map(|folder| Broken::new(MAP, 1, format!("does not name {folder}"))).collect())]);
}

#[test]
fn every_file_says_what_it_is_for() {
    let rule = Rule {
        says: "A Rust file begins with `//!`.",
        because: "the first line of a room tells whether one is in the right one",
        instead: "begin the file with one sentence on what is in it, above everything else",
    };
    let silent = source::files("rs").into_iter().filter(|path| !source::read(path).trim_start().starts_with("//! "));
    keep([(rule, silent.map(|path| Broken::new(&path, 1, "begins with something else")).collect())]);
}

/// The text of the map; nothing, if there is none.
fn map() -> String {
    fs::read_to_string(root().join(MAP)).unwrap_or_default()
}

/// What stands between backticks and looks like a path, outside blocks of code, and its line.
fn quoted_paths(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut is_block = false;
    for (line, text) in (1..).zip(text.lines()) {
        if text.trim_start().starts_with("```") {
            is_block = !is_block;
        } else if !is_block {
            let quoted = text.split('`').skip(1).step_by(2);
            found.extend(quoted.filter(|text| is_path(text)).map(|path| (line, path)));
        }
    }
    found
}

fn is_path(text: &str) -> bool {
    let named = [".rs", ".md", ".toml", ".py"].iter().any(|ending| text.ends_with(ending));
    let is_address = text.starts_with('/') || text.contains("://");
    let is_media_type = ["application/", "image/", "multipart/", "text/"].iter().any(|kind| text.starts_with(kind));
    let is_plain = !text.contains(|sign: char| sign.is_whitespace() || "{}<>*$:".contains(sign));
    (text.contains('/') || named) && is_plain && !is_address && !is_media_type
}

#[test]
fn paths_are_told_from_other_texts() {
    let text = "`crates/store/` and `README.md`, not `/packs`, `{pack}/x`, `*.rs`, `text/plain` or `fn f()`\n\
        ```\n`block/of/code`\n```\n`a/b.rs`";
    assert_eq!(quoted_paths(text), [(1, "crates/store/"), (1, "README.md"), (5, "a/b.rs")]);
}
