//! `instance.cfg`: the settings of an instance, in either dialect.
//!
//! Prism Launcher writes them by Qt's `QSettings`: below `[General]`, values in quotes where they need it, with C's escapes.
//! `MultiMC` writes plain lines without a section and without quotes, with `\n`, `\t`, `\\` and `\#`. A value in quotes is
//! read by the first way, any other by the second, which is the same where there are no escapes.

use std::collections::HashMap;

/// The settings by name.
#[derive(Debug, Default)]
pub(super) struct Settings(HashMap<String, String>);

impl Settings {
    /// Reads a file of settings. Lines that are none are passed over, as both launchers do.
    pub(super) fn read(document: &str) -> Self {
        let mut settings = HashMap::new();
        let mut is_general = true;
        for line in document.lines().map(str::trim) {
            if let Some(section) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                is_general = section.eq_ignore_ascii_case("General");
                continue;
            }
            let is_comment = line.starts_with(['#', ';']);
            if let (true, false, Some((key, value))) = (is_general, is_comment, line.split_once('=')) {
                settings.insert(key.trim().to_owned(), value_of(value.trim()));
            }
        }
        Self(settings)
    }

    /// The setting, if it is there and not empty.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether the setting is true.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| value.eq_ignore_ascii_case("true") || value == "1")
    }
}

fn value_of(value: &str) -> String {
    match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => unescape(quoted),
        None => unescape(value),
    }
}

/// The text without its escapes. `\x` takes as many hexadecimal digits as follow, which is how `QSettings` writes
/// what is not in Latin-1.
fn unescape(text: &str) -> String {
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text.chars().peekable());
    while let Some(character) = rest.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match rest.next() {
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('t') => plain.push('\t'),
            Some('0') => {}
            Some('x') => {
                let mut code: u32 = 0;
                while let Some(digit) = rest.peek().and_then(|digit| digit.to_digit(16)) {
                    code = code.saturating_mul(16).saturating_add(digit);
                    rest.next();
                }
                plain.push(char::from_u32(code).unwrap_or('\u{fffd}'));
            }
            Some(other) => plain.push(other),
            None => plain.push('\\'),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prisms_dialect_is_read() {
        let settings = Settings::read(
            "[General]\r\nConfigVersion=1.2\r\nInstanceType=OneSix\r\nname=\"Sky, \\\"two\\\"; \\x416\"\r\n\
             PreLaunchCommand=\"\\\"$INST_JAVA\\\" -jar x.jar\"\r\nOverrideMemory=true\r\nnotes=a\\nb\r\n\r\n\
             [UI]\r\nname=of a window\r\n",
        );
        assert_eq!(settings.get("name"), Some("Sky, \"two\"; Ж"));
        assert_eq!(settings.get("PreLaunchCommand"), Some("\"$INST_JAVA\" -jar x.jar"));
        assert_eq!(settings.get("notes"), Some("a\nb"));
        assert!(settings.flag("OverrideMemory"));
        assert!(!settings.flag("OverrideJava"));
    }

    #[test]
    fn multimcs_dialect_is_read() {
        let settings = Settings::read(
            "# written by hand\nInstanceType=OneSix\nname=It's \\# 1 = best\niconKey=\nlastTimePlayed\n",
        );
        assert_eq!(settings.get("name"), Some("It's # 1 = best"));
        assert_eq!(settings.get("iconKey"), None);
    }
}
