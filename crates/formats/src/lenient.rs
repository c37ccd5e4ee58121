//! Documents that people wrote by hand, read as forgivingly as the loaders read them.
//!
//! Jars in the wild are full of JSON with raw line breaks in texts and commas too many, and of TOML that its own
//! specification forbids. Loaders take them (Gson in its lenient mode, night-config), so players have them. Both
//! readers give the same kind of [`Value`], are bounded in depth, do work in proportion to the text, and never panic.

mod json;
mod toml;

use serde_json::Value;
use thiserror::Error;

pub use json::json;
pub use toml::{Toml, toml};

/// How deep lists and objects may be nested.
pub const DEPTH_LIMIT: usize = 64;

/// How many values a document may have. An object counts for ten, since its place in memory is as large.
pub const VALUE_LIMIT: usize = 100_000;

/// Why a document cannot be read, even so.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {says}")]
pub struct Unreadable {
    /// The line, from 1.
    pub line: usize,
    /// What is the matter, as the end of a sentence.
    pub says: String,
}

/// Whether lists and objects are nested no deeper than allowed.
fn is_shallow(value: &Value, left: usize) -> bool {
    match value {
        Value::Array(list) => left > 0 && list.iter().all(|value| is_shallow(value, left - 1)),
        Value::Object(object) => left > 0 && object.values().all(|value| is_shallow(value, left - 1)),
        _ => true,
    }
}
