//! Looking names up: the addresses that were judged are the ones that are connected to, since nobody looks again.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::rules::Rules;

/// Finds the addresses of a host.
pub(super) type LookUp = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// The system's look-up.
pub(super) fn system() -> LookUp {
    Arc::new(|host| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    })
}

/// What a client asks for the addresses of a host, once for each connection: with rules, either all of them are allowed
/// or none is handed out.
pub(super) struct Guard {
    pub(super) look_up: LookUp,
    pub(super) rules: Option<Arc<Rules>>,
}

/// A host has an address that is not allowed.
#[derive(Debug, thiserror::Error)]
#[error("the host has the address {0}, which is not public")]
pub(super) struct Private(IpAddr);

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let found = (self.look_up)(name.as_str().to_owned());
        let rules = self.rules.clone();
        Box::pin(async move {
            let found = found.await?;
            let forbidden = rules.and_then(|rules| found.iter().copied().find(|address| !rules.allow(*address)));
            match forbidden {
                Some(address) => Err(Private(address).into()),
                // The port follows from the address that is fetched.
                None => Ok(Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs),
            }
        })
    }
}
