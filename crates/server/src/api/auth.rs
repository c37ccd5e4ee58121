//! Signing in: the origin of the project.

use aide::OperationInput;
use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use kleister_store::sessions::Standing;
use kleister_store::users;
use kleister_types::auth::{AuthLogin, AuthToken, AuthVerify};
use kleister_types::{Notice, Timestamp};
use percent_encoding::percent_decode_str;
use schemars::JsonSchema;

use super::body::{Json, OPEN_LIMIT};
use super::reply::{Reply, Result, done};
use super::{addition, op};
use crate::problem::Problem;
use crate::signin::caller::{check, credential};
use crate::signin::session;
use crate::{App, watch};

const TAG: &str = "auth";

pub(super) fn routes() -> ApiRouter<App> {
    let path_form =
        || get_with(verify_token, addition("VerifyAuthToken", TAG, "Verify validity of a token in the path"));
    ApiRouter::new()
        .api_route("/auth/login", post_with(login, op("LoginAuth", TAG, "Authenticate an user by credentials")))
        .api_route("/auth/logout", post_with(logout, addition("LogoutAuth", TAG, "End the session of the token")))
        .api_route(
            "/auth/refresh",
            get_with(refresh, op("RefreshAuth", TAG, "Refresh an auth token before it expires")),
        )
        .api_route(
            "/auth/verify",
            get_with(verify, op("VerifyAuth", TAG, "Verify validity for an authentication token")),
        )
        .api_route("/auth/verify/{*token}", path_form())
}

async fn login(State(app): State<App>, Json(wanted): Json<AuthLogin, OPEN_LIMIT>) -> Result<AuthToken> {
    let token = sign_in(&app, wanted).await;
    watch::signed_in(&token);
    token.map(Reply)
}

/// Wrong password, unknown user, inactive user: the same answer after the same work.
async fn sign_in(app: &App, wanted: AuthLogin) -> std::result::Result<AuthToken, Problem> {
    let user = users::find_by_name(&app.db.read().await?, &wanted.username).await?.filter(|user| user.active);
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    let verified = app.passwords.verify(wanted.password, hash).await?;
    let user = user.filter(|_| verified).ok_or(Problem::WrongPassword)?;
    session::begin(app, &user).await?.ok_or(Problem::WrongPassword)
}

async fn logout(State(app): State<App>, headers: HeaderMap) -> Result<Notice> {
    let (claims, _) = credential(&app, &headers).await?.ok_or(Problem::BadCredential)?;
    let write = app.db.write().await?;
    kleister_store::sessions::end(&*write, &claims.sid, app.clock.now()).await?;
    write.commit().await?;
    Ok(done("Successfully ended session"))
}

/// The first token of the headers that holds is refreshed; an expired one never is.
async fn refresh(State(app): State<App>, headers: HeaderMap) -> Result<AuthToken> {
    let (claims, _) = credential(&app, &headers).await?.ok_or(Problem::BadCredential)?;
    session::refresh(&app, &claims).await?.map(Reply).ok_or(Problem::BadCredential)
}

async fn verify(State(app): State<App>, headers: HeaderMap) -> Result<AuthVerify> {
    let (_, standing) = credential(&app, &headers).await?.ok_or(Problem::BadToken)?;
    Ok(Reply(verified(&standing)))
}

/// Whatever follows in the raw path is looked at as a token: slashes, bytes that are no text, kilobytes.
async fn verify_token(State(app): State<App>, TokenInPath(token): TokenInPath) -> Result<AuthVerify> {
    let (_, standing) = check(&app, &token).await?.ok_or(Problem::BadToken)?;
    Ok(Reply(verified(&standing)))
}

/// The rest of the raw path, which may be anything at all.
struct TokenInPath(String);

impl FromRequestParts<App> for TokenInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> std::result::Result<Self, Problem> {
        let (_, raw) = parts.uri.path().split_once("/verify/").ok_or(Problem::BadToken)?;
        let token = percent_decode_str(raw).decode_utf8().map_err(|_| Problem::BadToken)?;
        Ok(Self(token.into_owned()))
    }
}

impl OperationInput for TokenInPath {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        <Path<TokenPath> as OperationInput>::operation_input(ctx, operation);
    }
}

/// How a token in the path is documented.
#[derive(JsonSchema)]
struct TokenPath {
    /// The token to look at.
    #[expect(dead_code, reason = "only its documentation is used: the raw path is read by hand")]
    token: String,
}

fn verified(standing: &Standing) -> AuthVerify {
    let user = &standing.user;
    AuthVerify { username: user.username.clone(), created_at: Timestamp::from_millis(user.created_at) }
}
