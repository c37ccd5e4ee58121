//! Listening: until a signal comes, and then until the answers under way are given.

mod activity;
mod body;
mod connection;
mod count;
mod framing;
mod places;
mod stream;

use std::convert::Infallible;
use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

use self::connection::Connection;
use self::places::Places;
use crate::Config;
use crate::app::StartError;
use crate::config::Listener;

pub(crate) use body::TooSlow;

/// How long no connection is accepted after the system had no file for one more.
const BREATH: Duration = Duration::from_millis(100);

/// The most bytes of an answer that the system holds for a client who is not ready for them.
#[cfg(target_os = "linux")]
const MOST_UNSENT: u32 = 128 << 10;

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
        keep_little_unsent(&listener).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address })
    }

    /// Answers until `stop`; then nobody is let in any more, and answers under way have their time to end.
    pub(crate) async fn serve<S>(self, service: S, config: Arc<Config>, stop: CancellationToken)
    where
        S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + Unpin + 'static,
        S::Future: Send + Unpin,
    {
        let limits = Arc::new(config.listener.clone());
        let places = Places::new(&limits, config.server.proxies.clone());
        let (connections, cut) = (TaskTracker::new(), CancellationToken::new());
        while let Some((socket, peer)) = self.accept(&stop).await {
            match places.take(peer.ip()) {
                Ok(place) => {
                    let connection = Connection::new(peer, Arc::clone(&limits), stop.clone());
                    let (serving, cut) = (connection.serve(socket, service.clone()), cut.clone());
                    connections.spawn(async move {
                        let _held = (place, count::opened());
                        cut.run_until_cancelled(serving).await
                    });
                }
                Err(why) => count::refused(why),
            }
        }
        drop(self.listener);
        connections.close();
        if timeout(limits.drain(), connections.wait()).await.is_err() {
            tracing::warn!("answers under way were cut after {} seconds", limits.drain);
            cut.cancel();
        }
    }

    /// The next connection; none after `stop`.
    async fn accept(&self, stop: &CancellationToken) -> Option<(TcpStream, SocketAddr)> {
        loop {
            match stop.run_until_cancelled(self.listener.accept()).await? {
                Ok(accepted) => return Some(accepted),
                Err(error) if is_of_connection(&error) => {}
                Err(error) => {
                    // Most often no file is left (EMFILE): connections that end give some back.
                    tracing::error!(%error, "cannot accept a connection; trying again in a moment");
                    stop.run_until_cancelled(sleep(BREATH)).await?;
                }
            }
        }
    }
}

/// Lets the system take no more of an answer than its client is about to read, also for connections that are accepted
/// here. Else it takes megabytes at once and then none for longer than a slow client may pause.
#[cfg(target_os = "linux")]
fn keep_little_unsent(listener: &TcpListener) -> std::io::Result<()> {
    socket2::SockRef::from(listener).set_tcp_notsent_lowat(MOST_UNSENT)
}

/// Other systems take little anyway.
#[cfg(not(target_os = "linux"))]
fn keep_little_unsent(_: &TcpListener) -> std::io::Result<()> {
    Ok(())
}

/// Whether an error of `accept` is about the one connection only.
fn is_of_connection(error: &std::io::Error) -> bool {
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// Asks the system for as many open files as connections may need, each with a file that it is sent from.
pub(crate) fn raise_file_limit(limits: &Listener) {
    let connections = limits.connections as u64;
    match rlimit::increase_nofile_limit(2 * connections + 1024) {
        Ok(limit) if limit > connections => {}
        Ok(limit) => tracing::warn!(limit, "fewer files may be open at once than `listener.connections`"),
        Err(error) => tracing::warn!(%error, "cannot raise the limit of open files"),
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
