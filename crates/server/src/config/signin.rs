//! How passwords are checked.

use serde::{Deserialize, Serialize};

use super::Error;

/// How passwords are hashed with argon2id, and on how many threads at once. The defaults are the least that OWASP's
/// password storage sheet recommends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Signin {
    /// Memory for one hash, in KiB.
    pub memory: u32,
    /// Passes over this memory.
    pub passes: u32,
    /// Hashes computed at the same time.
    pub threads: usize,
}

impl Default for Signin {
    fn default() -> Self {
        Self { memory: 19_456, passes: 2, threads: 2 }
    }
}

impl Signin {
    pub(super) fn check(&self) -> Result<(), Error> {
        let too_weak = u64::from(self.memory) * u64::from(self.passes) < 2 * 19_456;
        if self.memory < 12_288 || too_weak {
            return Err(Error::value("signin.memory", "must be at least 19456 with 2 passes, or 12288 with 4"));
        }
        if self.memory > 1 << 20 || self.passes > 64 {
            return Err(Error::value("signin.memory", "must be at most 1048576, and signin.passes at most 64"));
        }
        if !(1..=64).contains(&self.threads) {
            return Err(Error::value("signin.threads", "must be from 1 to 64"));
        }
        Ok(())
    }
}
