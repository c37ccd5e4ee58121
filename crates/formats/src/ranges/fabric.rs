//! Versions and predicates of Fabric.
//!
//! A version is semantic if Fabric can read it as such: numbers between dots (any count of them), then perhaps `-` with
//! what comes before the release, then perhaps `+` with what nobody compares. Every other version is opaque: only equal
//! ones match (Fabric Loader, `VersionParser` and `VersionPredicateParser`).

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::Unreadable;

/// A version as Fabric and Quilt read it; any text is one.
///
/// Equal are semantic versions that nothing tells apart (`1.0`, `1.0.0`, `1.0+build`), and the same opaque texts.
/// Opaque versions are older than all semantic ones.
#[derive(Clone, Debug)]
pub struct Version {
    text: String,
    semantic: Option<Semantic>,
}

#[derive(Clone, Debug)]
struct Semantic {
    numbers: Vec<u32>,
    /// What comes before the release. An empty one is older than all others: `1.21-` is where 1.21 begins.
    before: Option<String>,
}

impl Version {
    /// Reads a version. Nothing is refused: what is not semantic is opaque.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let semantic = Semantic::read(&text);
        Self { text, semantic }
    }

    /// Whether the version is semantic.
    pub fn is_semantic(&self) -> bool {
        self.semantic.is_some()
    }

    /// The version as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The numbers of a semantic version; none of an opaque one.
    pub(super) fn numbers(&self) -> &[u32] {
        self.semantic.as_ref().map(|semantic| semantic.numbers.as_slice()).unwrap_or_default()
    }

    /// The release of these numbers, from its first preview on if `previews`.
    pub(super) fn of(numbers: Vec<u32>, previews: bool) -> Self {
        let dotted: Vec<String> = numbers.iter().map(u32::to_string).collect();
        let text = dotted.join(".") + if previews { "-" } else { "" };
        let before = previews.then(String::new);
        Self { text, semantic: Some(Semantic { numbers, before }) }
    }
}

impl Semantic {
    fn read(text: &str) -> Option<Self> {
        let text = text.split_once('+').map_or(text, |(compared, _)| compared);
        let (numbers, before) = match text.split_once('-') {
            Some((numbers, before)) => (numbers, Some(before)),
            None => (text, None),
        };
        if before.is_some_and(|before| !is_dotted(before)) {
            return None;
        }
        let numbers = numbers.split('.').map(component).collect::<Option<_>>()?;
        Some(Self { numbers, before: before.map(str::to_owned) })
    }

    fn number(&self, place: usize) -> u32 {
        self.numbers.get(place).copied().unwrap_or_default()
    }
}

/// Java's `int`, written with digits only.
fn component(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && *number <= i32::MAX.cast_unsigned())
}

/// Letters, digits and hyphens between dots, or nothing at all.
fn is_dotted(text: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    text.is_empty() || text.split('.').all(part)
}

impl Ord for Semantic {
    fn cmp(&self, other: &Self) -> Ordering {
        let places = self.numbers.len().max(other.numbers.len());
        let numbers = (0..places).map(|place| self.number(place).cmp(&other.number(place)));
        let by_numbers = numbers.fold(Ordering::Equal, Ordering::then);
        by_numbers.then_with(|| match (&self.before, &other.before) {
            (Some(ours), Some(theirs)) => previews(ours, theirs),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        })
    }
}

/// Semantic Versioning 2.0.0, rule 11: numbers by value and below words, words by their letters, longer above shorter.
fn previews(ours: &str, theirs: &str) -> Ordering {
    let parts = |text: &str| -> Vec<(bool, usize, String)> {
        let parts = text.split('.').filter(|part| !part.is_empty());
        parts
            .map(|part| if is_number(part) { (false, part.len(), part.into()) } else { (true, 0, part.into()) })
            .collect()
    };
    parts(ours).cmp(&parts(theirs))
}

fn is_number(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_digit()) && (part == "0" || !part.starts_with('0'))
}

