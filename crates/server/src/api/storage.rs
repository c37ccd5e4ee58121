//! The files of versions, for those who may see the mod; looking after all files, for server admins.

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use axum::routing::get;
use kleister_store::versions;
use kleister_types::jobs::Job;

use super::addition;
use super::body::At;
use super::guard::Snapshot;
use super::reply::{Reply, Result};
use crate::delivery::answer::{self, Caching, Stored};
use crate::problem::Problem;
use crate::signin::caller::Asking;
use crate::storage::{Collect, Verify};
use crate::{App, jobs};

const TAG: &str = "storage";

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .route("/storage/versions/{file_id}/{name}", get(show))
        .api_route(
            "/storage/collect",
            post_with(collect, addition("CollectStorage", TAG, "Delete the bytes that nothing names")),
        )
        .api_route("/storage/verify", post_with(verify, addition("VerifyStorage", TAG, "Hash all files again")))
}

/// The name is for people only; the identifier finds the file. There are no listings.
async fn show(
    State(app): State<App>,
    Asking(caller): Asking,
    At((file_id, name)): At<(String, String)>,
    db: Snapshot,
    method: Method,
    headers: HeaderMap,
) -> std::result::Result<Response, Problem> {
    let (_, blob) = versions::open_file(&*db, &caller, &file_id).await?;
    drop(db);
    let (size, crc32) = (blob.size.try_into().unwrap_or(0), blob.crc32.try_into().ok());
    let stored = Stored { sha256: &blob.sha256, size, crc32, name: &name };
    answer::stored(&app, stored, Caching::Private, (&method, &headers)).await
}

async fn collect(State(app): State<App>, Asking(caller): Asking) -> Result<Job> {
    caller.server_admin()?;
    Ok(Reply(jobs::start(&app, &caller, Collect).await?))
}

async fn verify(State(app): State<App>, Asking(caller): Asking) -> Result<Job> {
    caller.server_admin()?;
    Ok(Reply(jobs::start(&app, &caller, Verify).await?))
}
