//! The personal tokens of the signed-in user.

use aide::axum::ApiRouter;
use aide::axum::routing::{delete_with, get_with};
use axum::extract::State;
use axum::http::Method;
use kleister_store::tokens;
use kleister_types::Notice;
use kleister_types::auth::{AuthToken, PersonalTokens};
use schemars::JsonSchema;
use serde::Deserialize;

use super::body::At;
use super::guard::Snapshot;
use super::reply::{Reply, Result, done};
use super::{addition, op};
use crate::App;
use crate::problem::Problem;
use crate::signin::caller::{Asking, Shown};
use crate::signin::personal;

const TAG: &str = "profile";

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/profile/token",
            get_with(create, op("TokenProfile", TAG, "Retrieve a personal token that works for 365 days")),
        )
        .api_route("/profile/tokens", get_with(list, addition("ListTokens", TAG, "Fetch your personal tokens")))
        .api_route(
            "/profile/tokens/{token_id}",
            delete_with(revoke, addition("DeleteToken", TAG, "Revoke one of your personal tokens")),
        )
}

/// The address of a token.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
struct TokenPath {
    /// The token's identifier, not the token itself.
    token_id: String,
}

/// Each request makes one more token; one without a body would make a token that nobody is told.
async fn create(method: Method, State(app): State<App>, Asking(caller): Asking, shown: Shown) -> Result<AuthToken> {
    let who = caller.signed_in()?;
    shown.needs_sign_in()?;
    if method == Method::HEAD {
        return Err(Problem::NoMethod);
    }
    Ok(Reply(personal::create(&app, &who.id).await?))
}

async fn list(State(app): State<App>, Asking(caller): Asking, db: Snapshot) -> Result<PersonalTokens> {
    let who = caller.signed_in()?;
    let rows = tokens::list(&*db, &who.id, app.clock.now()).await?;
    Ok(Reply(PersonalTokens { total: rows.len() as u64, tokens: rows.into_iter().map(tokens::shown).collect() }))
}

/// A personal token may end itself, but no other one.
async fn revoke(
    State(app): State<App>,
    Asking(caller): Asking,
    shown: Shown,
    At(path): At<TokenPath>,
) -> Result<Notice> {
    let who = caller.signed_in()?;
    if shown.personal().is_none_or(|held| held.token.id != path.token_id) {
        shown.needs_sign_in()?;
    }
    let write = app.db.write().await?;
    tokens::revoke(&*write, &who.id, &path.token_id, app.clock.now()).await?;
    write.commit().await?;
    Ok(done("Successfully revoked token"))
}
