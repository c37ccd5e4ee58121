//! What is in the release, as a bill of materials: `/packs/{pack}/{release}/sbom.cdx.json`.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use kleister_formats::sbom;

use super::base::Base;
use super::{Address, Plain, answer, release};
use crate::App;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/{pack}/{release}/sbom.cdx.json", get(show))
}

async fn show(State(app): State<App>, address: Address, base: Base, headers: HeaderMap) -> Result<Response, Plain> {
    let named = release::find(&app, &address).await?;
    let made = named.document(&app, &base, "sbom.cdx.json", |release, _| Ok(sbom::write(release).into_bytes()))?;
    Ok(named.told(answer::made(&made.bytes, &made.tag, sbom::MEDIA_TYPE, named.caching, &headers)))
}
