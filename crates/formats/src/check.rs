//! The check of a build: what would go wrong for its players, found in the jars themselves before anybody starts it.
//!
//! An [error](Severity::Error) is what the loader itself would refuse to start with, or what a player could not
//! download. Everything else is a [warning](Severity::Warning) or a [note](Severity::Note). Client and server are
//! judged apart, each with the files that it has.
//!
//! There is one finding for each rule and mod, with everything that speaks for it. Each has a remedy at least, and each
//! remedy, applied, removes it.

mod book;
mod dependencies;
mod facts;
mod files;
mod java;
mod nested;
mod offers;
mod overrides;
mod present;
mod remedies;
mod scanned;
mod sentences;
mod zips;

use serde::{Deserialize, Serialize};

pub use facts::{Facts, Origin, Piece, Redistribution, Zip};
pub use offers::{Offer, offer};
pub use overrides::Overrides;
pub use remedies::{Remedy, Version};

use crate::jar::Side;

/// What is wrong with a build, and what helps.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: Rule,
    /// How bad that is.
    pub severity: Severity,
    /// What it is about: the id of a mod, the path of a file that is none, or names of zips. Unique among the findings of
    /// a rule.
    pub subject: String,
    /// The side of the game on which it happens.
    pub side: Side,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Which file says so, in which words.
    pub evidence: Vec<Evidence>,
    /// What helps; each by itself, the best first.
    pub remedies: Vec<Remedy>,
    /// The files and versions that the finding follows from, as one text: it changes when one of them does.
    pub stamp: String,
}

/// What one file says.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Where the file lies in the game folder; for a nested jar, the outermost one.
    pub path: String,
    /// The id of the mod in it.
    pub id: Option<String>,
    /// The version of that mod.
    pub number: Option<String>,
    /// What it says, such as `needs fabric-api >=0.90`.
    pub says: String,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Note,
    /// The game starts, but not as meant.
    Warning,
    /// The loader refuses to start, or a player cannot download or install.
    Error,
}

/// What may be wrong with a build.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A mod that others need is not there.
    MissingDependency,
    /// It is there, but not on this side of the game.
    WrongSide,
    /// It is there, but not in a version that will do.
    OutOfRange,
    /// Two mods that do not go together.
    Incompatible,
    /// Two mods that had better not be together.
    Discouraged,
    /// A mod that others would like to have is not there.
    Recommended,
    /// One mod twice.
    Duplicate,
    /// A mod for another loader.
    WrongLoader,
    /// A mod for other versions of the loader.
    WrongLoaderVersion,
    /// A mod for another Minecraft.
    WrongMinecraft,
    /// Java is older than something needs.
    JavaTooOld,
    /// Java is newer than something bears.
    JavaTooNew,
    /// Two files at one place.
    PathClash,
    /// Two zips of Solder with other bytes at one place.
    ZipOverlap,
    /// Two zips of Solder that a launcher keeps under one name.
    ZipNameClash,
    /// A version that the author's build did not fill in.
    Unexpanded,
    /// A range that the loader cannot read.
    UnreadableRange,
    /// A file with overrides that the loader cannot read.
    UnreadableOverrides,
    /// A file that its author does not let others hand out.
    Redistribution,
    /// A file that players must fetch by hand.
    ManualDownload,
    /// A file that tells nothing.
    Unknown,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 21] = [
        Self::MissingDependency,
        Self::WrongSide,
        Self::OutOfRange,
        Self::Incompatible,
        Self::Discouraged,
        Self::Recommended,
        Self::Duplicate,
        Self::WrongLoader,
        Self::WrongLoaderVersion,
        Self::WrongMinecraft,
        Self::JavaTooOld,
        Self::JavaTooNew,
        Self::PathClash,
        Self::ZipOverlap,
        Self::ZipNameClash,
        Self::Unexpanded,
        Self::UnreadableRange,
        Self::UnreadableOverrides,
        Self::Redistribution,
        Self::ManualDownload,
        Self::Unknown,
    ];
}

/// Checks a build. The worst findings come first, then they are sorted by rule and subject.
pub fn check(facts: &Facts) -> Vec<Finding> {
    judged(facts).findings()
}

/// What is wrong, before anybody asks what helps.
fn judged(facts: &Facts) -> book::Book<'_> {
    let mut book = book::Book::new(facts);
    for side in [Side::Client, Side::Server] {
        let overrides = overrides::Read::new(facts, side, &mut book);
        let present = present::Present::new(facts, &overrides, side);
        files::judge_loaded(&present, &mut book);
        dependencies::judge(&present, &mut book);
        java::judge(&present, &mut book);
    }
    files::judge(facts, &mut book);
    zips::judge(facts, &mut book);
    book
}
