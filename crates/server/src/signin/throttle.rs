//! How often somebody may try to sign in, and send what is no token.
//!
//! Three counts stand beside each other: of a network, of a name tried from a network, and of a name from wherever. A
//! name counts whether somebody has it or not, so that being refused tells nothing. None of them shuts out a user from
//! where he signed in lately, whatever strangers do elsewhere.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use kleister_store::logins::{Changes, FAILURES_SECONDS, KNOWN_SECONDS};
use kleister_store::names::Scope;
use kleister_store::rows::{login_address, login_failure};
use kleister_types::Timestamp;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::network::Network;
use crate::config::Signin;

/// How many networks, names and pairs of them are counted; those that were not seen for longest are forgotten.
pub const COUNTED: u64 = 100_000;
/// From so many failures on, the failures of a name are written down.
const WORTH_KEEPING: i64 = 5;
/// How much is written down at once, and how much may wait for it.
const WRITTEN: usize = 200;
const WAITING: usize = 10_000;
/// From how many failures of a name from a network on each delay holds. Who mistypes once or twice need not wait.
const STEPS: [u32; 4] = [3, 9, 25, 100];
const DAY: i64 = 24 * 3600 * 1000;

/// Somebody tried too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many failed attempts; wait before you try again")]
pub struct Throttled {
    /// Seconds after which another try is allowed.
    pub retry_after: u64,
}

/// A name that somebody tries to sign in with, as its SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Account(String);

impl Account {
    /// The account of a name, whether there is one or not.
    pub fn named(username: &str) -> Self {
        Self(hex::encode(Sha256::digest(Scope::Users.key(username))))
    }
}

/// What is counted, and what of it is to be written down.
#[derive(Debug)]
pub struct Throttle {
    sign_ins: Bucket,
    tokens: Bucket,
    pairs: Cache<(Account, Network), Failures>,
    accounts: Cache<Account, Failures>,
    known: Cache<(Account, String), i64>,
    waiting: Mutex<Waiting>,
    account_failures: u32,
    delays: [u32; 4],
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    /// The first of them for an account, the last of them for a pair.
    at: i64,
}

#[derive(Debug, Default)]
struct Waiting {
    failures: HashMap<Account, Failures>,
    addresses: HashMap<(Account, String), i64>,
}

impl Throttle {
    /// Counts as configured, going on from what was written down.
    pub fn new(config: &Signin, remembered: Changes) -> Self {
        let throttle = Self {
            sign_ins: Bucket::new(config.address_failures, i64::from(config.address_recovery) * 1000),
            tokens: Bucket::new(config.token_failures, 60_000 / i64::from(config.token_failures).clamp(1, 60_000)),
            pairs: counter(),
            accounts: counter(),
            known: counter(),
            waiting: Mutex::default(),
            account_failures: config.account_failures,
            delays: config.delays,
        };
        for row in remembered.failures {
            let count = u32::try_from(row.failures).unwrap_or(u32::MAX);
            throttle.accounts.insert(Account(row.name_hash), Failures { count, at: row.since });
        }
        for row in remembered.addresses {
            throttle.known.insert((Account(row.name_hash), row.address), row.seen_at);
        }
        throttle
    }

    /// Whether somebody there may try to sign in by this name now.
    pub fn permit(&self, network: Network, account: &Account, now: Timestamp) -> Result<(), Throttled> {
        let now = now.as_millis();
        let pair = self.pairs.get(&(account.clone(), network)).map_or(0, |failures| self.delay(failures, now));
        let stranger = if self.is_known(network, account, now) { 0 } else { self.closed_to_strangers(account, now) };
        throttled([self.sign_ins.wait(network, now), pair, stranger].into_iter().max())
    }

    /// Counts a sign-in that failed.
    pub fn fail(&self, network: Network, account: &Account, now: Timestamp) {
        let now = now.as_millis();
        self.sign_ins.take(network, now);
        one_more(&self.pairs, (account.clone(), network), |former| {
            let count = former.filter(|former| now < former.at + DAY).map_or(0, |former| former.count);
            Failures { count: count.saturating_add(1), at: now }
        });
        let failures = one_more(&self.accounts, account.clone(), |former| {
            let former = former.filter(|former| now < former.at + FAILURES_SECONDS * 1000);
            let Failures { count, at } = former.unwrap_or(Failures { count: 0, at: now });
            Failures { count: count.saturating_add(1), at }
        });
        if i64::from(failures.count) >= WORTH_KEEPING {
            self.write_failures(account, failures);
        }
    }

