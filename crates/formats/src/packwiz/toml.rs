//! TOML as packwiz itself writes it.
//!
//! Written by hand, in basic strings only: toml4j, which older clients bring along, need not understand more, and the
//! bytes do not change with the taste of a library, which would make every player's client check its pack again.

use std::fmt::Write;

/// A TOML document that grows from top to bottom.
pub(super) struct Toml(String);

impl Toml {
    /// An empty document.
    pub(super) fn new() -> Self {
        Self(String::new())
    }

    /// Adds a text.
    pub(super) fn text(&mut self, key: &str, value: &str) -> &mut Self {
        self.line(format_args!("{key} = {}", quoted(value)))
    }

    /// Adds yes or no.
    pub(super) fn flag(&mut self, key: &str, value: bool) -> &mut Self {
        self.line(format_args!("{key} = {value}"))
    }

    /// Adds a number.
    pub(super) fn number(&mut self, key: &str, value: u32) -> &mut Self {
        self.line(format_args!("{key} = {value}"))
    }

    /// Begins a table: what follows belongs to it.
    pub(super) fn table(&mut self, name: &str) -> &mut Self {
        self.line(format_args!("\n[{name}]"))
    }

    /// Begins the next element of a list of tables.
    pub(super) fn element(&mut self, name: &str) -> &mut Self {
        self.line(format_args!("\n[[{name}]]"))
    }

    /// The document's text.
    pub(super) fn finish(self) -> String {
        self.0
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) -> &mut Self {
        writeln!(self.0, "{line}").expect("a text can always grow");
        self
    }
}

/// The text as a basic string. Control characters, which it could only hold in escapes, become spaces.
fn quoted(text: &str) -> String {
    let plain = text.replace('\\', r"\\").replace('"', r#"\""#).replace(char::is_control, " ");
    format!("\"{plain}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_read_back_by_a_toml_reader() {
        for (given, read) in [
            ("plain", "plain"),
            (r#"it's "quoted" \ and \n raw"#, r#"it's "quoted" \ and \n raw"#),
            ("ends in \\", "ends in \\"),
            ("\"\"\"", "\"\"\""),
            ("ünï #[x] = 1 😀", "ünï #[x] = 1 😀"),
            ("two\nlines\u{7f}", "two lines "),
        ] {
            let mut toml = Toml::new();
            toml.text("key", given);
            assert_eq!(toml.finish().parse::<::toml::Table>().unwrap()["key"].as_str(), Some(read));
        }
    }
}
