//! What the sites answer.

use std::collections::HashMap;

use axum::Json;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Map, Value, json};

use super::{Behaviour, KEY, Sites};

pub(super) fn router(sites: Sites) -> Router {
    let modrinth = Router::new()
        .route("/search", get(search_modrinth))
        .route("/projects", get(projects))
        .route("/project/{id}", get(project))
        .route("/project/{id}/version", get(versions))
        .route("/version/{id}", get(version))
        .route("/version_files", post(version_files));
    let curseforge = Router::new()
        .route("/mods/search", get(search_curseforge))
        .route("/mods", post(mods))
        .route("/mods/files", post(files))
        .route("/mods/{id}", get(one_mod))
        .route("/mods/{id}/files", get(mod_files))
        .route("/mods/{id}/files/{file}", get(mod_file))
        .route("/fingerprints/432", post(fingerprints));
    Router::new()
        .nest("/v2", modrinth)
        .nest("/v1", curseforge)
        .route("/files/{name}", get(file))
        .layer(from_fn_with_state(sites.clone(), behave))
        .with_state(sites)
}

async fn behave(State(sites): State<Sites>, headers: HeaderMap, request: Request, next: Next) -> Response {
    let address = request.uri().to_string().replace('+', " ");
    let address = percent_encoding::percent_decode_str(&address).decode_utf8_lossy();
    let behaviour = sites.shown(|shown| {
        shown.asked.push(format!("{} {address}", request.method()));
        shown.behaviour
    });
    let needs_key = request.uri().path().starts_with("/v1/");
    let is_named = headers.get("user-agent").is_some_and(|agent| agent.as_bytes().starts_with(b"kleister/"));
    match behaviour {
        Behaviour::Well if needs_key && headers.get("x-api-key").is_none_or(|key| key != KEY) => {
            StatusCode::FORBIDDEN.into_response()
        }
        Behaviour::Well if !is_named => StatusCode::BAD_REQUEST.into_response(),
        Behaviour::Well => next.run(request).await,
        Behaviour::Busy => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "42")]).into_response(),
        Behaviour::Nonsense => Json(json!({"error": "what", "hits": 7})).into_response(),
        Behaviour::Silent => std::future::pending().await,
        Behaviour::Endless => {
            let piece = Bytes::from(vec![b' '; 1 << 20]);
            let pieces = futures::stream::repeat_with(move || Ok::<_, std::io::Error>(piece.clone()));
            Body::from_stream(pieces).into_response()
        }
    }
}

type Parameters = Query<HashMap<String, String>>;

fn first(found: Vec<Value>) -> Response {
    found.into_iter().next().map_or_else(|| StatusCode::NOT_FOUND.into_response(), |it| Json(it).into_response())
}

async fn search_modrinth(State(sites): State<Sites>, Query(asked): Parameters) -> Json<Value> {
    let query = asked.get("query").cloned().unwrap_or_default();
    let mut hits = sites.find(|shown| &shown.projects, |it| it["slug"].as_str().unwrap().contains(&query));
    for hit in &mut hits {
        hit["project_id"] = hit["id"].take();
        hit["license"] = hit["license"]["id"].take();
        hit["author"] = "ada".into();
        hit.as_object_mut().unwrap().remove("id");
    }
    Json(json!({"total_hits": hits.len(), "offset": 0, "limit": 20, "hits": hits}))
}

async fn projects(State(sites): State<Sites>, Query(asked): Parameters) -> Json<Value> {
    let ids: Vec<String> = serde_json::from_str(&asked["ids"]).unwrap();
    Json(sites.find(|shown| &shown.projects, |it| ids.iter().any(|id| it["id"] == **id)).into())
}

async fn project(State(sites): State<Sites>, Path(id): Path<String>) -> Response {
    first(sites.find(|shown| &shown.projects, |it| it["id"] == id || it["slug"] == id))
}

