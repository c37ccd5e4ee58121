//! How passwords are checked, and how often somebody may try.

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
    /// Sign-ins that may fail from one address one after the other; 10 unless given. An address is an IPv4 address or
    /// an IPv6 network of 64 bits.
    pub address_failures: u32,
    /// Seconds after which one more failure from this address is allowed; 6 unless given.
    pub address_recovery: u32,
    /// Sign-ins by one name that may fail in a day, from wherever; afterwards only addresses from which somebody
    /// signed in by this name within 30 days may try. 100 unless given.
    pub account_failures: u32,
    /// Tokens that may be sent from one address in a minute and do not hold; 30 unless given.
    pub token_failures: u32,
    /// Seconds to wait before the next try by the same name from the same address: from the third failure on, the ninth,
    /// the 25th and the 100th.
    pub delays: [u32; 4],
}

impl Default for Signin {
    fn default() -> Self {
        Self {
            memory: 19_456,
            passes: 2,
            threads: 2,
            address_failures: 10,
            address_recovery: 6,
            account_failures: 100,
            token_failures: 30,
            delays: [1, 3, 5, 10],
        }
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
        self.check_limits()
    }

    fn check_limits(&self) -> Result<(), Error> {
        let limits = [
            ("signin.address_failures", self.address_failures),
            ("signin.account_failures", self.account_failures),
            ("signin.token_failures", self.token_failures),
        ];
        if let Some((key, _)) = limits.into_iter().find(|(_, limit)| !(1..=1_000_000).contains(limit)) {
            return Err(Error::value(key, "must be from 1 to 1000000"));
        }
        if !(1..=3600).contains(&self.address_recovery) {
            return Err(Error::value("signin.address_recovery", "must be from 1 to 3600 seconds"));
        }
        if self.delays.iter().any(|delay| *delay > 3600) {
            return Err(Error::value(
                "signin.delays",
                "must be four numbers of seconds up to 3600, such as [1, 3, 5, 10]",
            ));
        }
        Ok(())
    }
}
