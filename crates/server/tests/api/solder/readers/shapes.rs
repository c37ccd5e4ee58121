//! Answers that readers trip over, each made of a good one by one change: what the tables of the readers are tested with.

use serde_json::{Value, json};

use super::tables::Kind::{self, Build, Described, FullList, List, Pack, Verified};

/// An answer that somebody trips over.
pub(super) struct Shape {
    pub(super) kind: Kind,
    /// The place of the change, as a JSON pointer.
    at: &'static str,
    /// What is put there; nothing for what is taken out.
    to: Option<Value>,
    /// Who trips over it, in the order of the readers.
    pub(super) refused_by: &'static [&'static str],
}

impl Shape {
    /// The answer.
    pub(super) fn body(&self) -> Value {
        let mut body = good(self.kind);
        let (parent, name) = self.at.rsplit_once('/').unwrap();
        let parent = body.pointer_mut(parent).unwrap();
        match (&self.to, parent) {
            (None, parent) => drop(parent.as_object_mut().unwrap().remove(name).unwrap()),
            (Some(to), Value::Array(list)) => {
                let at: usize = name.parse().unwrap();
                if at == list.len() { list.push(to.clone()) } else { list[at] = to.clone() }
            }
            (Some(to), parent) => parent[name] = to.clone(),
        }
        body
    }

    /// The change in words.
    pub(super) fn told(&self) -> String {
        let to = self.to.as_ref().map_or_else(|| "missing".to_owned(), Value::to_string);
        format!("{:?} with {} {to}", self.kind, self.at)
    }
}

/// An answer that everybody takes.
pub(super) fn good(kind: Kind) -> Value {
    let mirror_url = "https://mc.example.org/solder/";
    match kind {
        List => json!({"modpacks": {"sky": "Sky Pack"}, "mirror_url": mirror_url}),
        FullList => json!({"modpacks": {"sky": good(Pack)}, "mirror_url": mirror_url}),
        Pack => json!({
            "id": 7, "name": "sky", "display_name": "Sky Pack", "url": null, "icon": null, "icon_md5": null, "logo": null,
            "logo_md5": null, "background": null, "background_md5": null, "recommended": "1.0", "latest": "1.1",
            "builds": ["1.0", "1.1"],
        }),
        Build => json!({
            "id": 8, "minecraft": "1.20.1", "java": "17", "memory": 4096, "forge": null, "mods": [zip("jei"), zip("fog")],
        }),
        Described => {
            let mut build = good(Build);
            for zip in build["mods"].as_array_mut().unwrap() {
                zip["pretty_name"] = json!("A mod");
                zip["author"] = Value::Null;
            }
            build
        }
        Verified => json!({"valid": "Key validated.", "name": "The Platform"}),
    }
}

fn zip(name: &str) -> Value {
    let url = format!("https://mc.example.org/solder/packs/sky/1.0/{name}/{name}-1.0.zip");
    json!({"id": 9, "name": name, "version": "1.0", "md5": "d059efe0b43bf1a95f929ee77f75f5a7", "filesize": 140, "url": url})
}

const TECHNIC: &[&str] = &["Technic", "ours"];
const TECHNIC_ALONE: &[&str] = &["Technic"];
const LAUNCHERS: &[&str] = &["Technic", "Prism", "ours"];
const PRISM: &[&str] = &["Prism", "ours"];
const PLATFORM: &[&str] = &["Platform", "ours"];
const PLATFORM_ALONE: &[&str] = &["Platform"];
const PROGRAMS: &[&str] = &["Technic", "Platform", "ours"];
const TECHNIC_AND_PLATFORM: &[&str] = &["Technic", "Platform"];
const OURS: &[&str] = &["ours"];
const NOBODY: &[&str] = &[];

/// The table: what is changed, and who trips over it.
pub(super) fn shapes() -> Vec<Shape> {
    [lists(), packs(), builds(), described()].into_iter().flatten().collect()
}

