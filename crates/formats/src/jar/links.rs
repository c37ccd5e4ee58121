//! People, addresses and sides, which all formats write in a few ways.

use serde_json::Value;

use super::page::{Page, many, word};
use super::{Link, Links, Side};

/// The names of people under a key: texts, or objects with a name.
pub(super) fn people(value: &Value, key: &str, page: &mut Page<'_>) -> Vec<String> {
    let name = |person: &Value| word(person).or_else(|| word(person.get("name")?));
    let names: Vec<String> = many(value.get(key)).iter().filter_map(name).collect();
    let mut people: Vec<String> = names.iter().filter_map(|name| page.name(name)).collect();
    page.cut(&mut people, "authors");
    people
}

/// The names in one text, which separates them by commas, `&` or "and".
pub(super) fn people_in(text: &str, page: &mut Page<'_>) -> Vec<String> {
    let parts = text.split([',', ';', '\n', '&']).flat_map(|part| part.split(" and "));
    let mut people: Vec<String> = parts.filter_map(|name| page.name(name)).collect();
    page.cut(&mut people, "authors");
    people
}

/// The addresses of `contact` in Fabric and Quilt.
pub(super) fn contact(value: Option<&Value>, page: &mut Page<'_>) -> Links {
    let Some(value) = value.filter(|value| value.is_object()) else { return Links::default() };
    let mut links = Links {
        homepage: page.address_at(value, "homepage"),
        sources: page.address_at(value, "sources").or_else(|| page.address_at(value, "source")),
        issues: page.address_at(value, "issues"),
        others: Vec::new(),
    };
    for (name, address) in value.as_object().into_iter().flatten() {
        if !matches!(name.as_str(), "homepage" | "sources" | "source" | "issues") {
            other(&mut links, name, word(address), page);
        }
    }
    page.cut(&mut links.others, "links");
    links
}

/// The addresses of a mod in Fabric's old schema: an object of its own, or one address.
pub(super) fn old_fabric(value: &Value, page: &mut Page<'_>) -> Links {
    match value.get("links").or_else(|| value.get("contact")) {
        Some(object @ Value::Object(_)) => contact(Some(object), page),
        Some(_) => Links { homepage: page.address_at(value, "links"), ..Links::default() },
        None => Links { homepage: page.address_at(value, "url"), ..Links::default() },
    }
}

/// Adds a link of another kind, if it is one.
pub(super) fn other(links: &mut Links, name: &str, address: Option<String>, page: &mut Page<'_>) {
    let address = address.and_then(|address| page.name(&address));
    let followable = |address: &String| {
        let lower = address.to_ascii_lowercase();
        lower.starts_with("https://") || lower.starts_with("http://") || (lower.contains('@') && !lower.contains(':'))
    };
    if let (Some(name), Some(address)) = (page.name(name), address.filter(followable)) {
        links.others.push(Link { name, address });
    }
}

/// The side that a word means; both if it is none that loaders know.
pub(super) fn side(word: &str) -> Side {
    match word.to_ascii_lowercase().as_str() {
        "client" => Side::Client,
        "server" | "dedicated_server" => Side::Server,
        _ => Side::Both,
    }
}
