//! How long files and functions may grow.

use proc_macro2::{Ident, Span};
use syn::visit::{self, Visit};

use crate::source::{self, Source};
use crate::{Broken, Rule, keep};

/// Lines of a file, without the tests at its end. To aim for: 300.
const FILE: usize = 400;
/// Lines of a function with its signature. To aim for: 40, and 15 for most.
const FUNCTION: usize = 60;
/// Lines of a handler within its braces.
const HANDLER: usize = 20;

const FILES: Rule = Rule {
    says: "A file has at most 400 lines.",
    because: "a file is one thought; who opens it should see where it begins and ends",
    instead: "find the second thought in it and give that a file of its own",
};

#[test]
fn rust_files_are_short() {
    let sources = source::rust().into_iter().filter(|source| !source.is_outside());
    let long = sources.filter(|source| source.length() > FILE);
    keep([(FILES, long.map(|source| Broken::new(&source.path, FILE + 1, told(source.length()))).collect())]);
}

#[test]
fn python_files_are_short() {
    let sources = source::files("py").into_iter().map(|path| (source::read(&path).lines().count(), path));
    let long = sources.filter(|(length, _)| *length > FILE);
    keep([(FILES, long.map(|(length, path)| Broken::new(&path, FILE + 1, told(length))).collect())]);
}

#[test]
fn functions_are_short() {
    let rule = Rule {
        says: "A function has at most 60 lines.",
        because: "a function that does not fit on a screen is read in parts, and understood in parts",
        instead: "name its steps and make each a function below it",
    };
    let sources = source::rust();
    let long = sources.iter().filter(|source| !source.is_outside()).flat_map(|source| {
        let mut functions = Functions { source, long: Vec::new() };
        functions.visit_file(&source.file);
        functions.long
    });
    keep([(rule, long.collect())]);
}

#[test]
fn handlers_are_short() {
    let rule = Rule {
        says: "A handler of the API has at most 20 lines.",
        because: "it reads, opens, calls the store, commits and answers; what is more is a rule, and rules have their place",
        instead: "move the rule into the store, or what belongs together into a function that says what it does",
    };
    let sources = source::rust().into_iter().filter(|source| source.path.starts_with("crates/server/src/api/"));
    let long = sources.flat_map(|source| {
        let functions = source.file.items.iter().filter_map(|item| match item {
            syn::Item::Fn(function) if function.sig.asyncness.is_some() => Some(function),
            _ => None,
        });
        let broken = functions.filter_map(|function| {
            let braces = function.block.brace_token.span;
            let (begin, end) = (braces.open().start().line, braces.close().end().line);
            let length = end.saturating_sub(begin + 1);
            let name = &function.sig.ident;
            (length > HANDLER).then(|| Broken::new(&source.path, begin, format!("{name}, {}", told(length))))
        });
        broken.collect::<Vec<_>>()
    });
    keep([(rule, long.collect())]);
}

/// Collects the functions that are too long.
struct Functions<'a> {
    source: &'a Source,
    long: Vec<Broken>,
}

impl Functions<'_> {
    fn measure(&mut self, name: &Ident, begin: Span, block: &syn::Block) {
        let begin = begin.start().line;
        let length = block.brace_token.span.close().end().line - begin + 1;
        if length > FUNCTION {
            self.long.push(Broken::new(&self.source.path, begin, format!("{name}, {}", told(length))));
        }
    }
}

impl Visit<'_> for Functions<'_> {
    fn visit_item_fn(&mut self, function: &syn::ItemFn) {
        self.measure(&function.sig.ident, function.sig.fn_token.span, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &syn::ImplItemFn) {
        self.measure(&function.sig.ident, function.sig.fn_token.span, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.measure(&function.sig.ident, function.sig.fn_token.span, block);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

fn told(length: usize) -> String {
    format!("{length} lines")
}
