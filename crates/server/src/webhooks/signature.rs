//! Signatures by the Standard Webhooks specification (standardwebhooks.com), which published libraries verify.
//!
//! HMAC-SHA256 of `id.timestamp.body`, by the bytes that stand behind `whsec_` in base64. There may be several signatures in
//! one header; one that fits is enough.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use kleister_store::rows::webhook;
use kleister_types::Timestamp;
use sha2::Sha256;

use crate::signin::secret::SIGNING;

/// The headers by which a receiver sees who sent a document, and when.
pub(super) fn headers(webhook: &webhook::Model, id: &str, document: &[u8], now: Timestamp) -> HeaderMap {
    let former = webhook.former_secret.as_ref().filter(|_| webhook.former_until > Some(now.as_millis()));
    let signatures = [Some(&webhook.secret), former].into_iter().flatten();
    let signatures: Vec<_> = signatures.map(|secret| sign(secret, id, now, document)).collect();
    let fields = [
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", now.as_seconds().to_string()),
        ("webhook-signature", signatures.join(" ")),
    ];
    let field = |(name, value): (&'static str, String)| {
        Some((HeaderName::from_static(name), HeaderValue::try_from(value).ok()?))
    };
    fields.into_iter().filter_map(field).collect()
}

/// The first version of a signature; what is no secret of ours signs like an empty one.
fn sign(secret: &str, id: &str, now: Timestamp, document: &[u8]) -> String {
    let key = STANDARD.decode(secret.trim_start_matches(SIGNING)).unwrap_or_default();
    let mut code = Hmac::<Sha256>::new_from_slice(&key).expect("a key of HMAC may have any length");
    code.update(format!("{id}.{}.", now.as_seconds()).as_bytes());
    code.update(document);
    format!("v1,{}", STANDARD.encode(code.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the specification's own libraries are tested with.
    #[test]
    fn the_example_of_the_specification_is_signed_as_it_says() {
        let now = Timestamp::from_millis(1_614_265_330_000);
        let signed = sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            now,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
