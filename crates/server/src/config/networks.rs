//! Networks, as operators write them.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// Addresses and networks, as a list or with commas between them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Whether this is in one of them.
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl<'de> Deserialize<'de> for Networks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written)
    }
}

/// Reads a list of texts, or one text.
struct Written;

impl<'de> Visitor<'de> for Written {
    type Value = Networks;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("addresses or networks such as 127.0.0.1, 10.0.0.0/8 or fd00::/8, with commas between them")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Networks, E> {
        let written = text.split(',').map(str::trim).filter(|text| !text.is_empty());
        written.map(network).collect::<Result<_, _>>().map(Networks)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Networks, A::Error> {
        let mut networks = Vec::new();
        while let Some(text) = list.next_element::<String>()? {
            networks.push(network(text.trim())?);
        }
        Ok(Networks(networks))
    }
}

/// A network, or an address as the network of itself alone.
fn network<E: de::Error>(text: &str) -> Result<IpNet, E> {
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| address()).map_err(|_| E::invalid_value(de::Unexpected::Str(text), &Written))
}

#[cfg(test)]
mod tests {
    use crate::Config;

    fn read(text: &str) -> Result<Config, String> {
        Config::read(None, &[("server.proxies", text.to_owned())]).map_err(|error| error.to_string())
    }

    #[test]
    fn addresses_and_networks_are_understood_one_or_many() {
        for text in ["10.0.0.0/8, 127.0.0.1,fd00::/8", "[\"10.0.0.0/8\", \"127.0.0.1\", \"fd00::/8\"]"] {
            let proxies = read(text).unwrap().server.proxies;
            for address in ["10.1.2.3", "127.0.0.1", "fd00::1"] {
                assert!(proxies.contain(address.parse().unwrap()), "{text} lacks {address}");
            }
            assert!(!proxies.contain("127.0.0.2".parse().unwrap()), "{text}");
        }
        assert!(!read("10.0.0.1").unwrap().server.proxies.contain("10.0.0.2".parse().unwrap()));
    }

    #[test]
    fn anything_else_is_refused_with_what_is_allowed() {
        for text in ["proxy.example.org", "10.0.0.0/33", "10.0.0.1 10.0.0.2", "7"] {
            let error = read(text).unwrap_err();
            assert!(error.contains("server.proxies") && error.contains("10.0.0.0/8"), "{error}");
        }
    }
}
