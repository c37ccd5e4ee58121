//! Which addresses may be fetched, and which may be told something.

use std::net::IpAddr;

use reqwest::Url;
use url::Host;

use super::network::is_public;
use crate::config::{Networks, Upstream, Webhook};

/// The ports below this are those of services of the system, of which only those of the web are called.
const FREE_PORTS: u16 = 1024;

/// Who says that an address is to be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// A user, or an answer from elsewhere.
    Named,
    /// A server administrator.
    Free,
    /// The operator, in the configuration.
    Configured,
    /// The operator, in the configuration, for something that may lie wherever the address leads to.
    Download,
    /// An address of [`Trust::Download`], which led there.
    Led,
    /// A user, for something that is sent there.
    Called,
}

impl Trust {
    /// Whether the operator named just this address.
    pub(super) fn is_operators(self) -> bool {
        matches!(self, Self::Configured | Self::Download)
    }

    /// How far the address of another host is trusted that this one leads to.
    pub(super) fn elsewhere(self) -> Self {
        match self {
            Self::Configured => Self::Named,
            Self::Download => Self::Led,
            Self::Named | Self::Free | Self::Led | Self::Called => self,
        }
    }
}

/// What the operator allows.
#[derive(Debug)]
pub(super) struct Rules {
    hosts: Vec<(String, Option<u16>)>,
    networks: Networks,
    free: bool,
    plain_http: bool,
}

impl Rules {
    pub(super) fn new(config: &Upstream) -> Self {
        Self {
            hosts: config.hosts().flatten().collect(),
            networks: config.networks.clone(),
            free: config.free,
            plain_http: config.plain_http,
        }
    }

    /// What the operator allows to be told something.
    pub(super) fn of_webhooks(config: &Webhook) -> Self {
        let networks = config.networks.clone();
        Self { hosts: Vec::new(), networks, free: false, plain_http: config.plain_http }
    }

    /// Whether a host may have this address.
    pub(super) fn allow(&self, address: IpAddr) -> bool {
        is_public(address) || self.networks.contain(address)
    }

    /// Why this must not be fetched, as operators read it; addresses behind a name are judged when they are looked up.
    pub(super) fn judge(&self, url: &Url, trust: Trust) -> Result<(), &'static str> {
        let is_plain = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return Err("the scheme is not https"),
        };
        if trust.is_operators() {
            return Ok(());
        }
        if is_plain && !self.plain_http {
            return Err("addresses without encryption are off, by `plain_http`");
        }
        let host = url.host_str().unwrap_or_default();
        let is_listed = |port| self.hosts.iter().any(|listed| listed.0 == host && listed.1 == port);
        let is_open = |port| is_listed(Some(port)) || (trust == Trust::Called && port >= FREE_PORTS);
        if url.port().is_some_and(|port| !is_open(port)) {
            return Err("the port is not listed in `upstream.hosts`, or that of a service of the system");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it names a user");
        }
        let is_free = matches!(trust, Trust::Led | Trust::Called) || (trust == Trust::Free && self.free);
        if !is_free && !is_listed(None) && !is_listed(url.port_or_known_default()) {
            return Err("the host is not listed in `upstream.hosts`");
        }
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            Some(Host::Domain(_)) => None,
            None => return Err("it names no host"),
        };
        match address {
            Some(address) if !self.allow(address) => Err("the address is not public"),
            _ => Ok(()),
        }
    }
}
