//! Bodies that keep moving: a request's must come, an answer's is counted while it goes.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body as AnyBody;
use bytes::{Buf, Bytes};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::activity::Request;
use crate::config::Listener;

/// A client sends the body of its request too slowly.
#[derive(Debug, thiserror::Error)]
#[error("the body of the request comes too slowly")]
pub(crate) struct TooSlow;

/// The body of a request, whose client must send something soon and then go on at a certain rate.
///
/// A client has so much patience to use up: it goes while the client is waited for, and comes back with every byte.
/// While the server is busy with what came, no patience is used.
#[derive(Debug)]
struct Paced {
    inner: Incoming,
    /// How much longer the client is waited for.
    patience: Duration,
    most_patience: Duration,
    rate: u64,
    has_begun: bool,
    /// Since when the client is waited for, and the end of the patience.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

/// A request's body with its deadlines.
pub(super) fn paced(inner: Incoming, limits: &Listener) -> AnyBody {
    if inner.is_end_stream() {
        return AnyBody::empty();
    }
    AnyBody::new(Paced {
        inner,
        patience: Duration::from_secs(limits.body_start),
        most_patience: Duration::from_secs(limits.body_pause),
        rate: limits.body_rate,
        has_begun: false,
        waiting: None,
    })
}

impl Paced {
    /// Uses up patience for the time that the client was waited for.
    fn came(&mut self, bytes: usize) {
        if let Some((since, _)) = self.waiting.take() {
            self.patience = self.patience.saturating_sub(since.elapsed());
        }
        if bytes > 0 && !std::mem::replace(&mut self.has_begun, true) {
            self.patience = self.most_patience;
        }
        let regained = Duration::from_micros((bytes as u64).saturating_mul(1_000_000) / self.rate);
        self.patience = self.patience.saturating_add(regained).min(self.most_patience);
    }
}

impl Body for Paced {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(cx) {
            let bytes = match &frame {
                Some(Ok(frame)) => frame.data_ref().map_or(0, Bytes::len),
                _ => 0,
            };
            self.came(bytes);
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let end = Instant::now() + self.patience;
        let (_, timer) = self.waiting.get_or_insert_with(|| (Instant::now(), Box::pin(sleep_until(end))));
        ready!(timer.as_mut().poll(cx));
        super::count::closed("body");
        Poll::Ready(Some(Err(TooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// The body of an answer. The request is under way until this is dropped.
#[derive(Debug)]
pub(super) struct Answer {
    inner: AnyBody,
    /// What is left of a part that was larger than what is given at once.
    rest: Bytes,
    largest: usize,
    request: Request,
}

impl Answer {
    /// An answer that is given in parts of at most `largest` bytes.
    pub(super) fn new(inner: AnyBody, largest: usize, mut request: Request) -> Self {
        request.answered();
        Self { inner, rest: Bytes::new(), largest, request }
    }

    fn part(&mut self) -> Frame<Bytes> {
        let length = self.rest.len().min(self.largest);
        Frame::data(self.rest.split_to(length))
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.request.moves();
        if self.rest.has_remaining() {
            return Poll::Ready(Some(Ok(self.part())));
        }
        let Some(frame) = ready!(Pin::new(&mut self.inner).poll_frame(cx)) else { return Poll::Ready(None) };
        Poll::Ready(Some(match frame?.into_data() {
            Ok(data) => {
                self.rest = data;
                Ok(self.part())
            }
            Err(trailers) => Ok(trailers),
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, mut hint) = (self.rest.len() as u64, self.inner.size_hint());
        // The upper bound first: the lower one may not pass it.
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper + rest);
        }
        hint.set_lower(hint.lower() + rest);
        hint
    }
}
