//! What every format loses of a release: a table with a line for each.

use std::collections::BTreeMap;

use crate::{Addresses, Loss, Release, curseforge, mcupdater, mrpack, packwiz, prism, solder, technic};

/// What formats do not carry, by their places.
pub type Losses = BTreeMap<String, Vec<Loss>>;

/// A format by its place below a release's address, and what it does not carry.
type Line = (&'static str, fn(&Release, &Addresses) -> Vec<Loss>);

/// The formats that are written for launchers. What tells everything (`index.json`) loses nothing.
const FORMATS: [Line; 8] = [
    ("curseforge.zip", |release, _| curseforge::write(release).losses),
    ("mcupdater.xml", mcupdater::losses),
    (MRPACK, |release, addresses| mrpack::write(release, addresses).losses),
    ("pack.mrpack?for=modrinth", |release, addresses| mrpack::write_upload(release, addresses).losses),
    ("packwiz/pack.toml", |release, addresses| packwiz::tree(release, addresses).losses().to_vec()),
    ("prism.zip", |release, addresses| prism::write(release, addresses).losses),
    ("solder/api", |release, _| solder::losses(release)),
    ("technic.zip", |release, _| technic::write(release).map_or_else(|loss| vec![loss], |zip| zip.losses)),
];

/// The one format of which a loss follows from the server's address too.
const MRPACK: &str = "pack.mrpack";

/// What each format does not carry, by its place below the release's address; Solder's is beside it.
///
/// Of a published build it is what was worked out when it was published, in the words of that day: a word that is mended in a
/// later Kleister would change the bytes of `index.json`, which everybody may keep for ever.
pub fn all(release: &Release, addresses: &Addresses) -> Losses {
    let mut all = release.losses.clone().unwrap_or_else(|| work_out(release));
    if let Some(plain) = mrpack::plain_loss(release, addresses)
        && let Some(losses) = all.get_mut(MRPACK)
    {
        losses.insert(0, plain);
    }
    all
}

/// What each format does not carry, wherever the server is.
pub(crate) fn work_out(release: &Release) -> Losses {
    let anywhere = Addresses::new("https://localhost");
    FORMATS.into_iter().map(|(format, losses)| (format.to_owned(), losses(release, &anywhere))).collect()
}
