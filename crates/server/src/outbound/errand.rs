//! Going out for somebody: the question, the way to who answers it, and back with the answer.

use std::error::Error;
use std::iter::successors;
use std::sync::Arc;

use bytes::Bytes;
use kleister_files::{Blob, Files};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Method, Response, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::resolve::Private;
use super::rules::Trust;
use super::{Expected, Outbound, Refusal, receive};

/// How many addresses an answer may be away from the first.
const REDIRECTS: usize = 5;

/// Fetching for one user from addresses of one kind. As much as he has fetched already at the same time makes it wait.
#[derive(Clone)]
pub struct Errand {
    outbound: Outbound,
    places: Arc<Semaphore>,
    trust: Trust,
    headers: HeaderMap,
}

impl Errand {
    pub(super) fn new(outbound: Outbound, places: Arc<Semaphore>, trust: Trust) -> Self {
        Self { outbound, places, trust, headers: HeaderMap::new() }
    }

    /// Sends a credential along, which goes to the host of the first address only and is never logged.
    #[must_use]
    pub fn with_credential(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        value.set_sensitive(true);
        self.headers.insert(name, value);
        self
    }

    /// Fetches at most `limit` bytes into memory.
    pub async fn get(&self, url: &str, limit: u64) -> Result<Bytes, Refusal> {
        self.whole(async {
            let answer = self.ask(Method::GET, url, None).await?;
            receive::to_memory(answer, limit, self.outbound.0.times).await
        })
        .await
    }

    /// Fetches a JSON document of at most `limit` bytes; one that does not read as this is [`Refusal::Unreachable`].
    pub async fn get_json<T: DeserializeOwned>(&self, url: &str, limit: u64) -> Result<T, Refusal> {
        let document = self.get(url, limit).await?;
        serde_json::from_slice(&document).map_err(|error| {
            tracing::info!(%error, "a document from elsewhere cannot be read");
            Refusal::SILENCE
        })
    }

    /// Sends a JSON document and fetches at most `limit` bytes of the answer into memory. Redirects are not followed.
    pub async fn post(&self, url: &str, document: &impl Serialize, limit: u64) -> Result<Bytes, Refusal> {
        let document = serde_json::to_vec(document).map_err(|_| Refusal::NotAllowed)?;
        self.whole(async {
            let answer = self.ask(Method::POST, url, Some(document.into())).await?;
            receive::to_memory(answer, limit, self.outbound.0.times).await
        })
        .await
    }

    /// Sends a JSON document that is written already, with headers of its own; gives the status of an answer that is a
    /// success. Nothing else of the answer is read, and redirects are not followed.
    pub async fn send(&self, url: &str, headers: HeaderMap, document: Bytes) -> Result<u16, Refusal> {
        self.whole(async {
            let url = Url::parse(url).map_err(|_| Refusal::NotAllowed)?;
            let answer = self.once(Method::POST, &url, self.trust, &headers, Some(document)).await?;
            if answer.status().is_success() { Ok(answer.status().as_u16()) } else { Err(no_success(&answer, &url)) }
        })
        .await
    }

    /// Fetches at most `limit` bytes into the files. Nothing is kept of what is not as expected; what is kept has no row
    /// yet.
    pub async fn fetch(&self, files: &Files, url: &str, expected: &Expected, limit: u64) -> Result<Blob, Refusal> {
        self.whole(async {
            let answer = self.ask(Method::GET, url, None).await?;
            receive::to_files(answer, files, expected, limit, self.outbound.0.times).await
        })
        .await
    }

    /// Waits for a place, then for the work, which has its time.
    async fn whole<T>(&self, work: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
        if !self.outbound.0.enabled {
            return Err(Refusal::Off);
        }
        let _place = self.places.acquire().await.map_err(|_| Refusal::SILENCE)?;
        timeout(self.outbound.0.times.total, work).await.unwrap_or(Err(Refusal::SILENCE))
    }

    /// Asks, goes wherever the answer is, and gives one that is a success. Whoever is not the first one asked gets no
    /// credentials, and is trusted no more than an address that somebody named.
    async fn ask(&self, method: Method, url: &str, body: Option<Bytes>) -> Result<Response, Refusal> {
        let mut url = Url::parse(url).map_err(|_| Refusal::NotAllowed)?;
        let (mut trust, mut headers) = (self.trust, self.headers.clone());
        let follows = if method == Method::GET { REDIRECTS } else { 0 };
        for _ in 0..=follows {
            let answer = self.once(method.clone(), &url, trust, &headers, body.clone()).await?;
            let Some(next) = elsewhere(&answer, &url)? else { return Ok(answer) };
            if next.origin() != url.origin() {
                headers.clear();
                trust = trust.elsewhere();
            }
            url = next;
        }
        Err(refused(&url, "it leads from one address to the next without end", Refusal::SILENCE))
    }

    /// Asks one address.
    async fn once(
        &self,
        method: Method,
        url: &Url,
        trust: Trust,
        headers: &HeaderMap,
        body: Option<Bytes>,
    ) -> Result<Response, Refusal> {
        let inner = &self.outbound.0;
        inner.rules.judge(url, trust).map_err(|why| refused(url, why, Refusal::NotAllowed))?;
        let client = if trust.is_operators() { &inner.trusting } else { &inner.guarded };
        let mut request = client.request(method, url.clone()).headers(headers.clone());
        if let Some(body) = body {
            request = request.header(reqwest::header::CONTENT_TYPE, "application/json").body(body);
        }
        match timeout(inner.times.first_byte, request.send()).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(failed(url, &error)),
            Err(_) => Err(refused(url, "it does not answer in time", Refusal::SILENCE)),
        }
    }
}

/// Where the answer is instead; nothing if this is it.
fn elsewhere(answer: &Response, url: &Url) -> Result<Option<Url>, Refusal> {
    let status = answer.status();
    if status.is_success() {
        return Ok(None);
    }
    if let (301 | 302 | 303 | 307 | 308, Some(location)) = (status.as_u16(), field(answer, LOCATION)) {
        return url.join(location).map(Some).map_err(|_| Refusal::NotAllowed);
    }
    Err(no_success(answer, url))
}

/// An answer that is no success, and when it may be asked for again.
fn no_success(answer: &Response, url: &Url) -> Refusal {
    let status = answer.status();
    let retry_after = field(answer, RETRY_AFTER).and_then(|seconds| seconds.parse().ok());
    let refusal = Refusal::Unreachable { status: Some(status.as_u16()), retry_after };
    refused(url, &format!("it answers {status}"), refusal)
}

fn field(answer: &Response, name: HeaderName) -> Option<&str> {
    answer.headers().get(name).and_then(|value| value.to_str().ok())
}

/// What the network says, down to the cause, for the operator; a host that is not public is one that is not allowed.
fn failed(url: &Url, error: &reqwest::Error) -> Refusal {
    let first: &(dyn Error + 'static) = error;
    let causes = || successors(Some(first), |&error| error.source());
    let is_private = causes().any(<dyn Error>::is::<Private>);
    let why = causes().last().map(ToString::to_string).unwrap_or_default();
    refused(url, &why, if is_private { Refusal::NotAllowed } else { Refusal::SILENCE })
}

/// Tells the operator what the user is not told. Of the address only the host: the rest may have a token in it.
fn refused(url: &Url, why: &str, refusal: Refusal) -> Refusal {
    tracing::info!(host = url.host_str().unwrap_or_default(), why, "not fetched");
    refusal
}
