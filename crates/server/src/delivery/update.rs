//! What an update does to a player's files: `/packs/{pack}/{release}/update-preview?from={build}&client={client}`.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::get;
use kleister_formats::update::{self, Client};
use serde::Deserialize;

use super::release::Made;
use super::{Address, Plain, answer, release};
use crate::App;
use crate::problem::Problem;

/// From which build, and by which client.
#[derive(Deserialize)]
struct Asked {
    from: String,
    client: Client,
}

pub(super) fn routes() -> Router<App> {
    Router::new().route("/{pack}/{release}/update-preview", get(show))
}

async fn show(State(app): State<App>, address: Address, uri: Uri, headers: HeaderMap) -> Result<Response, Plain> {
    let to = release::find(&app, &address).await?;
    // Whoever may not see the pack is not told what is wrong with his question.
    let asked = Query::<Asked>::try_from_uri(&uri).map_err(|error| Problem::BadRequest(error.body_text()))?;
    let Query(Asked { from, client }) = asked;
    let from = release::find(&app, &Address { release: from, ..address }).await?;
    let preview = update::preview(&from.frozen.release, &to.frozen.release, client);
    let (made, caching) = (Made::new(preview.to_document()), from.caching.max(to.caching));
    Ok(to.told(answer::made(&made.bytes, &made.tag, "application/json", caching, &headers)))
}
