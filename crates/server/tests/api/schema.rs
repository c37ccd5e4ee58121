//! Checks replies against what the API's own document promises.

use std::collections::HashMap;
use std::sync::LazyLock;

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

use crate::test_app::Answer;

/// The API's document.
pub(crate) static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&kleister_server::api::openapi::document()).unwrap());

/// The schemas that replies refer to, taken in once: the validators share them.
static SCHEMAS: LazyLock<Registry<'static>> = LazyLock::new(|| {
    let components = json!({ "components": DOCUMENT["components"] });
    Registry::new().add(SCHEMAS_URI, Draft::Draft202012.create_resource(components)).unwrap().prepare().unwrap()
});

const SCHEMAS_URI: &str = "kleister:///openapi.json";

/// A validator that is made when it is first asked for; a test needs few of them.
type LazyValidator = LazyLock<Validator, Box<dyn FnOnce() -> Validator + Send>>;

/// A validator for each method, path and status of the document.
static VALIDATORS: LazyLock<HashMap<(String, String, u16), LazyValidator>> = LazyLock::new(|| {
    operations()
        .flat_map(|(method, path, operation)| {
            let responses = operation["responses"].as_object().cloned().unwrap_or_default();
            responses.into_iter().filter_map(move |(status, response)| {
                // What is no JSON, such as a stream of events, has no schema.
                let schema = response["content"].get("application/json")?["schema"]["$ref"].as_str()?.to_owned();
                let made: LazyValidator = LazyLock::new(Box::new(move || validator(&schema)));
                Some(((method.clone(), path.clone(), status.parse().ok()?), made))
            })
        })
        .collect()
});

/// The method and the path of each operation.
static ADDRESSES: LazyLock<Vec<(String, String)>> =
    LazyLock::new(|| operations().map(|(method, path, _)| (method, path)).collect());

/// Every operation: method, path, description.
pub(crate) fn operations() -> impl Iterator<Item = (String, String, Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap();
        methods.iter().map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation.clone()))
    })
}

/// Fails if a JSON reply of an operation is not what the document promises.
pub(crate) fn check(method: &str, path: &str, answer: &Answer) {
    let is_json = answer.headers.get("content-type").is_some_and(|value| value == "application/json");
    let Some(template) = template(method, path).filter(|_| is_json) else { return };
    let status = answer.status.as_u16();
    let validator = VALIDATORS.get(&(method.to_owned(), template.clone(), status));
    let validator = validator.unwrap_or_else(|| panic!("{method} {template} does not document status {status}"));
    let body = answer.json();
    if let Err(error) = validator.validate(&body) {
        panic!("{method} {path} answered {status} against its schema: {error}\n{body:#}");
    }
}

/// The path of the document that an address belongs to; written out parts go before parameters.
fn template(method: &str, path: &str) -> Option<String> {
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let fits = |template: &str| {
        let wanted: Vec<&str> = template.split('/').collect();
        wanted.len() == parts.len()
            && wanted.iter().zip(&parts).all(|(want, part)| want.starts_with('{') || want == part)
    };
    let known = ADDRESSES.iter().filter(|(known, template)| known == method && fits(template));
    known.map(|(_, template)| template.clone()).min_by_key(|template| template.matches('{').count())
}

/// A validator for the schema that a reference within the document names.
fn validator(reference: &str) -> Validator {
    let schema = json!({ "$ref": format!("{SCHEMAS_URI}{reference}") });
    jsonschema::options().with_registry(&SCHEMAS).build(&schema).unwrap()
}
