//! Whether and whom webhooks tell.

use serde::{Deserialize, Serialize};

use super::{Error, Networks};

/// Whether and whom webhooks tell. Users name the addresses, so each must be public unless this says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Webhook {
    /// Whether anything is sent.
    pub enabled: bool,
    /// Networks that may be told although they are not public.
    pub networks: Networks,
    /// Whether addresses may be without encryption.
    pub plain_http: bool,
    /// The seconds in which a receiver must answer.
    pub timeout: u64,
}

impl Default for Webhook {
    fn default() -> Self {
        Self { enabled: true, networks: Networks::default(), plain_http: false, timeout: 15 }
    }
}

impl Webhook {
    pub(super) fn check(&self) -> Result<(), Error> {
        if (1..=60).contains(&self.timeout) {
            return Ok(());
        }
        Err(Error::value("webhook.timeout", "must be from 1 to 60 seconds"))
    }
}
