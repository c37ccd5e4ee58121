//! What the functions of the API return: our own replies, which carry their status and schema.

use syn::visit::{self, Visit};

use crate::mentions::Names;
use crate::source::{self, Source};
use crate::walls::{is_of, is_within};
use crate::{Broken, Rule, keep};

/// What axum would answer with.
const FOREIGN: [&str; 4] = ["axum::Json", "axum::response", "*::Response", "*::StatusCode"];

/// Functions that may answer so all the same, and why.
static OWN_ANSWERS: &[(&str, &str, &str)] = &[
    ("crates/server/src/api/avatars.rs", "show", "a picture is answered as its bytes"),
    ("crates/server/src/api/body.rs", "no_method", "OPTIONS has an answer without a body"),
    ("crates/server/src/api/jobs.rs", "events", "what listeners are told is a stream of events"),
    ("crates/server/src/api/jobs.rs", "looked_at", "what listeners are told is a stream of events"),
    ("crates/server/src/api/reference.rs", "page", "a page is answered as HTML"),
    ("crates/server/src/api/reference.rs", "file", "a file of the page is answered as its bytes"),
    ("crates/server/src/api/storage.rs", "show", "a file is answered as its bytes"),
    ("crates/server/src/api/uploads.rs", "describe", "what of the tus protocol is spoken is told by headers"),
    ("crates/server/src/api/uploads.rs", "instead", "what is meant by a POST is answered as that operation is"),
];

#[test]
fn handlers_return_only_our_replies() {
    let rule = Rule {
        says: "A function of the API answers with our own types only.",
        because: "a reply of ours carries its status and its schema, so the OpenAPI document cannot say anything else",
        instead: "return `reply::Result<T>` with a T of types, or write the function and its reason into OWN_ANSWERS",
    };
    let sources = source::rust().into_iter().filter(|source| is_within(&source.path, "crates/server/src/api"));
    keep([(rule, sources.flat_map(|source| foreign_answers(&source)).collect())]);
}

/// The functions of a file, outside of any type, that return what is not ours.
fn foreign_answers(source: &Source) -> Vec<Broken> {
    let names = Names::of(source);
    let functions = source.file.items.iter().filter_map(|item| match item {
        syn::Item::Fn(function) => Some(&function.sig),
        _ => None,
    });
    let strict = functions
        .filter(|function| !OWN_ANSWERS.iter().any(|(path, name, _)| source.path == *path && function.ident == name));
    let answers = strict.flat_map(|function| {
        let mut returned = Returned::default();
        returned.visit_return_type(&function.output);
        let types = returned.0.iter().flat_map(|path| names.full(path));
        let line = function.ident.span().start().line;
        types.map(move |path| (line, format!("{} returns {path}", function.ident), path)).collect::<Vec<_>>()
    });
    let foreign = answers.filter(|(.., path)| FOREIGN.iter().any(|thing| is_of(path, thing)));
    foreign.map(|(line, told, _)| Broken::new(&source.path, line, told)).collect()
}

/// The types that a function returns, and those within them.
#[derive(Default)]
struct Returned(Vec<Vec<String>>);

impl Visit<'_> for Returned {
    fn visit_path(&mut self, path: &syn::Path) {
        self.0.push(path.segments.iter().map(|part| part.ident.to_string()).collect());
        visit::visit_path(self, path);
    }
}

#[test]
fn foreign_answers_are_seen() {
    let text = "\
        use axum::{Json, http::StatusCode};\n\
        async fn a() -> Result<Json<u8>> {}\n\
        async fn b() -> (StatusCode, String) {}\n\
        async fn c() -> Result<Notice> {}\n\
        async fn no_method() -> StatusCode {}\n";
    let told = |path: &str| {
        let answers = foreign_answers(&Source::parse(path, text.to_owned()));
        answers.into_iter().map(|broken| broken.what).collect::<Vec<_>>()
    };
    let both = ["a returns axum::Json", "b returns axum::http::StatusCode"];
    assert_eq!(told("crates/server/src/api/body.rs"), both);
    assert_eq!(told("crates/server/src/api/packs.rs")[2..], ["no_method returns axum::http::StatusCode"]);
}
