//! The document of the API.

use kleister_server::api::openapi::texts;
use serde_json::{Value, json};

use crate::schema::{DOCUMENT, operations};
use crate::test_app::TestApp;

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
fn every_operation_has_an_id_of_its_own_and_texts() {
    let mut ids = Vec::new();
    let mut missing = Vec::new();
    for (method, path, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no id"));
        missing.extend(
            ["summary", "description"].iter().filter(|text| is_blank(&operation[text])).map(|text| {
                format!("{id} has no {text}; its description goes into the Markdown file beside its routes")
            }),
        );
        missing.extend(without_text(&operation["parameters"], id));
        missing.extend(without_text(&operation["requestBody"]["content"], id));
        ids.push(id.to_owned());
    }
    assert!(missing.is_empty(), "{missing:#?}");
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "two operations share an id");
}

#[test]
fn every_parameter_of_a_path_is_there() {
    for (method, path, operation) in operations() {
        for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            assert!(parameters.iter().any(|parameter| parameter["name"] == name), "{method} {path}: {name}");
        }
    }
}

#[test]
fn every_field_and_schema_is_described() {
    let schemas = DOCUMENT["components"]["schemas"].as_object().unwrap();
    let missing = schemas.iter().flat_map(|(name, schema)| {
        let own = is_blank(&schema["description"]).then(|| format!("{name} has no text"));
        own.into_iter().chain(without_text(schema, name))
    });
    let missing: Vec<_> = missing.collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The parameters and the properties of objects, however deep, that have no description.
fn without_text(within: &Value, place: &str) -> Vec<String> {
    let children: Vec<(String, &Value)> = match within {
        Value::Array(items) => {
            items.iter().map(|item| (item["name"].as_str().unwrap_or("*").to_owned(), item)).collect()
        }
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), field)).collect(),
        _ => return Vec::new(),
    };
    let fields = within["properties"].as_object().into_iter().flatten().map(|(name, field)| (name.clone(), field));
    let parameters = children.iter().filter(|(_, child)| child["in"].is_string()).cloned();
    let silent = fields.chain(parameters).filter(|(_, field)| is_blank(&field["description"]));
    let silent = silent.map(|(name, _)| format!("{place}.{name} has no text"));
    silent.chain(children.iter().flat_map(|(name, child)| without_text(child, &format!("{place}.{name}")))).collect()
}

fn is_blank(text: &Value) -> bool {
    text.as_str().is_none_or(|text| text.trim().is_empty())
}

#[test]
fn what_has_no_text_is_found() {
    let body = json!({"multipart/form-data": {"schema": {"properties": {
        "told": {"description": "A text."},
        "silent": {"type": "object", "properties": {"inner": {"description": " "}}},
    }}}});
    let place = "X.multipart/form-data.schema";
    let inner = format!("{place}.properties.silent.inner has no text");
    assert_eq!(without_text(&body, "X"), [format!("{place}.silent has no text"), inner]);
    assert_eq!(without_text(&json!([{"in": "query", "name": "limit"}]), "X"), ["X.limit has no text"]);
}

#[test]
fn every_text_belongs_to_an_operation() {
    let ids: Vec<_> = operations().map(|(.., operation)| operation["operationId"].clone()).collect();
    let told = texts::all().flat_map(|(ids, _)| ids);
    let lost: Vec<_> = told.filter(|told| !ids.iter().any(|id| id == told)).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn operations_promise_the_problems_of_their_kind() {
    let promised = |wanted: &str| {
        let (.., operation) = operations().find(|(.., it)| it["operationId"] == wanted).unwrap();
        let statuses = operation["responses"].as_object().unwrap().keys().cloned();
        statuses.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(promised("ListPacks"), "200 400 401 429 500 503");
    assert_eq!(promised("ShowPack"), "200 401 404 429 500 503");
    assert_eq!(promised("CreatePack"), "200 400 401 408 413 422 429 500 503 507");
    assert_eq!(promised("DeleteMod"), "200 401 403 404 409 429 500 503 507");
    assert_eq!(promised("AttachBuildToVersion"), "200 400 401 403 404 408 409 412 413 422 429 500 503 507");
    assert_eq!(promised("CreateModAvatar"), "200 400 401 403 404 408 413 422 429 451 500 503 507");
    assert_eq!(promised("LoginAuth"), "200 400 401 408 413 429 500 503 507");
    assert_eq!(promised("VerifyAuth"), "200 401 429 500 503");
}

#[tokio::test]
async fn lists_say_what_they_sort_by() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.post("/groups", json!({"name": "crew"})).await.ok();
    let things = [
        ("pack_id", "sky"),
        ("build_id", "1.0"),
        ("mod_id", "jei"),
        ("version_id", "1.0"),
        ("group_id", "crew"),
        ("user_id", "admin"),
    ];
    let mut asked = 0;
    for (_, path, operation) in operations() {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let path = things.iter().fold(path, |path, (name, thing)| path.replace(&format!("{{{name}}}"), thing));
        if path.contains('{') || !parameters.iter().any(|parameter| parameter["name"] == "sort") {
            continue;
        }
        let refused = admin.get(&format!("{}?sort=x", path.strip_prefix("/api/v1").unwrap())).await.refused(400);
        let (_, allowed) = refused.split_once("allowed: ").unwrap_or_else(|| panic!("{path}: {refused}"));
        for column in allowed.split(", ") {
            let text = operation["description"].as_str().unwrap();
            assert!(text.contains(&format!("`{column}`")), "{path} does not tell of {column}");
        }
        asked += 1;
    }
    assert!(asked >= 18, "{asked}");
}
