//! `META-INF/mods.toml` of Forge since 1.13 and `META-INF/neoforge.mods.toml` of `NeoForge` since 20.5 (both described
//! in "Mod Files" of their documentation).
//!
//! `NeoForge` for 1.20.2 to 1.20.4 reads `mods.toml` too, and for 1.20.1 even loads Forge's mods: there, what a mod
//! depends on tells whose it is.

use serde_json::Value;

use super::manifest::Manifest;
use super::page::{Page, is_true, many, word};
use super::{Dependency, Evidence, Language, Links, Mod, Provided, Relation, Side, Sides, System, Wanted, links};
use crate::{Environment, Support};

/// Where Forge's lies.
pub(super) const FORGE: &str = "META-INF/mods.toml";
/// Where `NeoForge`'s lies.
pub(super) const NEOFORGE: &str = "META-INF/neoforge.mods.toml";

/// Reads all mods of a document.
pub(super) fn read(document: &Value, manifest: &Manifest, page: &mut Page<'_>) -> Vec<Mod> {
    let mut tables: Vec<&Value> = many(document.get("mods")).iter().collect();
    page.cut(&mut tables, "mods");
    if tables.is_empty() && page.file == NEOFORGE {
        page.note("It declares no mods.");
    }
    tables.into_iter().flat_map(|table| read_mod(document, table, manifest, page)).collect()
}

/// One mod, once for each loader that it is for.
fn read_mod(document: &Value, table: &Value, manifest: &Manifest, page: &mut Page<'_>) -> Vec<Mod> {
    let Some(id) = page.name_at(table, "modId") else {
        page.note("A mod has no modId, so that the loader does not load it.");
        return Vec::new();
    };
    let dependencies = dependencies(document, &id, page);
    let number = page.name_at(table, "version").unwrap_or_else(|| "1".to_owned());
    let module = Mod {
        file: page.file.to_owned(),
        provides: page.names_at(table, "provides").into_iter().map(|id| Provided { id, number: None }).collect(),
        name: page.name_at(table, "displayName"),
        number: Some(number.replace("${file.jarVersion}", manifest.jar_version())),
        authors: authors(document, table, page),
        licences: page.names_at(document, "license"),
        links: addresses(document, table, page),
        description: page.text_at(table, "description"),
        sides: sides(document, table, &dependencies),
        minecraft: super::minecraft(&dependencies),
        language: language(document, page),
        icon: page.name_at(table, "logoFile").or_else(|| page.name_at(document, "logoFile")),
        dependencies: with_java(dependencies, document, table, page),
        id,
        ..Mod::default()
    };
    let systems = systems(page.file, &module.dependencies);
    systems.into_iter().map(|system| Mod { system, ..module.clone() }).collect()
}

/// Whose mod it is: in `mods.toml`, what it depends on decides.
fn systems(file: &str, dependencies: &[Dependency]) -> Vec<System> {
    let needs = |id: &str| {
        dependencies.iter().any(|dependency| dependency.id == id && dependency.relation == Relation::Required)
    };
    match (needs("forge"), needs("neoforge")) {
        _ if file == NEOFORGE => vec![System::NeoForge],
        (true, true) => vec![System::Forge, System::NeoForge],
        (false, true) => vec![System::NeoForge],
        _ => vec![System::Forge],
    }
}

/// Authors stand in one text, for the mod or for the file; some write a list.
fn authors(document: &Value, table: &Value, page: &mut Page<'_>) -> Vec<String> {
    let value = table.get("authors").or_else(|| document.get("authors"));
    match value.and_then(word) {
        Some(text) => links::people_in(&text, page),
        None => many(value).iter().filter_map(word).filter_map(|name| page.name(&name)).collect(),
    }
}

fn addresses(document: &Value, table: &Value, page: &mut Page<'_>) -> Links {
    let mut addresses = Links {
        homepage: page.address_at(table, "displayURL").or_else(|| page.address_at(table, "modUrl")),
        issues: page.address_at(document, "issueTrackerURL").or_else(|| page.address_at(table, "issueTrackerURL")),
        ..Links::default()
    };
    for key in ["updateJSONURL", "credits_url"] {
        links::other(&mut addresses, key, table.get(key).and_then(word), page);
    }
    addresses
}

