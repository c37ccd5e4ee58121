//! What players and game servers get: published builds of public packs, without sign-in, and drafts with a token.
//!
//! An address names a pack and a release, which is a build by its name or a channel. [`release`] finds the frozen
//! release, the other rooms only say in which format it is answered. Addresses of a named build never change what they
//! give, so everybody may keep it for ever; a channel is asked for again and answers for the build it points to now.
//! The holder of a pack's token gets the same files below `/t/{token}/packs`, be the pack private or not, and the holder
//! of a preview's those of drafts too.

pub mod answer;
mod archives;
pub mod base;
mod exports;
mod extras;
mod feed;
mod files;
mod held;
mod index;
mod mcupdater;
mod mrpack;
mod news;
pub mod origin;
mod packwiz;
mod page;
pub mod publish;
pub mod release;
mod sbom;
pub mod solder;
mod status;
mod technic;
mod update;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts as RequestParts;
use axum::response::{IntoResponse, Response};
use kleister_store::Error;
use serde::Deserialize;
use tower_http::cors::{Any, CorsLayer};

use crate::problem::Problem;
use crate::signin::basic;
use crate::signin::secret::PACK_TOKEN;
use crate::{App, address};

/// Everything below `/packs`. Web pages of other servers may read it: what is public is so without a credential, and no
/// page can send one.
pub fn routes() -> Router<App> {
    tree().layer(CorsLayer::new().allow_origin(Any).allow_methods(Any).expose_headers(Any))
}

/// Everything below `/t/{token}/packs`: the same, for whoever holds the token, and for no web page of other servers.
/// There is one page more, on which players let their Technic Launchers in.
pub fn routes_by_token() -> Router<App> {
    tree().merge(technic::routes())
}

fn tree() -> Router<App> {
    Router::new()
        .merge(mrpack::routes())
        .merge(archives::routes())
        .merge(packwiz::routes())
        .merge(files::routes())
        .merge(index::routes())
        .merge(mcupdater::routes())
        .merge(sbom::routes())
        .merge(status::routes())
        .merge(update::routes())
        .merge(page::routes())
        .merge(feed::routes())
        .fallback(async || Plain(Problem::NoRoute))
}

/// What an address names. One that is no text, or has a NUL in it, is nowhere.
#[derive(Deserialize)]
pub struct Address {
    /// The token by which it is asked for.
    #[serde(default)]
    token: Option<String>,
    pack: String,
    /// A build's name or a channel.
    release: String,
    /// A file's path, where one is named.
    #[serde(default)]
    path: String,
}

impl FromRequestParts<App> for Address {
    type Rejection = Plain;

    async fn from_request_parts(parts: &mut RequestParts, app: &App) -> Result<Self, Plain> {
        let address: Self = address::parts(parts, app).await?;
        let token = address.token.or_else(|| offered(parts));
        Ok(Self { token, ..address })
    }
}

/// The token of a pack that comes as the password of `Authorization: Basic`, as from `https://any:TOKEN@host/…`. It
/// counts like one in the address; any other credential counts for nothing here.
fn offered(parts: &RequestParts) -> Option<String> {
    let header = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = header.split_once(' ')?;
    let pair = scheme.eq_ignore_ascii_case("basic").then(|| basic::Pair::read(encoded.trim()))??;
    Some(pair.password).filter(|password| password.starts_with(PACK_TOKEN))
}

/// A problem as launchers want it: a status and a line of text, never a web page.
pub struct Plain(Problem);

impl<E: Into<Problem>> From<E> for Plain {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Plain {
    fn into_response(self) -> Response {
        let status = self.0.status();
        if status.is_server_error() {
            tracing::error!(%status, error = %self.0, "delivery failed");
        }
        // Nothing tells a pack that is not there from one that must not be seen.
        let text = match &self.0 {
            _ if status == StatusCode::NOT_FOUND => {
                "Not found. Look at the address: is the pack public, and the build published?\n".to_owned()
            }
            Problem::Files(kleister_files::Error::Blocked { reason }) => format!("This was taken down: {reason}\n"),
            // What a release lacks for a format, and what to do.
            Problem::Store(Error::Conflict(why)) => format!("{why}\n"),
            Problem::BadRequest(_) => format!("{}\n", self.0),
            // Only who holds the token of a preview gets here.
            Problem::Store(Error::Invalid { .. }) => format!("This draft is not complete: {}.\n", self.0.explained()),
            _ => "This cannot be delivered now. Try again later, or tell who runs this server.\n".to_owned(),
        };
        let headers = [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")];
        (status, headers, text).into_response()
    }
}
