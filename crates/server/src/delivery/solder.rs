//! Technic Solder's read API below `/solder`: what the Technic Launcher, technicpack.net and Prism ask for.
//!
//! Three states as Solder has them: hidden packs are in no list but found by slug, private ones are there for a key
//! (`k`) or a client (`cid`) only, drafts for nobody. What may not be seen is answered like what is not there, in
//! Solder's own words. A withdrawn build is in no list, but those who have it find it by name. The holder of a pack's
//! token has the same tree below `/t/{token}/solder`, in which there is nothing but that pack.

mod mods;
mod packs;
mod pictures;
mod zips;

use axum::Router;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequestParts, RawPathParams, State};
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use kleister_formats::solder::{About, NO_BUILD, NO_KEY, NO_MOD, NO_PACK, NO_VERSION, Refusal, Verified};
use kleister_store::solder::{self, Viewer};
use kleister_store::{Error, Read};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tower_http::cors::{Any, CorsLayer};

pub use self::packs::{Builds, Zips};
use super::answer::{self, Caching};
use super::release::Made;
use crate::problem::Problem;
use crate::signin::network::Network;
use crate::signin::{memory, secret};
use crate::{App, address};

/// Everything below `/solder`.
pub fn routes() -> Router<App> {
    tree()
        .route("/api", get(async |headers: HeaderMap| about(&Shown::default(), &headers)))
        .route("/api/verify", get(async || Refused::Missing("No API key provided.")))
        .route("/api/verify/{key}", get(verify))
        .layer(CorsLayer::new().allow_origin(Any).allow_methods(Any).expose_headers(Any))
}

/// Everything below `/t/{token}/solder`: what of it there is for the holder of a pack's token, and for no web page of
/// other servers. Keys are for the Technic Platform, which has no token.
pub fn routes_by_token() -> Router<App> {
    tree().route("/api", get(async |reader: Reader, headers: HeaderMap| about(&reader.shown, &headers)))
}

/// Begins to make the MD5s of a build that was just published, so that the first launcher need not wait for them. It goes
/// on behind the answer; what a stop of the server breaks off is made when somebody asks.
pub fn begin(app: &App, build_id: &str) {
    let (behind, app, build_id) = (app.behind.clone(), app.clone(), build_id.to_owned());
    behind.spawn(async move {
        if let Err(problem) = zips::ready(&app, &build_id).await {
            tracing::warn!(problem = problem.explained(), build_id, "cannot make the zips for Technic's launcher yet");
        }
    });
}

/// What both trees have. Every handler takes a [`Reader`], or an [`Asker`] that becomes one, which is the one place where a
/// token is judged.
fn tree() -> Router<App> {
    Router::new()
        .merge(packs::routes())
        .merge(mods::routes())
        .merge(pictures::routes())
        .merge(zips::routes())
        .fallback(async || Refused::Missing("Not found"))
}

/// What answers here, which is the same for all.
fn about(shown: &Shown, headers: &HeaderMap) -> Result<Response, Refused> {
    shown.json(&About { api: "TechnicSolder", version: "v1.3.1", stream: "kleister" }, headers)
}

/// The part of an address that is a key.
#[derive(Deserialize)]
struct KeyPath {
    key: String,
}

/// Tells whose key it is. Who has tried too many that nobody has is told nothing for a while.
async fn verify(State(app): State<App>, network: Network, At(path): At<KeyPath>) -> Result<Response, Refused> {
    app.throttle.permit_token(network, app.clock.now())?;
    let found = solder::find_key(&app.db.read().await?, &secret::hash(&path.key)).await?;
    if found.is_none() {
        app.throttle.fail_token(network, app.clock.now())?;
    }
    let verified = Verified { valid: "Key validated.".to_owned(), name: Some(found.ok_or(Problem::NoSolderKey)?.name) };
    Ok(([(CACHE_CONTROL, "no-store")], Json(verified)).into_response())
}

/// The parts of an address; one that is no text, or has a NUL in it, is nowhere.
struct At<T>(T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for At<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let named = address::parts(parts, app).await;
        named.map(Self).map_err(|_| Refused::Missing("Not found"))
    }
}

/// Who asks, before it is judged what that opens.
struct Asker {
    shown: Shown,
    network: Network,
}

/// Who reads, with the database as it is at this moment.
struct Reader {
    db: Read,
    viewer: Viewer,
    shown: Shown,
}

impl Asker {
    /// Refuses for a while who has tried too many keys that nobody has.
    fn permit(&self, app: &App) -> Result<(), Refused> {
        if self.shown.k.is_some() {
            app.throttle.permit_token(self.network, app.clock.now())?;
        }
        Ok(())
    }

    /// Keys that nobody has are counted as tokens that do not hold. Client ids are not: launchers send theirs to every
    /// server, known or not, many players share a network, and nobody guesses 122 bits.
    async fn read(self, app: &App) -> Result<Reader, Refused> {
        self.permit(app)?;
        let (Self { shown, network }, now) = (self, app.clock.now());
        let db = app.db.read().await?;
        let viewer = match &shown.token {
            Some(token) => solder::holder(&db, &secret::hash(token), now).await?,
            None => solder::viewer(&db, shown.credentials(), now).await?,
        };
        note_use(app, &viewer);
        if shown.k.is_some() && !viewer.has_key() {
            app.throttle.fail_token(network, now)?;
        }
        Ok(Reader { db, viewer, shown })
    }
}

