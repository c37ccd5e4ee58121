//! The document of the API.

use crate::schema::{DOCUMENT, operations};

/// `openapi.json` in the repository is what clients are made from: `cargo run -- openapi > openapi.json` rewrites it.
#[test]
fn committed_document_is_what_the_code_says() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        committed == kleister_server::api::openapi::document(),
        "openapi.json is stale; run `cargo run -- openapi > openapi.json`"
    );
}

#[test]
fn every_operation_has_an_id_and_a_text() {
    let mut ids = Vec::new();
    for (method, path, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no id"));
        assert!(operation["summary"].is_string(), "{id} has no text");
        ids.push(id.to_owned());
    }
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "two operations share an id");
}

#[test]
fn every_parameter_of_a_path_is_described() {
    for (method, path, operation) in operations() {
        for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let described = parameters.iter().find(|parameter| parameter["name"] == name);
            assert!(described.is_some_and(|it| it["description"].is_string()), "{method} {path}: {name}");
        }
    }
}

#[test]
fn every_field_is_described() {
    for (name, schema) in DOCUMENT["components"]["schemas"].as_object().unwrap() {
        for (field, it) in schema["properties"].as_object().into_iter().flatten() {
            assert!(it["description"].is_string(), "{name}.{field} has no description");
        }
    }
}
