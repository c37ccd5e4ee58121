//! Which room may know what: a table of walls, and the tests that read imports, paths and manifests along it.

use std::fs;

use toml::{Table, Value};

use crate::mentions::Names;
use crate::source::{self, Source};
use crate::{Broken, Rule, keep, root};

/// What some rooms must not know.
struct Wall {
    /// The folders and files that it stands around, from the root.
    around: &'static [&'static str],
    /// What may not be spoken of there: a path and all below it. `kleister_*` is every crate of ours, and `*::` in
    /// front means wherever it comes from.
    unknown: &'static [&'static str],
    doors: &'static [Door],
    because: &'static str,
    instead: &'static str,
}

/// A place within a wall that may know more.
struct Door {
    place: &'static str,
    /// What it may speak of; if nothing is named, everything.
    known: &'static [&'static str],
}

static WALLS: &[Wall] = &[
    Wall {
        around: &["crates/types/src"],
        unknown: &["axum", "hyper", "http", "sea_orm", "sea_orm_migration", "reqwest", "tokio", "kleister_*"],
        doors: &[],
        because: "what travels is shared by server, client and command line; whatever it knew, all of them would carry",
        instead: "keep the shape here, and turn it into a row in store or into an answer in server",
    },
    Wall {
        around: &["crates/store/src"],
        unknown: &[
            "axum",
            "hyper",
            "http",
            "reqwest",
            "kleister_files",
            "kleister_formats",
            "kleister_server",
            "kleister_client",
        ],
        doors: &[],
        because: "the rules of what stays hold for every way in, so the store cannot know by which one somebody came",
        instead: "return a variant of the store's Error or a row; server turns it into an answer",
    },
    Wall {
        around: &["crates/files/src"],
        unknown: &["axum", "hyper", "http", "reqwest", "sea_orm", "sea_orm_migration", "kleister_*"],
        doors: &[],
        because: "bytes are kept under their hash and mean nothing else; who may have them is decided before",
        instead: "take a hash, a size or a stream as an argument, and let server ask store for them",
    },
    Wall {
        around: &["crates/formats/src"],
        unknown: &[
            "sea_orm",
            "sea_orm_migration",
            "axum",
            "hyper",
            "reqwest",
            "tokio",
            "object_store",
            "std::fs",
            "std::net",
            "std::env",
            "std::process",
            "std::time::SystemTime",
            "std::time::Instant",
            "chrono::Utc",
            "chrono::Local",
            "kleister_*",
        ],
        doors: &[],
        because: "a format is a function of one release: the same release gives the same bytes, wherever and whenever",
        instead: "put what is missing into Release (server fills it at publishing), or take a Read or Write",
    },
    Wall {
        around: &["crates/client/src", "crates/cli/src", "clients/python/src"],
        unknown: &[
            "kleister_server",
            "kleister_store",
            "kleister_files",
            "kleister_formats",
            "axum",
            "sea_orm",
            "sea_orm_migration",
        ],
        doors: &[],
        because: "a client knows what the API promises and no more, so that it works with a server that it was not built with",
        instead: "put the shape into types, where both sides find it",
    },
    Wall {
        around: &["crates/server/src/delivery", "crates/server/src/delivery.rs", "crates/server/src/scim"],
        unknown: &["crate::api"],
        doors: &[],
        because: "delivery and the API are two ways in beside each other: a change to one must not move the other",
        instead: "put what both need into store, or into a room of server that both may know",
    },
    Wall {
        around: &["crates", "clients"],
        unknown: &["sea_orm", "sea_orm_migration", "sqlx"],
        doors: &[
            Door { place: "crates/store/src", known: &[] },
            // A handler's argument carries the snapshot that its row was read from.
            Door {
                place: "crates/server/src/api/guard.rs",
                known: &["sea_orm::ConnectionTrait", "sea_orm::DatabaseTransaction"],
            },
        ],
        because: "a query outside the store is one that nobody checks against three databases and the rules of permission",
        instead: "write a function in the store's file of that thing and call it",
    },
    Wall {
        around: &["crates/server/src"],
        unknown: &[
            "*::StatusCode::BAD_REQUEST",
            "*::StatusCode::UNAUTHORIZED",
            "*::StatusCode::FORBIDDEN",
            "*::StatusCode::CONFLICT",
            "*::StatusCode::PRECONDITION_FAILED",
            "*::StatusCode::PAYLOAD_TOO_LARGE",
            "*::StatusCode::UNPROCESSABLE_ENTITY",
            "*::StatusCode::INTERNAL_SERVER_ERROR",
            "*::StatusCode::from_u16",
        ],
        doors: &[Door { place: "crates/server/src/problem.rs", known: &[] }],
        because: "one table says which failure is which status; a second place would answer the same failure differently",
        instead: "return a Problem; if none fits, give it a variant and a line in Problem::status",
    },
    Wall {
        around: &["crates", "clients"],
        unknown: &["*::Utc::now", "*::Local::now", "*::SystemTime::now"],
        doors: &[Door { place: "crates/server/src/clock.rs", known: &[] }],
        because: "a test can only move a clock that everybody asks",
        instead: "take the time as an argument; handlers have it from app.clock",
    },
    Wall {
        around: &["crates", "clients"],
        unknown: &["std::env::var", "std::env::var_os", "std::env::vars", "std::env::vars_os"],
        doors: &[
            Door { place: "crates/server/src/config.rs", known: &[] },
            Door { place: "crates/server/src/config", known: &[] },
        ],
        because: "a setting that is read elsewhere has no name in the documents, no default and no check at the start",
        instead: "give the setting a field in its section of config",
    },
];

