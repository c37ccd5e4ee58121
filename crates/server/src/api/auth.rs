//! Signing in: the origin of the project.

use aide::OperationInput;
use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use kleister_store::rows::user;
use kleister_types::auth::{AuthLogin, AuthRedirect, AuthToken, AuthVerify};
use kleister_types::{Notice, Timestamp};
use percent_encoding::percent_decode_str;
use schemars::JsonSchema;

use super::body::{Json, OPEN_LIMIT};
use super::reply::{Reply, Result, done};
use super::{addition, op};
use crate::problem::Problem;
use crate::signin::caller::{Credential, Shown, check};
use crate::signin::network::Network;
use crate::signin::{attempt, session};
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
        .api_route("/auth/redirect", post_with(redirect, op("RedirectAuth", TAG, "Retrieve real token after redirect")))
}

async fn login(
    State(app): State<App>,
    network: Network,
    Json(wanted): Json<AuthLogin, OPEN_LIMIT>,
) -> Result<AuthToken> {
    let token = sign_in(&app, network, wanted).await;
    watch::signed_in(&token);
    token.map(Reply)
}

/// Wrong password, unknown user, inactive user: the same answer after the same work.
async fn sign_in(app: &App, network: Network, wanted: AuthLogin) -> std::result::Result<AuthToken, Problem> {
    let user = attempt::verify(app, network, &wanted.username, wanted.password).await?;
    let token = session::begin(app, &user.ok_or(Problem::WrongPassword)?).await?;
    token.ok_or(Problem::WrongPassword)
}

async fn logout(State(app): State<App>, Shown(credential): Shown) -> Result<Notice> {
    let Credential::Session(claims, _) = credential.ok_or(Problem::BadCredential)? else {
        return Err(Problem::NoSession);
    };
    let write = app.db.write().await?;
    kleister_store::sessions::end(&*write, &claims.sid, app.clock.now()).await?;
    write.commit().await?;
    Ok(done("Successfully ended session"))
}

/// The first credential of the headers that holds is refreshed: an expired token never is, nor is a personal one, and
/// a password begins a new session.
async fn refresh(State(app): State<App>, Shown(credential): Shown) -> Result<AuthToken> {
    let token = match credential.ok_or(Problem::BadCredential)? {
        Credential::Session(claims, _) => session::refresh(&app, &claims).await?,
        Credential::Password(user) => session::begin(&app, &user).await?,
        Credential::Personal(_) => return Err(Problem::NotRefreshed),
    };
    token.map(Reply).ok_or(Problem::BadCredential)
}

async fn verify(Shown(credential): Shown) -> Result<AuthVerify> {
    Ok(Reply(verified(credential.ok_or(Problem::BadToken)?.user())))
}

/// Whatever follows in the raw path is looked at as a token: slashes, bytes that are no text, kilobytes.
async fn verify_token(State(app): State<App>, network: Network, token: TokenInPath) -> Result<AuthVerify> {
    app.throttle.permit_token(network, app.clock.now())?;
    let credential = match token {
        TokenInPath(Some(token)) => check(&app, &token).await?,
        TokenInPath(None) => None,
    };
    if credential.is_none() {
        app.throttle.fail_token(network, app.clock.now())?;
    }
    Ok(Reply(verified(credential.ok_or(Problem::BadToken)?.user())))
}

async fn redirect(
    State(app): State<App>,
    network: Network,
    Json(wanted): Json<AuthRedirect, OPEN_LIMIT>,
) -> Result<AuthToken> {
    app.throttle.permit_token(network, app.clock.now())?;
    let token = session::redeem(&app, &wanted.token).await?;
    if token.is_none() {
        app.throttle.fail_token(network, app.clock.now())?;
    }
    token.map(Reply).ok_or(Problem::BadToken)
}

/// The rest of the raw path, which may be anything at all.
struct TokenInPath(Option<String>);

impl FromRequestParts<App> for TokenInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> std::result::Result<Self, Problem> {
        let raw = parts.uri.path().split_once("/verify/").map(|(_, raw)| raw);
        let token = raw.and_then(|raw| percent_decode_str(raw).decode_utf8().ok());
        Ok(Self(token.map(std::borrow::Cow::into_owned)))
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

fn verified(user: &user::Model) -> AuthVerify {
    AuthVerify { username: user.username.clone(), created_at: Timestamp::from_millis(user.created_at) }
}
