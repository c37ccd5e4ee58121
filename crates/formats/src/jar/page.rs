//! One metadata file while it is read: its words are made fit to keep, and what is the matter with it is noted.

use serde_json::Value;

use super::{Language, Note, Range, Wanted};
use crate::path::is_invisible;

/// The most characters of a name, id or number.
const NAME_LIMIT: usize = 255;
/// The most characters of a description.
const TEXT_LIMIT: usize = 20_000;
/// The most elements of any list that is kept.
pub(super) const LIST_LIMIT: usize = 500;
/// The most notes about one archive.
const NOTE_LIMIT: usize = 100;

/// A metadata file, and the notes about the archive that it is in.
pub(super) struct Page<'a> {
    /// Where it lies in the archive.
    pub(super) file: &'a str,
    notes: &'a mut Vec<Note>,
}

impl<'a> Page<'a> {
    /// A file, with the place for its notes.
    pub(super) fn new(file: &'a str, notes: &'a mut Vec<Note>) -> Self {
        Self { file, notes }
    }

    /// Tells the maintainer something about this file. The same is not told twice.
    pub(super) fn note(&mut self, says: impl Into<String>) {
        let note = Note { file: self.file.to_owned(), says: says.into() };
        if self.notes.len() < NOTE_LIMIT && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// A name on one line, without what makes it look like another one; none if nothing is left.
    pub(super) fn name(&mut self, text: &str) -> Option<String> {
        let plain = without_colours(text);
        let mut clean = String::new();
        let mut dropped = false;
        for character in plain.chars() {
            match character {
                '\n' | '\r' | '\t' => clean.push(' '),
                _ if character.is_control() || is_invisible(character) => dropped = true,
                _ => clean.push(character),
            }
        }
        if dropped {
            self.note(format!(
                "Invisible characters, or such that turn the direction of writing, were taken out of {clean:?}."
            ));
        }
        let clean = clean.trim();
        let short: String = clean.chars().take(NAME_LIMIT).collect();
        if short.len() < clean.len() {
            self.note(format!("A name of more than {NAME_LIMIT} characters was cut: {short:?}."));
        }
        (!short.is_empty()).then_some(short)
    }

    /// A text of several lines, without control characters; none if nothing is left.
    pub(super) fn text(&mut self, text: &str) -> Option<String> {
        let plain = without_colours(text).replace("\r\n", "\n").replace('\r', "\n");
        let keep =
            |character: &char| matches!(character, '\n' | '\t') || !(character.is_control() || is_turning(*character));
        let clean: String = plain.chars().filter(keep).collect();
        let clean = clean.trim();
        let short: String = clean.chars().take(TEXT_LIMIT).collect();
        if short.len() < clean.len() {
            self.note(format!("The description was cut to {TEXT_LIMIT} characters."));
        }
        (!short.is_empty()).then_some(short)
    }

    /// The name under a key, if there is one.
    pub(super) fn name_at(&mut self, value: &Value, key: &str) -> Option<String> {
        let text = word(value.get(key)?)?;
        self.name(&text)
    }

    /// The text under a key, if there is one.
    pub(super) fn text_at(&mut self, value: &Value, key: &str) -> Option<String> {
        let text = word(value.get(key)?)?;
        self.text(&text)
    }

    /// The names under a key, be it one or a list.
    pub(super) fn names_at(&mut self, value: &Value, key: &str) -> Vec<String> {
        let words: Vec<String> = many(value.get(key)).iter().filter_map(word).collect();
        words.iter().filter_map(|word| self.name(word)).collect()
    }

    /// An address under a key, if it is one that can be followed.
    pub(super) fn address_at(&mut self, value: &Value, key: &str) -> Option<String> {
        let address = self.name_at(value, key)?;
        let lower = address.to_ascii_lowercase();
        (lower.starts_with("https://") || lower.starts_with("http://")).then_some(address)
    }

    /// Versions given by one text.
    pub(super) fn range(&mut self, language: Language, text: &str) -> Range {
        Range::new(language, self.name(text).unwrap_or_default())
    }

    /// Cuts a list that is longer than anybody needs.
    pub(super) fn cut<T>(&mut self, list: &mut Vec<T>, what: &str) {
        if list.len() > LIST_LIMIT {
            self.note(format!("Only the first {LIST_LIMIT} of {} {what} were read.", list.len()));
            list.truncate(LIST_LIMIT);
        }
    }

    /// An id with any version.
    pub(super) fn wanted(&mut self, id: &str, range: Range) -> Option<Wanted> {
        Some(Wanted { id: self.name(id)?, range })
    }
}

/// A value as one word: texts, and also numbers and truths, which some write without quotes.
pub(super) fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// A value as a list: one that is none is a list of one.
pub(super) fn many(value: Option<&Value>) -> &[Value] {
    match value {
        None | Some(Value::Null) => &[],
        Some(Value::Array(list)) => list,
        Some(one) => std::slice::from_ref(one),
    }
}

/// The truth under a key, also as a text.
pub(super) fn is_true(value: &Value, key: &str) -> Option<bool> {
    match value.get(key)? {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// The text without Minecraft's marks for colours and styles, such as `§6`.
fn without_colours(text: &str) -> String {
    let mut characters = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(character) = characters.next() {
        match character {
            '§' => drop(characters.next()),
            _ => plain.push(character),
        }
    }
    plain
}

/// Whether a character turns the direction of the text behind it.
fn is_turning(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
