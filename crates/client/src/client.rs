//! The one who asks: an address, the headers that go with every request, the connections.

use std::time::Duration;

use kleister_types::Notice;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{ClientBuilder, RequestBuilder, Response, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a request may take from its beginning to the end of its answer.
const TOTAL: Duration = Duration::from_mins(1);
/// How many redirects are followed before one is taken for the answer.
const REDIRECTS: usize = 5;
/// All that RFC 3986 does not call unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A client of one Kleister server; a clone shares its connections.
///
/// Connecting may take 10 seconds, a whole call 60. Redirects are followed within the same origin only, so that no
/// credential ever reaches a server that it was not meant for; any other redirect is an [`Error::Api`] that names the
/// place in its `location` header.
#[derive(Clone, Debug)]
pub struct Client {
    base: String,
    headers: HeaderMap,
    http: reqwest::Client,
}

impl Client {
    /// A client of the API at `base`, such as `https://packs.example.com/api/v1`, with or without a slash at its end.
    ///
    /// Nothing is sent yet. [`Error::Unusable`] where `base` is not an http address.
    pub fn new(base: &str) -> Result<Self> {
        let url = address(base)?;
        let base = url.as_str().trim_end_matches('/').to_owned();
        let http = builder(&url).build().map_err(|error| Error::network(&base, error))?;
        Ok(Self { base, headers: HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]), http })
    }

    /// The address of the API, without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Sends a header with every request from now on, in place of an earlier one of that name.
    ///
    /// This is how credentials are given: `Authorization: Bearer TOKEN` or `X-API-Key: TOKEN`. The value is kept out of
    /// debug output. [`Error::Unusable`] where HTTP does not allow the name or the value.
    pub fn set_header(&mut self, name: &str, value: &str) -> Result<()> {
        let name: HeaderName =
            name.parse().map_err(|_| Error::unusable(format!("{name:?} is not the name of a header")))?;
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| Error::unusable(format!("the header {name} takes printable ASCII only")))?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(())
    }

    /// What stands at a path below the base.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.send(self.http.get(self.url(path))).await
    }

    /// The answer to a JSON body.
    pub(crate) async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        self.send(self.http.post(self.url(path)).json(body)).await
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T> {
        let network = |error| Error::network(&self.base, error);
        let response = request.headers(self.headers.clone()).send().await.map_err(network)?;
        read(response).await.map_err(network)?
    }
}

/// One segment of a path, whatever the text holds.
pub(crate) fn segment(text: &str) -> String {
    match text {
        // Every URL parser removes these two, encoded ones too, and would ask at another address. Encoded twice they
        // arrive as a text that is just as surely the name of nothing.
        "." | ".." => text.replace('.', "%252E"),
        _ => utf8_percent_encode(text, RESERVED).to_string(),
    }
}

/// Splits a response into a result and the ways in which it is none; the outer error is that of the connection.
async fn read<T: DeserializeOwned>(response: Response) -> reqwest::Result<Result<T>> {
    let success = response.status().is_success();
    let status = response.status().as_u16();
    let reason = response.status().canonical_reason().unwrap_or_default();
    let headers = Box::new(response.headers().clone());
    let body = response.text().await?;
    if !success {
        let notice = serde_json::from_str::<Notice>(&body).ok().map(Box::new);
        return Ok(Err(Error::Api { status, reason, headers, body, notice }));
    }
    Ok(serde_json::from_str(&body).map_err(|source| Error::Unreadable { status, reason, headers, body, source }))
}

/// An address that paths can be appended to.
fn address(base: &str) -> Result<Url> {
    let url: Url = base.parse().map_err(|error| Error::unusable(format!("{base:?} is not an address: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Error::unusable(format!("{base:?} is not an http or https address")));
    }
    // Not repeated in the text: it may hold a password.
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::unusable("credentials belong in a header, not in the address"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Error::unusable(format!("{base:?} goes on after its path")));
    }
    Ok(url)
}

fn builder(url: &Url) -> ClientBuilder {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("kleister/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .timeout(TOTAL)
        .redirect(Policy::custom(redirect))
        .referer(false);
    // Plain http stays plain, redirects included: a machine without certificates can use it, and nobody waits while
    // they are read.
    if url.scheme() == "http" { builder.tls_certs_only([]) } else { builder }
}

fn redirect(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let stays = attempt.previous().last().is_some_and(|url| url.origin() == attempt.url().origin());
    if stays && attempt.previous().len() <= REDIRECTS { attempt.follow() } else { attempt.stop() }
}

#[cfg(test)]
mod tests {
    use super::{Client, segment};

    #[test]
    fn segment_holds_any_text() {
        assert_eq!(segment("eyJ0.eyJz-_.sig"), "eyJ0.eyJz-_.sig");
        assert_eq!(segment("a/b?c#d%2F é"), "a%2Fb%3Fc%23d%252F%20%C3%A9");
        assert_eq!(segment(".."), "%252E%252E");
    }

    #[test]
    fn base_is_an_http_address_and_nothing_more() {
        assert_eq!(Client::new("http://localhost:8080/api/v1//").unwrap().base(), "http://localhost:8080/api/v1");
        assert_eq!(Client::new("https://packs.example.com").unwrap().base(), "https://packs.example.com");
        for base in ["", "localhost:8080", "ftp://host", "http://", "http://host/?a", "http://host/#a"] {
            assert!(Client::new(base).is_err(), "{base}");
        }
        let refusal = Client::new("http://anna:secret@host/").unwrap_err().to_string();
        assert!(!refusal.contains("secret"), "{refusal}");
    }

    #[test]
    fn credentials_are_kept_out_of_debug_output() {
        let mut client = Client::new("http://localhost").unwrap();
        client.set_header("X-API-Key", "secret").unwrap();
        assert!(!format!("{client:?}").contains("secret"));
        assert!(client.set_header("no header", "value").is_err());
        assert!(client.set_header("x-api-key", "two\r\nlines").is_err());
    }
}
