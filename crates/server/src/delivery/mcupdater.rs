//! The release for `MCUpdater`: `/packs/{pack}/{release}/mcupdater.xml`.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use kleister_formats::mcupdater;
use kleister_store::Error;

use super::base::Base;
use super::{Address, Plain, answer, release};
use crate::App;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/{pack}/{release}/mcupdater.xml", get(show))
}

async fn show(State(app): State<App>, address: Address, base: Base, headers: HeaderMap) -> Result<Response, Plain> {
    let named = release::find(&app, &address).await?;
    let made = named.document(&app, &base, "mcupdater.xml", |release, addresses| {
        let export = mcupdater::write(release, addresses).map_err(|loss| Error::Conflict(loss.why))?;
        Ok(export.bytes)
    })?;
    Ok(named.told(answer::made(&made.bytes, &made.tag, mcupdater::MEDIA_TYPE, named.caching, &headers)))
}
