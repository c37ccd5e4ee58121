//! `CurseForge`'s API, version 1.

use std::collections::BTreeMap;

use kleister_formats::sources::curseforge::{self as read, GAME, loader_number};
use kleister_formats::sources::{Found, Project, Version};
use kleister_types::sources::{ProjectSearch, Source, VersionSearch};
use serde_json::json;

use super::{Client, Unavailable};

/// Files on a page, and how many pages are asked for.
const PAGE: usize = 50;
const PAGES: usize = 10;

/// One page of what is found, of all classes.
pub(super) async fn search(client: &Client, search: &ProjectSearch) -> Result<Found, Unavailable> {
    let mut parameters = vec![
        ("gameId", GAME.to_string()),
        // By popularity, the most popular first.
        ("sortField", "2".to_owned()),
        ("sortOrder", "desc".to_owned()),
        ("pageSize", search.limit.unwrap_or_default().to_string()),
        ("index", search.offset.unwrap_or_default().to_string()),
    ];
    parameters.extend(search.query.clone().map(|query| ("searchFilter", query)));
    parameters.extend(filters(search.minecraft.as_ref(), search.loader.as_ref()));
    client.ask(&client.address(&["mods", "search"], parameters), "project", read::found).await
}

pub(super) async fn project(client: &Client, id: &str) -> Result<Project, Unavailable> {
    let id = number(client, id, "project")?.to_string();
    client.ask(&client.address(&["mods", &id], []), "project", read::project).await
}

pub(super) async fn projects(client: &Client, ids: &[String]) -> Result<Vec<Project>, Unavailable> {
    let ids: Vec<u64> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    client.tell(&client.address(&["mods"], []), &json!({"modIds": ids}), read::projects).await
}

pub(super) async fn versions(
    client: &Client,
    project: &str,
    search: &VersionSearch,
) -> Result<Vec<Version>, Unavailable> {
    let id = number(client, project, "project")?.to_string();
    let mut versions = Vec::new();
    for page in 0..PAGES {
        let mut parameters = vec![("pageSize", PAGE.to_string()), ("index", (page * PAGE).to_string())];
        parameters.extend(filters(search.minecraft.as_ref(), search.loader.as_ref()));
        let address = client.address(&["mods", &id, "files"], parameters);
        let some = client.ask(&address, "project", read::versions).await?;
        let is_last = some.len() < PAGE;
        versions.extend(some);
        if is_last {
            break;
        }
    }
    Ok(versions)
}

pub(super) async fn version(client: &Client, project: &str, version: &str) -> Result<Version, Unavailable> {
    let project = number(client, project, "project")?.to_string();
    let version = number(client, version, "version")?.to_string();
    client.ask(&client.address(&["mods", &project, "files", &version], []), "version", read::version).await
}

/// The files with these numbers, whichever projects they are of.
pub(super) async fn files(client: &Client, ids: &[String]) -> Result<Vec<Version>, Unavailable> {
    let ids: Vec<u64> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    client.tell(&client.address(&["mods", "files"], []), &json!({"fileIds": ids}), read::versions).await
}

/// The files that have these fingerprints.
pub(super) async fn matches(client: &Client, fingerprints: &[u32]) -> Result<BTreeMap<u32, Version>, Unavailable> {
    let address = client.address(&["fingerprints", &GAME.to_string()], []);
    client.tell(&address, &json!({"fingerprints": fingerprints}), read::matches).await
}

/// The parameters that a release of Minecraft and a loader are; a loader that is not known there is not asked for.
fn filters(minecraft: Option<&String>, loader: Option<&String>) -> impl Iterator<Item = (&'static str, String)> {
    let minecraft = minecraft.map(|minecraft| ("gameVersion", minecraft.clone()));
    let loader = loader.and_then(|loader| loader_number(loader)).map(|number| ("modLoaderType", number.to_string()));
    minecraft.into_iter().chain(loader)
}

/// An identifier as a number, which all are here.
fn number(client: &Client, id: &str, what: &'static str) -> Result<u64, Unavailable> {
    debug_assert_eq!(client.source, Source::Curseforge);
    id.parse().map_err(|_| Unavailable::Missing(client.source, what))
}
