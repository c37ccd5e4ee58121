//! A pack's page for players: `/packs/{pack}`. It needs no script, loads nothing from elsewhere, and says for each launcher
//! how the pack comes into it.

mod cards;
pub(super) mod frame;
mod view;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;

use self::view::View;
use super::base::Base;
use super::news::{self, News, PackAddress};
use super::{Plain, release};
use crate::App;
use crate::problem::Problem;

/// How many builds are looked at.
const BUILDS: u64 = 200;
/// How many of them are shown, beside older ones that were withdrawn.
const SHOWN: usize = 20;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/{pack}", get(show))
}

async fn show(State(app): State<App>, address: PackAddress, base: Base, headers: HeaderMap) -> Result<Response, Plain> {
    let write = async |news: &News| write(&app, &address, &base, news).await;
    let told = news::told(&app, (&address, &base), ("page", BUILDS), write).await?;
    let mut response = told.answer("text/html; charset=utf-8", &headers);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, frame::policy());
    Ok(response)
}

async fn write(app: &App, address: &PackAddress, base: &Base, news: &News) -> Result<Vec<u8>, Problem> {
    let offered = match release::find(app, &address.release(&news.channel)).await {
        Ok(named) => Some(named),
        Err(problem) if problem.status() == StatusCode::NOT_FOUND => None,
        Err(problem) => return Err(problem),
    };
    let release = offered.as_ref().map(|named| &named.frozen.release);
    Ok(View { news, base, release }.page().into_string().into())
}