/// Notes that the tokens by which somebody reads are used now.
fn note_use(app: &App, viewer: &Viewer) {
    viewer.token_ids().for_each(|id| memory::note_used(app, id));
}

impl FromRequestParts<App> for Asker {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let shown = Shown::of(parts, app).await?;
        Ok(Self { shown, network: Network::from_request_parts(parts, app).await? })
    }
}

impl FromRequestParts<App> for Reader {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        Asker::from_request_parts(parts, app).await?.read(app).await
    }
}

/// What a reader shows and wants, in an address.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    /// The token of a pack, before everything else. Who shows one needs neither of the two below, and they do not count.
    token: Option<String>,
    /// The key, as the Technic Platform shows it.
    k: Option<String>,
    /// The client id, as launchers show it.
    cid: Option<String>,
    /// What is wanted beside the least.
    include: Option<String>,
}

/// What a reader shows, as it is held.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Hashed {
    token: Option<String>,
    key: Option<String>,
    cid: Option<String>,
}

impl Shown {
    async fn of(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let mut shown = Self { token: token(parts, app).await?, ..Self::default() };
        let query = parts.uri.query().unwrap_or_default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let place = match &*name {
                "k" if shown.token.is_none() => &mut shown.k,
                "cid" if shown.token.is_none() => &mut shown.cid,
                "include" => &mut shown.include,
                _ => continue,
            };
            *place = Some(value.into_owned()).filter(|value| !value.is_empty());
        }
        Ok(shown)
    }

    /// The token, of which addresses in answers are made.
    pub(super) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// What is held of it, to know again who shows the same: a token or key by its SHA-256, and a client id that could be one.
    fn hashed(&self) -> Hashed {
        let cid = self.cid.as_deref().filter(|cid| cid.len() <= solder::CLIENT_ID);
        Hashed { token: self.token().map(secret::hash), key: self.credentials().0, cid: cid.map(str::to_owned) }
    }

    /// By what he may be somebody: the SHA-256 of the key, and the client id.
    fn credentials(&self) -> (Option<String>, Option<&str>) {
        (self.k.as_deref().map(secret::hash), self.cid.as_deref())
    }

    /// The query that shows the same, for addresses of what others do not see.
    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("k", &self.k), ("cid", &self.cid)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        let query = query.finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }

    /// How long answers may be kept.
    fn caching(&self) -> Caching {
        match self {
            Self { token: Some(_), .. } => Caching::Token,
            Self { k: None, cid: None, .. } => Caching::Channel,
            _ => Caching::Draft,
        }
    }

    /// An answer in JSON with its tag.
    fn json(&self, body: &impl Serialize, request: &HeaderMap) -> Result<Response, Refused> {
        Ok(self.answer(&json(body)?, request))
    }

    /// An answer in JSON that was made.
    fn answer(&self, made: &Made, request: &HeaderMap) -> Response {
        answer::made(&made.bytes, &made.tag, "application/json", self.caching(), request)
    }
}

/// A body in JSON with its tag.
fn json(body: &impl Serialize) -> Result<Made, Refused> {
    Ok(Made::new(serde_json::to_vec(body).map_err(kleister_formats::Error::from)?))
}

/// The token that stands in an address; none in the tree that is everybody's, where some addresses have no parts at all.
async fn token(parts: &mut Parts, app: &App) -> Result<Option<String>, Refused> {
    match RawPathParams::from_request_parts(parts, app).await {
        Ok(named) => Ok(named.iter().find(|(name, _)| *name == "token").map(|(_, token)| token.to_owned())),
        Err(RawPathParamsRejection::MissingPathParams(_)) => Ok(None),
        Err(_) => Err(Refused::Missing("Not found")),
    }
}

/// What is answered in Solder's own words instead of what was asked for.
enum Refused {
    /// It is not there, or may not be seen.
    Missing(&'static str),
    /// It cannot be answered now.
    Failed(Problem),
}

impl<E: Into<Problem>> From<E> for Refused {
    fn from(error: E) -> Self {
        match error.into() {
            Problem::Store(Error::Missing(what)) => Self::Missing(match what {
                "pack" => NO_PACK,
                "build" => NO_BUILD,
                "mod" => NO_MOD,
                "version" => NO_VERSION,
                _ => "File does not exist",
            }),
            problem => Self::Failed(problem),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let problem = match self {
            Self::Missing(text) => return refused(Problem::NoRoute.status(), text),
            Self::Failed(problem) => problem,
        };
        let status = problem.status();
        if status.is_server_error() {
            tracing::error!(%status, error = %problem, "the Solder API failed");
        }
        let text = match &problem {
            Problem::NoSolderKey => NO_KEY,
            Problem::Throttled(_) => "Too many invalid keys were tried. Try again later.",
            Problem::Files(kleister_files::Error::Blocked { reason }) => &format!("This was taken down: {reason}"),
            _ => "This cannot be answered now. Try again later, or tell who runs this server.",
        };
        let mut response = refused(status, text);
        if let Some(seconds) = problem.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

fn refused(status: StatusCode, text: &str) -> Response {
    (status, [(CACHE_CONTROL, "no-store")], Json(Refusal::new(text))).into_response()
}
