//! Imports: packs of other tools that become packs here.

mod sent;

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::extract::State;
use kleister_store::{Error, jobs as stored};
use kleister_types::imports::Import;
use kleister_types::jobs::Job;
use schemars::JsonSchema;
use serde::Deserialize;

use self::sent::SentImport;
use super::addition;
use super::body::At;
use super::guard::Snapshot;
use super::reply::{Reply, Result};
use crate::App;
use crate::imports::ImportPack;
use crate::jobs::{self, Task};
use crate::signin::caller::Asking;

const TAG: &str = "import";

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/imports", post_with(create, addition("CreateImport", TAG, "Import a pack of another tool")))
        .api_route("/imports/{import_id}", get_with(show, addition("ShowImport", TAG, "Tell what came of an import")))
}

/// The address of an import.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
struct ImportPath {
    /// The import, by identifier.
    import_id: String,
}

async fn create(State(app): State<App>, Asking(caller): Asking, sent: SentImport) -> Result<Import> {
    let task = sent.task(&app, &caller).await?;
    Ok(Reply(jobs::start(&app, &caller, task).await?.into()))
}

async fn show(
    State(app): State<App>,
    Asking(caller): Asking,
    At(path): At<ImportPath>,
    db: Snapshot,
) -> Result<Import> {
    // Looked at before the row: one that ends in between is told by the row.
    let shown = app.jobs.watch(&path.import_id).map(|shown| shown.borrow().clone());
    let row = stored::open(&*db, &caller, &path.import_id).await.map_err(missing)?;
    let job = shown.unwrap_or_else(|| Job::from(row));
    if job.kind == ImportPack::KIND { Ok(Reply(job.into())) } else { Err(missing(Error::Missing("job")).into()) }
}

/// A job that is none, or no import, is an import that is missing.
fn missing(error: Error) -> Error {
    if matches!(error, Error::Missing(_)) { Error::Missing("import") } else { error }
}
