//! How a release stands now: `/packs/{pack}/{release}/status.json`. Its files never change; this does.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use kleister_files::Error;
use kleister_formats::{Delivery, Release};
use kleister_store::releases;
use kleister_types::builds::Build;
use kleister_types::status::{MissingFile, Other, Status};

use super::answer::Caching;
use super::base::{Base, segment};
use super::release::{self, Made};
use super::{Address, Plain, answer};
use crate::App;
use crate::problem::Problem;
use crate::signin::secret;

/// The channels that players follow whose token is for no other: the first that is set counts.
const FOLLOWED: [&str; 2] = ["recommended", "latest"];

pub(super) fn routes() -> Router<App> {
    Router::new().route("/{pack}/{release}/status.json", get(show))
}

async fn show(State(app): State<App>, address: Address, base: Base, headers: HeaderMap) -> Result<Response, Plain> {
    let (status, caching) = status(&app, &address, &base).await?;
    let text = serde_json::to_vec_pretty(&status).map_err(|error| Problem::BadRequest(error.to_string()))?;
    let made = Made::new(text);
    Ok(answer::made(&made.bytes, &made.tag, "application/json", caching, &headers))
}

async fn status(app: &App, address: &Address, base: &Base) -> Result<(Status, Caching), Problem> {
    let hash = address.token.as_deref().map(secret::hash);
    let db = app.db.read().await?;
    let (found, ticket) = release::locate(app, &db, address, hash.as_deref()).await?;
    let (dressed, channels) = releases::standing(&db, &found, ticket.as_ref()).await?;
    let (id, pack) = (found.build.id.clone(), base.pack(address.token.as_deref(), &found.pack.slug));
    let own = ticket.as_ref().and_then(|ticket| ticket.pass.as_ref()?.channel.clone());
    let named = release::name(app, &db, found, address.token.clone().zip(ticket)).await?;
    let other = |build: String| Other { status: format!("{pack}/{}/status.json", segment(&build)), build };
    let followed = |name: &&str| channels.iter().find(|(channel, _)| channel.name == **name);
    let current = match &own {
        Some(own) => followed(&own.as_str()),
        None => FOLLOWED.iter().find_map(followed),
    };
    let build = Build::from(dressed);
    let status = Status {
        pack: named.frozen.release.pack.slug.clone(),
        build: build.name,
        state: build.state,
        reason: build.reason,
        replacement: build.replacement.map(other),
        published_at: build.published_at,
        changelog: build.changelog,
        page: pack.clone(),
        current: current.and_then(|(_, pointed)| pointed.clone()).map(|pointed| other(pointed.build.name)),
        channels: channels
            .iter()
            .filter(|(channel, _)| channel.build_id == id)
            .map(|(it, _)| it.name.clone())
            .collect(),
        missing: missing(app, &named.frozen.release),
    };
    // The state of a named build may change too.
    Ok((status, named.caching.max(Caching::Channel)))
}

/// The files of ours that are known to be nowhere, or not to be handed out.
fn missing(app: &App, release: &Release) -> Vec<MissingFile> {
    let ours = release.files.iter().filter(|file| file.delivery == Delivery::Stored);
    let missing = ours.filter_map(|file| {
        let reason = match app.files.refuse(file.hashes.sha256.as_deref()?) {
            Ok(()) => return None,
            Err(Error::Blocked { reason }) => format!("taken down: {reason}"),
            Err(_) => "damaged: it comes back when it is uploaded again".to_owned(),
        };
        Some(MissingFile { path: file.path.to_string(), reason })
    });
    missing.collect()
}
