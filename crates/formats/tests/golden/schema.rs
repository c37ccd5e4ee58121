//! `index.json` and its JSON Schema, which others write their readers by.

use jsonschema::Validator;
use kleister_formats::{Release, index};
use serde_json::{Value, json};

use crate::{packs, releases};

const SCHEMA: &str = include_str!("../../../../docs/index.schema.json");

/// The schema, with whatever it does not describe refused.
fn strict() -> Validator {
    let mut schema: Value = serde_json::from_str(SCHEMA).unwrap();
    close(&mut schema);
    jsonschema::validator_for(&schema).unwrap()
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            if fields.get("properties").is_some_and(Value::is_object) && fields.contains_key("type") {
                fields.entry("additionalProperties").or_insert(json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// Every release of the tests as its index.
fn indices() -> Vec<(&'static str, Value)> {
    let all = releases::all().into_iter().chain(packs::all());
    all.map(|(name, release)| {
        let text = index::write(&release, &releases::addresses());
        (name, serde_json::from_str(&text).unwrap())
    })
    .collect()
}

#[test]
fn schema_describes_every_field_of_every_release() {
    let schema = strict();
    for (name, index) in indices() {
        let errors: Vec<_> = schema.iter_errors(&index).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn schema_describes_what_an_instance_has_besides_the_files() {
    let extras = json!({
        "icon": {"ending": "png", "sha256": "a".repeat(64), "size": 5, "crc32": 4},
        "server": "play.example.org",
        "components": [{"uid": "org.example.agent", "version": "3", "patch": {"+tweakers": []}}, {"uid": "x"}],
        "updater": {
            "bootstrap": {"sha256": "b".repeat(64), "size": 1, "crc32": 2},
            "installer": {"sha256": "c".repeat(64), "size": 3, "crc32": 4},
        },
    });
    let release = Release { extras: serde_json::from_value(extras.clone()).unwrap(), ..releases::vanilla() };
    let index: Value = serde_json::from_str(&index::write(&release, &releases::addresses())).unwrap();
    let errors: Vec<_> = strict().iter_errors(&index).map(|error| error.to_string()).collect();
    assert_eq!((errors, &index["extras"]), (Vec::<String>::new(), &extras));
    for (format, is_joined) in [("mcupdater.xml", true), ("pack.mrpack", false), ("packwiz/pack.toml", false)] {
        let lost: Vec<_> = index["losses"][format].as_array().unwrap().iter().map(|loss| &loss["what"]).collect();
        assert!(lost.contains(&&json!("icon")) && lost.contains(&&json!("components")), "{format}: {lost:?}");
        assert_eq!(lost.contains(&&json!("server")), !is_joined, "{format}: {lost:?}");
    }
    assert!(Release::from_document(&release.to_document()).unwrap() == release);
}

#[test]
fn schema_refuses_what_is_not_an_index() {
    let schema = strict();
    let (_, index) = indices().remove(1);
    let broken = |pointer: &str, value: Value| {
        let mut index = index.clone();
        *index.pointer_mut(pointer).unwrap() = value;
        index
    };
    for (pointer, value) in [
        ("/format", json!(2)),
        ("/loader/kind", json!("rift")),
        ("/files/0/policy", json!("never")),
        ("/files/0/hashes/sha1", json!("ABC")),
        ("/files/0/path", json!("/etc/passwd")),
        ("/files/0/environment/client", json!(null)),
        ("/losses/pack.mrpack", json!({})),
        ("/pack", json!({"id": "1", "slug": "sky", "name": "Sky", "mascot": "unknown"})),
    ] {
        assert!(!schema.is_valid(&broken(pointer, value)), "{pointer}");
    }
}

#[test]
fn losses_of_every_format_are_told() {
    let (_, index) = indices().remove(1);
    let losses = index["losses"].as_object().unwrap();
    assert_eq!(
        losses.keys().collect::<Vec<_>>(),
        [
            "curseforge.zip",
            "mcupdater.xml",
            "pack.mrpack",
            "pack.mrpack?for=modrinth",
            "packwiz/pack.toml",
            "prism.zip",
            "solder/api",
            "technic.zip",
        ]
    );
    let has = |format: &str, what: &str| losses[format].as_array().unwrap().iter().any(|loss| loss["what"] == what);
    assert!(has("pack.mrpack", "mods/optifine.jar") && has("packwiz/pack.toml", "website"));
    let (_, fabric) = indices().remove(2);
    assert_eq!(fabric["losses"]["mcupdater.xml"][0]["what"], "loader");
}
