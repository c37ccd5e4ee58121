//! Where operators look in.

use serde::{Deserialize, Serialize};

/// Where operators look in: `/healthz` and `/readyz`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// The address to listen on; empty for none.
    pub addr: String,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { addr: "127.0.0.1:8000".to_owned() }
    }
}
