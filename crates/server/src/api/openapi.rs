//! The API's own description, made from the types of its handlers.

mod statuses;
pub mod texts;

use aide::axum::ApiRouter;
use aide::openapi::{ApiKeyLocation, License, OpenApi, Operation, PathItem, ReferenceOr, SecurityScheme};
use aide::transform::TransformOpenApi;
use indexmap::IndexMap;

use super::routes;

/// The `OpenAPI` document of everything below `/api/v1`, as pretty JSON.
pub fn document() -> String {
    let mut text = serde_json::to_string_pretty(&describe()).expect("the document is made of plain values");
    text.push('\n');
    text
}

/// The `OpenAPI` document of everything below `/api/v1`.
pub fn describe() -> OpenApi {
    // The switches of the generator belong to the thread and must be set before the routes are built.
    aide::generate::extract_schemas(true);
    aide::generate::infer_responses(true);
    let mut api = OpenApi::default();
    let _ = ApiRouter::new().nest("/api/v1", routes()).finish_api_with(&mut api, introduce);
    if let Some(paths) = &mut api.paths {
        // What the router calls `{*token}` is a parameter like any other to clients.
        paths.paths =
            std::mem::take(&mut paths.paths).into_iter().map(|(path, item)| (path.replace("{*", "{"), item)).collect();
        for item in paths.paths.values_mut() {
            if let ReferenceOr::Item(item) = item {
                operations(item).for_each(|(method, operation)| complete(method, operation));
            }
        }
    }
    api
}

/// The operations of an address, each with its method.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, put, post, patch, delete, .. } = item;
    let methods = [("get", get), ("put", put), ("post", post), ("patch", patch), ("delete", delete)];
    methods.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// Adds to an operation what its route does not say: its text, and which problems it can have.
fn complete(method: &str, operation: &mut Operation) {
    if operation.description.is_none() {
        let id = operation.operation_id.as_deref().unwrap_or_default();
        operation.description = texts::of(id).map(ToOwned::to_owned);
    }
    statuses::document(method, operation);
}

fn introduce(api: TransformOpenApi<'_>) -> TransformOpenApi<'_> {
    let key = SecurityScheme::ApiKey {
        location: ApiKeyLocation::Header,
        name: "X-API-Key".to_owned(),
        description: Some("A token as `X-API-Key: TOKEN`.".to_owned()),
        extensions: IndexMap::default(),
    };
    let bearer = SecurityScheme::Http {
        scheme: "bearer".to_owned(),
        bearer_format: Some("JWT".to_owned()),
        description: Some("A token as `Authorization: Bearer TOKEN`.".to_owned()),
        extensions: IndexMap::default(),
    };
    let basic = SecurityScheme::Http {
        scheme: "basic".to_owned(),
        bearer_format: None,
        description: Some("A username with its password, or with a personal token in its place.".to_owned()),
        extensions: IndexMap::default(),
    };
    let licence =
        License { name: "Apache-2.0".to_owned(), identifier: Some("Apache-2.0".to_owned()), ..License::default() };
    api.title("Kleister API")
        .description(include_str!("openapi/introduction.md").trim())
        .version(env!("CARGO_PKG_VERSION"))
        .license(licence)
        .security_scheme("Header", key)
        .security_scheme("Bearer", bearer)
        .security_scheme("Basic", basic)
        .security_requirement("Header")
        .security_requirement("Bearer")
        .security_requirement("Basic")
}
