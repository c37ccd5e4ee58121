//! `instance.cfg`, as Qt's `QSettings` writes it and both launchers read it.

use std::fmt::Write;

/// Settings while they are written, one a line.
pub(super) struct Settings(String);

impl Settings {
    pub(super) fn new() -> Self {
        Self("[General]\n".to_owned())
    }

    pub(super) fn set(&mut self, key: &str, value: &str) {
        self.0.push_str(key);
        self.0.push('=');
        write_value(&mut self.0, value);
        self.0.push('\n');
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Writes a value, in quotes where it needs them.
///
/// All but ASCII is escaped by its units of UTF-16, since older versions of Qt read files of settings as Latin-1. `\x` takes
/// as many hexadecimal digits as follow, so one that is meant as a letter is escaped too. An `@` at the beginning would
/// make it a value of another type.
fn write_value(out: &mut String, value: &str) {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || " ._+-/:()!'".contains(character);
    let is_quoted = !value.chars().all(is_plain) || value.trim() != value;
    if is_quoted {
        out.push('"');
    }
    if value.starts_with('@') {
        out.push('@');
    }
    let mut is_after_number = false;
    for character in value.chars() {
        let is_escaped = match character {
            '"' | '\\' => {
                out.extend(['\\', character]);
                false
            }
            '\n' => {
                out.push_str("\\n");
                false
            }
            ' '..='~' if !(is_after_number && character.is_ascii_hexdigit()) => {
                out.push(character);
                false
            }
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\x{unit:x}");
                }
                true
            }
        };
        is_after_number = is_escaped;
    }
    if is_quoted {
        out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_qt_reads_them() {
        for (value, written) in [
            ("OneSix", "OneSix"),
            ("Sky Block 2.1+hotfix", "Sky Block 2.1+hotfix"),
            ("-XX:+UseG1GC -Dname=a,b;c", r#""-XX:+UseG1GC -Dname=a,b;c""#),
            (r#"a "b" \c"#, r#""a \"b\" \\c""#),
            ("one\ntwo", r#""one\ntwo""#),
            (" spaces ", r#"" spaces ""#),
            ("Färbrig", r#""F\xe4rbrig""#),
            ("überall", r#""\xfc\x62\x65rall""#),
            ("🏝 isle", r#""\xd83c\xdfdd isle""#),
            ("@ByteArray(x)", r#""@@ByteArray(x)""#),
            ("#1", r##""#1""##),
            ("", ""),
        ] {
            let mut out = String::new();
            write_value(&mut out, value);
            assert_eq!(out, written, "{value}");
        }
    }
}
