//! Versions and ranges of Maven, by which Forge and `NeoForge` judge mods, Minecraft and themselves.
//!
//! The order is that of Maven's `ComparableVersion`, which both loaders use. Maven's own comparison runs in circles for
//! a few odd versions (`1.sp.1` > `1` > `1-alpha` > `1.sp.1`); here, every qualifier counts as if it stood behind a
//! hyphen, which is what Maven's description says, so that the order is one.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::Unreadable;

/// A version by Maven's rules; any text is one.
///
/// Versions are equal when nothing tells them apart: `1`, `1.0`, `1.0.0` and `1-final` are.
#[derive(Clone, Debug)]
pub struct Version {
    text: String,
    parts: Vec<Part>,
}

/// One part of a version, in the order of what may stand at the same place. The end of a version stands between
/// [`Part::BEFORE`] and everything above it.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
enum Part {
    /// A word: its rank, then itself if nobody knows it.
    Word(u8, String),
    /// A number behind a hyphen or a word.
    Follows(Number),
    /// A number behind a dot.
    Dotted(Number),
}

/// A number of any length: how many digits it has, then the digits, without zeros in front.
type Number = (usize, String);

/// The words that come before the release itself, in their order, and those that stand for others.
const BEFORE: [&str; 5] = ["alpha", "beta", "milestone", "rc", "snapshot"];
/// The rank of the release: what a version has where another one goes on.
const RELEASE: u8 = 5;
/// `sp`, the only known word behind the release.
const SERVICE_PACK: u8 = 6;
/// Words that nobody knows are the newest.
const UNKNOWN: u8 = 7;

impl Version {
    /// Reads a version. Nothing is refused: what is no number is a word.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let parts = trimmed(split(&text.to_lowercase()));
        Self { text, parts }
    }

    /// The version as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Takes a version apart at dots, hyphens, and where digits meet letters.
fn split(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut behind_dot = true;
    for section in text.split_inclusive(['.', '-']) {
        let (body, end) = match section.char_indices().next_back() {
            Some((at, separator @ ('.' | '-'))) => (&section[..at], Some(separator)),
            _ => (section, None),
        };
        if body.is_empty() {
            parts.push(number("0", behind_dot));
        }
        let runs = runs(body);
        for (place, run) in runs.iter().enumerate() {
            let followed = place + 1 < runs.len();
            if run.as_bytes()[0].is_ascii_digit() {
                parts.push(number(run, behind_dot && place == 0));
            } else {
                parts.push(word(run, followed));
            }
        }
        behind_dot = end == Some('.');
    }
    parts
}

/// The runs of digits and of everything else, in turn.
fn runs(body: &str) -> Vec<&str> {
    let mut runs = Vec::new();
    let mut start = 0;
    let bytes = body.as_bytes();
    for at in 1..bytes.len() {
        if bytes[at].is_ascii_digit() != bytes[at - 1].is_ascii_digit() {
            runs.push(&body[start..at]);
            start = at;
        }
    }
    if start < body.len() {
        runs.push(&body[start..]);
    }
    runs
}

fn number(digits: &str, behind_dot: bool) -> Part {
    let digits = digits.trim_start_matches('0');
    let number = (digits.len(), digits.to_owned());
    if behind_dot { Part::Dotted(number) } else { Part::Follows(number) }
}

/// A word, with the short forms that Maven knows: `a1`, `b2` and `m3` only in front of digits.
fn word(text: &str, before_digits: bool) -> Part {
    let text = match text {
        "a" if before_digits => "alpha",
        "b" if before_digits => "beta",
        "m" if before_digits => "milestone",
        "cr" => "rc",
        other => other,
    };
    match text {
        "" | "ga" | "final" | "release" => Part::Word(RELEASE, String::new()),
        "sp" => Part::Word(SERVICE_PACK, String::new()),
        _ => match (0..RELEASE).zip(BEFORE).find(|(_, known)| *known == text) {
            Some((rank, _)) => Part::Word(rank, String::new()),
            None => Part::Word(UNKNOWN, text.to_owned()),
        },
    }
}

/// Leaves out what says nothing: zeros and words for the release, at the end and in front of hyphens and words.
fn trimmed(parts: Vec<Part>) -> Vec<Part> {
    let mut kept: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        if !matches!(part, Part::Dotted(_)) {
            drop_nothings(&mut kept);
        }
        kept.push(part);
    }
    drop_nothings(&mut kept);
    kept
}

fn drop_nothings(parts: &mut Vec<Part>) {
    while parts.last().is_some_and(Part::says_nothing) {
        parts.pop();
    }
}

impl Part {
    fn says_nothing(&self) -> bool {
        match self {
            Self::Word(rank, _) => *rank == RELEASE,
            Self::Follows((length, _)) | Self::Dotted((length, _)) => *length == 0,
        }
    }

