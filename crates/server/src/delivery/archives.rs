//! The release as archives with the files inside: `prism.zip`, `curseforge.zip` and `technic.zip` below
//! `/packs/{pack}/{release}/`. None is ever made: each is laid out of stored files while it is sent.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use kleister_formats::{Bundle, Loss};
use kleister_store::Error;

use super::base::Base;
use super::release::Named;
use super::{Address, Plain, answer, release};
use crate::App;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/{pack}/{release}/prism.zip", get(prism))
        .route("/{pack}/{release}/curseforge.zip", get(curseforge))
        .route("/{pack}/{release}/technic.zip", get(technic))
}

async fn prism(State(app): State<App>, address: Address, base: Base, headers: HeaderMap) -> Result<Response, Plain> {
    let named = release::find(&app, &address).await?;
    send(&app, &named, &named.prism(&app, &base), "-prism.zip", &headers).await
}

async fn curseforge(State(app): State<App>, address: Address, headers: HeaderMap) -> Result<Response, Plain> {
    let named = release::find(&app, &address).await?;
    send(&app, &named, &named.curseforge(&app), "-curseforge.zip", &headers).await
}

async fn technic(State(app): State<App>, address: Address, headers: HeaderMap) -> Result<Response, Plain> {
    let named = release::find(&app, &address).await?;
    send(&app, &named, &named.technic(&app), "-technic.zip", &headers).await
}

/// Answers with the archive, to be saved under the names of pack and build with this ending, or with what it would lack.
pub(super) async fn send(
    app: &App,
    named: &Named,
    bundle: &Result<Bundle, Loss>,
    ending: &str,
    headers: &HeaderMap,
) -> Result<Response, Plain> {
    let bundle = bundle.as_ref().map_err(|loss| Error::Conflict(loss.why.clone()))?;
    let frozen = &named.frozen.release;
    let name = format!("{}-{}{ending}", frozen.pack.slug, frozen.version);
    Ok(named.told(answer::planned(app, &bundle.plan, &name, named.caching, headers).await?))
}
