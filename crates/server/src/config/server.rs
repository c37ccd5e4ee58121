//! Where and as whom the server answers.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::Error;

/// Where and as whom the server answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// The address to listen on.
    pub addr: String,
    /// The address by which players reach the server, such as `https://mc.example.org`. Where it is empty, addresses
    /// in answers follow the request's `Host`.
    pub host: String,
    /// The proxies in front of the server, as addresses or networks such as `10.0.0.0/8`.
    pub proxies: Vec<String>,
}

impl Default for Server {
    fn default() -> Self {
        Self { addr: "0.0.0.0:8080".to_owned(), host: String::new(), proxies: Vec::new() }
    }
}

impl Server {
    /// The networks of the proxies in front of the server.
    pub fn proxies(&self) -> Vec<IpNet> {
        self.proxies.iter().filter_map(|text| network(text)).collect()
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        if let Some(wrong) = self.proxies.iter().find(|text| network(text).is_none()) {
            let message = format!("names `{wrong}`; it must be a list of addresses or networks, such as 10.0.0.0/8");
            return Err(Error::value("server.proxies", message));
        }
        let is_address = self.host.starts_with("http://") || self.host.starts_with("https://");
        if self.host.is_empty() || is_address {
            return Ok(());
        }
        Err(Error::value("server.host", "must begin with https:// or http://, or be empty"))
    }
}

/// A network, or the one address that is written without the length of a prefix.
fn network(text: &str) -> Option<IpNet> {
    text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok()
}
