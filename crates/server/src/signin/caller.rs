//! The caller of a request, from its headers.

use std::sync::Arc;

use aide::OperationInput;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use kleister_store::rows::user;
use kleister_store::sessions::Standing;
use kleister_store::tokens::Held;
use kleister_store::{Caller, Result, Who};

use super::basic::{self, Pair};
use super::memory;
use super::network::Network;
use super::token::Claims;
use crate::App;
use crate::problem::Problem;

/// Who asks, as a handler's argument: `Asking(caller): Asking`.
///
/// Without a credential the caller is anonymous; with one that does not hold the request ends with 401, even where
/// anonymous callers may pass.
#[derive(Clone, Debug)]
pub struct Asking(pub Caller);

impl OperationInput for Asking {}

impl FromRequestParts<App> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Shown(credential) = Shown::from_request_parts(parts, app).await?;
        match credential {
            None if sends_credential(&parts.headers) => Err(Problem::BadCredential),
            None => Ok(Self(Caller::Anonymous)),
            Some(credential) => {
                credential.note_use(app);
                Ok(Self(Caller::User(credential.who())))
            }
        }
    }
}

/// The first credential of the headers that holds, as a handler's argument: `Shown(credential): Shown`.
#[derive(Clone, Debug)]
pub struct Shown(pub Option<Credential>);

impl Shown {
    /// The personal token that it is, if it is one.
    pub fn personal(&self) -> Option<&Held> {
        self.0.as_ref()?.personal()
    }

    /// Fails for a personal token: what would outlive it, or shut its owner out, takes a sign-in.
    pub fn needs_sign_in(&self) -> Result<(), Problem> {
        self.personal().map_or(Ok(()), |_| Err(Problem::NeedsSignIn))
    }
}

impl OperationInput for Shown {}

impl FromRequestParts<App> for Shown {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        // A guard and its handler both ask; the request has one answer.
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let network = Network::from_request_parts(parts, app).await?;
        let shown = Self(first_that_holds(app, network, &parts.headers).await?);
        parts.extensions.insert(shown.clone());
        Ok(shown)
    }
}

/// What a caller shows to prove who he is.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A token of a session.
    Session(Arc<Claims>, Arc<Standing>),
    /// A personal token.
    Personal(Arc<Held>),
    /// His name and password.
    Password(Arc<user::Model>),
}

impl Credential {
    /// Whose it is.
    pub fn user(&self) -> &user::Model {
        match self {
            Self::Session(_, standing) => &standing.user,
            Self::Personal(held) => &held.user,
            Self::Password(user) => user,
        }
    }

    /// The personal token that it is, if it is one.
    pub fn personal(&self) -> Option<&Held> {
        match self {
            Self::Personal(held) => Some(held),
            Self::Session(..) | Self::Password(_) => None,
        }
    }

    fn who(&self) -> Who {
        let user = self.user();
        Who { id: user.id.clone(), username: user.username.clone(), admin: user.admin }
    }

    fn note_use(&self, app: &App) {
        if let Some(held) = self.personal() {
            memory::note_used(app, &held.token.id);
        }
    }
}

/// The first credential that holds: the tokens of `X-API-Key`, then those of `Authorization` with or without the word
/// `Bearer`, then a username with a password or a personal token. Published clients send both headers.
async fn first_that_holds(app: &App, network: Network, headers: &HeaderMap) -> Result<Option<Credential>, Problem> {
    for token in tokens(headers) {
        if let Some(found) = check(app, token).await? {
            return Ok(Some(found));
        }
    }
    let Some(pair) = pairs(headers).next() else {
        if sends_credential(headers) {
            app.throttle.fail_token(network, app.clock.now())?;
        }
        return Ok(None);
    };
    if !pair.has_token() {
        let user = basic::verify(app, network, pair).await?;
        return Ok(user.map(|user| Credential::Password(Arc::new(user))));
    }
    let held = app.personal.find(&app.db, &pair.password, app.clock.now()).await?;
    let held = held.filter(|held| pair.names(&held.user));
    if held.is_none() {
        app.throttle.fail_token(network, app.clock.now())?;
    }
    Ok(held.map(Credential::Personal))
}

/// What a token speaks for, if it holds: a session or its user.
pub async fn check(app: &App, token: &str) -> Result<Option<Credential>> {
    let now = app.clock.now();
    if let Some(held) = app.personal.find(&app.db, token, now).await? {
        return Ok(Some(Credential::Personal(held)));
    }
    let Some(claims) = app.keys.read(token, now) else { return Ok(None) };
    let standing = app.sessions.standing(&app.db, &claims, now).await?;
    Ok(standing.map(|standing| Credential::Session(claims, standing)))
}

fn tokens(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let keys = headers.get_all("x-api-key").iter();
    let bearers = headers.get_all(AUTHORIZATION).iter();
    let texts = keys.chain(bearers).filter_map(|value| value.to_str().ok());
    texts.filter_map(token_of).filter(|token| !token.is_empty())
}

/// The token in a header's value; other schemes have none.
fn token_of(value: &str) -> Option<&str> {
    match value.trim().split_once(' ') {
        Some((scheme, token)) => scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()),
        None => Some(value.trim()).filter(|bare| !bare.eq_ignore_ascii_case("bearer")),
    }
}

/// The usernames and passwords of the headers.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = Pair> {
    let texts = headers.get_all(AUTHORIZATION).iter().filter_map(|value| value.to_str().ok());
    let schemes = texts.filter_map(|text| text.trim().split_once(' '));
    let encoded = schemes.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic")).map(|(_, encoded)| encoded.trim());
    encoded.filter_map(Pair::read)
}

/// Whether there is a credential of any kind, also one that cannot be understood.
fn sends_credential(headers: &HeaderMap) -> bool {
    let filled = |name| headers.get_all(name).iter().any(|value| !value.as_bytes().trim_ascii().is_empty());
    filled("x-api-key") || filled("authorization")
}
