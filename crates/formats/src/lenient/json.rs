//! JSON as Gson reads it when it is lenient (documentation of `JsonReader.setLenient`), and a little more so.

use serde_json::{Map, Value};

use super::{DEPTH_LIMIT, Unreadable, VALUE_LIMIT};

/// Reads a document.
///
/// Beyond JSON it takes: comments (`//`, `#`, `/* */`), commas too many, `;` for `,` and `=` or `=>` for `:`, texts in
/// single quotes or none, raw line breaks and tabs in texts, and whatever stands behind the document. Of a key that is
/// there twice, the last one counts. Numbers that would not be written the same again (`1.10`) stay texts, since
/// they are versions.
pub fn json(text: &str) -> Result<Value, Unreadable> {
    let mut reader = Reader { text: text.strip_prefix('\u{feff}').unwrap_or(text), at: 0, room: VALUE_LIMIT };
    reader.skip();
    reader.value(DEPTH_LIMIT)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// How many more values there may be.
    room: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn fail<T>(&self, says: &str) -> Result<T, Unreadable> {
        let line = self.text.as_bytes()[..self.at].split(|&byte| byte == b'\n').count();
        Err(Unreadable { line, says: says.to_owned() })
    }

    /// Skips spaces and comments.
    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let spaces = rest.len() - rest.trim_start().len();
            self.at += spaces;
            let rest = self.rest();
            let comment = match rest.as_bytes() {
                [b'/', b'/', ..] | [b'#', ..] => rest.find('\n').unwrap_or(rest.len()),
                [b'/', b'*', ..] => rest.find("*/").map_or(rest.len(), |end| end + 2),
                _ => return,
            };
            self.at += comment;
        }
    }

    fn value(&mut self, left: usize) -> Result<Value, Unreadable> {
        let weight = if self.peek() == Some(b'{') { 10 } else { 1 };
        self.room = self.room.saturating_sub(weight);
        match self.peek() {
            _ if self.room == 0 => self.fail("it has too many values"),
            None => self.fail("the document ends where a value should be"),
            Some(b'{' | b'[') if left == 0 => self.fail("it is nested more than 64 deep"),
            Some(b'{') => self.object(left - 1),
            Some(b'[') => self.list(left - 1),
            Some(quote @ (b'"' | b'\'')) => Ok(Value::String(self.quoted(quote)?)),
            Some(_) => match self.bare() {
                "" => self.fail("there is a sign where a value should be"),
                word => Ok(meaning(word)),
            },
        }
    }

    fn list(&mut self, left: usize) -> Result<Value, Unreadable> {
        let mut list = Vec::new();
        self.at += 1;
        loop {
            self.skip();
            match self.peek() {
                Some(b',' | b';') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::Array(list));
                }
                _ => list.push(self.value(left)?),
            }
        }
    }

    fn object(&mut self, left: usize) -> Result<Value, Unreadable> {
        let mut object = Map::new();
        self.at += 1;
        loop {
            self.skip();
            match self.peek() {
                Some(b',' | b';') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Value::Object(object));
                }
                _ => {
                    let key = self.key()?;
                    let value = self.value(left)?;
                    object.insert(key, value);
                }
            }
        }
    }

    /// A key and what stands between it and its value.
    fn key(&mut self) -> Result<String, Unreadable> {
        let key = match self.peek() {
            None => return self.fail("the document ends within an object"),
            Some(quote @ (b'"' | b'\'')) => self.quoted(quote)?,
            Some(_) => self.bare().to_owned(),
        };
        self.skip();
        match self.rest().as_bytes() {
            [b'=', b'>', ..] => self.at += 2,
            [b':' | b'=', ..] => self.at += 1,
            _ => return self.fail("there is no colon behind a key"),
        }
        self.skip();
        Ok(key)
    }

    /// A word without quotes.
    fn bare(&mut self) -> &str {
        let rest = &self.text[self.at..];
        let ends = |character: char| character.is_whitespace() || "{}[]:,;=/\\#\"'".contains(character);
        let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    fn quoted(&mut self, quote: u8) -> Result<String, Unreadable> {
        let mut text = String::new();
        self.at += 1;
        loop {
            let rest = &self.text[self.at..];
            let Some(end) = memchr::memchr2(quote, b'\\', rest.as_bytes()) else {
                return self.fail("a text has no end");
            };
            text.push_str(&rest[..end]);
            self.at += end + 1;
            if rest.as_bytes()[end] == quote {
                return Ok(text);
            }
            text.push(self.escaped());
        }
    }

    /// The character that an escape means, behind its backslash; one that means nothing stands for itself.
    fn escaped(&mut self) -> char {
        let Some(character) = self.rest().chars().next() else { return '\u{fffd}' };
        self.at += character.len_utf8();
        match character {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => self.unit().map_or('\u{fffd}', |first| self.joined(first)),
            other => other,
        }
    }

    /// The four digits of a `\u`.
    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        let unit = digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16))?;
        self.at += 4;
        unit.ok()
    }

    /// The character of a first unit, with the second one if it needs one.
    fn joined(&mut self, first: u32) -> char {
        if !(0xd800..0xdc00).contains(&first) || !self.rest().starts_with("\\u") {
            return char::from_u32(first).unwrap_or('\u{fffd}');
        }
        let before = self.at;
        self.at += 2;
        let joined = self.unit().filter(|second| (0xdc00..0xe000).contains(second)).and_then(|second| {
            let high = (first - 0xd800) << 10;
            char::from_u32(0x10000 + high + (second - 0xdc00))
        });
        joined.unwrap_or_else(|| {
            self.at = before;
            '\u{fffd}'
        })
    }
}

