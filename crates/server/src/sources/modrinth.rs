//! Modrinth's API, version 2.

use std::collections::BTreeMap;

use kleister_formats::sources::modrinth as read;
use kleister_formats::sources::{Found, Project, Version};
use kleister_types::sources::{ProjectSearch, VersionSearch};
use serde_json::json;

use super::{Client, Unavailable};

/// One page of what is found; packs are left out.
pub(super) async fn search(client: &Client, search: &ProjectSearch) -> Result<Found, Unavailable> {
    let mut facets = vec![json!(["project_type!=modpack"])];
    facets.extend(search.minecraft.as_ref().map(|minecraft| json!([format!("versions:{minecraft}")])));
    facets.extend(search.loader.as_ref().map(|loader| json!([format!("categories:{loader}")])));
    let parameters = [
        ("query", search.query.clone().unwrap_or_default()),
        ("facets", json!(facets).to_string()),
        ("limit", search.limit.unwrap_or_default().to_string()),
        ("offset", search.offset.unwrap_or_default().to_string()),
    ];
    client.ask(&client.address(&["search"], parameters), "project", read::found).await
}

pub(super) async fn project(client: &Client, id: &str) -> Result<Project, Unavailable> {
    client.ask(&client.address(&["project", id], []), "project", read::project).await
}

pub(super) async fn projects(client: &Client, ids: &[String]) -> Result<Vec<Project>, Unavailable> {
    client.ask(&client.address(&["projects"], [("ids", json!(ids).to_string())]), "project", read::projects).await
}

pub(super) async fn versions(
    client: &Client,
    project: &str,
    search: &VersionSearch,
) -> Result<Vec<Version>, Unavailable> {
    let named = [("loaders", &search.loader), ("game_versions", &search.minecraft)];
    let parameters = named.into_iter().filter_map(|(name, value)| Some((name, json!([value.as_ref()?]).to_string())));
    client.ask(&client.address(&["project", project, "version"], parameters), "project", read::versions).await
}

pub(super) async fn version(client: &Client, id: &str) -> Result<Version, Unavailable> {
    client.ask(&client.address(&["version", id], []), "version", read::version).await
}

/// The versions that have files with these SHA-512s.
pub(super) async fn matches(client: &Client, hashes: &[&str]) -> Result<BTreeMap<String, Version>, Unavailable> {
    let question = json!({"hashes": hashes, "algorithm": "sha512"});
    client.tell(&client.address(&["version_files"], []), &question, read::matches).await
}
