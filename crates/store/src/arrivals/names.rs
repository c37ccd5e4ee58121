//! How a version is called that nobody gave a name.

use super::Arrival;
use crate::names::{is_id, name_fault, suffix};

/// How often a name is tried with another number at its end.
const TRIES: u32 = 9;

/// The names that a version may get, the best one first; `id` makes the last of them unlike any other.
pub(super) fn candidates(arrival: &Arrival, id: &str) -> Vec<String> {
    let plain =
        [arrival.number(), stem(&arrival.name)].into_iter().flatten().map(allowed).find(|name| !name.is_empty());
    let plain = plain.unwrap_or_else(|| "1".to_owned());
    let full = match suffix_of(arrival) {
        Some(suffix) if !plain.to_lowercase().contains(&suffix.to_lowercase()) => allowed(&format!("{plain}+{suffix}")),
        _ => plain.clone(),
    };
    let mut names = vec![plain, full.clone()];
    names.extend((2..=TRIES).map(|number| format!("{full}-{number}")));
    names.push(format!("{full}-{}", suffix(id)));
    names.dedup();
    names.retain(|name| name_fault(name).is_none());
    names
}

/// What tells a version for one loader and Minecraft from another one of the same number: `forge-1.20.1`, with the
/// oldest release that it is for.
fn suffix_of(arrival: &Arrival) -> Option<String> {
    let facts = &arrival.facts;
    let parts = [facts.loaders.first(), facts.minecrafts.first()];
    let suffix = parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("-");
    Some(suffix).filter(|suffix| !suffix.is_empty())
}

/// A file's name without what says its kind.
pub(super) fn stem(name: &str) -> Option<&str> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).trim();
    Some(stem).filter(|stem| !stem.is_empty())
}

/// A number as the name of a version may be: what no name may have becomes a hyphen.
fn allowed(number: &str) -> String {
    let is_fine = |c: char| !c.is_control() && !"/\\:*?\"<>|".contains(c);
    let mut name: String = number.chars().map(|c| if is_fine(c) { c } else { '-' }).take(160).collect();
    while name.contains("...") {
        name = name.replace("...", "..");
    }
    let name = name.trim();
    let name = if is_id(&name.to_lowercase()) { format!("v{name}") } else { name.to_owned() };
    if name_fault(&name).is_none() {
        return name;
    }
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || "._+-".contains(*c)).collect();
    if name_fault(&plain).is_none() { plain } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Facts;

    fn arrival(number: &str, loaders: &[&str], minecrafts: &[&str]) -> Arrival {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let facts = Facts {
            number: Some(number.to_owned()),
            loaders: words(loaders),
            minecrafts: words(minecrafts),
            ..Facts::default()
        };
        Arrival { facts, name: "jei-forge.jar".to_owned(), ..Arrival::default() }
    }

    const ID: &str = "01arz3ndektsv4rrffq69g5fav";

    #[test]
    fn a_clash_is_told_apart_by_loader_and_minecraft() {
        let names = candidates(&arrival("15.2.0", &["forge", "neoforge"], &["1.20.1", "1.20.2"]), ID);
        assert_eq!(names[..3], ["15.2.0", "15.2.0+forge-1.20.1", "15.2.0+forge-1.20.1-2"]);
        assert_eq!(names.last().unwrap(), "15.2.0+forge-1.20.1-9g5fav");
        assert_eq!(candidates(&arrival("1.0", &[], &[]), ID)[..2], ["1.0", "1.0-2"]);
        assert_eq!(candidates(&arrival("1.0", &["quilt"], &[]), ID)[..2], ["1.0", "1.0+quilt"]);
    }

    #[test]
    fn any_number_makes_a_name() {
        for (number, name) in [
            ("1.0/2:3", "1.0-2-3"),
            (" 1...0 ", "1..0"),
            ("", "jei-forge"),
            ("..", "jei-forge"),
            ("1\u{202e}2", "12"),
            (ID, "v01arz3ndektsv4rrffq69g5fav"),
        ] {
            assert_eq!(candidates(&arrival(number, &[], &[]), ID)[0], name, "{number:?}");
        }
        let long = candidates(&arrival(&"9".repeat(1000), &["forge"], &["1.20.1"]), ID);
        assert!(long.iter().all(|name| name_fault(name).is_none()) && long.len() > 2);
    }
}
