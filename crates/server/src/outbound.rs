//! Fetching from others, and telling them: whatever address users or documents name, nobody is reached who must not be.
//!
//! The rules, in their order: one parser of addresses, scheme, port, no user, host on the list, our look-up of the
//! host's name, every address that it has a public one, the connection to one of just these, at most five redirects
//! with all of that again, time for each step, the size by counting, the hash. What users are told is one of few
//! words: an answer or an address in it would let them look around in our network.

mod errand;
mod network;
mod receive;
mod resolve;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use reqwest::Url;
use reqwest::redirect::Policy;
use tokio::sync::Semaphore;

pub use self::errand::Errand;
pub use self::receive::Expected;
use self::resolve::{Guard, LookUp, system};
use self::rules::{Rules, Trust};
use crate::app::StartError;
use crate::config::{Upstream, Webhook};

/// What others are told of who asks: Modrinth refuses those who do not say.
const AGENT: &str = concat!("kleister/", env!("CARGO_PKG_VERSION"), " (+", env!("CARGO_PKG_REPOSITORY"), ")");
/// How much one user may have fetched at the same time; more waits.
const PER_USER: usize = 4;

/// The way to others; a clone is the same one.
#[derive(Clone)]
pub struct Outbound(Arc<Inner>);

struct Inner {
    enabled: bool,
    times: Times,
    rules: Arc<Rules>,
    /// Connects to what is public only.
    guarded: reqwest::Client,
    /// Connects to whatever the operator has named.
    trusting: reqwest::Client,
    users: Mutex<HashMap<String, Weak<Semaphore>>>,
}

/// How long each step may take.
#[derive(Clone, Copy)]
struct Times {
    connect: Duration,
    /// From the question to the head of the answer.
    first_byte: Duration,
    /// Between two pieces of the body.
    idle: Duration,
    total: Duration,
}

impl Default for Times {
    fn default() -> Self {
        let [connect, first_byte, idle, total] = [5, 10, 15, 600].map(Duration::from_secs);
        Self { connect, first_byte, idle, total }
    }
}

/// Why something was not fetched, in words that tell nothing of where it was looked for.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The operator wants nothing fetched.
    #[error("switched off by `upstream.enabled`")]
    Off,
    /// The address, or one that it leads to, breaks a rule.
    #[error("not allowed")]
    NotAllowed,
    /// Nobody answers, or not in time, or not with what was asked for.
    #[error("unreachable")]
    Unreachable {
        /// The status of the answer, where there was one.
        status: Option<u16>,
        /// After how many seconds it may be tried again, where the answer says so.
        retry_after: Option<u64>,
    },
    /// There are more bytes than the caller or the place of origin says.
    #[error("too large")]
    TooLarge,
    /// The bytes are not those that were meant.
    #[error("wrong hash")]
    WrongHash,
    /// What was fetched could not be kept.
    #[error(transparent)]
    Files(#[from] kleister_files::Error),
}

impl Refusal {
    /// Nobody answers.
    const SILENCE: Self = Self::Unreachable { status: None, retry_after: None };

    /// Whether the one who was asked says that there is no such thing.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Unreachable { status: Some(404 | 410), .. })
    }
}

impl Outbound {
    /// The way out that the settings allow.
    pub fn new(config: &Upstream) -> Result<Self, StartError> {
        Self::through(config, Times::default(), &system())
    }

    /// The way to webhooks, which has rules and times of its own.
    pub fn to_webhooks(config: &Webhook) -> Result<Self, StartError> {
        let total = Duration::from_secs(config.timeout);
        let connect = total.min(Times::default().connect);
        let times = Times { connect, first_byte: total, idle: total, total };
        Self::made(config.enabled, Rules::of_webhooks(config), times, &system())
    }

    /// The same with times and a look-up of names of one's own.
    fn through(config: &Upstream, times: Times, look_up: &LookUp) -> Result<Self, StartError> {
        Self::made(config.enabled, Rules::new(config), times, look_up)
    }

    fn made(enabled: bool, rules: Rules, times: Times, look_up: &LookUp) -> Result<Self, StartError> {
        let rules = Arc::new(rules);
        let client = |rules: Option<Arc<Rules>>| {
            let guard = Guard { look_up: Arc::clone(look_up), rules };
            let client =
                reqwest::Client::builder().user_agent(AGENT).redirect(Policy::none()).referer(false).no_proxy();
            let client = client.connect_timeout(times.connect).dns_resolver(guard).build();
            client.map_err(|error| StartError::System {
                what: "cannot make a client",
                error: std::io::Error::other(error),
            })
        };
        Ok(Self(Arc::new(Inner {
            enabled,
            times,
            guarded: client(Some(Arc::clone(&rules)))?,
            trusting: client(None)?,
            rules,
            users: Mutex::default(),
        })))
    }

    /// Whether anything is fetched at all.
    pub fn is_enabled(&self) -> bool {
        self.0.enabled
    }

    /// Fetches for a user from addresses that users or upstream's answers name.
    pub fn named(&self, user: &str) -> Errand {
        self.errand(user, Trust::Named)
    }

    /// Fetches for a server administrator from addresses that he names: any public host, if the operator wants that.
    pub fn free(&self, user: &str) -> Errand {
        self.errand(user, Trust::Free)
    }

    /// Fetches for a user from an address of the configuration, which may be a private one.
    pub fn configured(&self, user: &str) -> Errand {
        self.errand(user, Trust::Configured)
    }

    /// Sends to an address that a user has named, for whoever it is; they share their places.
    pub fn called(&self, whom: &str) -> Errand {
        self.errand(whom, Trust::Called)
    }

    /// Whether an address that a user names may be called, as far as can be told without looking its host up.
    pub fn may_call(&self, url: &str) -> bool {
        Url::parse(url).is_ok_and(|url| self.0.rules.judge(&url, Trust::Called).is_ok())
    }

    /// Fetches for a user what an address of the configuration leads to, as GitHub's lead to where its files are: that may
    /// be any public host.
    pub fn download(&self, user: &str) -> Errand {
        self.errand(user, Trust::Download)
    }

    fn errand(&self, user: &str, trust: Trust) -> Errand {
        Errand::new(self.clone(), self.places(user), trust)
    }

    /// The places of a user, which all of his errands share.
    fn places(&self, user: &str) -> Arc<Semaphore> {
        let mut users = self.0.users.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(places) = users.get(user).and_then(Weak::upgrade) {
            return places;
        }
        users.retain(|_, places| places.strong_count() > 0);
        let places = Arc::new(Semaphore::new(PER_USER));
        users.insert(user.to_owned(), Arc::downgrade(&places));
        places
    }
}
