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

use std::fmt;

use thiserror::Error;

use crate::jar::{Language, Range};

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

/// What a mod wants of another one's version, in whichever language it was written: any one of the alternatives must
/// hold, and for that all of its parts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wish {
    any: Vec<Vec<Part>>,
}

/// One range of a wish.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Part {
    Maven(maven::Range),
    Fabric(fabric::Range),
    Quilt(quilt::Range),
}

impl Wish {
    /// Reads what a jar says. Names of versions that no loader checks ([`Language::Plain`]) are met by everything.
    pub fn read(range: &Range) -> Result<Self, Unreadable> {
        if range.language == Language::Plain {
            return Ok(Self { any: Vec::new() });
        }
        let part = |text: &String| match range.language {
            Language::Fabric => text.parse().map(Part::Fabric),
            Language::Quilt => text.parse().map(Part::Quilt),
            Language::Maven | Language::Plain => text.parse().map(Part::Maven),
        };
        let all = |texts: &Vec<String>| texts.iter().map(part).collect::<Result<Vec<_>, _>>();
        Ok(Self { any: range.any.iter().map(all).collect::<Result<_, _>>()? })
    }

    /// Whether a version will do.
    pub fn accepts(&self, number: &str) -> bool {
        self.any.is_empty() || self.any.iter().any(|all| all.iter().all(|part| part.accepts(number)))
    }

    /// Versions that the wish names and that will do, for those who look for one.
    pub fn examples(&self) -> Vec<String> {
        let named = self.any.iter().flatten().flat_map(Part::named);
        let mut examples: Vec<String> = named.filter(|number| self.accepts(number)).map(str::to_owned).collect();
        examples.dedup();
        examples
    }
}

impl Part {
    fn accepts(&self, number: &str) -> bool {
        match self {
            Self::Maven(range) => range.contains(&maven::Version::new(number)),
            Self::Fabric(range) => range.contains(&fabric::Version::new(number)),
            Self::Quilt(range) => range.contains(&fabric::Version::new(number)),
        }
    }

    fn named(&self) -> Vec<&str> {
        match self {
            Self::Maven(range) => range.named(),
            Self::Fabric(range) => range.named(),
            Self::Quilt(range) => range.named(),
        }
    }
}

impl fmt::Display for Wish {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |part: &Part| match part {
            Part::Maven(range) => range.to_string(),
            Part::Fabric(range) => range.to_string(),
            Part::Quilt(range) => range.to_string(),
        };
        let all = |all: &Vec<Part>| all.iter().map(part).collect::<Vec<_>>().join(" and ");
        let any: Vec<String> = self.any.iter().map(all).collect();
        formatter.write_str(if any.is_empty() { "*" } else { "" })?;
        formatter.write_str(&any.join(" or "))
    }
}
