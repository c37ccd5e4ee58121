//! The release for tools, complete: `/packs/{pack}/{release}/index.json`.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use kleister_formats::index;

use super::base::Base;
use super::{Address, Plain, answer, release};
use crate::App;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/{pack}/{release}/index.json", get(show))
}

async fn show(State(app): State<App>, address: Address, base: Base, headers: HeaderMap) -> Result<Response, Plain> {
    let named = release::find(&app, &address).await?;
    let made = named
        .document(&app, &base, "index.json", |release, addresses| Ok(index::write(release, addresses).into_bytes()))?;
    Ok(named.told(answer::made(&made.bytes, &made.tag, "application/json", named.caching, &headers)))
}