async fn versions(State(sites): State<Sites>, Path(id): Path<String>, Query(asked): Parameters) -> Json<Value> {
    let fits = |it: &Value, parameter: &str| {
        let wanted: Option<Vec<Value>> = asked.get(parameter).map(|wanted| serde_json::from_str(wanted).unwrap());
        wanted.is_none_or(|wanted| wanted.iter().any(|one| it[parameter].as_array().unwrap().contains(one)))
    };
    let of_project = |it: &Value| it["project_id"] == id && fits(it, "loaders") && fits(it, "game_versions");
    Json(sites.find(|shown| &shown.versions, of_project).into())
}

async fn version(State(sites): State<Sites>, Path(id): Path<String>) -> Response {
    first(sites.find(|shown| &shown.versions, |it| it["id"] == id))
}

async fn version_files(State(sites): State<Sites>, Json(asked): Json<Value>) -> Json<Value> {
    assert_eq!(asked["algorithm"], "sha512");
    let hash = |it: &Value| it["files"][0]["hashes"]["sha512"].as_str().unwrap().to_owned();
    let asked = asked["hashes"].as_array().unwrap();
    let found = sites.find(|shown| &shown.versions, |it| asked.contains(&hash(it).into()));
    Json(found.into_iter().map(|it| (hash(&it), it)).collect::<Map<_, _>>().into())
}

async fn search_curseforge(State(sites): State<Sites>, Query(asked): Parameters) -> Json<Value> {
    let query = asked.get("searchFilter").cloned().unwrap_or_default();
    let found = sites.find(|shown| &shown.mods, |it| it["slug"].as_str().unwrap().contains(&query));
    let count = found.len();
    Json(json!({"data": found, "pagination": {"index": 0, "pageSize": 20, "resultCount": count, "totalCount": count}}))
}

async fn mods(State(sites): State<Sites>, Json(asked): Json<Value>) -> Json<Value> {
    let found = sites.find(|shown| &shown.mods, |it| asked["modIds"].as_array().unwrap().contains(&it["id"]));
    Json(json!({"data": found}))
}

async fn files(State(sites): State<Sites>, Json(asked): Json<Value>) -> Json<Value> {
    let found = sites.find(|shown| &shown.files, |it| asked["fileIds"].as_array().unwrap().contains(&it["id"]));
    Json(json!({"data": found}))
}

fn data(found: Vec<Value>) -> Response {
    first(found.into_iter().map(|it| json!({"data": it})).collect())
}

async fn one_mod(State(sites): State<Sites>, Path(id): Path<u64>) -> Response {
    data(sites.find(|shown| &shown.mods, |it| it["id"] == id))
}

async fn mod_files(State(sites): State<Sites>, Path(id): Path<u64>) -> Json<Value> {
    Json(json!({"data": sites.find(|shown| &shown.files, |it| it["modId"] == id), "pagination": {"totalCount": 1}}))
}

async fn mod_file(State(sites): State<Sites>, Path((id, file)): Path<(u64, u64)>) -> Response {
    data(sites.find(|shown| &shown.files, |it| it["modId"] == id && it["id"] == file))
}

async fn fingerprints(State(sites): State<Sites>, Json(asked): Json<Value>) -> Json<Value> {
    let asked = asked["fingerprints"].as_array().unwrap().clone();
    let found = sites.find(|shown| &shown.files, |it| asked.contains(&it["fileFingerprint"]));
    let found = found.into_iter().map(|file| json!({"id": file["modId"], "file": file, "latestFiles": []}));
    let found: Vec<_> = found.collect();
    Json(
        json!({"data": {"isCacheBuilt": true, "exactMatches": found, "partialMatches": [], "unmatchedFingerprints": null}}),
    )
}

async fn file(State(sites): State<Sites>, Path(name): Path<String>) -> Response {
    let bytes = sites.shown(|shown| shown.bytes.get(&name).cloned());
    bytes.map_or_else(|| StatusCode::NOT_FOUND.into_response(), IntoResponse::into_response)
}
