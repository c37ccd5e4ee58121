//! Passwords: what they must be, and the workers that hash them.
//!
//! Hashing takes as much memory and time as it is worth, so only so many hashes are computed at once, on threads of
//! their own, and only so many callers wait for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

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
    hasher: Argon2<'static>,
    /// A hash that no password has, for users who do not exist: it costs what a real one costs.
    dummy: Arc<str>,
    threads: Arc<Semaphore>,
    most: usize,
    waiting: Arc<AtomicUsize>,
}

/// Too many callers wait for a hash; later there may be room again.
#[derive(Debug, thiserror::Error)]
#[error("too many sign-ins at once; try again in a moment")]
pub struct Busy;

impl Passwords {
    /// Workers as configured.
    pub fn new(config: &Signin) -> Self {
        let params = Params::new(config.memory, config.passes, 1, Some(32));
        let params = params.expect("the configuration was checked");
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let dummy = hash_with(&hasher, &kleister_store::keys::random_hex());
        let (most, waiting) = (config.threads, Arc::default());
        Self { hasher, dummy: dummy.into(), threads: Arc::new(Semaphore::new(most)), most, waiting }
    }

    /// The PHC string of a password.
    pub async fn hash(&self, password: String) -> Result<String, Busy> {
        let permit = self.permit().await?;
        let hasher = self.hasher.clone();
        let hash = spawn_blocking(move || {
            let _permit = permit;
            hash_with(&hasher, &password)
        });
        hash.await.map_err(|_| Busy)
    }

    /// Whether a password is the one of this hash. Without a hash it never is, after the same work.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Busy> {
        let permit = self.permit().await?;
        let (hasher, dummy) = (self.hasher.clone(), Arc::clone(&self.dummy));
        let verified = spawn_blocking(move || {
            let _permit = permit;
            let parsed = PasswordHash::new(hash.as_deref().unwrap_or(&dummy));
            let matches = parsed.is_ok_and(|parsed| hasher.verify_password(password.as_bytes(), &parsed).is_ok());
            matches && hash.is_some()
        });
        verified.await.map_err(|_| Busy)
    }

    /// How many callers wait for a hash.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }

    /// How many hashes are being computed.
    pub fn running(&self) -> usize {
        self.most.saturating_sub(self.threads.available_permits())
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, Busy> {
        let waiting = Waiting::join(&self.waiting)?;
        let permit = timeout(PATIENCE, Arc::clone(&self.threads).acquire_owned()).await;
        drop(waiting);
        permit.ok().and_then(Result::ok).ok_or(Busy)
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

fn hash_with(hasher: &Argon2<'_>, password: &str) -> String {
    let hash = hasher.hash_password(password.as_bytes());
    hash.expect("argon2 takes any password of our length").to_string()
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
    use super::fault;

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
