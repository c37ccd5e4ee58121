//! Changing only what one has seen: `ETag` on records, `If-Match` on updates (RFC 9110, 13.1.1).
//!
//! A handler answers `Tagged(record)` instead of `Reply(record)`, takes `seen: IfMatch`, and within its write calls
//! `seen.judge(async { … })` with the record as its caller sees it now. Without the header nothing is computed.

use std::convert::Infallible;
use std::future::Future;

use aide::generate::GenContext;
use aide::openapi::{
    Header, HeaderStyle, Operation, Parameter, ParameterData, ParameterSchemaOrContent, ReferenceOr,
    Response as Documented, SchemaObject,
};
use aide::operation::add_parameters;
use aide::{OperationInput, OperationOutput};
use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::header::{ETAG, IF_MATCH};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use indexmap::IndexMap;
use schemars::{JsonSchema, json_schema};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::reply::Reply;
use crate::App;
use crate::problem::Problem;

/// What the handlers of records return: the record with its tag, or why there is none.
pub type Result<T> = std::result::Result<Tagged<T>, Problem>;

/// A record as JSON with status 200, and with a strong `ETag` that follows from it.
#[derive(Debug)]
pub struct Tagged<T>(pub T);

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let tag = tag(&self.0);
        let mut response = Reply(self.0).into_response();
        if let Ok(tag) = HeaderValue::try_from(tag) {
            response.headers_mut().insert(ETAG, tag);
        }
        response
    }
}

impl<T: JsonSchema> OperationOutput for Tagged<T> {
    type Inner = T;

    fn operation_response(ctx: &mut GenContext, operation: &mut Operation) -> Option<Documented> {
        let mut response = <Reply<T> as OperationOutput>::operation_response(ctx, operation)?;
        let header = Header {
            description: Some("The record's tag, for `If-Match` on its update.".to_owned()),
            style: HeaderStyle::Simple,
            required: false,
            deprecated: None,
            format: a_text(),
            example: None,
            examples: IndexMap::default(),
            extensions: an_addition(),
        };
        response.headers.insert("ETag".to_owned(), ReferenceOr::Item(header));
        Some(response)
    }

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<u16>, Documented)> {
        let response = Self::operation_response(ctx, operation);
        response.map(|response| (Some(200), response)).into_iter().collect()
    }
}

/// The tags that the caller has seen, one of which the record must still have; none where it may be whatever it is.
#[derive(Clone, Debug)]
pub struct IfMatch(Option<Vec<String>>);

impl IfMatch {
    /// Refuses the update if the record is none of those that the caller has seen.
    ///
    /// To be asked within the write, so that of two who have seen the same only the first one wins. The record is
    /// computed only where the header was sent.
    pub async fn judge<T: Serialize, E: Into<Problem>>(
        &self,
        current: impl Future<Output = std::result::Result<T, E>>,
    ) -> std::result::Result<(), Problem> {
        let Some(seen) = &self.0 else { return Ok(()) };
        let current = tag(&current.await.map_err(Into::into)?);
        if seen.iter().any(|seen| *seen == "*" || *seen == current) { Ok(()) } else { Err(Problem::Stale) }
    }
}

impl FromRequestParts<App> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> std::result::Result<Self, Infallible> {
        // What is no text is a tag that no record has.
        let texts: Vec<&str> =
            parts.headers.get_all(IF_MATCH).iter().map(|value| value.to_str().unwrap_or("?").trim()).collect();
        let tags = texts.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|tag| !tag.is_empty());
        let tags: Vec<String> = tags.map(str::to_owned).collect();
        Ok(Self(Some(tags).filter(|tags| !tags.is_empty())))
    }
}

impl OperationInput for IfMatch {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        let text = "Changes the record only if it still has this `ETag`, and answers 412 otherwise; `*` is any.";
        let parameter_data = ParameterData {
            name: "If-Match".to_owned(),
            description: Some(text.to_owned()),
            required: false,
            deprecated: None,
            format: a_text(),
            example: None,
            examples: IndexMap::default(),
            explode: None,
            extensions: an_addition(),
        };
        add_parameters(ctx, operation, [Parameter::Header { parameter_data, style: HeaderStyle::Simple }]);
    }
}

/// The strong tag of a record: what it says, hashed.
fn tag<T: Serialize>(record: &T) -> String {
    let json = serde_json::to_vec(record).unwrap_or_default();
    format!("\"{}\"", hex::encode(&Sha256::digest(json)[..16]))
}

fn a_text() -> ParameterSchemaOrContent {
    let json_schema = json_schema!({"type": "string"});
    ParameterSchemaOrContent::Schema(SchemaObject { json_schema, external_docs: None, example: None })
}

fn an_addition() -> IndexMap<String, serde_json::Value> {
    IndexMap::from([("x-kleister-addition".to_owned(), true.into())])
}
