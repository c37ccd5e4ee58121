//! What every format loses of a release: a table with a line for each.

use std::collections::BTreeMap;

use crate::{Addresses, Loss, Release, curseforge, mcupdater, mrpack, packwiz, prism, technic};

/// A format by its place below a release's address, and what it does not carry.
type Line = (&'static str, fn(&Release, &Addresses) -> Vec<Loss>);

/// The formats that are written for launchers. What tells everything (`index.json`) loses nothing.
const FORMATS: [Line; 7] = [
    ("curseforge.zip", |release, _| curseforge::write(release).losses),
    ("mcupdater.xml", mcupdater::losses),
    ("pack.mrpack", mrpack::losses),
    ("pack.mrpack?for=modrinth", |release, addresses| mrpack::write_upload(release, addresses).losses),
    ("packwiz/pack.toml", |release, addresses| packwiz::tree(release, addresses).losses().to_vec()),
    ("prism.zip", |release, addresses| prism::write(release, addresses).losses),
    ("technic.zip", |release, _| technic::write(release).map_or_else(|loss| vec![loss], |zip| zip.losses)),
];

/// What each format does not carry, by its place below the release's address.
pub fn all(release: &Release, addresses: &Addresses) -> BTreeMap<&'static str, Vec<Loss>> {
    FORMATS.into_iter().map(|(format, losses)| (format, losses(release, addresses))).collect()
}
