//! What handlers return when all went well.

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{MediaType, Operation, Response as Documented};
use axum::Json;
use axum::response::{IntoResponse, Response};
use kleister_types::Notice;
use schemars::JsonSchema;
use serde::Serialize;

use crate::problem::Problem;

/// What every handler returns: a record with status 200, or why there is none.
pub type Result<T> = std::result::Result<Reply<T>, Problem>;

/// A record as JSON, with status 200.
#[derive(Debug)]
pub struct Reply<T>(pub T);

impl<T: Serialize> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        Json(self.0).into_response()
    }
}

impl<T: JsonSchema> OperationOutput for Reply<T> {
    type Inner = T;

    fn operation_response(ctx: &mut GenContext, operation: &mut Operation) -> Option<Documented> {
        <Json<T> as OperationOutput>::operation_response(ctx, operation)
    }

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<u16>, Documented)> {
        let response = Self::operation_response(ctx, operation);
        response.map(|response| (Some(200), response)).into_iter().collect()
    }
}

/// The bytes of a file.
pub struct Answer(pub Response);

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        self.0
    }
}

impl OperationOutput for Answer {
    type Inner = Self;

    fn operation_response(_: &mut GenContext, _: &mut Operation) -> Option<Documented> {
        let content = [("application/octet-stream".to_owned(), MediaType::default())].into_iter().collect();
        Some(Documented { description: "The bytes of the file.".to_owned(), content, ..Documented::default() })
    }

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<u16>, Documented)> {
        let response = Self::operation_response(ctx, operation);
        response.map(|response| (Some(200), response)).into_iter().collect()
    }
}

/// A stream of server-sent events.
pub struct Events(pub Response);

impl IntoResponse for Events {
    fn into_response(self) -> Response {
        self.0
    }
}

impl OperationOutput for Events {
    type Inner = Self;

    fn operation_response(_: &mut GenContext, _: &mut Operation) -> Option<Documented> {
        let content = [("text/event-stream".to_owned(), MediaType::default())].into_iter().collect();
        Some(Documented { description: "The events, as they come.".to_owned(), content, ..Documented::default() })
    }

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<u16>, Documented)> {
        let response = Self::operation_response(ctx, operation);
        response.map(|response| (Some(200), response)).into_iter().collect()
    }
}

/// The message that something is done.
pub fn done(message: &str) -> Reply<Notice> {
    Reply(Notice { status: 200, message: message.to_owned(), errors: Vec::new(), findings: Vec::new() })
}
