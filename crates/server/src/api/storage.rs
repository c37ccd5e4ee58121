//! The files of versions, for those who may see the mod.

use aide::axum::ApiRouter;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use kleister_store::versions;

use super::body::At;
use super::guard::Snapshot;
use crate::App;
use crate::delivery::answer::{self, Caching, Stored};
use crate::problem::Problem;
use crate::signin::caller::Asking;

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new().route("/storage/versions/{file_id}/{name}", get(show))
}

/// The name is for people only; the identifier finds the file. There are no listings.
async fn show(
    State(app): State<App>,
    Asking(caller): Asking,
    At((file_id, name)): At<(String, String)>,
    db: Snapshot,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (_, blob) = versions::open_file(&*db, &caller, &file_id).await?;
    drop(db);
    let stored = Stored { sha256: &blob.sha256, size: blob.size.try_into().unwrap_or(0), name: &name };
    answer::stored(&app, stored, Caching::Private, &headers).await
}
