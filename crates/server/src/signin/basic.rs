//! Usernames and passwords that come with the request itself: `Authorization: Basic`.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac};
use kleister_store::rows::user;
use kleister_store::{keys, users};
use moka::sync::Cache;
use sha2::Sha256;

use super::network::Network;
use super::throttle::Account;
use super::{attempt, personal};
use crate::App;
use crate::problem::Problem;

/// For how long a password that was right need not be hashed again: a minute.
const TRUSTED_MILLISECONDS: i64 = 60_000;
/// How many passwords that were right are held in memory.
const HELD: u64 = 10_000;

/// What a request says about who sends it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    username: String,
    /// The password, or a personal token in its place.
    pub(crate) password: String,
}

impl Pair {
    /// Reads what stands behind `Basic`.
    pub(crate) fn read(encoded: &str) -> Option<Self> {
        let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let decoded = GeneralPurpose::new(&STANDARD, config).decode(encoded).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        let (username, password) = text.split_once(':')?;
        Some(Self { username: username.to_owned(), password: password.to_owned() })
    }

    /// Whether this is the name of a user.
    pub(super) fn names(&self, user: &user::Model) -> bool {
        Account::named(&self.username) == Account::named(&user.username)
    }

    /// Whether there is a personal token instead of a password.
    pub(super) fn has_token(&self) -> bool {
        personal::is_well_formed(&self.password)
    }
}

/// Passwords that were right a moment ago, as keyed digests that nobody can tell a password from.
#[derive(Clone)]
pub struct RightBefore {
    key: Hmac<Sha256>,
    until: Cache<Vec<u8>, i64>,
}

impl Default for RightBefore {
    fn default() -> Self {
        let key = Hmac::new_from_slice(keys::random_hex().as_bytes());
        Self { key: key.expect("a key of any length is one"), until: Cache::new(HELD) }
    }
}

impl RightBefore {
    /// A digest of the password and of the hash that it belongs to: with another hash it is another one.
    fn digest(&self, user: &user::Model, password: &str) -> Option<Vec<u8>> {
        let hash = user.password_hash.as_deref().filter(|_| user.active)?;
        let mut digest = self.key.clone();
        for part in [user.id.as_str(), hash, password] {
            digest.update(&(part.len() as u64).to_be_bytes());
            digest.update(part.as_bytes());
        }
        Some(digest.finalize().into_bytes().to_vec())
    }
}

/// The user of a name and a password, throttled like a sign-in. A password that was right a moment ago is not hashed
/// again, as long as its user is active and has the same one.
pub(super) async fn verify(app: &App, network: Network, pair: Pair) -> Result<Option<user::Model>, Problem> {
    let Pair { username, password } = pair;
    let now = app.clock.now();
    app.throttle.permit(network, &Account::named(&username), now)?;
    let user = users::find_by_name(&app.db.read().await?, &username).await?;
    let digest = user.as_ref().and_then(|user| app.right_before.digest(user, &password));
    if digest.and_then(|digest| app.right_before.until.get(&digest)).is_some_and(|until| now.as_millis() < until) {
        return Ok(user);
    }
    let user = attempt::verify(app, network, &username, password.clone()).await?;
    if let Some(digest) = user.as_ref().and_then(|user| app.right_before.digest(user, &password)) {
        app.right_before.until.insert(digest, now.as_millis() + TRUSTED_MILLISECONDS);
    }
    Ok(user)
}

#[cfg(test)]
mod tests {
    use super::Pair;

    #[test]
    fn a_password_may_have_colons_and_anything_else() {
        let pair = |username: &str, password: &str| {
            Some(Pair { username: username.to_owned(), password: password.to_owned() })
        };
        assert_eq!(Pair::read("ZXZlOmE6Yg=="), pair("eve", "a:b"));
        assert_eq!(Pair::read("ZXZlOmE6Yg"), pair("eve", "a:b"));
        assert_eq!(Pair::read("ZXZlOsO8"), pair("eve", "ü"));
        assert_eq!(Pair::read("Og=="), pair("", ""));
        for text in ["", "ZXZl", "ZXZlOv8=", "not base64!", "ZXZl OmE6Yg=="] {
            assert_eq!(Pair::read(text), None, "{text}");
        }
    }
}
