//! The API's own description, made from the types of its handlers.

use aide::axum::ApiRouter;
use aide::openapi::{ApiKeyLocation, License, OpenApi, SecurityScheme};
use aide::transform::TransformOpenApi;
use indexmap::IndexMap;

use super::routes;

/// The `OpenAPI` document of everything below `/api/v1`, as pretty JSON.
pub fn document() -> String {
    // The switches of the generator belong to the thread and must be set before the routes are built.
    aide::generate::extract_schemas(true);
    aide::generate::infer_responses(true);
    let mut api = OpenApi::default();
    let _ = ApiRouter::new().nest("/api/v1", routes()).finish_api_with(&mut api, describe);
    if let Some(paths) = &mut api.paths {
        // What the router calls `{*token}` is a parameter like any other to clients.
        paths.paths =
            std::mem::take(&mut paths.paths).into_iter().map(|(path, item)| (path.replace("{*", "{"), item)).collect();
    }
    let mut text = serde_json::to_string_pretty(&api).expect("the document is made of plain values");
    text.push('\n');
    text
}

fn describe(api: TransformOpenApi<'_>) -> TransformOpenApi<'_> {
    let key = SecurityScheme::ApiKey {
        location: ApiKeyLocation::Header,
        name: "X-API-Key".to_owned(),
        description: Some("A token in a header of its own.".to_owned()),
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
        .description("Manages Minecraft mod packs: mods and their versions, packs and their builds.")
        .version(env!("CARGO_PKG_VERSION"))
        .license(licence)
        .security_scheme("Header", key)
        .security_scheme("Bearer", bearer)
        .security_scheme("Basic", basic)
}
