//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::future::{Ready, poll_fn, ready};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use futures::future::{Either, Map};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tower::util::Oneshot;
use tower::{Service, ServiceExt};

use super::activity::{self, Activity};
use super::body::{Answer, paced};
use super::count;
use super::stream::{Protocol, Stream, accept};
use crate::config::Listener;

/// The number of fields that hyper takes without asking for memory.
const USUAL_HEADERS: usize = 100;
/// How much of an answer is given to HTTP/2 at once: its flow is seen in parts of this size.
const HTTP2_PART: usize = 64 << 10;
/// How often an HTTP/2 client is asked whether it is there, and how long it may take to say so.
const PING: Duration = Duration::from_secs(30);
const PONG: Duration = Duration::from_secs(10);
/// How long an HTTP/2 client may take to hear that the connection ends.
const GOODBYE: Duration = Duration::from_secs(1);
/// How many streams a client of HTTP/2 may begin and take back before they were looked at, and how many it may make
/// the server take back by breaking the protocol.
const RESETS: usize = 20;
const LOCAL_RESETS: usize = 100;

/// What all connections of one address have in common.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub(super) peer: SocketAddr,
    pub(super) limits: Arc<Listener>,
    /// The server is asked to stop.
    pub(super) stop: CancellationToken,
    activity: Activity,
}

impl Connection {
    pub(super) fn new(peer: SocketAddr, limits: Arc<Listener>, stop: CancellationToken) -> Self {
        Self { peer, limits, stop, activity: Activity::new() }
    }

    /// Answers what comes over a connection until it ends.
    pub(super) async fn serve<S>(self, socket: TcpStream, service: S)
    where
        S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + Unpin + 'static,
        S::Future: Send + Unpin,
    {
        let accepting = accept(socket, &self.limits, self.activity.clone());
        let accepted = tokio::select! {
            accepted = accepting => accepted,
            () = self.stop.cancelled() => return,
        };
        match accepted {
            Ok(Some((stream, Protocol::Http1))) => self.serve_http1(stream, service).await,
            Ok(Some((stream, Protocol::Http2))) => self.serve_http2(stream, service).await,
            Ok(None) | Err(_) => {}
        }
    }

    async fn serve_http1<S>(self, stream: Stream, service: S)
    where
        S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + Unpin + 'static,
        S::Future: Send + Unpin,
    {
        let limits = Arc::clone(&self.limits);
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(None).max_header_size(limits.head_size as usize);
        if limits.headers != USUAL_HEADERS {
            builder.max_headers(limits.headers);
        }
        let answering = Answering { service, connection: self.clone(), largest: usize::MAX };
        let mut connection = builder.serve_connection(TokioIo::new(stream), answering);
        let mut end = pin!(self.end());
        let mut is_ending = false;
        loop {
            tokio::select! {
                _ = poll_fn(|cx| connection.poll_without_shutdown(cx)) => break,
                () = &mut end, if !is_ending => {
                    Pin::new(&mut connection).graceful_shutdown();
                    is_ending = true;
                }
            }
        }
        connection.into_parts().io.into_inner().close().await;
    }

    async fn serve_http2<S>(self, stream: Stream, service: S)
    where
        S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
        S::Future: Send,
    {
        let limits = Arc::clone(&self.limits);
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .max_concurrent_streams(limits.streams)
            .max_header_list_size(limits.head_size)
            .keep_alive_interval(PING)
            .keep_alive_timeout(PONG)
            .max_pending_accept_reset_streams(RESETS)
            .max_local_error_reset_streams(LOCAL_RESETS)
            .max_send_buf_size(HTTP2_PART);
        let answering = Answering { service, connection: self.clone(), largest: HTTP2_PART };
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), answering));
        let mut end = pin!(self.end());
        let mut stalled = pin!(self.activity.stalled(limits.write_pause()));
        let mut is_ending = false;
        loop {
            tokio::select! {
                _ = &mut connection => return,
                () = &mut end, if !is_ending => {
                    connection.as_mut().graceful_shutdown();
                    is_ending = true;
                }
                () = &mut stalled => return count::closed("write"),
                () = self.taken(), if is_ending => return,
            }
        }
    }

    /// Waits until the client of an HTTP/2 connection that is ending has been told, and has had its time to take what
    /// HTTP/2 still held of answers that were given to the last byte.
    async fn taken(&self) {
        sleep(GOODBYE).await;
        self.activity.idle(self.limits.write_pause()).await;
    }

    /// Waits until the connection should end: the server stops, or nothing is asked any more.
    async fn end(&self) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = self.activity.idle(self.limits.idle()) => count::closed("idle"),
        }
    }
}

/// The service as one connection calls it.
#[derive(Clone)]
struct Answering<S> {
    service: S,
    connection: Connection,
    largest: usize,
}

impl<S> hyper::service::Service<hyper::Request<Incoming>> for Answering<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone,
{
    type Response = hyper::Response<Answer>;
    type Error = Infallible;
    type Future = Map<
        Either<Oneshot<S, Request>, Ready<Result<Response, Infallible>>>,
        Box<dyn FnOnce(Result<Response, Infallible>) -> Result<Self::Response, Infallible> + Send>,
    >;

    fn call(&self, request: hyper::Request<Incoming>) -> Self::Future {
        let Connection { peer, limits, activity, .. } = &self.connection;
        let (largest, under_way): (usize, activity::Request) = (self.largest, activity.request());
        // HTTP/1 counts while it reads; HTTP/2 leaves that to us.
        let has_room = request.headers().len() <= limits.headers;
        let answered = if has_room {
            let mut request = request.map(|body| paced(body, limits));
            request.extensions_mut().insert(ConnectInfo(*peer));
            Either::Left(self.service.clone().oneshot(request))
        } else {
            Either::Right(ready(Ok(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into_response())))
        };
        answered.map(Box::new(move |response| {
            response.map(|response| response.map(|body| Answer::new(body, largest, under_way)))
        }))
    }
}
