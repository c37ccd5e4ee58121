//! How many connections there may be, in all and from one address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::config::{Listener, Networks};

/// The places for connections of one address that is listened on.
#[derive(Clone, Debug)]
pub(super) struct Places(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limit: usize,
    per_address: usize,
    /// Whose connections are those of many others.
    proxies: Networks,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A connection's place, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    /// Where it counts; nowhere for a proxy.
    address: Option<IpAddr>,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// There are too many connections in all.
    Connections,
    /// There are too many from this address.
    PerAddress,
}

impl Places {
    pub(super) fn new(limits: &Listener, proxies: Networks) -> Self {
        let (limit, per_address) = (limits.connections, limits.per_address);
        Self(Arc::new(Inner { limit, per_address, proxies, taken: Mutex::default() }))
    }

    /// A place for a connection from this address.
    pub(super) fn take(&self, peer: IpAddr) -> Result<Place, Refused> {
        let peer = peer.to_canonical();
        let is_proxy = self.0.proxies.contain(peer);
        let address = (!is_proxy).then(|| one_client(peer));
        let mut taken = self.taken();
        if taken.all >= self.0.limit {
            return Err(Refused::Connections);
        }
        if let Some(address) = address {
            let of_address = taken.by_address.entry(address).or_default();
            if *of_address >= self.0.per_address {
                return Err(Refused::PerAddress);
            }
            *of_address += 1;
        }
        taken.all += 1;
        Ok(Place { places: self.clone(), address })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.all -= 1;
        let Some(address) = self.address else { return };
        if let Some(of_address) = taken.by_address.get_mut(&address) {
            *of_address -= 1;
            if *of_address == 0 {
                taken.by_address.remove(&address);
            }
        }
    }
}

/// What counts as one client: an IPv4 address, or the /64 that a household or a rented machine gets of IPv6.
fn one_client(peer: IpAddr) -> IpAddr {
    match peer {
        IpAddr::V4(_) => peer,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(connections: usize, per_address: usize, proxies: &[&str]) -> Places {
        let proxies = serde_json::from_value(serde_json::json!(proxies)).unwrap();
        let limits = Listener { connections, per_address, ..Listener::default() };
        Places::new(&limits, proxies)
    }

    #[test]
    fn an_address_has_its_places_back_when_connections_end() {
        let places = places(3, 2, &[]);
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|address| address.parse().unwrap());
        let (first, _second) = (places.take(one).unwrap(), places.take(one).unwrap());
        assert_eq!(places.take(one).unwrap_err(), Refused::PerAddress);
        let _third = places.take(other).unwrap();
        assert_eq!(places.take(other).unwrap_err(), Refused::Connections);
        drop(first);
        assert!(places.take(one).is_ok());
    }

    #[test]
    fn a_network_of_ipv6_is_one_client_and_a_mapped_address_is_that_of_ipv4() {
        let places = places(10, 1, &[]);
        let _held = ["2001:db8::1", "::ffff:192.0.2.1"].map(|address| places.take(address.parse().unwrap()).unwrap());
        for taken in ["2001:db8::2", "192.0.2.1"] {
            assert_eq!(places.take(taken.parse().unwrap()).unwrap_err(), Refused::PerAddress, "{taken}");
        }
        assert!(places.take("2001:db8:0:1::1".parse().unwrap()).is_ok());
    }

    #[test]
    fn proxies_are_not_counted_by_address() {
        let places = places(3, 1, &["10.0.0.0/8"]);
        let held: Vec<_> = (0..3).map(|_| places.take("10.1.2.3".parse().unwrap()).unwrap()).collect();
        assert_eq!(places.take("10.1.2.3".parse().unwrap()).unwrap_err(), Refused::Connections);
        drop(held);
        assert!(places.0.taken.lock().unwrap().by_address.is_empty());
    }
}
