//! Secrets that are handed out: shown once, and where they are shown to us again, kept as their SHA-256 only.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kleister_store::keys::{random, random_hex};
use kleister_store::previews::Kept;
use sha2::{Digest, Sha256};

/// What pack tokens begin with.
pub const PACK_TOKEN: &str = "klc_";
/// What the secrets of webhooks begin with.
pub const SIGNING: &str = "whsec_";

/// A secret that nobody can guess, beginning with a word by which people and scanners know whose it is.
pub fn new(prefix: &str) -> String {
    format!("{prefix}{}", random_hex())
}

/// A secret that signs what is sent to a webhook, as the Standard Webhooks specification writes it. It is kept itself.
pub fn signing() -> String {
    format!("{SIGNING}{}", STANDARD.encode(random()))
}

/// What is kept of a secret.
pub fn kept(secret: &str) -> Kept {
    let last_four = secret.get(secret.len().saturating_sub(4)..).unwrap_or_default();
    Kept { hash: hash(secret), last_four: last_four.to_owned() }
}

/// The SHA-256 by which a secret is found again, in hexadecimal.
pub fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}
