//! Version specifiers of Quilt, whose versions are those of [Fabric](super::fabric).
//!
//! One specifier stands for one span of versions; `{"any": […]}` and `{"all": […]}` put several together. A bare
//! version means "this or a later one of the same major" (Quilt's `quilt.mod.json` specification, "Version specifiers").

use std::fmt;
use std::str::FromStr;

use super::Unreadable;
use super::fabric::Version;

/// One specifier: `*`, `1.0.0`, `=1.0.0`, `>=1`, `>1`, `<=1`, `<1`, `~1.2`, `^1.2` or `1.2.x`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Range {
    form: Form,
    version: Version,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    Any,
    Equal,
    AtLeast,
    Above,
    AtMost,
    Below,
    /// From this up to the next minor, whose previews still belong to it.
    SameMinor,
    /// From this up to the next major, whose previews still belong to it.
    SameMajor,
    /// All that begin with these numbers, and the previews of what follows them.
    Prefix,
}

const SIGNS: [(&str, Form); 7] = [
    (">=", Form::AtLeast),
    ("<=", Form::AtMost),
    (">", Form::Above),
    ("<", Form::Below),
    ("=", Form::Equal),
    ("~", Form::SameMinor),
    ("^", Form::SameMajor),
];

impl Range {
    /// Whether the specifier means a version. Opaque versions are met by `*` and by themselves only.
    pub fn contains(&self, version: &Version) -> bool {
        if self.form == Form::Any {
            return true;
        }
        if !version.is_semantic() || !self.version.is_semantic() {
            let inclusive = matches!(self.form, Form::Equal | Form::AtLeast | Form::AtMost);
            return inclusive && version.as_str() == self.version.as_str();
        }
        match self.form {
            Form::Any => true,
            Form::Equal => *version == self.version,
            Form::AtLeast => *version >= self.version,
            Form::Above => *version > self.version,
            Form::AtMost => *version <= self.version,
            Form::Below => *version < self.version,
            Form::SameMinor | Form::SameMajor | Form::Prefix => *version >= self.version && *version < self.end(),
        }
    }

    /// The versions that stand in it.
    pub(super) fn named(&self) -> Vec<&str> {
        if self.is_any() { Vec::new() } else { vec![self.version.as_str()] }
    }

    /// Whether any version will do.
    pub fn is_any(&self) -> bool {
        self.form == Form::Any
    }

    /// The first version that is not meant any more.
    fn end(&self) -> Version {
        let mut numbers = self.version.numbers().to_vec();
        match self.form {
            Form::SameMinor => numbers.resize(2, 0),
            Form::SameMajor => numbers.truncate(1),
            _ => {}
        }
        if let Some(last) = numbers.last_mut() {
            *last = last.saturating_add(1);
        }
        Version::of(numbers, false)
    }
}

impl FromStr for Range {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let trimmed = text.trim();
        if trimmed.is_empty() || trimmed == "*" {
            return Ok(Self { form: Form::Any, version: Version::new("*") });
        }
        let signed = SIGNS.into_iter().find_map(|(sign, form)| Some((trimmed.strip_prefix(sign)?, form)));
        let (form, version) = match signed {
            Some((version, form)) => (form, Version::new(version)),
            None => bare(trimmed),
        };
        let numbers = matches!(form, Form::SameMinor | Form::SameMajor | Form::Prefix);
        if numbers && !version.is_semantic() {
            return Err(Unreadable::new(text, "~, ^ and .x need a version made of numbers"));
        }
        Ok(Self { form, version })
    }
}

fn bare(text: &str) -> (Form, Version) {
    if let Some(front) = text.strip_suffix(".x").filter(|front| !front.contains(['-', '+'])) {
        return (Form::Prefix, Version::new(front));
    }
    let version = Version::new(text);
    if version.is_semantic() { (Form::SameMajor, version) } else { (Form::Equal, version) }
}

impl fmt::Display for Range {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.form {
            Form::Any => formatter.write_str("*"),
            Form::Prefix => write!(formatter, "{}.x", self.version),
            form => {
                let sign = SIGNS.into_iter().find(|(_, known)| *known == form).map_or("", |(sign, _)| sign);
                write!(formatter, "{sign}{}", self.version)
            }
        }
    }
}
