//! Plugins of servers and proxies: `plugin.yml` and `paper-plugin.yml` (documentation of Paper), `bungee.yml`, and
//! `velocity-plugin.json`.

use serde_json::Value;

use super::page::{Page, is_true, many, word};
use super::{Dependency, Evidence, Language, Links, Mod, Range, Relation, Sides, System, links};
use crate::{Environment, Support};

/// Where Bukkit's lies, which Spigot and Paper read too.
pub(super) const BUKKIT: &str = "plugin.yml";
/// Where Paper's lies, which it prefers.
pub(super) const PAPER: &str = "paper-plugin.yml";
/// Where `BungeeCord`'s lies.
pub(super) const BUNGEE: &str = "bungee.yml";
/// Where Velocity's lies.
pub(super) const VELOCITY: &str = "velocity-plugin.json";

/// The most values of a document, those counted again that it repeats by reference.
const NODES: usize = 10_000;

/// Reads the plugin of a document.
pub(super) fn read(document: &Value, system: System, page: &mut Page<'_>) -> Vec<Mod> {
    let id = page.name_at(document, "id").or_else(|| page.name_at(document, "name"));
    let Some(id) = id else {
        page.note("The plugin has no name, so that no server loads it.");
        return Vec::new();
    };
    let mut authors = links::people(document, "authors", page);
    authors.extend(page.name_at(document, "author"));
    let environment = Environment { client: Support::Unsupported, server: Support::Required };
    let homepage = page.address_at(document, "website").or_else(|| page.address_at(document, "url"));
    let plain = |text: String| Range::new(Language::Plain, text);
    vec![Mod {
        system,
        file: page.file.to_owned(),
        name: page.name_at(document, "name"),
        number: page.name_at(document, "version"),
        authors,
        links: Links { homepage, ..Links::default() },
        description: page.text_at(document, "description"),
        sides: Sides { environment, evidence: Evidence::Kind, said: page.file.to_owned() },
        minecraft: page.name_at(document, "api-version").map(plain),
        dependencies: dependencies(document, page),
        id,
        ..Mod::default()
    }]
}

/// Bukkit's lists of names, Paper's tables of servers' plugins, or Velocity's objects.
fn dependencies(document: &Value, page: &mut Page<'_>) -> Vec<Dependency> {
    const LISTS: [(&str, Relation); 4] = [
        ("depend", Relation::Required),
        ("depends", Relation::Required),
        ("softdepend", Relation::Optional),
        ("softDepends", Relation::Optional),
    ];
    let mut all = Vec::new();
    let mut add =
        |id: Option<String>, relation| all.extend(id.map(|id| Dependency { relation, id, ..Dependency::default() }));
    for (key, relation) in LISTS {
        for id in page.names_at(document, key) {
            add(Some(id), relation);
        }
    }
    let tables = document.get("dependencies");
    let servers = tables.and_then(|tables| tables.get("server")).and_then(Value::as_object);
    for (id, table) in servers.into_iter().flatten() {
        let relation = if is_true(table, "required") == Some(false) { Relation::Optional } else { Relation::Required };
        add(page.name(id), relation);
    }
    for object in tables.and_then(Value::as_array).into_iter().flatten() {
        let relation = if is_true(object, "optional") == Some(true) { Relation::Optional } else { Relation::Required };
        let id = word(object).or_else(|| word(object.get("id")?));
        add(id.and_then(|id| page.name(&id)), relation);
    }
    page.cut(&mut all, "dependencies");
    all
}

/// Reads YAML into the same kind of value as all other documents.
pub(super) fn yaml(text: &str) -> Result<Value, String> {
    // The first line says what is wrong, the others show where.
    let first = |error: serde_saphyr::Error| error.to_string().lines().next().unwrap_or_default().to_owned();
    let options = serde_saphyr::options! { budget: serde_saphyr::budget! { max_nodes: NODES } };
    serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| first(error).trim_start_matches("error: ").to_owned())
}

/// Whether a document has anything in it that a server would read.
pub(super) fn is_plugin(document: &Value) -> bool {
    !many(document.get("main")).is_empty() || document.get("name").is_some()
}
