//! The reference of the API: its document, and a page to read it in.
//!
//! The page is Swagger UI, which is built in. All that it loads comes from here, and its policy lets browsers load
//! nothing else.

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::sync::LazyLock;

use aide::axum::ApiRouter;
use aide::openapi::{OpenApi, Server};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;
use zip::result::ZipResult;

use super::body::At;
use super::openapi;
use super::reply::{Reply, Result};
use crate::App;
use crate::delivery::answer::{self, Caching};
use crate::delivery::base::Base;
use crate::problem::Problem;

const PAGE: &str = include_str!("reference/page.html");
const START: &str = include_str!("reference/start.js");
/// Scripts and styles from here only; Swagger UI draws its icons as `data:` and sets some styles itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the page loads of Swagger UI: the names in its addresses, each with the media type.
const FILES: [(&str, &str); 3] =
    [("swagger-ui-bundle.js", "text/javascript"), ("swagger-ui.css", "text/css"), ("favicon-32x32.png", "image/png")];

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new().route("/spec", get(spec)).route("/docs", get(page)).route("/docs/{name}", get(file))
}

/// The document, with this server as the one to ask.
async fn spec(State(app): State<App>, base: Base) -> Result<OpenApi> {
    static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(openapi::describe);
    switched_on(&app)?;
    let servers = vec![Server { url: base.root().to_owned(), ..Server::default() }];
    Ok(Reply(OpenApi { servers, ..DOCUMENT.clone() }))
}

async fn page(State(app): State<App>) -> std::result::Result<Response, Problem> {
    switched_on(&app)?;
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, POLICY)];
    Ok((headers, PAGE).into_response())
}

async fn file(
    State(app): State<App>,
    At(name): At<String>,
    headers: HeaderMap,
) -> std::result::Result<Response, Problem> {
    static LOADED: LazyLock<HashMap<&str, Loaded>> = LazyLock::new(|| load().expect("the archive is built in"));
    switched_on(&app)?;
    let Loaded { bytes, media_type, tag } = LOADED.get(&*name).ok_or(Problem::NoRoute)?;
    Ok(answer::made(bytes, tag, media_type, Caching::Channel, &headers))
}

fn switched_on(app: &App) -> std::result::Result<(), Problem> {
    if app.config.server.docs { Ok(()) } else { Err(Problem::NoRoute) }
}

/// A file that the page loads.
struct Loaded {
    bytes: Bytes,
    media_type: &'static str,
    tag: HeaderValue,
}

impl Loaded {
    fn new(bytes: impl Into<Bytes>, media_type: &'static str) -> Self {
        let bytes = bytes.into();
        let tag = answer::tag(&hex::encode(Sha256::digest(&bytes)));
        Self { bytes, media_type, tag }
    }
}

/// Takes the files of the page out of Swagger UI's archive, where they lie in `swagger-ui-VERSION/dist`.
fn load() -> ZipResult<HashMap<&'static str, Loaded>> {
    let start = Loaded::new(START.as_bytes(), "text/javascript");
    let mut loaded = HashMap::from([("start.js", start)]);
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at)?;
        let path = entry.name()?.into_owned();
        let name = path.split_once('/').and_then(|(_, path)| path.strip_prefix("dist/"));
        let wanted = FILES.into_iter().find(|(wanted, _)| name == Some(wanted));
        if let Some((name, media_type)) = wanted {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            loaded.insert(name, Loaded::new(bytes, media_type));
        }
    }
    Ok(loaded)
}
