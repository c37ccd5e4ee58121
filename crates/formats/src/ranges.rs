//! Versions of mods, Minecraft and loaders: which is newer, and which ones a range means.
//!
//! Three languages are in use, each with an order of its own: [`maven`] for Forge and `NeoForge`, [`fabric`] for
//! Fabric, and [`quilt`], which has the versions of Fabric and another way to write ranges. [`minecraft`] says how
//! Fabric and Quilt see a version of the game.
//!
//! Every range can be printed, and what is printed reads as the same range.

pub mod fabric;
pub mod maven;
pub mod minecraft;
pub mod quilt;

use thiserror::Error;

/// Why a range is none that its loader would read. The loader refuses the whole mod for it.
#[derive(Clone, Debug, Eq, PartialEq, Error)]
#[error("{text:?} is not a range of versions: {reason}")]
pub struct Unreadable {
    /// What was written, cut to a length that is fit to print.
    pub text: String,
    /// What is wrong with it, as the middle of a sentence.
    pub reason: &'static str,
}

impl Unreadable {
    fn new(text: &str, reason: &'static str) -> Self {
        Self { text: text.chars().take(100).collect(), reason }
    }
}
