//! What Modrinth and `CurseForge` have.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::extract::State;
use kleister_types::sources::{
    ProjectPage, ProjectSearch, ProjectVersions, Source, SourceImport, SourceImported, VersionSearch,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::addition;
use super::body::{Asked, At, Json};
use super::reply::{Reply, Result};
use crate::App;
use crate::signin::caller::Asking;
use crate::sources;

const TAG: &str = "source";

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/sources/{source}/search",
            get_with(search, addition("SearchSource", TAG, "Look for mods at Modrinth or CurseForge")),
        )
        .api_route(
            "/sources/{source}/projects/{project}/versions",
            get_with(versions, addition("ListSourceVersions", TAG, "Fetch all versions of a project of a source")),
        )
        .api_route(
            "/sources/{source}/import",
            post_with(import, addition("ImportSource", TAG, "Bring in a version from Modrinth or CurseForge")),
        )
}

/// The address of a source.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
struct SourcePath {
    /// The source: `modrinth` or `curseforge`.
    source: Source,
}

/// The address of a project of a source.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
struct ProjectPath {
    /// The source: `modrinth` or `curseforge`.
    source: Source,
    /// The project, by its identifier there; at Modrinth by slug too.
    project: String,
}

async fn search(
    State(app): State<App>,
    Asking(caller): Asking,
    At(path): At<SourcePath>,
    Asked(wanted): Asked<ProjectSearch>,
) -> Result<ProjectPage> {
    let user = &caller.signed_in()?.id;
    Ok(Reply(sources::search(&app, user, path.source, wanted).await?))
}

async fn versions(
    State(app): State<App>,
    Asking(caller): Asking,
    At(path): At<ProjectPath>,
    Asked(wanted): Asked<VersionSearch>,
) -> Result<ProjectVersions> {
    let user = &caller.signed_in()?.id;
    Ok(Reply(sources::versions(&app, user, (path.source, &path.project), &wanted).await?))
}

async fn import(
    State(app): State<App>,
    Asking(caller): Asking,
    At(path): At<SourcePath>,
    Json(wanted): Json<SourceImport>,
) -> Result<SourceImported> {
    Ok(Reply(sources::import(&app, &caller, path.source, wanted).await?))
}
