//! Whose code may be built in: licences that go with ours, and crates that must not come back.
//!
//! Read from `cargo tree`, which follows features and the system as the build does. The lock file and `cargo metadata`
//! also list what no feature of ours switches on, such as `ring` beside `aws-lc-rs`.

use std::collections::BTreeMap;
use std::process::Command;

use spdx::{Expression, ParseMode};

use crate::{Broken, Rule, keep, root};

/// Licences that ask for no more than to be named.
const LICENCES: [&str; 12] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Zlib",
];

/// Licences that ask for more, each for one crate: its name, the licence, why it is fine here.
static LICENCES_OF_ONE: &[(&str, &str, &str)] = &[];

/// Crates that must not be built in, and why.
static BANNED: &[(&str, &str)] = &[
    ("native-tls", "TLS is done by rustls alone, so that it works the same on every system"),
    ("openssl-sys", "it needs a library of the system, and brings a second TLS beside rustls"),
    ("ring", "rustls has its cryptography from aws-lc-rs; a second provider makes its choice a matter of luck"),
];

/// Crates whose types go through many hands, or that are long to build: once is enough.
const ONCE: [&str; 8] = ["axum", "hyper", "reqwest", "rustls", "sea-orm", "schemars", "sqlx-core", "tokio"];

/// A crate that is built in.
struct Package {
    name: String,
    version: String,
    licence: String,
}

impl Package {
    fn broken(&self, what: &str) -> Broken {
        let Self { name, version, .. } = self;
        let lock = crate::source::read("Cargo.lock");
        let mut lines = (1..).zip(lock.lines()).skip_while(|(_, line)| *line != format!("name = \"{name}\""));
        let line = lines.find(|(_, line)| *line == format!("version = \"{version}\"")).map_or(1, |(line, _)| line - 1);
        Broken::new("Cargo.lock", line, format!("{name} {version}: {what}"))
    }

    fn is_free(&self) -> bool {
        let expression = Expression::parse_mode(&self.licence, ParseMode::LAX);
        expression.is_ok_and(|expression| {
            expression.evaluate(|wanted| {
                let wanted = wanted.to_string();
                let of_one = LICENCES_OF_ONE.iter().any(|(name, licence, _)| *name == self.name && *licence == wanted);
                of_one || LICENCES.contains(&wanted.as_str())
            })
        })
    }
}

/// Everything that is built into what we hand out, and into what builds it.
fn packages() -> Vec<Package> {
    let mut tree = Command::new(env!("CARGO"));
    tree.args(["tree", "--locked", "--workspace", "--edges", "normal,build", "--prefix", "none"]);
    let output = tree.args(["--format", "{p}\t{l}"]).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let packages = text.lines().filter_map(|line| {
        let (package, licence) = line.trim_end_matches(" (*)").split_once('\t')?;
        let mut words = package.split(' ');
        let (name, version) = (words.next()?, words.next()?.trim_start_matches('v'));
        Some(((name.to_owned(), version.to_owned()), licence.to_owned()))
    });
    let packages: BTreeMap<_, _> = packages.collect();
    assert!(packages.len() > 100, "cargo tree lists only {} crates", packages.len());
    packages.into_iter().map(|((name, version), licence)| Package { name, version, licence }).collect()
}

#[test]
fn licences_go_with_ours() {
    let rule = Rule {
        says: "Whatever is built in has a licence that goes with ours.",
        because: "who runs or changes Kleister has to keep every licence in it, and nobody reads three hundred",
        instead: "find another crate, or add the licence to LICENCES (asks to be named) or LICENCES_OF_ONE (asks more)",
    };
    let packages = packages().into_iter().filter(|package| !package.is_free());
    let told = packages.map(|package| match package.licence.as_str() {
        "" => package.broken("names no licence"),
        licence => package.broken(licence),
    });
    keep([(rule, told.collect())]);
}

#[test]
fn banned_crates_stay_out() {
    let packages = packages();
    keep(BANNED.iter().map(|(name, because)| {
        let rule = Rule {
            says: "A crate is built in that was banned.",
            because,
            instead: "ask `cargo tree --workspace --invert NAME` who brings it, and switch off that feature",
        };
        (rule, packages.iter().filter(|package| package.name == *name).map(|found| found.broken("banned")).collect())
    }));
}

#[test]
fn big_crates_are_built_once() {
    let rule = Rule {
        says: "A big crate is built in once.",
        because: "two versions have types that look the same and do not fit, and double what is built and watched",
        instead: "ask `cargo tree --workspace --invert NAME@VERSION` who is behind, and wait or update",
    };
    let packages = packages();
    let twice = packages.iter().filter(|package| {
        let versions = packages.iter().filter(|other| other.name == package.name);
        ONCE.contains(&package.name.as_str()) && versions.count() > 1
    });
    keep([(rule, twice.map(|package| package.broken("one of several")).collect())]);
}