/// `modLoader` and `loaderVersion`: the loader does not start without that language in that version.
fn language(document: &Value, page: &mut Page<'_>) -> Option<Wanted> {
    let name = document.get("modLoader").and_then(word)?;
    let range = document.get("loaderVersion").and_then(word).unwrap_or_default();
    let range = page.range(Language::Maven, &range);
    page.wanted(&name, range)
}

/// The dependencies of one mod. Some authors write all of them under another name, or none, when there is one mod.
fn dependencies(document: &Value, id: &str, page: &mut Page<'_>) -> Vec<Dependency> {
    let tables = document.get("dependencies");
    let own = match tables {
        Some(Value::Object(tables)) => many(tables.get(id)),
        list => many(list),
    };
    let mut all: Vec<Dependency> = own.iter().filter_map(|table| dependency(table, page)).collect();
    page.cut(&mut all, "dependencies");
    all
}

fn dependency(table: &Value, page: &mut Page<'_>) -> Option<Dependency> {
    let kind = table.get("type").and_then(Value::as_str).map(str::to_ascii_lowercase);
    let relation = match kind.as_deref() {
        Some("optional") => Relation::Optional,
        Some("incompatible") => Relation::Incompatible,
        Some("discouraged") => Relation::Discouraged,
        None if is_true(table, "mandatory") == Some(false) => Relation::Optional,
        _ => Relation::Required,
    };
    let range = table.get("versionRange").and_then(word).unwrap_or_default();
    Some(Dependency {
        relation,
        id: page.name_at(table, "modId")?,
        range: page.range(Language::Maven, &range),
        side: table.get("side").and_then(Value::as_str).map_or(Side::Both, links::side),
        reason: page.text_at(table, "reason"),
        ..Dependency::default()
    })
}

/// The dependencies, with the Java version that `features` asks for.
fn with_java(mut all: Vec<Dependency>, document: &Value, table: &Value, page: &mut Page<'_>) -> Vec<Dependency> {
    let features = document.get("features");
    let id = table.get("modId").and_then(Value::as_str).unwrap_or_default();
    let own = table.get("features").or_else(|| features.and_then(|features| features.get(id))).or(features);
    if let Some(text) = many(own).iter().find_map(|feature| feature.get("javaVersion").and_then(word)) {
        let range = page.range(Language::Maven, &text);
        all.push(Dependency { id: "java".to_owned(), range, ..Dependency::default() });
    }
    all
}

/// Where it runs: `clientSideOnly`, else what `displayTest` and the sides of what it needs hint at.
fn sides(document: &Value, table: &Value, dependencies: &[Dependency]) -> Sides {
    let client = Environment { client: Support::Required, server: Support::Unsupported };
    if is_true(document, "clientSideOnly").or_else(|| is_true(table, "clientSideOnly")) == Some(true) {
        return Sides { environment: client, evidence: Evidence::Declared, said: "clientSideOnly=true".to_owned() };
    }
    let needs = |side: Side| {
        let is_game = |dependency: &&Dependency| ["minecraft", "forge", "neoforge"].contains(&dependency.id.as_str());
        let mut game = dependencies.iter().filter(is_game).peekable();
        game.peek().is_some() && game.all(|dependency| dependency.side == side)
    };
    if needs(Side::Client) {
        let said = "the dependencies on the game have side=\"CLIENT\"".to_owned();
        return Sides { environment: client, evidence: Evidence::DependencySides, said };
    }
    if needs(Side::Server) {
        let environment = Environment { client: Support::Unsupported, server: Support::Required };
        let said = "the dependencies on the game have side=\"SERVER\"".to_owned();
        return Sides { environment, evidence: Evidence::DependencySides, said };
    }
    let test = table.get("displayTest").or_else(|| document.get("displayTest")).and_then(Value::as_str);
    let environment = match test {
        Some("IGNORE_SERVER_VERSION") => Environment { client: Support::Optional, server: Support::Required },
        Some("IGNORE_ALL_VERSION") => Environment { client: Support::Required, server: Support::Optional },
        _ => return Sides::default(),
    };
    let said = format!("displayTest=\"{}\"", test.unwrap_or_default());
    Sides { environment, evidence: Evidence::DisplayTest, said }
}
