//! What is written to the log: structured lines on standard error.
//!
//! A request is named by its method, the template of its route and its id: paths hold tokens, so no line has one.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;
use tracing::{Instrument, info, info_span};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::layer;
use tracing_subscriber::prelude::*;

use crate::config::{Log, LogFormat};
use crate::unread::read_on;
use crate::watch;

/// The header that names a request in its answer.
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

/// Begins logging as configured; later calls change nothing.
///
/// Each line is one write to a handle of our own: requests on several threads would else wait for each other at the lock that
/// Rust's standard error has.
pub(crate) fn start(config: &Log) -> io::Result<()> {
    let stderr = File::from(io::stderr().as_fd().try_clone_to_owned()?);
    let level: LevelFilter = config.level.as_str().parse().unwrap_or(LevelFilter::INFO);
    let ours = ["kleister", "kleister_server", "kleister_store", "kleister_files"].map(|target| (target, level));
    let filter = Targets::new().with_default(LevelFilter::WARN).with_targets(ours);
    let registry = tracing_subscriber::registry().with(filter);
    let _ = match config.format {
        LogFormat::Json => registry.with(layer().json().flatten_event(true).with_writer(stderr)).try_init(),
        LogFormat::Pretty => {
            let color = config.color && stderr.is_terminal();
            registry.with(layer().with_ansi(color).with_target(false).with_writer(stderr)).try_init()
        }
    };
    Ok(())
}

/// Gives each request an id of its own, whatever the client calls it, tells it in the answer, and logs how it ended.
/// Whatever is logged meanwhile belongs to the request's span, and what is left of its body to its time.
pub(crate) async fn log_request(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = kleister_store::names::new_id();
    let (method, matched) = (request.method().clone(), request.extensions().get::<MatchedPath>().cloned());
    let route = matched.as_ref().map_or("none", MatchedPath::as_str);
    let span = info_span!("request", %method, route, id);
    let mut response = read_on(request, next).instrument(span.clone()).await;
    let took = began.elapsed();
    watch::answered(&method, route, response.status(), took);
    let milliseconds = took.as_secs_f64() * 1000.0;
    span.in_scope(|| info!(status = response.status().as_u16(), milliseconds, "answered"));
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
