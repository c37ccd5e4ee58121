//! The page on which a player lets his Technic Launcher into a private pack: `/t/{token}/packs/{pack}/technic`.
//!
//! The launcher shows no token, it sends a client id. Whoever holds a player's token of the pack may let in a few of those, and
//! sees at once what his launcher would be told. The page needs no script and no cookie: what may be done here follows
//! from the address, so no page of another server can have it done by who does not know that.

mod view;

use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, Form, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use kleister_store::solder::{self, Invitation};
use kleister_store::{Error, Read};
use kleister_types::Timestamp;
use serde::Deserialize;

use self::view::{Done, View};
use super::Plain;
use super::base::Base;
use super::news::PackAddress;
use super::page::frame;
use crate::App;
use crate::problem::Problem;
use crate::signin::{memory, secret};

/// The longest form, in bytes.
const FORM: usize = 4 << 10;

/// What is there for the holders of tokens only.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/{pack}/technic", get(show).post(change)).layer(DefaultBodyLimit::max(FORM))
}

/// What the form asks for.
#[derive(Deserialize)]
struct Wanted {
    /// What is written as the client id.
    client_id: String,
    /// What is to be done with it; it is let in unless something else is said.
    #[serde(default, rename = "do")]
    what: What,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum What {
    #[default]
    Add,
    Check,
    Remove,
}

async fn show(State(app): State<App>, address: PackAddress, base: Base) -> Result<Response, Plain> {
    page(&app, &address, &base, None).await
}

async fn change(
    State(app): State<App>,
    address: PackAddress,
    base: Base,
    form: Result<Form<Wanted>, FormRejection>,
) -> Result<Response, Plain> {
    // Whoever may not see the pack is told nothing of his form either.
    open(&app, &app.db.read().await?, &address).await?;
    let Form(wanted) = form.map_err(|rejection| Problem::BadRequest(rejection.body_text()))?;
    let done = apply(&app, &address, &wanted).await?;
    page(&app, &address, &base, Some(done)).await
}

/// Opens the pack for the holder of a player's token.
async fn open(app: &App, db: &Read, address: &PackAddress) -> Result<Invitation, Problem> {
    let hash = secret::hash(address.token.as_deref().unwrap_or_default());
    let invitation = solder::open_invitation(db, &hash, &address.pack, app.clock.now()).await?;
    memory::note_used(app, &invitation.pass.token_id);
    Ok(invitation)
}

/// Does what is asked for; tells why not where that is for the player to mend.
async fn apply(app: &App, address: &PackAddress, wanted: &Wanted) -> Result<Done, Problem> {
    let Some(uuid) = solder::client_id(&wanted.client_id) else {
        return Ok(Done::NoClientId(wanted.client_id.clone()));
    };
    if matches!(wanted.what, What::Check) {
        return Ok(Done::Checked(uuid));
    }
    let hash = secret::hash(address.token.as_deref().unwrap_or_default());
    let (write, now) = (app.db.write().await?, app.clock.now());
    let invitation = solder::open_invitation(&*write, &hash, &address.pack, now).await?;
    let done = if matches!(wanted.what, What::Remove) {
        solder::dismiss_client(&*write, &invitation, &uuid, now).await?;
        Done::Removed(uuid)
    } else {
        match solder::invite_client(&*write, &invitation, &uuid, now).await {
            Err(Error::Conflict(why)) => return Ok(Done::Refused(why)),
            invited => invited.map(|()| Done::Added(uuid))?,
        }
    };
    write.commit().await?;
    Ok(done)
}

/// The page as it is now, with what was done.
async fn page(app: &App, address: &PackAddress, base: &Base, done: Option<Done>) -> Result<Response, Plain> {
    let (db, now) = (app.db.read().await?, app.clock.now());
    let invitation = open(app, &db, address).await?;
    let view = view(&db, &invitation, done, now).await?;
    let problem = view.done.as_ref().and_then(Done::problem);
    let status = problem.map_or(StatusCode::OK, |problem| problem.status());
    let html = view.page(&base.pack(address.token.as_deref(), &invitation.pack.slug)).into_string();
    let no_store = HeaderValue::from_static("no-store");
    let headers = [(CACHE_CONTROL, no_store), (CONTENT_SECURITY_POLICY, frame::policy_with_forms())];
    Ok((status, headers, Html(html)).into_response())
}

/// What the page is made of: every launcher that was let in here, and the one that was asked about.
async fn view(db: &Read, invitation: &Invitation, done: Option<Done>, now: Timestamp) -> Result<View, Problem> {
    let own = solder::invited_clients(db, vec![&invitation.pass.token_id]).await?;
    let mut launchers = Vec::new();
    for row in own {
        launchers.push(solder::told(db, invitation, &row.uuid, now).await?);
    }
    let asked = match done.as_ref().and_then(Done::uuid) {
        Some(uuid) => Some(solder::told(db, invitation, uuid, now).await?),
        None => None,
    };
    let Invitation { pass, pack } = invitation.clone();
    Ok(View { pack, channel: pass.channel, launchers, asked, done })
}
