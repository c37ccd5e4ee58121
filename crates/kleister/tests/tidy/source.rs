//! The files of the workspace, and which of their lines are tests.

use std::fs;
use std::ops::RangeInclusive;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use walkdir::WalkDir;

use crate::root;

/// Where code of this workspace lies.
const PLACES: [&str; 3] = ["crates", "clients", "tests"];
/// Folders that nobody wrote.
const MADE: [&str; 3] = ["target", "node_modules", "__pycache__"];

/// A Rust file.
pub(crate) struct Source {
    /// From the root, with `/` on every system.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) tokens: TokenStream,
    pub(crate) file: syn::File,
    tests: Vec<RangeInclusive<usize>>,
}

impl Source {
    /// Reads Rust.
    pub(crate) fn parse(path: &str, text: String) -> Self {
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
        let file = syn::parse2(tokens.clone()).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut tests = Vec::new();
        find_tests(tokens.clone(), &mut tests);
        Self { path: path.to_owned(), text, tokens, file, tests }
    }

    /// Whether a line is there for tests only.
    pub(crate) fn is_test(&self, line: usize) -> bool {
        self.is_outside() || self.tests.iter().any(|lines| lines.contains(&line))
    }

    /// Whether the file lies outside what is built: a test, a bench, an example.
    pub(crate) fn is_outside(&self) -> bool {
        self.path.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "benches" | "examples"))
    }

    /// How many lines it has, without the tests at its end.
    pub(crate) fn length(&self) -> usize {
        let total = self.text.lines().count();
        match self.file.items.last() {
            Some(syn::Item::Mod(last)) if last.ident == "tests" && self.is_test(last.span().start().line) => {
                self.text.lines().take(last.span().start().line - 1).count()
            }
            _ => total,
        }
    }
}

/// All Rust files of the workspace.
pub(crate) fn rust() -> Vec<Source> {
    let sources = files("rs").into_iter().map(|path| {
        let text = read(&path);
        Source::parse(&path, text)
    });
    sources.collect()
}

/// The text of a file, by its path from the root.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("cannot read {path}: {error}"))
}

/// All files of the workspace with an extension, in order.
pub(crate) fn files(extension: &str) -> Vec<String> {
    let walks = PLACES.iter().map(|place| WalkDir::new(root().join(place)).sort_by_file_name());
    let entries = walks.flat_map(|walk| {
        walk.into_iter().filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            !name.starts_with('.') && !MADE.contains(&name.as_ref())
        })
    });
    let files = entries.map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    let named = files.filter(|file| file.path().extension().is_some_and(|found| found == extension));
    named.map(|file| from_root(file.path())).collect()
}

/// The crates of the workspace, by their folders.
pub(crate) fn crates() -> Vec<String> {
    let folders = fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let mut crates: Vec<_> = folders.filter(|path| path.is_dir()).map(|path| from_root(&path)).collect();
    crates.sort();
    crates
}

fn from_root(path: &std::path::Path) -> String {
    path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/")
}

/// Finds the lines of every item below `#[cfg(test)]` or `#[test]`.
fn find_tests(tokens: TokenStream, found: &mut Vec<RangeInclusive<usize>>) {
    let mut tokens = tokens.into_iter();
    let mut since = None;
    while let Some(token) = tokens.next() {
        let line = token.span().start().line;
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                let Some(TokenTree::Group(attribute)) = tokens.next() else { continue };
                let attribute: String = attribute.stream().to_string().split_whitespace().collect();
                if attribute == "test" || attribute == "cfg(test)" || attribute.starts_with("cfg(all(test,") {
                    since.get_or_insert(line);
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => found.extend(since.take().map(|first| first..=line)),
            TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace => match since.take() {
                Some(first) => found.push(first..=group.span_close().end().line),
                None => find_tests(group.stream(), found),
            },
            _ => {}
        }
    }
}

#[test]
fn tests_within_a_file_are_known() {
    let text = "\
        fn one() {}\n\
        #[cfg(test)]\n\
        use a::{b, c};\n\
        fn two() {}\n\
        #[cfg(test)]\n\
        mod tests {\n\
            fn three() {}\n\
        }\n";
    let source = Source::parse("crates/store/src/a.rs", text.to_owned());
    assert_eq!((1..=8).filter(|&line| source.is_test(line)).collect::<Vec<_>>(), [2, 3, 5, 6, 7, 8]);
    assert_eq!(source.length(), 4);
}
