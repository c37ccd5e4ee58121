//! What a file's name may mean, for those that say nothing else.

use super::page::Page;
use super::{Guess, Source};

/// Splits a file's name into a name and the number of a version: `OptiFine_1.12.2_HD_U_G5.jar` is `OptiFine` in
/// `1.12.2_HD_U_G5`. What stands in brackets before the name is neither.
pub(super) fn from_file(file: &str, page: &mut Page<'_>) -> Option<Guess> {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let stem = unbracketed(stem);
    let (name, number) = match number_at(stem) {
        Some((end, start)) => (&stem[..end], Some(&stem[start..])),
        None => (stem, None),
    };
    let name = name.replace(['_', '+'], " ");
    Some(Guess { name: page.name(&name)?, number: number.and_then(|number| page.name(number)), from: Source::FileName })
}

/// The text without what stands in brackets at its start.
fn unbracketed(stem: &str) -> &str {
    let closing = match stem.chars().next() {
        Some('[') => ']',
        Some('(') => ')',
        _ => return stem,
    };
    let rest = stem.find(closing).map_or(stem, |end| &stem[end + 1..]);
    let rest = rest.trim_start_matches([' ', '_', '-']);
    if rest.is_empty() { stem } else { rest }
}

/// Where the name ends and the number begins: at a separator with a digit behind it, or with `v` or `mc` and a digit.
fn number_at(stem: &str) -> Option<(usize, usize)> {
    let is_number = |rest: &str| {
        let lower: String = rest.chars().take(3).collect::<String>().to_ascii_lowercase();
        let digits = lower.strip_prefix("mc").or_else(|| lower.strip_prefix('v')).unwrap_or(&lower);
        digits.starts_with(|first: char| first.is_ascii_digit())
    };
    let (end, separator) = stem
        .match_indices(['-', '_', ' ', '+'])
        .find(|(at, separator)| *at > 0 && is_number(&stem[at + separator.len()..]))?;
    let start = end + separator.len();
    let is_v = stem[start..].starts_with(['v', 'V']);
    Some((end, start + usize::from(is_v)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_told_apart() {
        for (file, name, number) in [
            ("OptiFine_1.12.2_HD_U_G5.jar", "OptiFine", Some("1.12.2_HD_U_G5")),
            ("lamps-mc1.12.2-3.0.jar", "lamps", Some("mc1.12.2-3.0")),
            ("[1.20] Better Lamps v2.jar", "Better Lamps", Some("2")),
            ("lamps.jar", "lamps", None),
            ("more-lamps+2.0+build.4.jar", "more-lamps", Some("2.0+build.4")),
            ("3d-lamps-1.jar", "3d-lamps", Some("1")),
            ("1.jar", "1", None),
            ("(only)", "(only)", None),
        ] {
            let guess = from_file(file, &mut Page::new("", &mut Vec::new())).unwrap();
            assert_eq!((guess.name.as_str(), guess.number.as_deref()), (name, number), "{file}");
        }
        assert_eq!(from_file("\u{202e}.jar", &mut Page::new("", &mut Vec::new())), None);
    }
}
