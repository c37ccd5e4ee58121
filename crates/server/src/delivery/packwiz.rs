//! The release for packwiz-installer and unsup: `/packs/{pack}/{release}/packwiz/pack.toml` and what it leads to.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use axum::routing::get;
use kleister_store::Error;

use super::base::Base;
use super::exports::Entry;
use super::{Address, Plain, answer, files, release};
use crate::App;

/// What is here but for signature and key.
const MEDIA_TYPE: &str = "application/toml";

pub(super) fn routes() -> Router<App> {
    Router::new().route("/{pack}/{release}/packwiz/{*path}", get(show))
}

async fn show(
    State(app): State<App>,
    address: Address,
    base: Base,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Plain> {
    let named = release::find(&app, &address).await?;
    let response = match named.packwiz(&app, &base, &address.path).ok_or(Error::Missing("file"))? {
        Entry::Text(made) => {
            let is_signify = ["unsup.sig", "unsup.pub"].contains(&address.path.as_str());
            let media_type = if is_signify { "text/plain; charset=utf-8" } else { MEDIA_TYPE };
            answer::made(&made.bytes, &made.tag, media_type, named.caching, &headers)
        }
        Entry::File(path) => {
            let file = named.frozen.file(path.as_str()).ok_or(Error::Missing("file"))?;
            files::send(&app, file, named.caching, (&method, &headers)).await?
        }
    };
    Ok(named.told(response))
}
