//! What operators ask at an address of their own: whether the process lives, whether it can work, and its numbers.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http_body_util::{BodyExt, Empty, Limited};
use hyper_util::rt::TokioIo;
use subtle::ConstantTimeEq;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::problem::Problem;
use crate::watch::Watch;
use crate::{App, Config};

/// How long a server may take to say that it is well.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest text of it that is repeated, in bytes.
const LONGEST_TEXT: usize = 4096;

/// The routes for operators.
pub(crate) fn routes(app: App, watch: Watch) -> Router {
    let metrics = Router::new().route("/metrics", get(metrics)).with_state((app.clone(), watch));
    Router::new().route("/healthz", get(async || "OK\n")).route("/readyz", get(ready)).with_state(app).merge(metrics)
}

async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.db.ping().await {
        Ok(()) => (StatusCode::OK, "OK\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}

async fn metrics(State((app, watch)): State<(App, Watch)>, headers: HeaderMap) -> Result<Response, Problem> {
    if !may_read(&app.config.metrics.token, &headers) {
        return Err(Problem::NoMetricsToken);
    }
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], watch.render()).into_response())
}

/// Whether a request brings the token, if there is one. How long this takes does not tell how much of it was right.
fn may_read(token: &str, headers: &HeaderMap) -> bool {
    let sent = headers.get(AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    token.is_empty() || sent.is_some_and(|sent| sent.ct_eq(token.as_bytes()).into())
}

/// Why a server is not well, as far as one can tell from outside.
#[derive(Debug, thiserror::Error)]
pub enum Unwell {
    /// There is no address to ask.
    #[error("`metrics.addr` is empty: a server with this configuration cannot be asked how it is")]
    NoAddress,
    /// Nobody answers.
    #[error("no server answers at {0}: {1}")]
    Silent(String, String),
    /// A server answers that something is wrong.
    #[error("the server at {0} answers {1}: {2}")]
    Ill(String, StatusCode, String),
}

/// Asks a running server with this configuration whether it lives and can work.
pub async fn health(config: &Config) -> Result<(), Unwell> {
    let address = reachable(&config.metrics.addr).ok_or(Unwell::NoAddress)?;
    for path in ["/healthz", "/readyz"] {
        let asking = timeout(PATIENCE, ask(&address, path)).await;
        let asked =
            asking.unwrap_or_else(|_| Err(format!("it takes longer than {} seconds", PATIENCE.as_secs()).into()));
        let (status, text) = asked.map_err(|error| Unwell::Silent(address.clone(), error.to_string()))?;
        if status != StatusCode::OK {
            return Err(Unwell::Ill(address, status, text.trim().to_owned()));
        }
    }
    Ok(())
}

/// Where a server that listens on this address can be asked from the same machine.
fn reachable(address: &str) -> Option<String> {
    let (host, port) = address.rsplit_once(':')?;
    let host = match host {
        "" | "0.0.0.0" => "127.0.0.1",
        "[::]" => "[::1]",
        host => host,
    };
    Some(format!("{host}:{port}"))
}

async fn ask(address: &str, path: &str) -> Result<(StatusCode, String), axum::BoxError> {
    let socket = TcpStream::connect(address).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(socket)).await?;
    let connection = tokio::spawn(connection);
    let request = hyper::Request::get(path).header("host", address).body(Empty::<bytes::Bytes>::new())?;
    let response = sender.send_request(request).await?;
    let status = response.status();
    let text = Limited::new(response.into_body(), LONGEST_TEXT).collect().await?.to_bytes();
    connection.abort();
    Ok((status, String::from_utf8_lossy(&text).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_for_all_is_asked_at_the_loopback() {
        assert_eq!(reachable("0.0.0.0:8000").as_deref(), Some("127.0.0.1:8000"));
        assert_eq!(reachable("[::]:8000").as_deref(), Some("[::1]:8000"));
        assert_eq!(reachable("metrics.example.org:80").as_deref(), Some("metrics.example.org:80"));
        assert_eq!(reachable(""), None);
    }
}