    /// Forgives the failures of a name after a sign-in, not those of the network, and knows the network from now on.
    pub fn succeed(&self, network: Network, account: &Account, now: Timestamp) {
        self.pairs.invalidate(&(account.clone(), network));
        let former = self.accounts.remove(account);
        if former.is_some_and(|former| i64::from(former.count) >= WORTH_KEEPING) {
            self.write_failures(account, Failures { count: 0, at: 0 });
        }
        let (now, key) = (now.as_millis(), (account.clone(), network.to_string()));
        if self.known.get(&key).is_some_and(|seen| now < seen + DAY) {
            return;
        }
        self.known.insert(key.clone(), now);
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.addresses.len() < WAITING {
            waiting.addresses.insert(key, now);
        }
    }

    /// Counts a token that does not hold, unless there were too many before.
    pub fn fail_token(&self, network: Network, now: Timestamp) -> Result<(), Throttled> {
        self.permit_token(network, now)?;
        self.tokens.take(network, now.as_millis());
        Ok(())
    }

    /// Whether somebody there may ask about a token that he does not come with.
    pub fn permit_token(&self, network: Network, now: Timestamp) -> Result<(), Throttled> {
        throttled(Some(self.tokens.wait(network, now.as_millis())))
    }

    /// Some of what is to be written down; it is not given again.
    pub fn changes(&self) -> Changes {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let failures: Vec<_> = waiting.failures.keys().take(WRITTEN).cloned().collect();
        let failures = failures.into_iter().filter_map(|account| waiting.failures.remove_entry(&account));
        let failures = failures.map(|(Account(name_hash), Failures { count, at })| login_failure::Model {
            name_hash,
            failures: count.into(),
            since: at,
        });
        let failures = failures.collect();
        let addresses: Vec<_> = waiting.addresses.keys().take(WRITTEN).cloned().collect();
        let addresses = addresses.into_iter().filter_map(|key| waiting.addresses.remove_entry(&key));
        let addresses = addresses.map(|((Account(name_hash), address), seen_at)| login_address::Model {
            name_hash,
            address,
            seen_at,
        });
        Changes { failures, addresses: addresses.collect() }
    }

    /// How long after its last failure the next try of a pair must wait.
    fn delay(&self, failures: Failures, now: i64) -> i64 {
        let step = STEPS.iter().rposition(|step| failures.count >= *step);
        let delay = step.map_or(0, |step| i64::from(self.delays[step]) * 1000);
        if now < failures.at + DAY { failures.at + delay - now } else { 0 }
    }

    /// How long nobody may try a name from where nobody signed in by it.
    fn closed_to_strangers(&self, account: &Account, now: i64) -> i64 {
        let failures = self.accounts.get(account).filter(|failures| failures.count >= self.account_failures);
        failures.map_or(0, |failures| failures.at + FAILURES_SECONDS * 1000 - now)
    }

    fn is_known(&self, network: Network, account: &Account, now: i64) -> bool {
        let seen = self.known.get(&(account.clone(), network.to_string()));
        seen.is_some_and(|seen| now < seen + KNOWN_SECONDS * 1000)
    }

    fn write_failures(&self, account: &Account, failures: Failures) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.failures.len() < WAITING || waiting.failures.contains_key(account) {
            waiting.failures.insert(account.clone(), failures);
        }
    }
}

/// So many failures of each network, and one more each time that some milliseconds have gone by.
///
/// `governor` does the same, but cannot ask without taking, nor forget those that were not seen for longest.
#[derive(Debug)]
struct Bucket {
    burst: i64,
    recovery: i64,
    /// When the bucket of a network is full again.
    full_at: Cache<Network, i64>,
}

impl Bucket {
    fn new(burst: u32, recovery: i64) -> Self {
        Self { burst: burst.into(), recovery, full_at: counter() }
    }

    /// How many milliseconds it takes until there is one in the bucket.
    fn wait(&self, network: Network, now: i64) -> i64 {
        let full_at = self.full_at.get(&network).unwrap_or(now);
        full_at - now - (self.burst - 1) * self.recovery
    }

    fn take(&self, network: Network, now: i64) {
        one_more(&self.full_at, network, |former| former.unwrap_or(now).max(now) + self.recovery);
    }
}

fn counter<K, V>() -> Cache<K, V>
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    Cache::builder().max_capacity(COUNTED).eviction_policy(EvictionPolicy::lru()).build()
}

/// Replaces a count by the next one; of two at the same time, none is lost.
fn one_more<K, V>(counts: &Cache<K, V>, key: K, next: impl FnOnce(Option<V>) -> V) -> V
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    let counted = counts.entry(key).and_upsert_with(|former| next(former.map(moka::Entry::into_value)));
    counted.into_value()
}

/// An error where there is something to wait for, in milliseconds.
fn throttled(wait: Option<i64>) -> Result<(), Throttled> {
    match wait.and_then(|wait| u64::try_from(wait).ok()).unwrap_or(0) {
        0 => Ok(()),
        wait => Err(Throttled { retry_after: wait.div_ceil(1000) }),
    }
}