impl PartialOrd for Semantic {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Semantic {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Semantic {}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.semantic, &other.semantic) {
            (Some(ours), Some(theirs)) => ours.cmp(theirs),
            (None, None) => self.text.cmp(&other.text),
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
        }
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

/// A predicate: terms between spaces, all of which must hold; `*` and nothing at all hold always.
///
/// An array of predicates, of which one must hold, is no predicate itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Range {
    terms: Vec<Term>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Term {
    operator: Operator,
    version: Version,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Operator {
    AtLeast,
    AtMost,
    Above,
    Below,
    Equal,
    /// At least this, with the same first two numbers.
    SameMinor,
    /// At least this, with the same first number.
    SameMajor,
}

/// Longer signs first, as Fabric tries them.
const OPERATORS: [(&str, Operator); 7] = [
    (">=", Operator::AtLeast),
    ("<=", Operator::AtMost),
    (">", Operator::Above),
    ("<", Operator::Below),
    ("=", Operator::Equal),
    ("~", Operator::SameMinor),
    ("^", Operator::SameMajor),
];

impl Range {
    /// Whether the predicate holds for a version.
    pub fn contains(&self, version: &Version) -> bool {
        self.terms.iter().all(|term| term.holds(version))
    }

    /// The versions that stand in it.
    pub(super) fn named(&self) -> Vec<&str> {
        self.terms.iter().map(|term| term.version.as_str().trim_end_matches('-')).collect()
    }

    /// Whether it holds for every version.
    pub fn is_any(&self) -> bool {
        self.terms.is_empty()
    }
}

impl Term {
    fn holds(&self, version: &Version) -> bool {
        let bound = &self.version;
        let (Some(given), Some(asked)) = (&version.semantic, &bound.semantic) else {
            let inclusive = !matches!(self.operator, Operator::Above | Operator::Below);
            return inclusive && version.as_str() == bound.as_str();
        };
        let same = |places| (0..places).all(|place| given.number(place) == asked.number(place));
        match self.operator {
            Operator::AtLeast => given >= asked,
            Operator::AtMost => given <= asked,
            Operator::Above => given > asked,
            Operator::Below => given < asked,
            Operator::Equal => given == asked,
            Operator::SameMinor => given >= asked && same(2),
            Operator::SameMajor => given >= asked && same(1),
        }
    }
}

impl FromStr for Range {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let words = text.split(' ').map(str::trim).filter(|word| !word.is_empty() && *word != "*");
        let terms = words.map(|word| term(word).map_err(|reason| Unreadable::new(text, reason)));
        Ok(Self { terms: terms.collect::<Result<_, _>>()? })
    }
}

fn term(word: &str) -> Result<Term, &'static str> {
    let known = OPERATORS.into_iter().find_map(|(sign, operator)| Some((word.strip_prefix(sign)?, operator)));
    let (text, operator) = known.unwrap_or((word, Operator::Equal));
    if let Some(numbers) = wildcard(text) {
        if operator != Operator::Equal {
            return Err("a version with .x stands without an operator");
        }
        let operator = if numbers.len() == 1 { Operator::SameMajor } else { Operator::SameMinor };
        return Ok(Term { operator, version: Version::of(numbers, true) });
    }
    let version = Version::new(text);
    match operator {
        Operator::Above | Operator::Below if !version.is_semantic() => {
            Err("only versions made of numbers can be compared with > and <")
        }
        _ if !version.is_semantic() => Ok(Term { operator: Operator::Equal, version }),
        _ => Ok(Term { operator, version }),
    }
}

/// The numbers before a last `.x`, `.X` or `.*`; none if the version has no such end, or is opaque.
fn wildcard(text: &str) -> Option<Vec<u32>> {
    let shorter = |text: &'_ str| [".x", ".X", ".*"].into_iter().find_map(|end| text.strip_suffix(end).map(str::len));
    let mut front = text.split_once('+').map_or(text, |(compared, _)| compared);
    front = &front[..shorter(front)?];
    while let Some(length) = shorter(front) {
        front = &front[..length];
    }
    front.split('.').map(component).collect()
}

impl fmt::Display for Range {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.terms.is_empty() {
            return formatter.write_str("*");
        }
        for (place, term) in self.terms.iter().enumerate() {
            let space = if place > 0 { " " } else { "" };
            let sign =
                OPERATORS.into_iter().find(|(_, operator)| *operator == term.operator).map_or("", |(sign, _)| sign);
            write!(formatter, "{space}{sign}{}", term.version)?;
        }
        Ok(())
    }
}
