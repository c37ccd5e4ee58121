//! The files of a release, each at its own path: `/packs/{pack}/{release}/files/{path}`.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use axum::routing::get;
use kleister_formats::{Delivery, File};
use kleister_store::Error;

use super::answer::{self, Caching, Stored};
use super::{Address, Plain, release};
use crate::App;
use crate::problem::Problem;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/{pack}/{release}/files/{*path}", get(show))
}

async fn show(State(app): State<App>, address: Address, method: Method, headers: HeaderMap) -> Result<Response, Plain> {
    let named = release::find(&app, &address).await?;
    let file = named.frozen.file(&address.path).ok_or(Error::Missing("file"))?;
    Ok(named.told(send(&app, file, named.caching, (&method, &headers)).await?))
}

/// Answers with a file of a release.
pub(super) async fn send(
    app: &App,
    file: &File,
    caching: Caching,
    asked: (&Method, &HeaderMap),
) -> Result<Response, Problem> {
    // What others hand out is not handed out here, even if the bytes are.
    let ours = file.hashes.sha256.as_ref().filter(|_| file.delivery == Delivery::Stored);
    let sha256 = ours.ok_or(Error::Missing("file"))?;
    let stored = Stored { sha256, size: file.size, crc32: file.hashes.crc32, name: file.path.file_name() };
    answer::stored(app, stored, caching, asked).await
}
