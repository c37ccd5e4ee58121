//! The release for Modrinth App, Prism and most other launchers: `/packs/{pack}/{release}/pack.mrpack`.

use axum::Router;
use axum::extract::{FromRequestParts, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::get;
use kleister_formats::{Bundle, mrpack};

use super::base::Base;
use super::{Address, Plain, answer, release};
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
    let release = &named.frozen.release;
    let name = format!("{}-{}.mrpack", release.pack.slug, release.version);
    let send = async |bundle: &Bundle| answer::planned(&app.files, &bundle.plan, &name, named.caching, &headers).await;
    let response = match wanted {
        Wanted::Players => send(&named.exports(&app, &base)?.mrpack).await?,
        Wanted::Own => send(&mrpack::write_own(release, &named.addresses(&base))).await?,
        Wanted::Upload => send(&mrpack::write_upload(release, &named.addresses(&base))).await?,
    };
    Ok(named.told(response))
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
