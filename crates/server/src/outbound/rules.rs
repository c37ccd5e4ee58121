//! Which addresses may be fetched.

use std::net::IpAddr;

use reqwest::Url;
use url::Host;

use super::network::is_public;
use crate::config::{Networks, Upstream};

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
            Self::Named | Self::Free | Self::Led => self,
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
            return Err("`upstream.plain_http` is off");
        }
        let host = url.host_str().unwrap_or_default();
        let is_listed = |port| self.hosts.iter().any(|listed| listed.0 == host && listed.1 == port);
        if url.port().is_some_and(|port| !is_listed(Some(port))) {
            return Err("the port is not listed in `upstream.hosts`");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it names a user");
        }
        let is_free = trust == Trust::Led || (trust == Trust::Free && self.free);
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
