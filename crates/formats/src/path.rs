//! Where a file lies in the game folder, checked against every name that hurts somebody.

use std::fmt;
use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::Error;

/// The longest part that common file systems take, in bytes.
const PART_LIMIT: usize = 255;
/// The longest path, in bytes: Windows has room for little more below a launcher's own folder.
const PATH_LIMIT: usize = 512;
/// The deepest path, in parts.
const DEPTH_LIMIT: usize = 32;

/// What stays as it is in an address: the unreserved characters of RFC 3986, and the separator.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A path relative to the game folder, with `/` between its parts, that is safe on Windows, macOS and Linux.
///
/// A value of this type has passed the check, so no later reader needs to doubt it. As releases are frozen for ever,
/// the rules may be loosened but never tightened: an old document must stay readable.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InstancePath(String);

impl InstancePath {
    /// The path as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path for comparing: two paths with one key are one file on somebody's machine.
    ///
    /// Windows and macOS ignore case, macOS also how an accent is composed.
    pub fn key(&self) -> String {
        key(&self.0)
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// All parts but the last; none for a file that lies directly in the game folder.
    pub fn folder(&self) -> Option<&str> {
        self.0.rsplit_once('/').map(|(folder, _)| folder)
    }

    /// The path for use in an address.
    ///
    /// Only unreserved characters stay: Modrinth refuses an address that differs from its own re-serialisation, and
    /// Java's `URI` one with a raw `[`.
    pub fn encoded(&self) -> String {
        utf8_percent_encode(&self.0, UNRESERVED).to_string()
    }
}

impl TryFrom<String> for InstancePath {
    type Error = Error;

    fn try_from(path: String) -> Result<Self, Error> {
        match check(&path) {
            Ok(()) => Ok(Self(path)),
            Err(reason) => Err(refused(&path, reason)),
        }
    }
}

impl FromStr for InstancePath {
    type Err = Error;

    fn from_str(path: &str) -> Result<Self, Error> {
        Self::try_from(path.to_owned())
    }
}

impl From<InstancePath> for String {
    fn from(path: InstancePath) -> Self {
        path.0
    }
}

impl AsRef<str> for InstancePath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InstancePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The name itself, if it can be one part of an [`InstancePath`]; for names that an uploader gives, such as a jar's.
pub fn safe_file_name(name: &str) -> Result<&str, Error> {
    match check_part(name) {
        Ok(()) => Ok(name),
        Err(reason) => Err(refused(name, reason)),
    }
}

/// The form of a path that is the same for all paths that are one file on somebody's machine.
pub(crate) fn key(path: &str) -> String {
    path.to_lowercase().nfc().collect()
}

fn refused(path: &str, reason: &'static str) -> Error {
    Error::Path { path: path.chars().take(120).collect(), reason }
}

pub(crate) fn check(path: &str) -> Result<(), &'static str> {
    if path.is_empty() {
        return Err("it is empty");
    }
    if path.len() > PATH_LIMIT {
        return Err("it is longer than 512 bytes");
    }
    if path.starts_with('/') {
        return Err("it begins with a slash, so it would lie outside the game folder");
    }
    if path.split('/').count() > DEPTH_LIMIT {
        return Err("it is more than 32 folders deep");
    }
    path.split('/').try_for_each(check_part)
}

fn check_part(part: &str) -> Result<(), &'static str> {
    if part.is_empty() {
        return Err("a part of it is empty");
    }
    if part == "." || part == ".." {
        return Err("`.` and `..` are no names");
    }
    if part.len() > PART_LIMIT {
        return Err("a part of it is longer than 255 bytes");
    }
    part.chars().try_for_each(check_character)?;
    if part.ends_with(['.', ' ']) {
        return Err("Windows drops a dot or space at the end of a name");
    }
    if is_device(part) {
        return Err("Windows keeps that name for a device, as it does CON, NUL and COM1");
    }
    Ok(())
}

fn check_character(character: char) -> Result<(), &'static str> {
    match character {
        '/' => Err("a file name has no slash"),
        '\\' => Err("it has a backslash, which Windows takes for a folder"),
        ':' | '*' | '?' | '"' | '<' | '>' | '|' => Err("Windows forbids : * ? \" < > | in names"),
        _ if character.is_control() => Err("it has a control character"),
        _ if is_invisible(character) => {
            Err("it has an invisible character, or one that turns the direction of writing")
        }
        _ => Ok(()),
    }
}

