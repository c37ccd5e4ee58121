//! Whose turn it is with an upload: one request at a time works on its pieces, and of two the later one.
//!
//! A client whose connection broke comes again before this server has noticed. So whoever comes tells the one before him
//! to stop, and waits a moment for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::Refusal;

/// How long the one before may take to stop.
const PATIENCE: Duration = Duration::from_secs(5);

/// The uploads that somebody works on; a clone has the same ones.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<Mutex<HashMap<String, Place>>>);

#[derive(Clone, Debug, Default)]
struct Place {
    lock: Arc<tokio::sync::Mutex<()>>,
    stop: CancellationToken,
}

/// The right to work on an upload, which ends when this is dropped.
#[derive(Debug)]
pub struct Turn {
    turns: Turns,
    id: String,
    /// Tells that somebody else wants to go on with it.
    pub stop: CancellationToken,
    held: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    /// The turn with this upload, once whoever has it has stopped.
    pub async fn take(&self, id: &str) -> Result<Turn, Refusal> {
        self.take_within(id, PATIENCE).await
    }

    async fn take_within(&self, id: &str, patience: Duration) -> Result<Turn, Refusal> {
        let stop = CancellationToken::new();
        let lock = {
            let mut places = self.places();
            let place = places.entry(id.to_owned()).or_default();
            std::mem::replace(&mut place.stop, stop.clone()).cancel();
            Arc::clone(&place.lock)
        };
        let mut turn = Turn { turns: self.clone(), id: id.to_owned(), stop, held: None };
        let held = timeout(patience, lock.lock_owned()).await;
        turn.held = Some(held.map_err(|_| Refusal::Taken)?);
        Ok(turn)
    }

    fn places(&self) -> MutexGuard<'_, HashMap<String, Place>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.held = None;
        let mut places = self.turns.places();
        // Whoever waits has the lock too.
        if places.get(&self.id).is_some_and(|place| Arc::strong_count(&place.lock) == 1) {
            places.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn later_one_stops_the_one_before() {
        let turns = Turns::default();
        let first = turns.take("a").await.unwrap();
        let other = turns.take("b").await.unwrap();
        let (later, ()) = tokio::join!(turns.take("a"), async {
            first.stop.cancelled().await;
            drop(first);
        });
        assert!(!later.unwrap().stop.is_cancelled());
        assert!(!other.stop.is_cancelled());
    }

    #[tokio::test]
    async fn one_that_does_not_stop_keeps_its_turn() {
        let turns = Turns::default();
        let first = turns.take("a").await.unwrap();
        assert!(matches!(turns.take_within("a", Duration::ZERO).await, Err(Refusal::Taken)));
        drop(first);
        assert!(turns.take("a").await.is_ok());
    }

    #[tokio::test]
    async fn nothing_stays_of_turns_that_are_over() {
        let turns = Turns::default();
        drop(turns.take("a").await.unwrap());
        assert!(turns.places().is_empty());
    }
}
