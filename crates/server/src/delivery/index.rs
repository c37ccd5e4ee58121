//! The release for tools, complete: `/packs/{pack}/{release}/index.json`.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;

use super::base::Base;
use super::{Parts, Plain, answer, release};
use crate::App;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/{pack}/{release}/index.json", get(show))
}

async fn show(
    State(app): State<App>,
    Parts((pack, release)): Parts<(String, String)>,
    base: Base,
    headers: HeaderMap,
) -> Result<Response, Plain> {
    let named = release::find(&app, &pack, &release).await?;
    let made = &named.exports(&app, &base)?.index;
    Ok(answer::made(&made.bytes, &made.tag, "application/json", named.caching, &headers))
}
