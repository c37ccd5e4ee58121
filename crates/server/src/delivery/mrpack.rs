//! The release for Modrinth App, Prism and most other launchers: `/packs/{pack}/{release}/pack.mrpack`.

use axum::Router;
use axum::extract::{FromRequestParts, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::get;
use kleister_formats::mrpack;

use super::base::Base;
use super::{Address, Plain, archives, release};
use crate::App;
use crate::problem::Problem;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/{pack}/{release}/pack.mrpack", get(show))
}

async fn show(
    State(app): State<App>,
    address: Address,
    wanted: Wanted,
    base: Base,
    headers: HeaderMap,
) -> Result<Response, Plain> {
    let named = release::find(&app, &address).await?;
    let bundle = match wanted {
        Wanted::Players => named.mrpack(&app, &base, "pack.mrpack", mrpack::write),
        Wanted::Own => named.mrpack(&app, &base, "pack.mrpack?source=own", mrpack::write_own),
        Wanted::Upload => named.mrpack(&app, &base, "pack.mrpack?for=modrinth", mrpack::write_upload),
    };
    archives::send(&app, &named, &bundle, ".mrpack", &headers).await
}

/// Whose addresses the pack shall have: `?source=own`, `?for=modrinth`, or nothing.
#[derive(Clone, Copy)]
enum Wanted {
    Players,
    Own,
    Upload,
}

impl FromRequestParts<App> for Wanted {
    type Rejection = Plain;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Plain> {
        let mut wanted = Vec::new();
        for (name, value) in url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
            let one = match (&*name, &*value) {
                ("source", "own") => Self::Own,
                ("for", "modrinth") => Self::Upload,
                ("source", _) => return Err(unknown("source=own", "for addresses of this server alone")),
                ("for", _) => return Err(unknown("for=modrinth", "for what can be uploaded to modrinth.com")),
                _ => continue,
            };
            wanted.push(one);
        }
        match wanted.as_slice() {
            [] => Ok(Self::Players),
            [wanted] => Ok(*wanted),
            _ => Err(Problem::BadRequest("Say either `source=own` or `for=modrinth`, not both.".to_owned()).into()),
        }
    }
}

fn unknown(known: &str, what: &str) -> Plain {
    let name = known.split('=').next().unwrap_or_default();
    let text = format!("`{name}` has a value that is not known here. Say `{known}` {what}, or leave it out.");
    Problem::BadRequest(text).into()
}
