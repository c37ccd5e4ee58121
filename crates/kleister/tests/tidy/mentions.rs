//! What a file speaks of: every path in it, in full, however it was imported or spelt.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::UseTree;
use syn::visit::{self, Visit};

use crate::source::Source;

/// A path that a file speaks of, such as `axum::http::StatusCode` or `crate::api::body`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    /// Begins with a crate's name or `crate`; ends in `*` where everything below is imported.
    pub(crate) path: String,
    pub(crate) line: usize,
}

/// Short names and what they stand for. One name may be imported twice in a file, in two functions.
pub(crate) struct Names<'a> {
    source: &'a Source,
    /// The module that the file is.
    here: Vec<String>,
    long: BTreeMap<String, Vec<Vec<String>>>,
    imports: Vec<(Vec<String>, usize)>,
}

impl<'a> Names<'a> {
    pub(crate) fn of(source: &'a Source) -> Self {
        let mut names = Self { source, here: module(&source.path), long: BTreeMap::new(), imports: Vec::new() };
        names.visit_file(&source.file);
        names
    }

    /// Everything that the file speaks of outside its tests.
    pub(crate) fn mentions(&self) -> Vec<Mention> {
        let mut paths = Vec::new();
        read_paths(self.source.tokens.clone(), &mut paths);
        // One word that was not imported is a variable, or something of this file.
        paths.retain(|(path, _)| path.len() > 1 || self.long.contains_key(&path[0]));
        let built = self.imports.iter().cloned().chain(paths).filter(|(_, line)| !self.source.is_test(*line));
        built.flat_map(|(path, line)| self.full(&path).into_iter().map(move |path| Mention { path, line })).collect()
    }

    /// What a path stands for, in full.
    pub(crate) fn full(&self, path: &[String]) -> Vec<String> {
        let mut paths = vec![self.absolute(path)];
        // An import may begin with the name of another import.
        for _ in 0..3 {
            paths = paths.into_iter().flat_map(|path| self.lengthened(path)).collect();
        }
        paths.dedup();
        paths.into_iter().map(|path| path.join("::")).collect()
    }

    fn lengthened(&self, path: Vec<String>) -> Vec<Vec<String>> {
        match self.long.get(&path[0]) {
            Some(long) => long.iter().map(|long| [long, &path[1..]].concat()).collect(),
            None => vec![path],
        }
    }

    /// A path without `self` and `super`.
    fn absolute(&self, path: &[String]) -> Vec<String> {
        let mut base = self.here.clone();
        let mut rest = path;
        let mut is_relative = false;
        while let [first, more @ ..] = rest {
            match first.as_str() {
                "self" => {}
                "super" => drop(base.pop()),
                _ => break,
            }
            is_relative = true;
            rest = more;
        }
        if is_relative { [&base, rest].concat() } else { path.to_vec() }
    }

    fn import(&mut self, path: &[String], name: Option<String>, line: usize) {
        if self.source.is_test(line) {
            return;
        }
        let path = self.absolute(path);
        if let Some(name) = name.filter(|name| *name != path[0]) {
            self.long.entry(name).or_default().push(path.clone());
        }
        self.imports.push((path, line));
    }

    fn import_tree(&mut self, tree: &UseTree, before: &[String]) {
        let with = |ident: &Ident| match ident.to_string() {
            name if name == "self" && !before.is_empty() => before.to_vec(),
            name => [before, &[name]].concat(),
        };
        match tree {
            UseTree::Path(path) => self.import_tree(&path.tree, &[before, &[path.ident.to_string()]].concat()),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import_tree(tree, before)),
            UseTree::Glob(glob) => {
                let line = glob.star_token.spans[0].start().line;
                self.import(&[before, &["*".to_owned()]].concat(), None, line);
            }
            UseTree::Name(name) => {
                let path = with(&name.ident);
                self.import(&path, path.last().cloned(), name.ident.span().start().line);
            }
            UseTree::Rename(name) => {
                self.import(&with(&name.ident), Some(name.rename.to_string()), name.ident.span().start().line);
            }
        }
    }
}

