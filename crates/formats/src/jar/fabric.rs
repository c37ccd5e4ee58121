//! `fabric.mod.json`, in both its schemas (Fabric's wiki, "fabric.mod.json"; the older one is that of loaders before
//! 0.4, which all later ones still read).

use serde_json::{Map, Value};

use super::links;
use super::page::{Page, many, word};
use super::{Dependency, Evidence, Language, Mod, Nested, Provided, Range, Relation, Side, Sides, System};
use crate::{Environment, Support};

/// Where it lies.
pub(super) const FILE: &str = "fabric.mod.json";

/// Reads the mods of a document: one, but any number in a list of schema 0.
pub(super) fn read(document: &Value, page: &mut Page<'_>) -> (Vec<Mod>, Vec<Nested>) {
    let mut values: Vec<&Value> = many(Some(document)).iter().collect();
    page.cut(&mut values, "mods");
    let mods = values.into_iter().filter_map(|value| read_mod(value, page)).collect();
    let files = many(Some(document)).iter().flat_map(|value| many(value.get("jars")));
    let paths: Vec<String> = files.filter_map(|jar| word(jar.get("file")?)).collect();
    (mods, paths.into_iter().map(|path| Nested { path, systems: vec![System::Fabric], ..Nested::default() }).collect())
}

fn read_mod(value: &Value, page: &mut Page<'_>) -> Option<Mod> {
    let Some(id) = page.name_at(value, "id") else {
        page.note("The mod has no id, so that Fabric does not load it.");
        return None;
    };
    let is_old = value.get("schemaVersion").and_then(Value::as_u64).unwrap_or(0) == 0;
    let dependencies = if is_old { old_dependencies(value, page) } else { dependencies(value, page) };
    Some(Mod {
        system: System::Fabric,
        file: page.file.to_owned(),
        provides: page.names_at(value, "provides").into_iter().map(|id| Provided { id, number: None }).collect(),
        name: page.name_at(value, "name"),
        number: page.name_at(value, "version"),
        authors: links::people(value, "authors", page),
        licences: page.names_at(value, "license"),
        links: if is_old { links::old_fabric(value, page) } else { links::contact(value.get("contact"), page) },
        description: page.text_at(value, "description"),
        sides: sides(value),
        minecraft: super::minecraft(&dependencies),
        dependencies,
        icon: icon(value.get("icon"), page),
        id,
        ..Mod::default()
    })
}

/// The sides of a mod: `environment`, or `side` in the old schema.
fn sides(value: &Value) -> Sides {
    let stated =
        ["environment", "side"].into_iter().find_map(|key| Some((key, value.get(key).and_then(Value::as_str)?)));
    let Some((key, word)) = stated else { return Sides::default() };
    environment_of(key, word)
}

/// What a word for a side means in Fabric and Quilt.
pub(super) fn environment_of(key: &str, word: &str) -> Sides {
    let environment = match word {
        "client" => Environment { client: Support::Required, server: Support::Unsupported },
        "server" | "dedicated_server" => Environment { client: Support::Unsupported, server: Support::Required },
        "*" | "universal" | "both" => Environment::default(),
        _ => return Sides::default(),
    };
    Sides { environment, evidence: Evidence::Declared, said: format!("\"{key}\": \"{word}\"") }
}

/// The picture: a path, or one for each size, of which the largest counts.
pub(super) fn icon(value: Option<&Value>, page: &mut Page<'_>) -> Option<String> {
    let path = match value? {
        Value::Object(sizes) => {
            let size = |name: &str| name.parse::<u32>().unwrap_or(0);
            sizes.iter().max_by_key(|(name, _)| size(name)).and_then(|(_, path)| word(path))?
        }
        path => word(path)?,
    };
    page.name(&path)
}

/// The dependencies of the present schema: five maps from id to one predicate or several of which one must hold.
fn dependencies(value: &Value, page: &mut Page<'_>) -> Vec<Dependency> {
    const MAPS: [(&str, Relation); 5] = [
        ("depends", Relation::Required),
        ("recommends", Relation::Recommended),
        ("suggests", Relation::Suggested),
        ("conflicts", Relation::Discouraged),
        ("breaks", Relation::Incompatible),
    ];
    let mut all = Vec::new();
    for (key, relation) in MAPS {
        let empty = Map::new();
        for (id, versions) in value.get(key).and_then(Value::as_object).unwrap_or(&empty) {
            let Some(id) = page.name(id) else { continue };
            let range = range(versions, page);
            all.push(Dependency { relation, id, range, ..Dependency::default() });
        }
    }
    page.cut(&mut all, "dependencies");
    all
}

/// The dependencies of the old schema: `requires` and `conflicts`, whose values may be objects, and no loader checks
/// more than that the mod is there.
fn old_dependencies(value: &Value, page: &mut Page<'_>) -> Vec<Dependency> {
    const MAPS: [(&str, Relation); 4] = [
        ("requires", Relation::Required),
        ("depends", Relation::Required),
        ("recommends", Relation::Recommended),
        ("conflicts", Relation::Incompatible),
    ];
    let mut all = Vec::new();
    for (key, relation) in MAPS {
        let empty = Map::new();
        for (id, wanted) in value.get(key).and_then(Value::as_object).unwrap_or(&empty) {
            let Some(id) = page.name(id) else { continue };
            let versions = wanted.get("version").or_else(|| wanted.get("versions")).unwrap_or(wanted);
            let range = range(versions, page);
            let side = wanted.get("side").and_then(Value::as_str).map_or(Side::Both, links::side);
            all.push(Dependency { relation, id, range, side, ..Dependency::default() });
        }
    }
    page.cut(&mut all, "dependencies");
    all
}

/// One predicate, or several of which one must hold; `*` and none at all are any version.
fn range(versions: &Value, page: &mut Page<'_>) -> Range {
    let words: Vec<String> = many(Some(versions)).iter().filter_map(word).collect();
    let texts: Vec<String> = words.iter().filter_map(|word| page.name(word)).collect();
    if texts.iter().any(|text| text == "*") {
        return Range { language: Language::Fabric, any: Vec::new() };
    }
    Range { language: Language::Fabric, any: texts.into_iter().map(|text| vec![text]).collect() }
}
