//! How far a command is: a line on the terminal that is written over and over, and nothing where there is no terminal.

use std::io::{IsTerminal, Write, stderr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use kleister_server::admin::Progress;

/// How long a line stands at least, so that it can be read.
const STANDS: Duration = Duration::from_millis(100);
/// Back to the begin of the line, which is emptied.
const AFRESH: &str = "\r\x1b[2K";

/// The line on the terminal.
#[derive(Default)]
pub(crate) struct ProgressLine {
    /// When it was written last, if it was.
    written: Mutex<Option<Instant>>,
}

impl ProgressLine {
    /// Tells how far the command is.
    pub(crate) fn show(&self, progress: &Progress) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = written.is_some_and(|written| written.elapsed() < STANDS);
        if is_fresh || progress.step.is_empty() || !stderr().is_terminal() {
            return;
        }
        *written = Some(Instant::now());
        let Progress { step, done, total } = progress;
        // A terminal that has gone is no reason to stop.
        let _ = match total {
            0 => write!(stderr(), "{AFRESH}{step}: {done}"),
            total => write!(stderr(), "{AFRESH}{step}: {done} of {total}"),
        };
    }

    /// Takes the line away, for the outcome to stand in its place.
    pub(crate) fn clear(&self) {
        if self.written.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            let _ = write!(stderr(), "{AFRESH}");
        }
    }
}
