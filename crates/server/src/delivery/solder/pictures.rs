//! Icons, logos and backgrounds of packs, as they came.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use kleister_store::{Error, blobs, solder};
use serde::Deserialize;

use super::{At, Reader, Refused};
use crate::App;
use crate::delivery::answer;
use crate::delivery::base::Base;

pub(super) const ICON: &str = "icon";
pub(super) const LOGO: &str = "logo";
pub(super) const BACKGROUND: &str = "background";

#[derive(Deserialize)]
struct PicturePath {
    pack: String,
    kind: String,
}

pub(super) fn routes() -> Router<App> {
    Router::new().route("/pictures/{pack}/{kind}", get(show))
}

/// The address of a picture of a pack, for the holder of a token or for everybody.
pub(super) fn address(base: &Base, token: Option<&str>, pack_slug: &str, kind: &str) -> String {
    base.solder(token, &["pictures", pack_slug, kind])
}

async fn show(
    State(app): State<App>,
    At(path): At<PicturePath>,
    Reader { db, viewer, shown }: Reader,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let pack = solder::open(&db, &viewer, &path.pack).await?;
    let missing = || Error::Missing("file");
    let pack = solder::dress(&db, &viewer, vec![pack]).await?.pop().ok_or_else(missing)?;
    let origin = pack.origin.as_ref();
    let sha256 = match path.kind.as_str() {
        ICON => pack.pack.icon.as_ref(),
        LOGO => origin.and_then(|origin| origin.logo.as_ref()),
        BACKGROUND => origin.and_then(|origin| origin.background.as_ref()),
        _ => None,
    };
    let blob = blobs::find(&db, sha256.ok_or_else(missing)?).await?.ok_or_else(missing)?;
    let size = u64::try_from(blob.size).unwrap_or(0);
    Ok(answer::image(&app, (&blob.sha256, size), &blob.content_type, shown.caching(), &headers).await?)
}
