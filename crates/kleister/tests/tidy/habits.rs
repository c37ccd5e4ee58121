//! How code is written here: what is never left in a file, and how rooms are not called.

use proc_macro2::{Spacing, TokenStream, TokenTree};

use crate::mentions::is_punct;
use crate::source::{self, Source};
use crate::{Broken, Rule, keep};

/// Names that say nothing about what is in a room.
const EMPTY_NAMES: [&str; 12] = [
    "util", "utils", "helper", "helpers", "common", "core", "misc", "manager", "managers", "service", "services",
    "shared",
];

#[test]
fn lints_are_expected_not_allowed() {
    let rule = Rule {
        says: "A lint is never switched off by `allow`.",
        because: "an `allow` stays when its reason is gone; an `expect` then tells that it can go",
        instead: "write #[expect(the_lint, reason = \"…\")] at the one place that needs it",
    };
    keep([(rule, attributes("allow"))]);
}

#[test]
fn no_test_is_ignored() {
    let rule = Rule {
        says: "No test is ignored.",
        because: "a test that does not run proves nothing, but is counted as if it did",
        instead: "mend it or delete it; one that needs more than a checkout goes to tests/, where it is run by name",
    };
    keep([(rule, attributes("ignore"))]);
}

#[test]
fn nothing_is_left_undone() {
    let rule = Rule {
        says: "No `todo!`, `unimplemented!` or `dbg!`.",
        because: "the first two are panics for whoever comes first, the third prints what operators should not see",
        instead: "do it now, or leave out what needs it; say what should be seen with tracing",
    };
    let is_left = |tokens: &[TokenTree]| match tokens {
        [TokenTree::Ident(name), bang, TokenTree::Group(_), ..] if is_punct(Some(bang), '!') => {
            ["todo", "unimplemented", "dbg"].iter().any(|left| name == left).then(|| format!("{name}!"))
        }
        _ => None,
    };
    keep([(rule, source::rust().iter().flat_map(|source| search(source, &is_left)).collect())]);
}

#[test]
fn nothing_is_unwrapped_outside_tests() {
    let rule = Rule {
        says: "No `unwrap` outside tests.",
        because: "it ends the request, or the server, without a word on what was wrong",
        instead: "return the error, or `expect` with a sentence on why it cannot happen",
    };
    let sources = source::rust();
    let found = sources.iter().flat_map(|source| {
        let found = search(source, &unwrapped).into_iter();
        found.filter(|broken| !source.is_test(broken.line))
    });
    keep([(rule, found.collect())]);
}

#[test]
fn rooms_are_called_by_what_is_in_them() {
    let rule = Rule {
        says: "No room is called util, helper, common, core, misc, manager or service.",
        because: "whatever has no place goes into such a room, and nobody finds it again",
        instead: "call it by the thing that it is about, or put its functions where they are used",
    };
    let is_empty = |path: &String| path.trim_end_matches(".rs").split('/').any(|part| EMPTY_NAMES.contains(&part));
    let files = source::files("rs").into_iter().filter(is_empty).map(|path| Broken::new(&path, 1, "is called so"));
    let sources = source::rust();
    let within = sources.iter().flat_map(|source| search(source, &empty_module));
    keep([(rule, files.chain(within).collect())]);
}

/// `.unwrap()`, or `unwrap` of some type given as a function.
fn unwrapped(tokens: &[TokenTree]) -> Option<String> {
    match tokens {
        [before, TokenTree::Ident(name), ..] if name == "unwrap" => {
            (is_punct(Some(before), '.') || is_punct(Some(before), ':')).then(|| "unwrap".to_owned())
        }
        _ => None,
    }
}

/// `mod util`, here or in a file of its own.
fn empty_module(tokens: &[TokenTree]) -> Option<String> {
    match tokens {
        [TokenTree::Ident(word), TokenTree::Ident(name), ..] if word == "mod" => {
            EMPTY_NAMES.iter().any(|empty| name == empty).then(|| format!("mod {name}"))
        }
        _ => None,
    }
}

/// Every attribute that is or contains one of this name, also below `cfg_attr`.
fn attributes(name: &str) -> Vec<Broken> {
    let is_within = |tokens: &[TokenTree]| match tokens {
        [TokenTree::Punct(hash), TokenTree::Group(group), ..] if hash.as_char() == '#' => Some(group.stream()),
        [TokenTree::Punct(hash), bang, TokenTree::Group(group), ..]
            if hash.as_char() == '#' && hash.spacing() == Spacing::Joint && is_punct(Some(bang), '!') =>
        {
            Some(group.stream())
        }
        _ => None,
    };
    let found = |tokens: &[TokenTree]| {
        is_within(tokens).filter(|attribute| contains(attribute.clone(), name)).map(|_| format!("#[{name}]"))
    };
    source::rust().iter().flat_map(|source| search(source, &found)).collect()
}

/// Whether a list of attributes has one of this name.
fn contains(attribute: TokenStream, name: &str) -> bool {
    let tokens: Vec<_> = attribute.into_iter().collect();
    match tokens.as_slice() {
        [TokenTree::Ident(first), ..] if first == name => true,
        [TokenTree::Ident(first), TokenTree::Group(list), ..] if first == "cfg_attr" => {
            let tokens: Vec<_> = list.stream().into_iter().collect();
            let parts = tokens.split(|token| is_punct(Some(token), ','));
            parts.skip(1).any(|part| contains(part.iter().cloned().collect(), name))
        }
        _ => false,
    }
}

/// Asks at every token of a file whether something begins there.
fn search(source: &Source, what: &dyn Fn(&[TokenTree]) -> Option<String>) -> Vec<Broken> {
    fn walk(tokens: TokenStream, ask: &mut dyn FnMut(&[TokenTree])) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        for at in 0..tokens.len() {
            ask(&tokens[at..]);
            if let TokenTree::Group(group) = &tokens[at] {
                walk(group.stream(), ask);
            }
        }
    }
    let mut found = Vec::new();
    walk(source.tokens.clone(), &mut |tokens| {
        found.extend(what(tokens).map(|what| Broken::new(&source.path, tokens[0].span().start().line, what)));
    });
    found
}
