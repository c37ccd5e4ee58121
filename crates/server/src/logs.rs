//! What is written to the log: structured lines on standard error.
//!
//! A request is named by its method, the template of its route and its id: paths hold tokens, so no line has one.

use std::io::IsTerminal;
use std::time::Duration;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::trace::{MakeSpan, OnResponse};
use tracing::{Span, info, info_span};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::layer;
use tracing_subscriber::prelude::*;

use crate::config::{Log, LogFormat};

/// The header that names a request in its answer.
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

/// Begins logging as configured; later calls change nothing.
pub(crate) fn start(config: &Log) {
    let level = config.level.as_str();
    let filter = EnvFilter::new(format!(
        "warn,kleister={level},kleister_server={level},kleister_store={level},kleister_files={level}"
    ));
    let registry = tracing_subscriber::registry().with(filter);
    let _ = match config.format {
        LogFormat::Json => registry.with(layer().json().flatten_event(true).with_writer(std::io::stderr)).try_init(),
        LogFormat::Pretty => {
            let color = config.color && std::io::stderr().is_terminal();
            registry.with(layer().with_ansi(color).with_target(false).with_writer(std::io::stderr)).try_init()
        }
    };
}

/// The id of a request.
#[derive(Clone)]
struct RequestId(String);

/// Gives each request an id of its own, whatever the client calls it, and tells it in the answer.
pub(crate) async fn name_request(mut request: Request, next: Next) -> Response {
    let id = kleister_store::names::new_id();
    let header = HeaderValue::try_from(&id);
    request.extensions_mut().insert(RequestId(id));
    let mut response = next.run(request).await;
    if let Ok(header) = header {
        response.headers_mut().insert(REQUEST_ID, header);
    }
    response
}

/// The span of a request.
#[derive(Clone, Copy)]
pub(crate) struct RequestSpan;

impl MakeSpan<axum::body::Body> for RequestSpan {
    fn make_span(&mut self, request: &Request) -> Span {
        let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
        let id = request.extensions().get::<RequestId>().map(|RequestId(id)| id);
        info_span!("request", method = %request.method(), route, id)
    }
}

/// The line that tells how a request ended.
#[derive(Clone, Copy)]
pub(crate) struct RequestLine;

impl OnResponse<axum::body::Body> for RequestLine {
    fn on_response(self, response: &Response, latency: Duration, _: &Span) {
        info!(status = response.status().as_u16(), milliseconds = latency.as_secs_f64() * 1000.0, "answered");
    }
}
