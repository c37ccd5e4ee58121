//! The values of a document that is no TOML.

use serde_json::{Map, Value};

use super::lines::key;

/// The most bytes of a key in an inline table.
const KEY_LIMIT: usize = 512;

/// Where a value stands, which tells where one without quotes ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Behind a key, alone on its line.
    Line,
    /// In a list or an inline table.
    Within,
}

/// Reads the value that the text begins with, and tells how many bytes it took.
pub(super) fn read(text: &str, place: Place, left: usize) -> Option<(Value, usize)> {
    let start = text.len() - text.trim_start_matches([' ', '\t', '\r']).len();
    let rest = &text[start..];
    let (value, used) = match rest.as_bytes() {
        [b'"', b'"', b'"', ..] => long(rest, "\"\"\"")?,
        [b'\'', b'\'', b'\'', ..] => long(rest, "'''")?,
        [b'"', ..] => short(rest, place),
        [b'\'', ..] => literal(rest),
        [b'[', ..] => list(rest, left.checked_sub(1)?)?,
        [b'{', ..] => inline_table(rest, left.checked_sub(1)?)?,
        _ => bare(rest, place)?,
    };
    Some((value, start + used))
}

/// A text of several lines.
fn long(rest: &str, quotes: &str) -> Option<(Value, usize)> {
    let end = rest[3..].find(quotes)? + 3;
    let text = &rest[3..end];
    let text = text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n')).unwrap_or(text);
    let text = if quotes == "'''" { text.to_owned() } else { unescape(text) };
    Some((Value::String(text), end + 3))
}

/// A text on one line. Behind a key, quotes that do not end the line belong to the text.
fn short(rest: &str, place: Place) -> (Value, usize) {
    let (mut end, is_closed) = closing(rest);
    if place == Place::Line && is_closed {
        let line = &rest[..end + rest[end..].find('\n').unwrap_or(rest.len() - end)];
        let has_more = !matches!(line[end + 1..].trim_start().as_bytes(), [] | [b'#', ..]);
        end = line.rfind('"').filter(|_| has_more).unwrap_or(end);
    }
    (Value::String(unescape(rest[1..end].trim_end_matches('\r'))), end + usize::from(is_closed))
}

/// Where a text's first quote is that no backslash stands before, or its line ends; and whether it is a quote.
fn closing(rest: &str) -> (usize, bool) {
    let mut escaped = false;
    let ends = |(_, byte): &(usize, u8)| {
        let ends = *byte == b'\n' || (*byte == b'"' && !escaped);
        escaped = *byte == b'\\' && !escaped;
        ends
    };
    let end = rest.bytes().enumerate().skip(1).find(ends);
    end.map_or((rest.len(), false), |(at, byte)| (at, byte == b'"'))
}

/// A text in single quotes, in which backslashes are backslashes.
fn literal(rest: &str) -> (Value, usize) {
    let end = rest[1..].find(['\'', '\n']).map_or(rest.len(), |end| end + 1);
    let is_closed = rest[end..].starts_with('\'');
    (Value::String(rest[1..end].trim_end_matches('\r').to_owned()), end + usize::from(is_closed))
}

fn list(rest: &str, left: usize) -> Option<(Value, usize)> {
    let mut list = Vec::new();
    let mut at = 1;
    loop {
        at += gap(&rest[at..]);
        if rest[at..].starts_with(']') {
            return Some((Value::Array(list), at + 1));
        }
        let (value, used) = read(&rest[at..], Place::Within, left)?;
        list.push(value);
        at += used;
    }
}

fn inline_table(rest: &str, left: usize) -> Option<(Value, usize)> {
    let mut table = Map::new();
    let mut at = 1;
    loop {
        at += gap(&rest[at..]);
        if rest[at..].starts_with('}') {
            return Some((Value::Object(table), at + 1));
        }
        let near = &rest[at..][..rest[at..].floor_char_boundary(KEY_LIMIT)];
        let (path, value_at) = key(near.split('\n').next()?, '=')?;
        let (value, used) = read(&rest[at + value_at..], Place::Within, left)?;
        table.insert(path.join("."), value);
        at += value_at + used;
    }
}

/// How many bytes of spaces, commas and comments the text begins with.
fn gap(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let signs = rest.len() - rest.trim_start_matches(|sign: char| sign.is_whitespace() || sign == ',').len();
        at += signs;
        match text[at..].strip_prefix('#') {
            Some(comment) => at += 1 + comment.find('\n').unwrap_or(comment.len()),
            None => return at,
        }
    }
}

/// A word without quotes; none if there is none.
fn bare(rest: &str, place: Place) -> Option<(Value, usize)> {
    let ends: &[char] = match place {
        Place::Line => &['\n', '#'],
        Place::Within => &['\n', '#', ',', ']', '}'],
    };
    let end = rest.find(ends).unwrap_or(rest.len());
    let value = match rest[..end].trim() {
        "" => return None,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        word => match word.parse::<i64>() {
            Ok(number) if number.to_string() == word => Value::from(number),
            _ => Value::String(word.to_owned()),
        },
    };
    Some((value, end))
}

/// The text without its escapes; a backslash that escapes nothing stays.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let (character, used) = match rest.as_bytes().first() {
            Some(b'n') => ("\n", 1),
            Some(b't') => ("\t", 1),
            Some(b'r') => ("\r", 1),
            Some(b'"') => ("\"", 1),
            Some(b'\\') => ("\\", 1),
            // A line break that is escaped goes with all space behind it.
            Some(b'\n' | b'\r') => ("", rest.len() - rest.trim_start().len()),
            Some(b'u') => {
                let code = rest.get(1..5).and_then(|digits| u32::from_str_radix(digits, 16).ok());
                if let Some(character) = code.and_then(char::from_u32) {
                    plain.push(character);
                    rest = &rest[5..];
                    continue;
                }
                ("\\", 0)
            }
            _ => ("\\", 0),
        };
        plain.push_str(character);
        rest = &rest[used..];
    }
    plain + rest
}
