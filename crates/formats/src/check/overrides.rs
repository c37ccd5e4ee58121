//! Files in which a pack overrules what mods say of each other, as the loaders honour them: on the sides that have them.
//!
//! | file | loader | can |
//! |---|---|---|
//! | `config/fabric_loader_dependencies.json` | Fabric | replace, add, take out dependencies of a mod, by its id |
//! | `config/fml.toml`, `dependencyOverrides` | `NeoForge` | take out dependencies of a mod, by its id |
//! | `config/quilt-loader-overrides.json` | Quilt | the same for the mod in a file, and its version |

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::jar::{Dependency, Language, Mod, Range, Relation, Side};
use crate::{LoaderKind, Support};

use super::book::Book;
use super::{Evidence, Facts, Piece, Rule, Severity};

/// Where Fabric Loader looks.
const FABRIC: &str = "config/fabric_loader_dependencies.json";
/// Where `NeoForge` looks.
const FML: &str = "config/fml.toml";
/// Where Quilt Loader looks.
const QUILT: &str = "config/quilt-loader-overrides.json";

/// The contents of the files with overrides, where the build has them.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    fabric: Option<Held>,
    fml: Option<Held>,
    quilt: Option<Held>,
}

/// What such a file holds, or why nobody knows.
type Held = Result<String, String>;

impl Overrides {
    /// Whether a file at this path is one of them, where case does not count.
    pub fn is_one(path: &str) -> bool {
        [FABRIC, FML, QUILT].iter().any(|one| one.eq_ignore_ascii_case(path))
    }

    /// Takes in what one of the files holds, or why that could not be read.
    pub fn set(&mut self, path: &str, held: Result<String, String>) {
        if let Some(place) = self.place(path) {
            *place = Some(held);
        }
    }

    /// Forgets one of the files.
    pub fn unset(&mut self, path: &str) {
        if let Some(place) = self.place(path) {
            *place = None;
        }
    }

    fn place(&mut self, path: &str) -> Option<&mut Option<Held>> {
        match &*path.to_ascii_lowercase() {
            FABRIC => Some(&mut self.fabric),
            FML => Some(&mut self.fml),
            QUILT => Some(&mut self.quilt),
            _ => None,
        }
    }
}

/// The overrides that the build's loader honours.
#[derive(Debug, Default)]
pub(super) struct Read {
    by_id: HashMap<String, Vec<Change>>,
    by_path: HashMap<String, Vec<Change>>,
    numbers: HashMap<String, String>,
}

#[derive(Debug)]
enum Change {
    /// All dependencies of a kind make room for others.
    Replace(Relation, Vec<Dependency>),
    /// Those on these ids go; of a kind, or of any.
    Remove(Option<Relation>, Vec<String>),
    Add(Vec<Dependency>),
}

impl Read {
    /// The overrides that one side has.
    pub(super) fn new(facts: &Facts, side: Side, book: &mut Book<'_>) -> Self {
        let overrides = &facts.overrides;
        let (path, held) = match facts.loader.as_ref().map(|loader| loader.kind) {
            Some(LoaderKind::Fabric) => (FABRIC, &overrides.fabric),
            Some(LoaderKind::NeoForge) => (FML, &overrides.fml),
            Some(LoaderKind::Quilt) => (QUILT, &overrides.quilt),
            Some(LoaderKind::Forge) | None => return Self::default(),
        };
        let piece = facts.files.iter().find(|piece| piece.path.eq_ignore_ascii_case(path));
        let Some(held) = held.as_ref().filter(|_| piece.is_none_or(|piece| is_there(piece, side))) else {
            return Self::default();
        };
        let read = match (held, path) {
            // Perhaps the loader can read what was not read here.
            (Err(reason), _) => Err((Severity::Warning, reason.clone())),
            (Ok(text), FABRIC) => fabric(text).map_err(|reason| (Severity::Error, reason)),
            // Fabric and Quilt refuse to start; `NeoForge` writes the file anew.
            (Ok(text), FML) => fml(text).map_err(|reason| (Severity::Warning, reason)),
            (Ok(text), _) => quilt(text).map_err(|reason| (Severity::Error, reason)),
        };
        read.unwrap_or_else(|(severity, reason)| {
            let path = piece.map_or(path, |piece| &piece.path);
            let says = format!("cannot be read: {reason}");
            let evidence = Evidence { path: path.to_owned(), id: None, number: None, says };
            book.about(Rule::UnreadableOverrides, path).at(severity).on(side).says(evidence);
            Self::default()
        })
    }

    /// What a mod thinks of others, after all.
    pub(super) fn dependencies<'a>(&self, module: &'a Mod, path: &str) -> Cow<'a, [Dependency]> {
        let changes = [self.by_id.get(&module.id), self.by_path.get(path)];
        if changes.iter().all(Option::is_none) {
            return Cow::Borrowed(&module.dependencies);
        }
        let mut all = module.dependencies.clone();
        for change in changes.into_iter().flatten().flatten() {
            match change {
                Change::Replace(relation, others) => {
                    all.retain(|one| one.relation != *relation);
                    all.extend(others.iter().cloned());
                }
                Change::Remove(relation, ids) => {
                    all.retain(|one| relation.is_some_and(|kind| kind != one.relation) || !ids.contains(&one.id));
                }
                Change::Add(others) => all.extend(others.iter().cloned()),
            }
        }
        Cow::Owned(all)
    }

    /// The version that the file at a path is said to be.
    pub(super) fn number(&self, path: &str) -> Option<&str> {
        self.numbers.get(path).map(String::as_str)
    }
}

/// Whether a side has a file before anybody chooses.
fn is_there(piece: &Piece, side: Side) -> bool {
    match piece.support(side) {
        Support::Required => true,
        Support::Optional => piece.chosen,
        Support::Unsupported => false,
    }
}

