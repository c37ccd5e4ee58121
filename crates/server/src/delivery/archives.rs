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
    send(&app, &named, ("prism", &named.prism(&app, &base)), &headers).await
}

async fn curseforge(State(app): State<App>, address: Address, headers: HeaderMap) -> Result<Response, Plain> {
    let named = release::find(&app, &address).await?;
    send(&app, &named, ("curseforge", &named.curseforge(&app)), &headers).await
}

async fn technic(State(app): State<App>, address: Address, headers: HeaderMap) -> Result<Response, Plain> {
    let named = release::find(&app, &address).await?;
    send(&app, &named, ("technic", &named.technic(&app)), &headers).await
}

/// Answers with the archive, to be saved under the name of pack, build and format, or with what it would lack.
async fn send(
    app: &App,
    named: &Named,
    (format, bundle): (&str, &Result<Bundle, Loss>),
    headers: &HeaderMap,
) -> Result<Response, Plain> {
    let bundle = bundle.as_ref().map_err(|loss| Error::Conflict(loss.why.clone()))?;
    let frozen = &named.frozen.release;
    let name = format!("{}-{}-{format}.zip", frozen.pack.slug, frozen.version);
    Ok(named.told(answer::planned(app, &bundle.plan, &name, named.caching, headers).await?))
}