fn set(kind: Kind, at: &'static str, to: Value, refused_by: &'static [&'static str]) -> Shape {
    Shape { kind, at, to: Some(to), refused_by }
}

fn missing(kind: Kind, at: &'static str, refused_by: &'static [&'static str]) -> Shape {
    Shape { kind, at, to: None, refused_by }
}

fn lists() -> Vec<Shape> {
    vec![
        set(List, "/more", json!({"unknown": 1}), NOBODY),
        set(List, "/mirror_url", Value::Null, TECHNIC),
        missing(List, "/mirror_url", TECHNIC),
        set(List, "/mirror_url", json!("https://mc.example.org/solder"), OURS),
        set(List, "/modpacks", json!([]), OURS),
        set(List, "/modpacks", Value::Null, PROGRAMS),
        set(List, "/modpacks/sky", json!({"name": "sky"}), TECHNIC),
        set(List, "/modpacks/sky", json!(1), OURS),
        set(List, "/error", json!(""), PROGRAMS),
        set(List, "/error", Value::Null, PLATFORM),
        set(List, "/status", json!(200), PLATFORM),
        set(FullList, "/modpacks/sky/name", Value::Null, TECHNIC_AND_PLATFORM),
        missing(FullList, "/modpacks/sky/name", TECHNIC_ALONE),
        set(FullList, "/modpacks/sky/builds", Value::Null, TECHNIC_ALONE),
        missing(FullList, "/modpacks/sky/display_name", OURS),
        set(Verified, "/valid", Value::Null, PLATFORM_ALONE),
        set(Verified, "/error", json!("Invalid key provided."), PLATFORM),
    ]
}

fn packs() -> Vec<Shape> {
    vec![
        set(Pack, "/error", json!(false), PROGRAMS),
        set(Pack, "/status", json!(404), PLATFORM),
        set(Pack, "/builds", Value::Null, LAUNCHERS),
        missing(Pack, "/builds", LAUNCHERS),
        set(Pack, "/builds", json!({"1": "1.0", "2": "1.1"}), LAUNCHERS),
        set(Pack, "/builds/1", json!(1.1), PRISM),
        set(Pack, "/builds/1", Value::Null, LAUNCHERS),
        set(Pack, "/recommended", Value::Null, LAUNCHERS),
        set(Pack, "/latest", Value::Null, PRISM),
        set(Pack, "/recommended", json!(1.0), PRISM),
        set(Pack, "/recommended", json!("0.9"), OURS),
        set(Pack, "/name", Value::Null, PLATFORM),
        missing(Pack, "/name", OURS),
        missing(Pack, "/display_name", OURS),
        set(Pack, "/id", json!("7"), OURS),
        set(Pack, "/id", json!(1_u64 << 31), OURS),
        set(Pack, "/icon", json!("https://mc.example.org/icon.png"), OURS),
    ]
}

fn builds() -> Vec<Shape> {
    vec![
        set(Build, "/error", json!("no"), TECHNIC),
        set(Build, "/status", json!(200), OURS),
        set(Build, "/mods", Value::Null, LAUNCHERS),
        missing(Build, "/mods", LAUNCHERS),
        set(Build, "/mods", json!([]), NOBODY),
        set(Build, "/mods/1", Value::Null, LAUNCHERS),
        set(Build, "/mods/1/name", Value::Null, LAUNCHERS),
        set(Build, "/mods/1/name", json!("a/b"), OURS),
        set(Build, "/mods/1/version", json!("1\\0"), OURS),
        set(
            Build,
            "/mods/2",
            json!({"id": 1, "name": "jei", "version": "1.0", "filesize": 1, "md5": zip("a")["md5"],
            "url": zip("a")["url"]}),
            TECHNIC,
        ),
        set(Build, "/mods/1/name", json!("jei"), TECHNIC),
        set(Build, "/mods/1/md5", Value::Null, PRISM),
        set(Build, "/mods/1/md5", json!(""), OURS),
        set(Build, "/mods/1/md5", json!("D059EFE0B43BF1A95F929EE77F75F5A7"), OURS),
        set(Build, "/mods/1/md5", json!({}), LAUNCHERS),
        set(Build, "/mods/1/url", Value::Null, LAUNCHERS),
        set(Build, "/mods/1/url", json!("/solder/a.zip"), LAUNCHERS),
        set(Build, "/mods/1/url", json!("ftp://mc.example.org/a.zip"), LAUNCHERS),
        set(Build, "/mods/1/url", json!("https://mc.example.org/a b[1].zip"), OURS),
        set(Build, "/mods/1/filesize", Value::Null, OURS),
        set(Build, "/minecraft", Value::Null, LAUNCHERS),
        set(Build, "/minecraft", json!(1.20), PRISM),
        set(Build, "/java", json!(17), OURS),
        set(Build, "/java", json!(""), OURS),
        set(Build, "/java", Value::Null, NOBODY),
        set(Build, "/java", json!("8u202"), NOBODY),
        set(Build, "/java", json!("1.8"), NOBODY),
        set(Build, "/java", json!("Java 17"), TECHNIC),
        set(Build, "/java", json!("17."), TECHNIC),
        set(Build, "/memory", json!("4096"), OURS),
        set(Build, "/memory", json!(4096.5), OURS),
        set(Build, "/memory", json!([]), TECHNIC),
        set(Build, "/memory", Value::Null, NOBODY),
        set(Build, "/id", Value::Null, OURS),
    ]
}

fn described() -> Vec<Shape> {
    vec![
        set(Described, "/error", Value::Null, PLATFORM),
        set(Described, "/minecraft", Value::Null, PLATFORM),
        set(Described, "/java", json!(17), PLATFORM),
        set(Described, "/memory", json!("much"), OURS),
        set(Described, "/mods/0/md5", Value::Null, PLATFORM),
        set(Described, "/mods/0/filesize", json!("140"), PLATFORM),
        set(Described, "/mods/0/pretty_name", Value::Null, PLATFORM),
        missing(Described, "/mods/0/pretty_name", PLATFORM),
        set(Described, "/mods/0/author", json!("Anna"), NOBODY),
        set(Described, "/mods/0/id", json!("9"), NOBODY),
    ]
}
