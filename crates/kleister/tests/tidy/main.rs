//! The rules of this house, as tests: each reads the workspace itself and names every place that breaks a rule, why
//! the rule exists and what to do instead.
//!
//! [`walls`] says which room may know what, [`replies`] what the functions of the API return, [`habits`] how code is
//! written, [`sizes`] how long files and functions may grow, [`paths`] that the written map and the rooms agree,
//! [`licences`] whose code may be built in. They read with [`source`] and [`mentions`].
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod habits;
mod licences;
mod mentions;
mod paths;
mod replies;
mod sizes;
mod source;
mod walls;

use std::fmt::{self, Display, Formatter, Write};
use std::path::Path;

/// The folder of the workspace.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

/// A rule, as it is told to whoever breaks it.
#[derive(Clone, Copy)]
struct Rule {
    says: &'static str,
    because: &'static str,
    instead: &'static str,
}

/// A place that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Broken {
    /// From the root, with `/` on every system.
    path: String,
    /// Counted from one.
    line: usize,
    what: String,
}

impl Broken {
    fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }
}

impl Display for Broken {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// Fails if a rule is broken anywhere, and then tells all of it at once.
#[track_caller]
fn keep(rules: impl IntoIterator<Item = (Rule, Vec<Broken>)>) {
    let mut told = String::new();
    for (rule, mut broken) in rules {
        broken.sort();
        broken.dedup();
        if broken.is_empty() {
            continue;
        }
        writeln!(told, "\n{} ({} × broken)", rule.says, broken.len()).unwrap();
        for place in broken {
            writeln!(told, "  {place}").unwrap();
        }
        writeln!(told, "why: {}\ndo:  {}", rule.because, rule.instead).unwrap();
    }
    assert!(told.is_empty(), "{told}");
}
