//! From where an `.mrpack` has a file fetched.

use super::Variant;
use crate::addresses::is_secure;
use crate::{Addresses, Delivery, File, Place};

/// Where Modrinth keeps its files.
const MODRINTH: &str = "cdn.modrinth.com";

/// The hosts from which Modrinth lets an uploaded pack fetch: those that both its description of the format and its
/// server name.
const ALLOWED: [&str; 3] = [MODRINTH, "github.com", "raw.githubusercontent.com"];

/// The file's addresses, best first.
pub(super) fn of(file: &File, addresses: &Addresses, variant: Variant) -> Vec<String> {
    let downloads = addresses.downloads(file);
    match variant {
        Variant::Players if is_known_on_modrinth(file) => {
            let (theirs, others): (Vec<_>, Vec<_>) =
                downloads.into_iter().partition(|address| host(address) == Some(MODRINTH));
            if theirs.is_empty() { preferred(others) } else { theirs }
        }
        Variant::Own if file.delivery == Delivery::Stored => vec![addresses.file(&file.path)],
        Variant::Players | Variant::Own => preferred(downloads),
        Variant::Upload => {
            let is_allowed = |address: &String| host(address).is_some_and(|host| ALLOWED.contains(&host));
            downloads.into_iter().filter(is_allowed).collect()
        }
    }
}

/// Whether Modrinth has the same bytes: an origin is noted only of a file whose SHA-512 is the one that Modrinth tells.
fn is_known_on_modrinth(file: &File) -> bool {
    file.hashes.sha512.is_some() && file.origins.iter().any(|origin| origin.place == Place::Modrinth)
}

/// The addresses by HTTPS, or all where there is none: one plain address lets strict launchers refuse the whole pack.
fn preferred(mut downloads: Vec<String>) -> Vec<String> {
    if downloads.iter().any(|address| is_secure(address)) {
        downloads.retain(|address| is_secure(address));
    }
    downloads
}

/// The host of an address by HTTPS, as it is written.
fn host(address: &str) -> Option<&str> {
    address.strip_prefix("https://")?.split('/').next()
}
