//! Where operators look in.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where operators look in: `/healthz`, `/readyz` and `/metrics`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// The address to listen on; empty for none.
    pub addr: String,
    /// What reads `/metrics` must send as `Authorization: Bearer …`; empty for nothing.
    pub token: String,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { addr: "127.0.0.1:8000".to_owned(), token: String::new() }
    }
}

/// Shows everything but the token.
impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").field("addr", &self.addr).finish_non_exhaustive()
    }
}