/// What a word without quotes means.
fn meaning(word: &str) -> Value {
    match word {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        _ => match word.parse::<i64>() {
            Ok(number) if number.to_string() == word => Value::from(number),
            _ => Value::String(word.to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json as strict;

    use super::*;

    #[test]
    fn what_gson_takes_is_taken() {
        for (text, value) in [
            ("\u{feff}{}", strict!({})),
            ("// first\n{ # second\n /* third */ }", strict!({})),
            ("[1,,2,]", strict!([1, 2])),
            ("{a: 1; b = 2, 'c' => three,}", strict!({"a": 1, "b": 2, "c": "three"})),
            ("{\"a\": \"one\ntwo\tthree\"}", strict!({"a": "one\ntwo\tthree"})),
            ("{\"a\": 1, \"a\": 2}", strict!({"a": 2})),
            ("{\"version\": 1.10}", strict!({"version": "1.10"})),
            (
                r#"["\u00e9\ud83d\ude00\ud83d\d\"\/\
"]"#,
                strict!(["é😀\u{fffd}d\"/\n"]),
            ),
            ("[true, false, null, -5, 1e5]", strict!([true, false, null, -5, "1e5"])),
            ("{} and more", strict!({})),
        ] {
            assert_eq!(json(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_nobody_takes_says_where() {
        for (text, line, says) in [
            ("", 1, "the document ends where a value should be"),
            ("{\n\"a\"\n1}", 3, "there is no colon behind a key"),
            ("[\n\"a", 2, "a text has no end"),
            ("{\"a\": }", 1, "there is a sign where a value should be"),
            ("{\"a\": 1", 1, "the document ends within an object"),
            ("[1", 1, "the document ends where a value should be"),
        ] {
            assert_eq!(json(text), Err(Unreadable { line, says: says.to_owned() }), "{text}");
        }
        assert!(json(&"[".repeat(100_000)).unwrap_err().says.contains("64"));
        assert!(json(&format!("{}{}", "[".repeat(64), "]".repeat(64))).is_ok());
        assert!(json(&format!("[{}]", "{},".repeat(10_000))).unwrap_err().says.contains("too many"));
    }
}
