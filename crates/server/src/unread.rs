//! What a handler leaves unread of a request's body.
//!
//! Many requests are answered before their body has come: the caller may not do this, the thing does not exist, the body
//! is too large. A client that is still sending then may not see the answer, and a connection whose request was not read
//! to its end cannot be used for the next one. So the rest is read on for a moment and thrown away; where it does not
//! end, the client is told that the connection does.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body as AnyBody, Bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::timeout;

/// How much of an unread body is read, and how long.
const BYTES: usize = 1 << 20;
const TIME: Duration = Duration::from_secs(2);

/// Reads what is left of a request's body once it is answered.
pub(crate) async fn read_on(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let asks_first = request.headers().contains_key(header::EXPECT);
    let (parts, body) = request.into_parts();
    let body = Shared(Arc::new(Mutex::new(Read { body, has_begun: false, has_ended: false })));
    let request = Request::from_parts(parts, AnyBody::new(body.clone()));
    let mut response = next.run(request).await;
    // Who waits to be told to send his body has not sent any, and need not.
    let waits = asks_first && !body.has_begun();
    if waits || !body.read_to_end().await {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// A body that a handler reads and may leave unread.
#[derive(Clone, Debug)]
struct Shared(Arc<Mutex<Read>>);

#[derive(Debug)]
struct Read {
    body: AnyBody,
    has_begun: bool,
    has_ended: bool,
}

impl Shared {
    fn with<T>(&self, look: impl FnOnce(&mut Read) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn has_begun(&self) -> bool {
        self.with(|read| read.has_begun)
    }

    /// Reads on to the end; false where that is too far, or the client has broken off.
    async fn read_to_end(&self) -> bool {
        let reading = async {
            let mut left = BYTES;
            while left > 0 && !self.with(|read| read.has_ended || read.body.is_end_stream()) {
                match poll_fn(|cx| self.with(|read| read.poll(cx))).await {
                    Some(Ok(frame)) => left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len)),
                    Some(Err(_)) => return false,
                    None => {}
                }
            }
            left > 0
        };
        timeout(TIME, reading).await.unwrap_or(false)
    }
}

impl Read {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.has_begun = true;
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        self.has_ended |= matches!(frame, Poll::Ready(None | Some(Err(_))));
        frame
    }
}

impl Body for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.with(|read| read.poll(cx))
    }

    fn is_end_stream(&self) -> bool {
        self.with(|read| read.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.with(|read| read.body.size_hint())
    }
}