/// Fabric Loader's `DependencyOverrides`, version 1.
fn fabric(text: &str) -> Result<Read, String> {
    #[derive(Deserialize)]
    struct Document {
        version: u32,
        #[serde(default)]
        overrides: HashMap<String, Map<String, Value>>,
    }
    let document: Document = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if document.version != 1 {
        return Err(format!("version {} is not known", document.version));
    }
    let mut read = Read::default();
    for (id, kinds) in document.overrides {
        let changes = kinds.iter().map(|(key, value)| fabric_change(key, value)).collect::<Result<_, _>>()?;
        read.by_id.insert(id, changes);
    }
    Ok(read)
}

fn fabric_change(key: &str, value: &Value) -> Result<Change, String> {
    let kind = key.trim_start_matches(['+', '-']);
    let relation = match kind {
        "depends" => Relation::Required,
        "recommends" => Relation::Recommended,
        "suggests" => Relation::Suggested,
        "conflicts" => Relation::Discouraged,
        "breaks" => Relation::Incompatible,
        _ => return Err(format!("`{kind}` is no kind of dependency")),
    };
    let entries = value.as_object().ok_or_else(|| format!("`{key}` is no object"))?;
    if key.starts_with('-') {
        return Ok(Change::Remove(Some(relation), entries.keys().cloned().collect()));
    }
    let dependency = |(id, versions): (&String, &Value)| {
        let range =
            Range { language: Language::Fabric, any: texts(versions).into_iter().map(|text| vec![text]).collect() };
        Dependency { relation, id: id.clone(), range, ..Dependency::default() }
    };
    let others = entries.iter().map(dependency).collect();
    Ok(if key.starts_with('+') { Change::Add(others) } else { Change::Replace(relation, others) })
}

/// One text, or several in an array.
fn texts(value: &Value) -> Vec<String> {
    let all = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
    all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// `NeoForge`'s `dependencyOverrides`: `-id` takes out what a mod says of another one; `+id` only sorts.
fn fml(text: &str) -> Result<Read, String> {
    #[derive(Deserialize)]
    struct Document {
        #[serde(default, rename = "dependencyOverrides")]
        overrides: HashMap<String, toml::Value>,
    }
    let document: Document = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let removed = |value: &toml::Value| -> Vec<String> {
        let all = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
        all.iter().filter_map(|one| one.as_str()?.strip_prefix('-').map(str::to_owned)).collect()
    };
    let change = |value| vec![Change::Remove(None, removed(&value))];
    let by_id = document.overrides.into_iter().map(|(id, value)| (id, change(value))).collect();
    Ok(Read { by_id, ..Read::default() })
}

/// Quilt Loader's `QuiltOverrides`, schema version 1.
fn quilt(text: &str) -> Result<Read, String> {
    #[derive(Deserialize)]
    struct Document {
        schema_version: u32,
        #[serde(default)]
        overrides: Vec<Override>,
    }
    #[derive(Deserialize)]
    struct Override {
        path: String,
        version: Option<String>,
        depends: Option<Value>,
        breaks: Option<Value>,
    }
    let document: Document = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if document.schema_version != 1 {
        return Err(format!("schema_version {} is not known", document.schema_version));
    }
    let mut read = Read::default();
    for one in document.overrides {
        let path = in_game(&one.path);
        let mut changes = Vec::new();
        for (relation, value) in [(Relation::Required, one.depends), (Relation::Incompatible, one.breaks)] {
            let all = match value {
                Some(Value::Array(all)) => all,
                other => other.into_iter().collect(),
            };
            for value in &all {
                quilt_changes(relation, value, &mut changes)?;
            }
        }
        read.numbers.extend(one.version.map(|version| (path.clone(), version)));
        read.by_path.insert(path, changes);
    }
    Ok(read)
}

/// A path as Quilt describes it (`describePath`), in the game folder: `<mods>/a.jar`, and for what lies within
/// `<mods>/a.jar!/META-INF/jars/b.jar`.
fn in_game(path: &str) -> String {
    let path = path.strip_prefix("<game>/").unwrap_or(path);
    path.strip_prefix("<mods>/").map_or_else(|| path.to_owned(), |rest| format!("mods/{rest}"))
}

fn quilt_changes(relation: Relation, value: &Value, changes: &mut Vec<Change>) -> Result<(), String> {
    let remove = |value: &Value| Change::Remove(Some(relation), quilt_id(value).into_iter().collect());
    let add = |value: &Value| {
        let range = Range { language: Language::Quilt, any: quilt_versions(value.get("versions")) };
        let id = quilt_id(value).unwrap_or_default();
        Change::Add(vec![Dependency { relation, id, range, ..Dependency::default() }])
    };
    match (value.get("add"), value.get("remove"), value.get("replace"), value.get("with")) {
        (Some(added), None, None, None) => changes.push(add(added)),
        (None, Some(removed), None, None) => changes.push(remove(removed)),
        (None, None, Some(former), Some(next)) => changes.extend([remove(former), add(next)]),
        _ => return Err("an override has `add`, or `remove`, or both `replace` and `with`".to_owned()),
    }
    Ok(())
}

fn quilt_id(value: &Value) -> Option<String> {
    value.as_str().or_else(|| value.get("id")?.as_str()).map(str::to_owned)
}

/// Alternatives of texts that must all hold: a text, an array, `{"any": […]}` or `{"all": […]}`.
fn quilt_versions(value: Option<&Value>) -> Vec<Vec<String>> {
    let Some(value) = value else { return Vec::new() };
    if let Some(all) = value.get("all") {
        return vec![texts(all)];
    }
    texts(value.get("any").unwrap_or(value)).into_iter().map(|text| vec![text]).collect()
}
