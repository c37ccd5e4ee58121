//! The release for Modrinth App, Prism and most other launchers: `/packs/{pack}/{release}/pack.mrpack`.

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_DISPOSITION;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use axum::routing::get;
use kleister_formats::mrpack;

use super::base::{Base, segment};
use super::{Address, Plain, answer, release};
use crate::App;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/{pack}/{release}/pack.mrpack", get(show))
}

async fn show(State(app): State<App>, address: Address, base: Base, headers: HeaderMap) -> Result<Response, Plain> {
    let named = release::find(&app, &address).await?;
    let made = &named.exports(&app, &base)?.mrpack;
    let mut response = answer::made(&made.bytes, &made.tag, mrpack::MEDIA_TYPE, named.caching, &headers);
    let frozen = &named.frozen.release;
    let name = segment(&format!("{}-{}.mrpack", frozen.pack.slug, frozen.version));
    if let Ok(disposition) = HeaderValue::try_from(format!("attachment; filename*=UTF-8''{name}")) {
        response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    }
    Ok(named.told(response))
}
