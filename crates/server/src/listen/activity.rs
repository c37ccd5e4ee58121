//! What happens on one connection: whether it is idle, and whether its client takes what it is given.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep};

/// What happens on one connection; a clone is the same connection.
#[derive(Clone, Debug)]
pub(super) struct Activity(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    began: Instant,
    /// Requests that are not answered to the end.
    requests: AtomicUsize,
    /// Those of them whose answer has begun.
    answers: AtomicUsize,
    /// When something last moved, in milliseconds since the connection began.
    moved: AtomicU64,
}

/// A request that is not answered to the end; it is when this is dropped.
#[derive(Debug)]
pub(super) struct Request {
    activity: Activity,
    has_answer: bool,
}

impl Activity {
    /// A connection on which nothing has happened yet.
    pub(super) fn new() -> Self {
        let (requests, answers, moved) = Default::default();
        Self(Arc::new(Inner { began: Instant::now(), requests, answers, moved }))
    }

    /// A request begins.
    pub(super) fn request(&self) -> Request {
        self.0.requests.fetch_add(1, Ordering::SeqCst);
        Request { activity: self.clone(), has_answer: false }
    }

    /// Whether some request is not answered to the end.
    pub(super) fn is_busy(&self) -> bool {
        self.0.requests.load(Ordering::SeqCst) > 0
    }

    /// Waits until no request was under way for so long.
    pub(super) async fn idle(&self, limit: Duration) {
        self.still(limit, || !self.is_busy()).await;
    }

    /// Waits until the client has taken nothing of its answers for so long.
    pub(super) async fn stalled(&self, limit: Duration) {
        let answers = || self.0.answers.load(Ordering::SeqCst);
        self.still(limit, || answers() > 0 && answers() == self.0.requests.load(Ordering::SeqCst)).await;
    }

    /// Waits until something has been the case and nothing has moved for so long.
    async fn still(&self, limit: Duration, is_so: impl Fn() -> bool) {
        loop {
            let moved = self.0.began + Duration::from_millis(self.0.moved.load(Ordering::SeqCst));
            let left = if is_so() { limit.saturating_sub(moved.elapsed()) } else { limit };
            if left.is_zero() {
                return;
            }
            sleep(left).await;
        }
    }

    fn moves(&self) {
        let now = u64::try_from(self.0.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.moved.store(now, Ordering::SeqCst);
    }
}

impl Request {
    /// The answer begins.
    pub(super) fn answered(&mut self) {
        self.has_answer = true;
        self.activity.0.answers.fetch_add(1, Ordering::SeqCst);
        self.activity.moves();
    }

    /// A part of the answer is taken.
    pub(super) fn moves(&self) {
        self.activity.moves();
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.activity.moves();
        if self.has_answer {
            self.activity.0.answers.fetch_sub(1, Ordering::SeqCst);
        }
        self.activity.0.requests.fetch_sub(1, Ordering::SeqCst);
    }
}
