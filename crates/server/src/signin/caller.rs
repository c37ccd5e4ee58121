//! The caller of a request, from its headers.

use std::sync::Arc;

use aide::OperationInput;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use kleister_store::sessions::Standing;
use kleister_store::{Caller, Result};

use super::session;
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
        // A guard and its handler both ask; the request has one answer.
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let asking = Self(caller(app, &parts.headers).await?);
        parts.extensions.insert(asking.clone());
        Ok(asking)
    }
}

async fn caller(app: &App, headers: &HeaderMap) -> Result<Caller, Problem> {
    if !sends_credential(headers) {
        return Ok(Caller::Anonymous);
    }
    let (_, standing) = credential(app, headers).await?.ok_or(Problem::BadCredential)?;
    Ok(Caller::User(session::who(&standing)))
}

/// The first token of the headers that holds, with its session.
pub async fn credential(app: &App, headers: &HeaderMap) -> Result<Option<(Arc<Claims>, Arc<Standing>)>> {
    for token in tokens(headers) {
        if let Some(found) = check(app, token).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// What a token says and the session it speaks for, if it holds.
pub async fn check(app: &App, token: &str) -> Result<Option<(Arc<Claims>, Arc<Standing>)>> {
    let now = app.clock.now();
    let Some(claims) = app.keys.read(token, now) else { return Ok(None) };
    let standing = app.sessions.standing(&app.db, &claims, now).await?;
    Ok(standing.map(|standing| (claims, standing)))
}

/// The tokens of a request in the order in which they are tried: `X-API-Key`, then `Authorization` with or without
/// the word `Bearer`. Published clients send both headers.
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

/// Whether there is a credential of any kind, also one that cannot be understood.
fn sends_credential(headers: &HeaderMap) -> bool {
    let filled = |name| headers.get_all(name).iter().any(|value| !value.as_bytes().trim_ascii().is_empty());
    filled("x-api-key") || filled("authorization")
}