/// Characters that make a name look like another one: zero-width, direction marks, tags, line separators.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// Whether Windows opens a device instead of a file, as it does whatever the case and the extension.
///
/// The superscript digits count too ("Naming Files, Paths, and Namespaces" of the Windows documentation).
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end_matches(' ').to_ascii_uppercase();
    let numbered = |rest: &str| rest.chars().count() == 1 && "123456789¹²³".contains(rest);
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT")).is_some_and(numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> InstancePath {
        text.parse().unwrap()
    }

    #[test]
    fn ordinary_and_odd_but_safe_names_pass() {
        for name in [
            "options.txt",
            "mods/jei-1.20.1-forge-15.2.0.27.jar",
            "mods/[1.20] Better Mod+Fix (v2) {beta}.jar",
            "config/Ünïcödé/設定.json",
            ".minecraft-extras/.hidden",
            "config/..double/a..b",
            "mods/CONSOLE.jar",
            "mods/COM10.jar",
            "mods/com.example.jar",
            "mods/nullable.jar",
            "a/b",
            "mods/100%25 & more;=,'!#$@^`~.jar",
        ] {
            assert_eq!(path(name).as_str(), name);
        }
    }

    #[test]
    fn hostile_names_are_refused_with_a_reason() {
        let long_part = "x".repeat(256);
        let long_path = "long/".repeat(103) + "x";
        let deep = "d/".repeat(32) + "x";
        for (name, reason) in [
            ("", "is empty"),
            ("/etc/passwd", "begins with a slash"),
            ("//server/share", "begins with a slash"),
            ("C:/Windows/x", "forbids :"),
            ("C:x", "forbids :"),
            ("mods/a.jar:stream", "forbids :"),
            ("..", "no names"),
            ("../x", "no names"),
            ("mods/../../x", "no names"),
            ("mods/..", "no names"),
            ("./x", "no names"),
            ("mods/./x", "no names"),
            ("mods//x", "part of it is empty"),
            ("mods/", "part of it is empty"),
            ("mods\\x.jar", "backslash"),
            ("..\\x", "backslash"),
            ("\\\\server\\share", "backslash"),
            ("mods/a\0.jar", "control"),
            ("mods/a\r\nb.jar", "control"),
            ("mods/a\u{85}.jar", "control"),
            ("mods/a*.jar", "forbids"),
            ("mods/a?.jar", "forbids"),
            ("mods/\"a\".jar", "forbids"),
            ("mods/<a>.jar", "forbids"),
            ("mods/a|b.jar", "forbids"),
            ("mods/a.", "dot or space"),
            ("mods /a", "dot or space"),
            ("mods/a.jar ", "dot or space"),
            ("mods/...", "dot or space"),
            ("CON", "device"),
            ("nul.txt", "device"),
            ("config/Aux.d/x", "device"),
            ("config/prn .txt", "device"),
            ("COM1", "device"),
            ("lpt9.jar", "device"),
            ("com¹.log", "device"),
            ("conin$", "device"),
            ("CONOUT$.x", "device"),
            ("mods/gpj\u{202e}.jar", "invisible"),
            ("mods/a\u{200b}.jar", "invisible"),
            ("mods/\u{feff}a.jar", "invisible"),
            ("mods/a\u{2066}b.jar", "invisible"),
            ("mods/a\u{e0041}.jar", "invisible"),
            (long_part.as_str(), "255 bytes"),
            (long_path.as_str(), "512 bytes"),
            (deep.as_str(), "32 folders"),
        ] {
            let error = name.parse::<InstancePath>().expect_err(name).to_string();
            assert!(error.contains(reason), "{name:?}: {error}");
        }
    }

    #[test]
    fn refusal_shows_no_raw_control_characters() {
        let error = "mods/a\r\n\u{202e}b".parse::<InstancePath>().unwrap_err().to_string();
        assert!(error.contains(r"\r\n\u{202e}"), "{error}");
    }

    #[test]
    fn file_name_is_one_part() {
        assert_eq!(safe_file_name("jei.jar").unwrap(), "jei.jar");
        for name in ["", "mods/jei.jar", "..", "a\\b", "nul", "jei.jar\n"] {
            assert!(safe_file_name(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn path_falls_into_folder_and_file_name() {
        assert_eq!((path("a/b/c.txt").folder(), path("a/b/c.txt").file_name()), (Some("a/b"), "c.txt"));
        assert_eq!((path("c.txt").folder(), path("c.txt").file_name()), (None, "c.txt"));
    }

    #[test]
    fn key_ignores_case_and_composition() {
        assert_eq!(path("Mods/JEI.jar").key(), path("mods/jei.JAR").key());
        assert_eq!(path("config/Caf\u{e9}").key(), path("config/CAFE\u{301}").key());
        assert_ne!(path("mods/a.jar").key(), path("mods/b.jar").key());
    }

    #[test]
    fn encoding_keeps_only_unreserved_characters_and_slashes() {
        assert_eq!(path("mods/a-b_c.d~e.jar").encoded(), "mods/a-b_c.d~e.jar");
        assert_eq!(path("mods/[A] b+c é%.jar").encoded(), "mods/%5BA%5D%20b%2Bc%20%C3%A9%25.jar");
    }

    #[test]
    fn stored_path_is_checked_again_when_read() {
        assert_eq!(serde_json::from_str::<InstancePath>(r#""mods/a.jar""#).unwrap(), path("mods/a.jar"));
        assert!(serde_json::from_str::<InstancePath>(r#""../a.jar""#).is_err());
    }
}
