//! The descriptions of older loaders: `mcmod.info` of Forge up to 1.12.2 (`ModMetadata` in its documentation),
//! `litemod.json` of `LiteLoader`, and `riftmod.json` of Rift.

use serde_json::Value;

use super::page::{Page, is_true, many, word};
use super::{Dependency, Evidence, Language, Links, Mod, Range, Relation, Sides, System, links};
use crate::{Environment, Support};

/// Where Forge's lies.
pub(super) const FORGE: &str = "mcmod.info";
/// Where `LiteLoader`'s lies.
pub(super) const LITELOADER: &str = "litemod.json";
/// Where Rift's lies.
pub(super) const RIFT: &str = "riftmod.json";

/// Reads the mods of `mcmod.info`, which is a list of them, or since 1.6 an object with one.
pub(super) fn forge(document: &Value, page: &mut Page<'_>) -> Vec<Mod> {
    let list = document.get("modList").or_else(|| document.get("modlist")).unwrap_or(document);
    let mut values: Vec<&Value> = many(Some(list)).iter().collect();
    page.cut(&mut values, "mods");
    values.into_iter().filter_map(|value| forge_mod(value, page)).collect()
}

fn forge_mod(value: &Value, page: &mut Page<'_>) -> Option<Mod> {
    let Some(id) = page.name_at(value, "modid") else {
        page.note("A mod has no modid, so that nobody knows whose description it is.");
        return None;
    };
    let people = if value.get("authorList").is_some() { "authorList" } else { "authors" };
    let mut addresses = Links { homepage: page.address_at(value, "url"), ..Links::default() };
    for key in ["updateUrl", "updateJSON"] {
        links::other(&mut addresses, key, value.get(key).and_then(word), page);
    }
    Some(Mod {
        system: System::Forge,
        file: page.file.to_owned(),
        name: page.name_at(value, "name"),
        number: page.name_at(value, "version"),
        authors: links::people(value, people, page),
        licences: page.names_at(value, "license"),
        links: addresses,
        description: page.text_at(value, "description"),
        minecraft: minecraft(value, page),
        dependencies: dependencies(value, page),
        icon: page.name_at(value, "logoFile"),
        uses_dependency_information: is_true(value, "useDependencyInformation") == Some(true),
        id,
        ..Mod::default()
    })
}

/// `mcversion`: the name of a version, or sometimes a range; placeholders say nothing.
fn minecraft(value: &Value, page: &mut Page<'_>) -> Option<Range> {
    let text = page.name_at(value, "mcversion").filter(|text| !text.contains("${") && !text.contains('@'))?;
    let language = if text.starts_with(['[', '(']) { Language::Maven } else { Language::Plain };
    Some(Range::new(language, text))
}

/// `requiredMods` must be there; `dependencies` and `dependants` are loaded before and after, if they are.
fn dependencies(value: &Value, page: &mut Page<'_>) -> Vec<Dependency> {
    const LISTS: [(&str, Relation); 3] = [
        ("requiredMods", Relation::Required),
        ("dependencies", Relation::Optional),
        ("dependants", Relation::Optional),
    ];
    let mut all: Vec<Dependency> = Vec::new();
    for (key, relation) in LISTS {
        let words: Vec<String> = many(value.get(key)).iter().filter_map(word).collect();
        for text in words.iter().flat_map(|text| split(text)) {
            let Some(dependency) = dependency(text, relation, page) else { continue };
            if all.iter().all(|known| known.id != dependency.id) {
                all.push(dependency);
            }
        }
    }
    page.cut(&mut all, "dependencies");
    all
}

/// The parts of a list in one text, whose commas within a range belong to that.
fn split(text: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let outside = move |character: char| {
        depth += i32::from(matches!(character, '[' | '(')) - i32::from(matches!(character, ']' | ')'));
        matches!(character, ',' | ';') && depth <= 0
    };
    text.split(outside).collect()
}

/// `id@range`, where some write an order before the id, as in the `@Mod` annotation: `required-after:id@range`.
fn dependency(text: &str, relation: Relation, page: &mut Page<'_>) -> Option<Dependency> {
    let (order, rest) = text.split_once(':').unwrap_or(("", text));
    let relation = if order.trim().starts_with("required") { Relation::Required } else { relation };
    let (id, range) = rest.split_once('@').unwrap_or((rest, ""));
    let id = page.name(id).filter(|id| id != "*")?;
    // The game and the loader were written in any case.
    let known = ["minecraft", "forge", "fml"].iter().find(|known| id.eq_ignore_ascii_case(known));
    let id = known.map_or(id, |known| (*known).to_owned());
    Some(Dependency { relation, id, range: page.range(Language::Maven, range), ..Dependency::default() })
}

/// Reads the mod of `litemod.json`. The loader exists on players' machines only.
pub(super) fn liteloader(document: &Value, page: &mut Page<'_>) -> Vec<Mod> {
    let Some(id) = page.name_at(document, "name") else {
        page.note("The mod has no name, so that LiteLoader does not load it.");
        return Vec::new();
    };
    let mut needed = page.names_at(document, "dependsOn");
    page.cut(&mut needed, "dependencies");
    let wanted = needed.iter().flat_map(|text| split(text)).filter_map(|text| page.name(text)).collect::<Vec<_>>();
    let environment = Environment { client: Support::Required, server: Support::Unsupported };
    let mut addresses = Links { homepage: page.address_at(document, "url"), ..Links::default() };
    links::other(&mut addresses, "updateURL", document.get("updateURL").and_then(word), page);
    let author = document.get("author").and_then(word).unwrap_or_default();
    vec![Mod {
        system: System::LiteLoader,
        file: page.file.to_owned(),
        name: page.name_at(document, "displayName"),
        number: page.name_at(document, "version").or_else(|| page.name_at(document, "revision")),
        authors: links::people_in(&author, page),
        links: addresses,
        description: page.text_at(document, "description"),
        sides: Sides { environment, evidence: Evidence::Kind, said: "litemod.json".to_owned() },
        minecraft: page.name_at(document, "mcversion").map(|text| Range::new(Language::Plain, text)),
        dependencies: wanted.into_iter().map(|id| Dependency { id, ..Dependency::default() }).collect(),
        id,
        ..Mod::default()
    }]
}

/// Reads the mod of `riftmod.json`, which says no version.
pub(super) fn rift(document: &Value, page: &mut Page<'_>) -> Vec<Mod> {
    let Some(id) = page.name_at(document, "id") else { return Vec::new() };
    vec![Mod {
        system: System::Rift,
        file: page.file.to_owned(),
        name: page.name_at(document, "name"),
        authors: links::people(document, "authors", page),
        description: page.text_at(document, "description"),
        id,
        ..Mod::default()
    }]
}
