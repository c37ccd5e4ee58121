//! Passwords: what they must be, and the workers that hash them.
//!
//! Hashing takes as much memory and time as it is worth, so only so many hashes are computed at once, on threads of
//! their own, and only so many callers wait for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::hash::Hashing;
use crate::config::Signin;

/// How many callers wait for a hash at the most.
const WAITING: usize = 64;
/// How long a caller waits for a hash at the most.
const PATIENCE: Duration = Duration::from_secs(5);
/// Fewer guesses than this, and a password is among those that are tried first.
const COMMON_GUESSES: u64 = 10_000;

/// The workers that hash passwords.
#[derive(Clone)]
pub struct Passwords {
    hashing: Arc<Hashing>,
    threads: Arc<Semaphore>,
    most: usize,
    waiting: Arc<AtomicUsize>,
    patience: Duration,
}

/// The use of one of the threads, for as long as this is held or a hash is computed for it.
pub struct Turn {
    hashing: Arc<Hashing>,
    permit: Arc<OwnedSemaphorePermit>,
}

/// Too many callers wait for a hash; later there may be room again.
#[derive(Debug, thiserror::Error)]
#[error("too many sign-ins at once; try again in a moment")]
pub struct Busy;

impl Passwords {
    /// Workers as configured.
    pub fn new(config: &Signin) -> Self {
        let (most, threads) = (config.threads, Arc::new(Semaphore::new(config.threads)));
        let hashing = Arc::new(Hashing::new(config));
        Self { hashing, threads, most, waiting: Arc::default(), patience: PATIENCE }
    }

    /// Waits for a thread.
    pub async fn turn(&self) -> Result<Turn, Busy> {
        let waiting = Waiting::join(&self.waiting)?;
        let permit = timeout(self.patience, Arc::clone(&self.threads).acquire_owned()).await;
        drop(waiting);
        let permit = permit.ok().and_then(Result::ok).ok_or(Busy)?;
        Ok(Turn { hashing: Arc::clone(&self.hashing), permit: Arc::new(permit) })
    }

    /// The PHC string of a password.
    pub async fn hash(&self, password: String) -> Result<String, Busy> {
        self.turn().await?.hash(password).await
    }

    /// How many callers wait for a hash.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }

    /// How many hashes are being computed.
    pub fn running(&self) -> usize {
        self.most.saturating_sub(self.threads.available_permits())
    }

    /// Whether a hash should be replaced by one made now.
    pub fn is_outdated(&self, hash: &str) -> bool {
        self.hashing.is_outdated(hash)
    }

    /// How many hashes were computed so far.
    pub fn computed(&self) -> u64 {
        self.hashing.computed()
    }
}

impl Turn {
    /// The PHC string of a password.
    pub async fn hash(&self, password: String) -> Result<String, Busy> {
        self.compute(move |hashing| hashing.hash(&password)).await
    }

    /// Whether a password is the one of this hash. Without a hash it never is, after the same work.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Busy> {
        self.compute(move |hashing| hashing.verify(&password, hash.as_deref())).await
    }

    /// Computes on a thread of its own, which counts as taken until then, whoever has stopped to wait for it.
    async fn compute<T: Send + 'static>(&self, work: impl FnOnce(&Hashing) -> T + Send + 'static) -> Result<T, Busy> {
        let (hashing, permit) = (Arc::clone(&self.hashing), Arc::clone(&self.permit));
        let computed = spawn_blocking(move || {
            let _permit = permit;
            work(&hashing)
        });
        computed.await.map_err(|_| Busy)
    }
}

/// A place in the queue, given back when dropped.
struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    fn join(queue: &Arc<AtomicUsize>) -> Result<Self, Busy> {
        let place = Self(Arc::clone(queue));
        if queue.fetch_add(1, Ordering::SeqCst) < WAITING { Ok(place) } else { Err(Busy) }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// What is wrong with a new password; nothing for a good one. Nothing about it is trimmed, folded or cut.
pub fn fault(password: &str, username: &str) -> Option<&'static str> {
    if password.len() < 8 {
        return Some("must be at least 8 bytes long; 15 or more are better");
    }
    if password.len() > 1024 {
        return Some("must be at most 1024 bytes long");
    }
    let guesses = zxcvbn::zxcvbn(password, &[username, "kleister", "minecraft"]).guesses();
    (guesses < COMMON_GUESSES).then_some("is among those that are tried first; choose another one")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Passwords, fault};
    use crate::config::Signin;

    #[tokio::test]
    async fn nobody_waits_longer_than_the_patience() {
        let mut passwords = Passwords::new(&Signin { memory: 8, passes: 1, threads: 1, ..Signin::default() });
        passwords.patience = Duration::from_millis(20);
        let turn = passwords.turn().await.unwrap();
        assert!(passwords.turn().await.is_err());
        drop(turn);
        passwords.turn().await.unwrap();
    }

    #[test]
    fn common_passwords_are_refused() {
        for password in ["password", "12345678", "minecraft", "kleister", "qwertyui", "maintainer"] {
            assert!(fault(password, "maintainer").is_some(), "{password} was allowed");
        }
        for password in ["password_example", "correct horse battery staple", "ünïcödé pässwörd"] {
            assert_eq!(fault(password, "username_example"), None, "{password} was refused");
        }
    }

    #[test]
    fn length_counts_in_bytes() {
        assert!(fault("ax9!tz", "eve").is_some());
        assert!(fault(&"long enough ".repeat(100), "eve").is_some());
    }
}
