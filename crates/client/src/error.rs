//! What can go wrong between a question and its answer.

use std::error::Error as _;
use std::iter;

use kleister_types::Notice;
use reqwest::header::HeaderMap;

/// The outcome of a call.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call has no result. The texts carry no credentials, so they may be logged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server answered, and the answer is not a success.
    #[error("{status} {reason}{}", notice.as_ref().map(|notice| format!(": {}", notice.message)).unwrap_or_default())]
    Api {
        /// The HTTP status.
        status: u16,
        /// The usual words for this status, such as `Unauthorized`; empty where there are none.
        reason: &'static str,
        /// The headers of the answer.
        headers: Box<HeaderMap>,
        /// The body as it came.
        body: String,
        /// What the server says went wrong, where the body says it the way the API does.
        notice: Option<Box<Notice>>,
    },
    /// The answer is a success, but its body is not the JSON that was expected: there is probably no Kleister at this
    /// address, or something stands in front of it.
    #[error("{status} {reason}, but the answer is not the expected JSON: {source}")]
    Unreadable {
        /// The HTTP status.
        status: u16,
        /// The usual words for this status; empty where there are none.
        reason: &'static str,
        /// The headers of the answer.
        headers: Box<HeaderMap>,
        /// The body as it came.
        body: String,
        /// Where the body stops making sense.
        source: serde_json::Error,
    },
    /// There is no whole answer: no name, no connection, no certificate, no time left.
    #[error("{reason}")]
    Network {
        /// What happened, with the server's address and without the path, which may hold a token.
        reason: String,
        /// The failure itself.
        source: reqwest::Error,
    },
    /// The request cannot be made from what it was given, such as an address without a host; nothing was sent.
    #[error("{reason}")]
    Unusable {
        /// What is wrong with it.
        reason: String,
    },
}

impl Error {
    /// A failure on the way to or from the server at `base`.
    pub(crate) fn network(base: &str, source: reqwest::Error) -> Self {
        // The URL of a verification holds the token.
        let source = source.without_url();
        let reason = if source.is_connect() {
            format!("cannot connect to {base}: {}", cause(&source))
        } else if source.is_timeout() {
            format!("{base} took too long to answer")
        } else {
            format!("no answer from {base}: {}", cause(&source))
        };
        Self::Network { reason, source }
    }

    /// Something that was given and cannot be sent.
    pub(crate) fn unusable(reason: impl Into<String>) -> Self {
        Self::Unusable { reason: reason.into() }
    }
}

/// The innermost cause: the outer ones only say in which layer it happened.
fn cause(error: &reqwest::Error) -> String {
    let innermost = iter::successors(error.source(), |&inner| inner.source()).last();
    innermost.map_or_else(|| error.to_string(), ToString::to_string)
}