impl Wall {
    fn rule(&self) -> Rule {
        Rule { says: "A room must not know what lies behind its wall.", because: self.because, instead: self.instead }
    }

    fn hides(&self, place: &str, path: &str) -> bool {
        let mut doors = self.doors.iter().filter(|door| is_within(place, door.place));
        self.around.iter().any(|around| is_within(place, around))
            && self.unknown.iter().any(|unknown| is_of(path, unknown))
            && !doors.any(|door| door.known.is_empty() || door.known.iter().any(|known| is_of(path, known)))
    }

    /// What of all that is spoken of must not be.
    fn breaches(&self, spoken: &[Broken]) -> Vec<Broken> {
        spoken.iter().filter(|place| self.hides(&place.path, &place.what)).cloned().collect()
    }
}

pub(crate) fn is_within(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a path leads to something or below it, also by importing everything from above.
pub(crate) fn is_of(path: &str, thing: &str) -> bool {
    let below = |path: &str, thing: &str| format!("{path}::").starts_with(&format!("{thing}::"));
    let everything = path.strip_suffix("::*");
    if let Some(ours) = thing.strip_suffix('*') {
        path.starts_with(ours)
    } else if let Some(tail) = thing.strip_prefix("*::") {
        let above = tail.rsplit_once("::").map_or(tail, |(above, _)| above);
        format!("::{path}::").contains(&format!("::{tail}::"))
            || everything.is_some_and(|from| format!("::{from}").ends_with(&format!("::{above}")))
    } else {
        below(path, thing) || everything.is_some_and(|from| below(thing, from))
    }
}

/// Every path that a file speaks of outside its tests.
fn spoken(source: &Source) -> Vec<Broken> {
    let mentions = Names::of(source).mentions().into_iter();
    mentions.map(|mention| Broken::new(&source.path, mention.line, mention.path)).collect()
}

#[test]
fn rooms_do_not_speak_of_what_is_behind_a_wall() {
    let spoken: Vec<_> = source::rust().iter().flat_map(spoken).collect();
    keep(WALLS.iter().map(|wall| (wall.rule(), wall.breaches(&spoken))));
}

#[test]
fn manifests_do_not_bring_in_what_is_behind_a_wall() {
    let manifests = source::files("toml").into_iter().filter(|path| path.ends_with("/Cargo.toml"));
    let dependencies: Vec<_> = manifests.flat_map(|path| dependencies(&path)).collect();
    keep(WALLS.iter().map(|wall| {
        // A wall that has doors is one within a crate, or around all of them.
        let strict = dependencies.iter().filter(|_| wall.doors.is_empty());
        let hidden = strict.filter(|found| {
            let folder = found.path.trim_end_matches("Cargo.toml");
            wall.hides(&format!("{folder}src"), &found.what.replace('-', "_"))
        });
        (wall.rule(), hidden.cloned().collect())
    }));
}

/// What a crate is built from, and where its manifest says so.
fn dependencies(path: &str) -> Vec<Broken> {
    let text = source::read(path);
    let manifest: Table = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
    let systems = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
    let tables = systems.filter_map(Value::as_table).chain([&manifest]);
    let kinds = tables.flat_map(|table| ["dependencies", "build-dependencies"].map(|kind| table.get(kind)));
    let named = kinds.flatten().filter_map(Value::as_table).flatten();
    let found = named.map(|(key, value)| {
        let line = text.lines().position(|line| line.starts_with(key.as_str())).map_or(1, |line| line + 1);
        Broken::new(path, line, value.get("package").and_then(Value::as_str).unwrap_or(key))
    });
    found.collect()
}

#[test]
fn walls_and_doors_stand_somewhere() {
    let is_there = |place: &&str| fs::exists(root().join(place)).unwrap();
    let walls = WALLS.iter().filter(|wall| !wall.around.iter().any(is_there)).flat_map(|wall| wall.around);
    let doors = WALLS.iter().flat_map(|wall| wall.doors).map(|door| &door.place).filter(|place| !is_there(place));
    let lost = walls.chain(doors).map(|place| Broken::new(file!(), 1, *place)).collect();
    let rule = Rule {
        says: "A wall or a door names a place that is not there.",
        because: "a wall around nothing keeps nothing out, and nobody notices",
        instead: "give it the name that the room has now, or take it away",
    };
    keep([(rule, lost)]);
}

#[test]
fn walls_are_seen_through_however_they_are_climbed() {
    let breaches = |path: &str, text: &str| {
        let source = Source::parse(path, text.to_owned());
        let spoken = spoken(&source);
        WALLS.iter().flat_map(|wall| wall.breaches(&spoken)).map(|broken| broken.what).collect::<Vec<_>>()
    };
    assert_eq!(breaches("crates/formats/src/a.rs", "use std::{fs as f, io::Read};"), ["std::fs"]);
    assert_eq!(breaches("crates/formats/src/a.rs", "use std::time::*;"), ["std::time::*"]);
    assert_eq!(breaches("crates/types/src/a.rs", "fn f() { write!(t, kleister_store::X) }"), ["kleister_store::X"]);
    assert_eq!(breaches("crates/server/src/delivery/a.rs", "use super::super::api::body;"), ["crate::api::body"]);
    assert_eq!(breaches("crates/server/src/delivery/a.rs", "use crate::*;"), ["crate::*"]);
    let status = "use axum::http::StatusCode as S;\nconst A: S = S::CONFLICT;\nconst B: S = S::NOT_FOUND;";
    assert_eq!(breaches("crates/server/src/serve.rs", status), ["axum::http::StatusCode::CONFLICT"]);
    assert_eq!(breaches("crates/server/src/problem.rs", status), Vec::<String>::new());
    assert_eq!(
        breaches("crates/server/src/api/guard.rs", "use sea_orm::{ConnectionTrait, EntityTrait};"),
        ["sea_orm::EntityTrait"]
    );
    assert_eq!(breaches("crates/store/src/a.rs", "#[cfg(test)]\nmod tests { use axum::Json; }"), Vec::<String>::new());
}
