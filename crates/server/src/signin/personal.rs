//! Personal tokens: secrets that speak for their user until they end or are revoked.

use std::sync::Arc;

use kleister_store::tokens::Held;
use kleister_store::{Db, Result, tokens};
use kleister_types::Timestamp;
use kleister_types::auth::AuthToken;
use moka::sync::Cache;
use rand::Rng;
use rand::distr::Alphanumeric;
use sha2::{Digest, Sha256};

use crate::App;

/// What personal tokens begin with, so that people and scanners know them.
const PREFIX: &str = "kls_";
/// How many characters nobody can guess: 238 bits.
const RANDOM: usize = 40;
/// How many characters the checksum has.
const CHECKSUM: usize = 6;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// How many tokens are held in memory.
const HELD: u64 = 10_000;
const MINUTE: i64 = 60_000;

/// Personal tokens that were looked up lately, each valid for the epoch of the database before its look-up began.
#[derive(Clone)]
pub struct PersonalTokens {
    held: Cache<String, (u64, Arc<Held>)>,
    /// The minute in which a token was used last, by its identifier.
    used: Cache<String, i64>,
}

impl Default for PersonalTokens {
    fn default() -> Self {
        Self { held: Cache::new(HELD), used: Cache::new(HELD) }
    }
}

impl PersonalTokens {
    /// The token with this secret, if it holds. One with a wrong checksum is not looked up.
    pub async fn find(&self, db: &Db, secret: &str, now: Timestamp) -> Result<Option<Arc<Held>>> {
        if !is_well_formed(secret) {
            return Ok(None);
        }
        let found = self.look_up(db, digest(secret)).await?;
        Ok(found.filter(|held| held.holds(now)))
    }

    async fn look_up(&self, db: &Db, digest: String) -> Result<Option<Arc<Held>>> {
        let epoch = db.epoch();
        if let Some((_, held)) = self.held.get(&digest).filter(|(known, _)| *known == epoch) {
            return Ok(Some(held));
        }
        let Some(found) = tokens::find(&db.read().await?, &digest).await? else { return Ok(None) };
        let found = Arc::new(found);
        self.held.insert(digest, (epoch, Arc::clone(&found)));
        Ok(Some(found))
    }

    /// Notes that a token is used now; whether that is to be written down, which it is once a minute.
    pub fn is_newly_used(&self, id: &str, now: Timestamp) -> bool {
        let minute = now.as_millis() / MINUTE;
        let newly = self.used.get(id) != Some(minute);
        if newly {
            self.used.insert(id.to_owned(), minute);
        }
        newly
    }
}

/// Makes a personal token of a user; its secret is told this once.
pub async fn create(app: &App, user: &str) -> Result<AuthToken> {
    let secret = new_secret();
    let last_four = &secret[secret.len() - 4..];
    let write = app.db.write().await?;
    let row = tokens::create(&*write, user, (digest(&secret), last_four), app.clock.now()).await?;
    write.commit_addition().await?;
    Ok(AuthToken { token: secret, expires_at: Timestamp::from_millis(row.ends_at.unwrap_or(row.created_at)) })
}

/// Whether a text has the form of a personal token, its checksum included.
pub fn is_well_formed(text: &str) -> bool {
    let Some(body) = text.strip_prefix(PREFIX).filter(|body| body.len() == RANDOM + CHECKSUM) else { return false };
    body.bytes().all(|byte| byte.is_ascii_alphanumeric()) && text.ends_with(&checksum(&text[..PREFIX.len() + RANDOM]))
}

/// What is kept of a secret.
pub fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

fn new_secret() -> String {
    let random: String = rand::rng().sample_iter(Alphanumeric).take(RANDOM).map(char::from).collect();
    let text = format!("{PREFIX}{random}");
    let checksum = checksum(&text);
    text + &checksum
}

/// The CRC-32 of a text in base 62, with leading zeros.
fn checksum(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes()) as usize;
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[rest % ALPHABET.len()];
        rest /= ALPHABET.len();
    }
    digits.map(char::from).iter().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{checksum, is_well_formed, new_secret};

    #[test]
    fn new_secrets_are_well_formed_and_distinct() {
        let secrets: HashSet<_> = std::iter::repeat_with(new_secret).take(500).collect();
        assert_eq!(secrets.len(), 500);
        for secret in secrets {
            assert!(secret.len() == 50 && is_well_formed(&secret), "{secret}");
        }
    }

    #[test]
    fn any_other_character_is_noticed() {
        let secret = new_secret();
        for place in 0..secret.len() {
            for other in ["0", "z", "_", "é"] {
                let changed = format!("{}{other}{}", &secret[..place], &secret[place + 1..]);
                assert_eq!(is_well_formed(&changed), changed == secret, "{changed}");
            }
        }
        for text in ["", "kls_", &secret[..49], &format!("{secret}0")] {
            assert!(!is_well_formed(text), "{text}");
        }
    }

    /// The check value of CRC-32 is 0xCBF43926.
    #[test]
    fn checksum_is_crc32_in_base_62() {
        assert_eq!(checksum("123456789"), "3jZRME");
    }
}
