//! The only place that asks what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::Utc;
use kleister_types::Timestamp;

/// Tells the time: the system's, or one that stands still until it is moved.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// A clock that shows a time of one's own.
    pub fn standing_at(time: Timestamp) -> Self {
        Self(Some(Arc::new(AtomicI64::new(time.as_millis()))))
    }

    /// What time it is.
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else must ask")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Some(time) => Timestamp::from_millis(time.load(Ordering::SeqCst)),
            None => Timestamp::from_millis(Utc::now().timestamp_millis()),
        }
    }

    /// Moves a standing clock forward; the system's clock goes by itself.
    pub fn advance(&self, seconds: i64) {
        if let Some(time) = &self.0 {
            time.fetch_add(seconds * 1000, Ordering::SeqCst);
        }
    }
}
