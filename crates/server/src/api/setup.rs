//! The first administrator of a new server.

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use axum::extract::State;
use kleister_store::{sessions, setup};
use kleister_types::auth::{AuthToken, Setup};
use kleister_types::users::NewUser;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::addition;
use super::body::{Json, OPEN_LIMIT};
use super::reply::{Reply, Result};
use crate::problem::Problem;
use crate::signin::password;
use crate::{App, first_steps};

pub(super) fn routes() -> ApiRouter<App> {
    let text = "Make the first administrator with the setup token";
    ApiRouter::new().api_route("/setup", post_with(finish, addition("SetupServer", "setup", text)))
}

/// Works once, while there is no admin; afterwards the address is as if it had never been.
async fn finish(State(app): State<App>, Json(wanted): Json<Setup, OPEN_LIMIT>) -> Result<AuthToken> {
    let now = app.clock.now();
    let stored = setup::token_hash(&app.db.read().await?, now).await?.ok_or(Problem::NoRoute)?;
    let sent = hex::encode(Sha256::digest(wanted.token.as_bytes()));
    if !bool::from(stored.as_bytes().ct_eq(sent.as_bytes())) {
        return Err(Problem::BadToken);
    }
    if let Some(fault) = password::fault(&wanted.password, &wanted.username) {
        return Err(Problem::invalid("user", "password", fault));
    }
    let hash = app.passwords.hash(wanted.password).await?;
    let admin = NewUser { username: Some(wanted.username), admin: Some(true), ..NewUser::default() };
    let write = app.db.write().await?;
    let user = setup::finish(&*write, &admin, hash, now).await?;
    let session = sessions::begin(&*write, &user, now).await?;
    write.commit().await?;
    first_steps::forget(&app.config);
    Ok(Reply(app.keys.issue(&user, &session, None, now)))
}
