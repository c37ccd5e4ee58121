//! `quilt.mod.json` (RFC 2 of Quilt, "quilt.mod.json specification").

use serde_json::Value;

use super::page::{LIST_LIMIT, Page, is_true, many, word};
use super::{Dependency, Language, Mod, Nested, Provided, Range, Relation, Sides, System, Wanted, fabric, links};

/// Where it lies.
pub(super) const FILE: &str = "quilt.mod.json";
/// The most alternatives of a range that is made of objects within objects.
const ALTERNATIVES: usize = 64;

/// Reads the mod of a document.
pub(super) fn read(document: &Value, page: &mut Page<'_>) -> (Vec<Mod>, Vec<Nested>) {
    let loader = document.get("quilt_loader").unwrap_or(&Value::Null);
    let paths = many(loader.get("jars")).iter().filter_map(word);
    let nested = paths.map(|path| Nested { path, systems: vec![System::Quilt], ..Nested::default() }).collect();
    let Some(id) = page.name_at(loader, "id") else {
        page.note("The mod has no id, so that Quilt does not load it.");
        return (Vec::new(), nested);
    };
    let metadata = loader.get("metadata").unwrap_or(&Value::Null);
    let dependencies = dependencies(loader, page);
    let module = Mod {
        system: System::Quilt,
        file: page.file.to_owned(),
        provides: provides(loader, page),
        name: page.name_at(metadata, "name"),
        number: page.name_at(loader, "version"),
        authors: contributors(metadata, page),
        licences: licences(metadata, page),
        links: links::contact(metadata.get("contact"), page),
        description: page.text_at(metadata, "description"),
        sides: sides(document),
        minecraft: super::minecraft(&dependencies),
        dependencies,
        icon: fabric::icon(metadata.get("icon"), page),
        id,
        ..Mod::default()
    };
    (vec![module], nested)
}

fn sides(document: &Value) -> Sides {
    let stated = document.get("minecraft").and_then(|game| game.get("environment")).and_then(Value::as_str);
    stated.map_or_else(Sides::default, |word| fabric::environment_of("environment", word))
}

/// Ids, or objects with an id and the version that they stand for.
fn provides(loader: &Value, page: &mut Page<'_>) -> Vec<Provided> {
    let mut all = Vec::new();
    for value in many(loader.get("provides")).iter().take(LIST_LIMIT) {
        let id = word(value).or_else(|| word(value.get("id")?));
        if let Some(id) = id.and_then(|id| page.name(&id)) {
            all.push(Provided { id, number: page.name_at(value, "version") });
        }
    }
    all
}

/// The names of an object from name to role.
fn contributors(metadata: &Value, page: &mut Page<'_>) -> Vec<String> {
    let names = metadata.get("contributors").and_then(Value::as_object).into_iter().flatten();
    names.take(LIST_LIMIT).filter_map(|(name, _)| page.name(name)).collect()
}

/// Texts, or objects with an id and a name.
fn licences(metadata: &Value, page: &mut Page<'_>) -> Vec<String> {
    let name = |value: &Value| word(value).or_else(|| word(value.get("id").or_else(|| value.get("name"))?));
    let names: Vec<String> = many(metadata.get("license")).iter().filter_map(name).collect();
    names.iter().filter_map(|name| page.name(name)).collect()
}

fn dependencies(loader: &Value, page: &mut Page<'_>) -> Vec<Dependency> {
    let needed = many(loader.get("depends")).iter().take(LIST_LIMIT);
    let mut all: Vec<Dependency> = needed.filter_map(|value| dependency(value, Relation::Required, page)).collect();
    for value in many(loader.get("breaks")).iter().take(LIST_LIMIT) {
        if value.is_array() {
            page.note("A list within `breaks` means that only all of it together is wrong, which is not looked at.");
        } else {
            all.extend(dependency(value, Relation::Incompatible, page));
        }
    }
    page.cut(&mut all, "dependencies");
    all
}

/// An id, an object with one, or a list of these of which any one does.
fn dependency(value: &Value, relation: Relation, page: &mut Page<'_>) -> Option<Dependency> {
    let (first, instead) = many(Some(value)).split_first()?;
    let Wanted { id, range } = wanted(first, page)?;
    let relation = if is_true(first, "optional") == Some(true) { Relation::Optional } else { relation };
    Some(Dependency {
        relation,
        id,
        range,
        reason: page.text_at(first, "reason"),
        instead: instead.iter().take(ALTERNATIVES).filter_map(|value| wanted(value, page)).collect(),
        unless: unless(first.get("unless"), page),
        ..Dependency::default()
    })
}

fn unless(value: Option<&Value>, page: &mut Page<'_>) -> Vec<Wanted> {
    many(value).iter().take(ALTERNATIVES).filter_map(|value| wanted(value, page)).collect()
}

fn wanted(value: &Value, page: &mut Page<'_>) -> Option<Wanted> {
    let id = word(value).or_else(|| word(value.get("id")?))?;
    let versions = value.get("versions").or_else(|| value.get("version"));
    let any = versions.map_or_else(Vec::new, |versions| alternatives(versions, page));
    page.wanted(&id, Range { language: Language::Quilt, any })
}

/// The alternatives that a value for versions means: a text, a list of which any one holds, or an object with `any` or
/// `all` of these. None at all when one of them is `*`, which is any version.
fn alternatives(value: &Value, page: &mut Page<'_>) -> Vec<Vec<String>> {
    let mut any = expand(value, page).unwrap_or_default();
    if any.len() > ALTERNATIVES {
        page.note("A range of versions has too many alternatives; any version is taken for right.");
        any.clear();
    }
    any
}

/// As [`alternatives`]; none if any version will do.
fn expand(value: &Value, page: &mut Page<'_>) -> Option<Vec<Vec<String>>> {
    if let Some(all) = value.get("all") {
        let mut product = vec![Vec::new()];
        for part in many(Some(all)).iter().filter_map(|part| expand(part, page)) {
            let pairs = product.iter().flat_map(|left| part.iter().map(move |right| [&left[..], right].concat()));
            product = pairs.take(ALTERNATIVES + 1).collect();
        }
        return (product != [Vec::<String>::new()]).then_some(product);
    }
    if let Some(text) = word(value) {
        return page.name(&text).filter(|text| text != "*").map(|text| vec![vec![text]]);
    }
    let list = value.get("any").unwrap_or(value);
    let mut any = Vec::new();
    for part in list.as_array().into_iter().flatten().take(ALTERNATIVES + 1) {
        any.extend(expand(part, page)?);
    }
    any.truncate(ALTERNATIVES + 1);
    (!any.is_empty()).then_some(any)
}
