//! Request bodies and queries, read with our own errors.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use futures::StreamExt;
use kleister_types::Paging;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::problem::Problem;
use crate::{App, address};

/// The largest JSON body of most operations, in bytes.
pub const JSON_LIMIT: u64 = 1 << 20;
/// The largest JSON body of operations that nobody needs a credential for, in bytes.
pub const OPEN_LIMIT: u64 = 16 << 10;

/// A JSON body of at most `LIMIT` bytes.
#[derive(Debug)]
pub struct Json<T, const LIMIT: u64 = JSON_LIMIT>(pub T);

impl<T: DeserializeOwned, const LIMIT: u64> FromRequest<App> for Json<T, LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        if media_type(request.headers()) != "application/json" {
            return Err(Problem::BadRequest("send the body as `Content-Type: application/json`".to_owned()));
        }
        let bytes = read(request, LIMIT, "send less").await?;
        parse(&bytes).map(Self)
    }
}

impl<T: JsonSchema, const LIMIT: u64> OperationInput for Json<T, LIMIT> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        <axum::Json<T> as OperationInput>::operation_input(ctx, operation);
    }
}

/// Which page of a list is asked for.
#[derive(Debug)]
pub struct Page(pub Paging);

impl FromRequestParts<App> for Page {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Asked(paging) = Asked::from_request_parts(parts, app).await?;
        Ok(Self(paging))
    }
}

impl OperationInput for Page {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        <Query<Paging> as OperationInput>::operation_input(ctx, operation);
    }
}

/// What the query of an address asks for.
#[derive(Debug)]
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let query = Query::<T>::from_request_parts(parts, app).await;
        query.map(|Query(asked)| Self(asked)).map_err(|error| Problem::BadRequest(error.body_text()))
    }
}

impl<T: JsonSchema> OperationInput for Asked<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        <Query<T> as OperationInput>::operation_input(ctx, operation);
    }
}

/// The parts of an address; one that is no text, or has a NUL in it, is nowhere.
#[derive(Debug)]
pub struct At<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        address::parts(parts, app).await.map(Self)
    }
}

impl<T: JsonSchema> OperationInput for At<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        <Path<T> as OperationInput>::operation_input(ctx, operation);
    }
}

/// The media type of a body, in lower case and without parameters.
pub fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    value.split(';').next().unwrap_or("").trim().to_lowercase()
}

/// The number of bytes that a body declares.
pub fn declared(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads a JSON object into what it should be. An array is none, though its elements could be told apart by order.
/// Nor is one with a NUL in a text, which not every database can store.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(Problem::BadRequest("cannot read the body: it is not a JSON object".to_owned()));
    }
    let read = serde_json::from_slice(bytes);
    let read = read.map_err(|error| Problem::BadRequest(format!("cannot read the body: {error}")))?;
    if has_nul(bytes) {
        return Err(Problem::BadRequest("a text in the body has the character NUL in it; take it out".to_owned()));
    }
    Ok(read)
}

/// Whether a text of a JSON document has a NUL in it: JSON has it only as this escape, and escapes only in texts.
fn has_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        rest = &rest[at + 1..];
        if rest.starts_with(b"u0000") {
            return true;
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}

/// Reads a body of at most `limit` bytes into memory.
pub async fn read(request: Request, limit: u64, advice: &'static str) -> Result<Bytes, Problem> {
    let too_large = Problem::TooLarge { limit, advice };
    let declared = declared(request.headers());
    if declared.is_some_and(|declared| declared > limit) {
        return Err(too_large);
    }
    let mut body = request.into_body().into_data_stream();
    let mut bytes = Vec::with_capacity(usize::try_from(declared.unwrap_or(0)).unwrap_or(0));
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| Problem::broken_off(&error))?;
        if bytes.len() as u64 + chunk.len() as u64 > limit {
            return Err(too_large);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.into())
}

/// What an address answers to a method that it does not have: `OPTIONS` is told what there is.
pub async fn no_method(method: Method) -> Result<StatusCode, Problem> {
    if method == Method::OPTIONS { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NoMethod) }
}

#[cfg(test)]
mod tests {
    use super::has_nul;

    #[test]
    fn a_nul_is_told_from_what_looks_like_one() {
        for (json, found) in [
            (r#"{"name":"a\u0000b"}"#, true),
            (r#"{"name":"\\\u0000"}"#, true),
            (r#"{"a":{"b":["\n\u0000"]}}"#, true),
            (r#"{"name":"\\u0000"}"#, false),
            (r#"{"name":"\u0001u0000"}"#, false),
            (r#"{"name":"u0000"}"#, false),
            (r#"{"name":"ends with \\"}"#, false),
        ] {
            assert_eq!(has_nul(json.as_bytes()), found, "{json}");
            let read: serde_json::Value = serde_json::from_str(json).unwrap();
            assert_eq!(format!("{read:?}").contains(r"\0"), found, "{json}");
        }
    }
}
