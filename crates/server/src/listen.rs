//! Listening: until a signal comes, and then until the answers under way are given.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tower::Service;

use crate::app::StartError;

/// How long answers under way may take once the server is asked to stop.
const DRAINING: Duration = Duration::from_secs(30);

/// An address that is listened on.
pub(crate) struct Listening {
    listener: TcpListener,
    /// The address, with the port that was chosen where 0 was asked for.
    pub(crate) address: SocketAddr,
}

impl Listening {
    /// Listens on an address, whose port may be 0; `option` is named where that fails.
    pub(crate) async fn on(address: &str, option: &'static str) -> Result<Self, StartError> {
        let failed = |error| StartError::Listen { address: address.to_owned(), option, error };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address })
    }

    /// Answers until `stop`, and drains for up to 30 seconds.
    pub(crate) async fn serve<S>(self, service: S, stop: CancellationToken)
    where
        S: Service<Request, Response = Response, Error = std::convert::Infallible> + Clone + Send + 'static,
        S::Future: Send,
    {
        let listener = self.listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        let make = tower::make::Shared::new(service);
        let serving = axum::serve(listener, make).with_graceful_shutdown(stop.clone().cancelled_owned());
        until_drained(async move { serving.await.map_err(drop).unwrap_or_default() }, &stop).await;
    }
}

/// Waits for work to end by itself, or for the draining time after `stop`.
async fn until_drained(work: impl Future<Output = ()>, stop: &CancellationToken) {
    let deadline = async {
        stop.cancelled().await;
        tokio::time::sleep(DRAINING).await;
    };
    tokio::select! {
        () = work => {}
        () = deadline => tracing::warn!("answers under way were cut after {} seconds", DRAINING.as_secs()),
    }
}

/// A token that is cancelled by SIGTERM or SIGINT.
pub(crate) fn stop_signal() -> Result<CancellationToken, StartError> {
    let failed = |error| StartError::System { what: "cannot wait for signals", error };
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: no new requests, answers under way are finished");
        stopping.cancel();
    });
    Ok(stop)
}

/// Runs something again and again until `stop`.
pub(crate) async fn every<F: Future<Output = ()>>(
    period: Duration,
    stop: CancellationToken,
    mut work: impl FnMut() -> F,
) {
    while timeout(period, stop.cancelled()).await.is_err() {
        work().await;
    }
}