impl Visit<'_> for Names<'_> {
    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        self.import_tree(&item.tree, &[]);
    }

    fn visit_item_extern_crate(&mut self, item: &syn::ItemExternCrate) {
        let name = item.rename.as_ref().map(|(_, name)| name.to_string());
        self.import(&[item.ident.to_string()], name, item.ident.span().start().line);
    }

    fn visit_item_mod(&mut self, item: &syn::ItemMod) {
        if self.source.is_test(item.ident.span().start().line) {
            return;
        }
        let name = item.ident.to_string();
        let path = [self.here.as_slice(), std::slice::from_ref(&name)].concat();
        self.long.entry(name).or_default().push(path.clone());
        let outer = std::mem::replace(&mut self.here, path);
        visit::visit_item_mod(self, item);
        self.here = outer;
    }
}

/// The module that a file is: `crates/server/src/delivery/base.rs` is `crate::delivery::base`.
fn module(path: &str) -> Vec<String> {
    let inner = path.split_once("/src/").map_or("", |(_, inner)| inner);
    let parts = inner.trim_end_matches(".rs").split('/');
    let named = parts.filter(|part| !matches!(*part, "" | "lib" | "main" | "mod"));
    std::iter::once("crate").chain(named).map(str::to_owned).collect()
}

/// Finds every path outside imports, also within macros, which no parser sees into.
fn read_paths(tokens: TokenStream, found: &mut Vec<(Vec<String>, usize)>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            TokenTree::Group(group) => read_paths(group.stream(), found),
            // `use<'a>` captures a lifetime and imports nothing.
            TokenTree::Ident(word) if word == "use" && !is_punct(tokens.get(at), '<') => {
                at += tokens[at..].iter().take_while(|token| !is_punct(Some(token), ';')).count();
            }
            TokenTree::Ident(word) => {
                let is_member =
                    at >= 2 && is_punct(tokens.get(at - 2), '.') && !is_punct(tokens.get(at.wrapping_sub(3)), '.');
                let mut path = vec![word.to_string()];
                while let [colon, second, TokenTree::Ident(part), ..] = &tokens[at..]
                    && is_punct(Some(colon), ':')
                    && is_punct(Some(second), ':')
                {
                    path.push(part.to_string());
                    at += 3;
                }
                if !is_member {
                    found.push((path, word.span().start().line));
                }
            }
            _ => {}
        }
    }
}

pub(crate) fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

#[test]
fn paths_are_known_however_they_are_spelt() {
    let text = "\
        use axum::http::{self, StatusCode as Status};\n\
        use super::super::api;\n\
        use crate::{App, problem::*}; use sea_orm as db;\n\
        mod toml;\n\
        fn f(text: &str) -> http::HeaderMap {\n\
            println!(\"{}\", std::env::var(text));\n\
            request.http().text(Status::OK);\n\
            api::routes::<Status>(toml::write());\n\
        }\n";
    let source = Source::parse("crates/server/src/delivery/base.rs", text.to_owned());
    let mentions = Names::of(&source).mentions().into_iter();
    let found: Vec<_> = mentions.map(|mention| format!("{} {}", mention.line, mention.path)).collect();
    assert_eq!(
        found,
        [
            "1 axum::http",
            "1 axum::http::StatusCode",
            "2 crate::api",
            "3 crate::App",
            "3 crate::problem::*",
            "3 sea_orm",
            "4 crate::delivery::base::toml",
            "5 axum::http::HeaderMap",
            "6 std::env::var",
            "7 axum::http::StatusCode::OK",
            "8 crate::api::routes",
            "8 axum::http::StatusCode",
            "8 crate::delivery::base::toml::write",
        ]
    );
}
