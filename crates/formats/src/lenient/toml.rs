//! TOML as night-config reads it, which is what Forge and `NeoForge` use: much of what TOML forbids.

mod lines;
mod values;

use serde_json::Value;

use super::{DEPTH_LIMIT, Unreadable, is_shallow};

/// A document, and the lines of it that nobody could make sense of.
#[derive(Clone, Debug, PartialEq)]
pub struct Toml {
    /// The document, as an object.
    pub value: Value,
    /// Why it is not TOML, if it is not; it was read all the same.
    pub wrong: Option<String>,
    /// The lines, from 1, that were left out.
    pub left_out: Vec<usize>,
}

/// Reads a document.
///
/// One that is TOML is read as such. In any other, each line is taken for itself: backslashes that escape nothing stand
/// for themselves, quotes within a text belong to it, words need no quotes, keys may come twice and tables be made
/// lists later. Lines without a meaning are left out. Only nesting deeper than 64 is an error.
pub fn toml(text: &str) -> Result<Toml, Unreadable> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let parsed: Result<Value, ::toml::de::Error> = ::toml::from_str(text);
    let read = match parsed {
        Ok(value) => Toml { value, wrong: None, left_out: Vec::new() },
        Err(error) => {
            let (value, left_out) = lines::read(text);
            Toml { value, wrong: Some(error.message().to_owned()), left_out }
        }
    };
    if is_shallow(&read.value, DEPTH_LIMIT) {
        Ok(read)
    } else {
        Err(Unreadable { line: 1, says: "it is nested more than 64 deep".to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What is read of a text that is no TOML.
    fn odd(text: &str) -> Value {
        let read = toml(text).unwrap();
        assert!(read.wrong.is_some(), "this is TOML: {text}");
        assert_eq!(read.left_out, [0; 0], "{text}");
        read.value
    }

    #[test]
    fn toml_is_read_as_toml() {
        let read = toml("\u{feff}a = 1\n[b.c]\nd = 'e'\n").unwrap();
        assert_eq!(read, Toml { value: json!({"a": 1, "b": {"c": {"d": "e"}}}), wrong: None, left_out: Vec::new() });
    }

    #[test]
    fn what_toml_forbids_is_read_too() {
        for (text, value) in [
            (r#"a = "C:\dir \d""#, json!({"a": r"C:\dir \d"})),
            (r#"a = "say "hi" to all" # why"#, json!({"a": "say \"hi\" to all"})),
            ("a = word\nb = \"open", json!({"a": "word", "b": "open"})),
            ("a = 1\na = 2", json!({"a": 2})),
            ("a b = 1\r\nc = [1,, 2 # two\n, x]\n", json!({"a b": 1, "c": [1, 2, "x"]})),
            ("[a]\nb = 1\n[[a]]\nb = 2\n", json!({"a": [{"b": 1}, {"b": 2}]})),
            ("[[a.\"b-c\"]] #mandatory\nd = yes\n", json!({"a": {"b-c": [{"d": "yes"}]}})),
            ("a = {b = 1,\n c = \"\\q\",,}\n", json!({"a": {"b": 1, "c": r"\q"}})),
            ("a = \"\"\"\none \\\n  two\\w\n\"\"\"\nb = oops\n", json!({"a": "one two\\w\n", "b": "oops"})),
            ("a = '''\nx\n'''\nb = 'y\nc = \"\\u00e9\"", json!({"a": "x\n", "b": "y", "c": "é"})),
            ("a.b = 1\na.\"c\" = x", json!({"a": {"b": 1, "c": "x"}})),
            ("a = \"1\",\n", json!({"a": "1"})),
        ] {
            assert_eq!(odd(text), value, "{text}");
        }
    }

    #[test]
    fn lines_without_meaning_are_left_out() {
        let read = toml("a = 1\nwhat is this\n[[\nb =\n= 3\nc = x\n").unwrap();
        assert_eq!((read.value, read.left_out), (json!({"a": 1, "c": "x"}), vec![2, 3, 4, 5]));
    }

    #[test]
    fn work_stays_in_proportion_to_the_text() {
        // Each of these would take hours if every line were read to the end of the text.
        for line in ["a=[\n", "a={\n", "a=\"\"\"'''\n", "[[a]\n", "a=[\"\",'',{b=1},", "{a=1,"] {
            toml(&format!("oops\n{}", line.repeat(1 << 15))).unwrap();
        }
    }

    #[test]
    fn depth_is_bounded_either_way() {
        assert!(toml(&format!("a = {}{}", "[".repeat(70), "]".repeat(70))).is_err());
        assert_eq!(toml(&format!("oops\na = {}{}", "[".repeat(70), "]".repeat(70))).unwrap().left_out, [1, 2]);
        assert_eq!(toml(&format!("oops\na = {}", "[".repeat(100_000))).unwrap().left_out, [1, 2]);
        assert!(toml(&format!("oops\n{}z = 1", "[[a]]\n".repeat(1000))).is_ok());
        assert_eq!(toml(&format!("{}z = x", "a.".repeat(1000))).unwrap().left_out, [1]);
    }
}
