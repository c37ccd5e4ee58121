//! Where and as whom the server answers.

use serde::{Deserialize, Serialize};

use super::value::Hidden;
use super::{Error, Networks};
use crate::signify::Key;

/// Where and as whom the server answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// The address to listen on.
    pub addr: String,
    /// The address by which players reach the server, such as `https://mc.example.org`. Where it is empty, addresses
    /// in answers follow the request's `Host`.
    pub host: String,
    /// Whether the API's document and the page to read it in are at `/api/v1/spec` and `/api/v1/docs`.
    pub docs: bool,
    /// The proxies in front of the server: what they say in `X-Forwarded-For` about where a request comes from is taken,
    /// nobody else's word is. None unless given.
    pub proxies: Networks,
    /// The secret key of signify by which `pack.toml` is signed for unsup; without one nothing is signed.
    pub signing_key: Hidden,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            addr: "0.0.0.0:8080".to_owned(),
            host: String::new(),
            docs: true,
            proxies: Networks::default(),
            signing_key: Hidden::default(),
        }
    }
}

impl Server {
    /// The key by which `pack.toml` is signed, if there is one.
    pub(crate) fn key(&self) -> Result<Option<Key>, Error> {
        let text = Some(self.signing_key.shown()).filter(|text| !text.is_empty());
        text.map(Key::parse).transpose().map_err(|fault| Error::value("server.signing_key", fault))
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        self.key()?;
        let is_address = self.host.starts_with("http://") || self.host.starts_with("https://");
        if self.host.is_empty() || is_address {
            return Ok(());
        }
        Err(Error::value("server.host", "must begin with https:// or http://, or be empty"))
    }
}