    /// Whether a version that goes on with this is newer than one that ends before it.
    fn beside_the_end(&self) -> Ordering {
        match self {
            Self::Word(rank, _) => rank.cmp(&RELEASE),
            // A zero at the end is left out, so more follows that is none.
            Self::Follows(_) | Self::Dotted(_) => Ordering::Greater,
        }
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        for place in 0..self.parts.len().max(other.parts.len()) {
            let order = match (self.parts.get(place), other.parts.get(place)) {
                (Some(ours), Some(theirs)) => ours.cmp(theirs),
                (Some(ours), None) => ours.beside_the_end(),
                (None, Some(theirs)) => theirs.beside_the_end().reverse(),
                (None, None) => Ordering::Equal,
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        Ordering::Equal
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}

/// A range of versions as Maven writes it: `[1.20,1.21)`, `[47,)`, `(,1.0]`, `[1.0]`, `[1,2),[3,4)`.
///
/// A bare `1.0` is what Maven calls a recommendation: any version will do, and so will it for an empty text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Range {
    recommended: Option<Version>,
    spans: Vec<Span>,
}

/// One pair of brackets.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Span {
    low: Option<Bound>,
    high: Option<Bound>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Bound {
    version: Version,
    inclusive: bool,
}

impl Range {
    /// Whether the range means a version.
    pub fn contains(&self, version: &Version) -> bool {
        self.spans.is_empty() || self.spans.iter().any(|span| span.contains(version))
    }

    /// The versions that stand in it.
    pub(super) fn named(&self) -> Vec<&str> {
        let bounds = self.spans.iter().flat_map(|span| [&span.low, &span.high]).flatten();
        bounds.map(|bound| bound.version.as_str()).chain(self.recommended.as_ref().map(Version::as_str)).collect()
    }

    /// Whether any version will do.
    pub fn is_any(&self) -> bool {
        self.spans.is_empty() || self.spans.iter().any(|span| span.low.is_none() && span.high.is_none())
    }
}

impl Span {
    fn contains(&self, version: &Version) -> bool {
        let above = self.low.as_ref().is_none_or(|low| low.admits(version.cmp(&low.version)));
        above && self.high.as_ref().is_none_or(|high| high.admits(high.version.cmp(version)))
    }
}

impl Bound {
    fn admits(&self, order: Ordering) -> bool {
        order == Ordering::Greater || self.inclusive && order == Ordering::Equal
    }
}

impl FromStr for Range {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let mut rest = text.trim();
        let mut spans = Vec::new();
        while rest.starts_with(['[', '(']) {
            let end = rest.find([']', ')']).ok_or_else(|| Unreadable::new(text, "a bracket is not closed"))?;
            spans.push(span(&rest[..=end]).map_err(|reason| Unreadable::new(text, reason))?);
            rest = rest[end + 1..].trim_start();
            rest = rest.strip_prefix(',').map_or(rest, str::trim_start);
        }
        if !rest.is_empty() && !spans.is_empty() {
            return Err(Unreadable::new(text, "behind a bracket there may only be another one"));
        }
        if spans.windows(2).any(|pair| overlap(&pair[0], &pair[1])) {
            return Err(Unreadable::new(text, "its parts overlap or are not in order"));
        }
        let recommended = (!rest.is_empty()).then(|| Version::new(rest));
        Ok(Self { recommended, spans })
    }
}

fn span(text: &str) -> Result<Span, &'static str> {
    let (open, close) = (text.starts_with('['), text.ends_with(']'));
    let inner = text[1..text.len() - 1].trim();
    let bound = |text: &str, inclusive| {
        let text = text.trim();
        (!text.is_empty()).then(|| Bound { version: Version::new(text), inclusive })
    };
    let Some((low, high)) = inner.split_once(',') else {
        if inner.is_empty() || !open || !close {
            return Err("a single version stands in square brackets");
        }
        return Ok(Span { low: bound(inner, true), high: bound(inner, true) });
    };
    if high.contains(',') {
        return Err("between brackets there are two bounds at most");
    }
    let span = Span { low: bound(low, open), high: bound(high, close) };
    match (&span.low, &span.high) {
        (Some(low), Some(high)) if high.version < low.version => Err("its upper bound is below its lower one"),
        _ => Ok(span),
    }
}

/// Maven takes `[1,2],[2,3]`, whose parts share a bound, but nothing that goes further back.
fn overlap(first: &Span, second: &Span) -> bool {
    first.high.as_ref().is_some_and(|high| second.low.as_ref().is_none_or(|low| low.version < high.version))
}

impl fmt::Display for Range {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(recommended) = &self.recommended {
            return formatter.write_str(recommended.as_str());
        }
        for (place, span) in self.spans.iter().enumerate() {
            if place > 0 {
                formatter.write_str(",")?;
            }
            span.fmt(formatter)?;
        }
        Ok(())
    }
}

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |bound: &Option<Bound>| bound.as_ref().map(|bound| bound.version.to_string()).unwrap_or_default();
        let inclusive = |bound: &Option<Bound>| bound.as_ref().is_some_and(|bound| bound.inclusive);
        let (low, high) = (text(&self.low), text(&self.high));
        if !low.is_empty() && low == high && inclusive(&self.low) && inclusive(&self.high) {
            return write!(formatter, "[{low}]");
        }
        let open = if inclusive(&self.low) { '[' } else { '(' };
        let close = if inclusive(&self.high) { ']' } else { ')' };
        write!(formatter, "{open}{low},{high}{close}")
    }
}
