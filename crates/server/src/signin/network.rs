//! Where a request comes from, as far as sign-in cares.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use aide::OperationInput;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::App;
use crate::config::Networks;
use crate::problem::Problem;

/// Where a request comes from: an IPv4 address, or the first 64 bits of an IPv6 one, of which a household has all the
/// rest. Where the address is not known, all requests come from the same place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// The network of an address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into())
            }
            address @ IpAddr::V4(_) => Self(address),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl OperationInput for Network {}

impl FromRequestParts<App> for Network {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(Ipv6Addr::UNSPECIFIED.into(), |ConnectInfo(peer)| peer.ip().to_canonical());
        Ok(Self::of(origin(peer, &parts.headers, &app.config.server.proxies)))
    }
}

/// The address that a request comes from: its peer's, or what trusted proxies say, one after the other, until one names
/// an address that is no trusted proxy. Each adds the address that it was asked from at the right; what stands further
/// left anybody could have written.
///
/// Only `X-Forwarded-For` counts: a proxy that writes it passes on a `Forwarded` that somebody made up.
fn origin(peer: IpAddr, headers: &HeaderMap, proxies: &Networks) -> IpAddr {
    let lines = headers.get_all("x-forwarded-for").iter().map(|line| String::from_utf8_lossy(line.as_bytes()));
    let chain = lines.collect::<Vec<_>>().join(",");
    let mut hops = chain.rsplit(',').map(hop);
    let mut address = peer;
    while proxies.contain(address) {
        let Some(Some(before)) = hops.next() else { break };
        address = before;
    }
    address
}

/// An address as proxies write it, with a port or without.
fn hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn told(peer: &str, lines: &[&str]) -> String {
        let proxies = serde_json::from_str("[\"127.0.0.1\", \"10.0.0.0/8\"]").unwrap();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        Network::of(origin(peer.parse().unwrap(), &headers, &proxies)).to_string()
    }

    #[test]
    fn the_right_most_address_that_is_no_proxy_counts() {
        assert_eq!(told("127.0.0.1", &["6.6.6.6, 203.0.113.7"]), "203.0.113.7");
        assert_eq!(told("127.0.0.1", &["6.6.6.6, 203.0.113.7, 10.1.1.1"]), "203.0.113.7");
        assert_eq!(told("127.0.0.1", &["6.6.6.6", "203.0.113.7", "10.1.1.1"]), "203.0.113.7");
        assert_eq!(told("127.0.0.1", &["203.0.113.7:55123"]), "203.0.113.7");
        assert_eq!(told("127.0.0.1", &["10.2.2.2"]), "10.2.2.2");
        assert_eq!(told("127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn nobody_else_is_believed() {
        assert_eq!(told("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(told("127.0.0.1", &["6.6.6.6, unknown"]), "127.0.0.1");
        assert_eq!(told("127.0.0.1", &["6.6.6.6, , "]), "127.0.0.1");
        assert_eq!(told("127.0.0.1", &["6.6.6.6", "\u{ff}"]), "127.0.0.1");
    }

    #[test]
    fn an_ipv6_household_is_one_network() {
        assert_eq!(told("2001:db8:1:2:aaaa::1", &[]), told("2001:db8:1:2:bbbb::2", &[]));
        assert_ne!(told("2001:db8:1:2::1", &[]), told("2001:db8:1:3::1", &[]));
        assert_eq!(told("::ffff:203.0.113.7", &[]), "203.0.113.7");
        assert_eq!(told("10.0.0.1", &["[2001:db8:1:2::1]:443"]), "2001:db8:1:2::");
    }
}
