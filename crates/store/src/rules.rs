//! Rules for what people write: checked together, so that one answer names every field that breaks one.

use kleister_types::Violation;

use crate::{Error, Result};

/// The rules broken so far by a thing that is to be stored.
#[derive(Debug)]
pub(crate) struct Rules {
    what: &'static str,
    errors: Vec<Violation>,
}

impl Rules {
    pub(crate) const fn of(what: &'static str) -> Self {
        Self { what, errors: Vec::new() }
    }

    /// Notes what is wrong with a field, if anything is.
    pub(crate) fn check(&mut self, field: &str, fault: Option<impl Into<String>>) {
        if let Some(fault) = fault {
            self.errors.push(Violation::new(field, fault));
        }
    }

    /// Notes a text that is longer than its column.
    pub(crate) fn at_most(&mut self, field: &str, text: Option<&String>, characters: usize) {
        let too_long = text.is_some_and(|text| text.chars().count() > characters);
        self.check(field, too_long.then(|| format!("must be at most {characters} characters")));
        let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        let has_control = text.is_some_and(|text| text.chars().any(control));
        self.check(field, has_control.then_some("cannot contain control characters"));
    }

    /// An error naming every broken rule, or nothing where all are kept.
    pub(crate) fn end(self) -> Result<()> {
        if self.errors.is_empty() { Ok(()) } else { Err(Error::Invalid { what: self.what, errors: self.errors }) }
    }
}

/// An optional text after a change: absent leaves it, empty removes it.
pub(crate) fn edit(text: &mut Option<String>, wanted: Option<&String>) {
    if let Some(wanted) = wanted {
        *text = Some(wanted.clone()).filter(|wanted| !wanted.is_empty());
    }
}

/// A text that was given and is not empty.
pub(crate) fn given(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}

/// A UUID as it is kept: in lower case, with hyphens.
pub(crate) fn uuid(written: &str) -> Option<String> {
    let plain: String = written.trim().chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect();
    let is_hex = plain.len() == 32 && plain.bytes().all(|byte| byte.is_ascii_hexdigit());
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32];
    is_hex.then(|| parts.map(|part| &plain[part]).join("-"))
}

#[cfg(test)]
mod tests {
    use super::uuid;

    #[test]
    fn uuids_are_kept_in_one_form() {
        let kept = Some("2f6a0d1c-58b1-4f0e-9d5b-0c8f3f3f3a11".to_owned());
        for written in [
            "2f6a0d1c-58b1-4f0e-9d5b-0c8f3f3f3a11",
            "2F6A0D1C58B14F0E9D5B0C8F3F3F3A11",
            " 2f6a0d1c58b14f0e-9d5b0c8f3f3f3a11",
        ] {
            assert_eq!(uuid(written), kept, "{written}");
        }
        for written in ["", "steve", "2f6a0d1c58b14f0e9d5b0c8f3f3f3a1", "2f6a0d1c58b14f0e9d5b0c8f3f3f3a1g", "é"] {
            assert_eq!(uuid(written), None, "{written}");
        }
    }
}
