//! Modrinth's `.mrpack`, format version 1: a zip with one index, from which the launcher fetches every file.
//!
//! Facts from Modrinth's format description and from Labrinth, the server that checks uploads: both SHA-1 and SHA-512
//! are required; `env` has both sides or is absent; addresses are absolute, HTTPS and equal to their own
//! re-serialisation; sizes are 32 bits wide; `dependencies` takes Minecraft and a loader, and any other key spoils the
//! whole pack.
//!
//! Mods come from `downloads`. A build's own files lie in the archive, in the folder of the sides that need them: a pack
//! whose mods are all on Modrinth then names no other host. Not so what an update shall spare, since Prism Launcher
//! writes all that lay in the archive again at each update, but of what is fetched only what changed; nor what players
//! may leave out, which only `env` can say, nor empty files, which minecraft-launcher-lib passes over.
//!
//! Launchers differ in which addresses they take without asking, so there are variants: [`write`], [`write_own`] and
//! [`write_upload`].

mod overrides;
mod sources;
mod upload;

use std::collections::BTreeMap;

use serde::Serialize;

pub(crate) use self::overrides::is_inside;
pub use self::upload::write_upload;
use crate::addresses::is_secure;
use crate::loss::{machine, unreachable};
use crate::plan::{Entry, Plan};
use crate::text::fit;
use crate::{Addresses, Bundle, Delivery, Environment, File, InstancePath, Loss, Policy, Release};

/// The media type of an `.mrpack`.
pub const MEDIA_TYPE: &str = "application/x-modrinth-modpack+zip";

/// The name of the index in the archive.
const INDEX: &str = "modrinth.index.json";
/// What losses call the format.
const NAME: &str = "An .mrpack";
/// Labrinth's limit for a pack's and a version's name.
const NAME_LIMIT: usize = 512;
/// Labrinth's limit for a pack's summary.
const SUMMARY_LIMIT: usize = 2048;

/// Whose addresses a pack has.
#[derive(Clone, Copy)]
enum Variant {
    /// Modrinth's alone for what Modrinth has too, else all.
    Players,
    /// Ours alone, for whatever this server hands out.
    Own,
    /// Those that Modrinth allows.
    Upload,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Index<'a> {
    format_version: u32,
    game: &'static str,
    version_id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    files: Vec<Fetched<'a>>,
    dependencies: BTreeMap<&'static str, &'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fetched<'a> {
    path: &'a InstancePath,
    hashes: BTreeMap<&'static str, &'a str>,
    env: Environment,
    downloads: Vec<String>,
    file_size: u32,
}

/// The release as an `.mrpack` for players: what Modrinth has too is fetched from there only, since Prism Launcher stops at
/// files from every other host and asks the player whether he trusts them.
pub fn write(release: &Release, addresses: &Addresses) -> Bundle {
    write_variant(release, addresses, Variant::Players)
}

/// The release as an `.mrpack` with our addresses alone, for whatever this server hands out.
pub fn write_own(release: &Release, addresses: &Addresses) -> Bundle {
    write_variant(release, addresses, Variant::Own)
}

fn write_variant(release: &Release, addresses: &Addresses, variant: Variant) -> Bundle {
    let mut losses = pack_losses(release);
    let (mut listed, mut inside) = (Vec::new(), Vec::new());
    for file in release.sorted_files() {
        match overrides::entry(file).filter(|_| is_inside(file)) {
            Some(entry) => inside.push(entry),
            None => listed.extend(fetched(file, sources::of(file, addresses, variant), &mut losses)),
        }
    }
    bundle(release, (listed, inside), losses)
}

/// The archive of an index with these files, and others beside it.
fn bundle(release: &Release, (listed, mut inside): (Vec<Fetched<'_>>, Vec<Entry>), mut losses: Vec<Loss>) -> Bundle {
    let index = write_index(release, listed, &mut losses);
    inside.push(Entry::text(INDEX, index));
    Bundle { plan: Plan::new(inside), losses }
}

/// The index with these files, as it stands in the archive.
fn write_index(release: &Release, files: Vec<Fetched<'_>>, losses: &mut Vec<Loss>) -> String {
    let index = Index {
        format_version: 1,
        game: "minecraft",
        version_id: fit("version", &release.version, NAME_LIMIT, losses),
        name: fit("name", &release.pack.name, NAME_LIMIT, losses),
        summary: release.pack.summary.as_ref().map(|text| fit("summary", text, SUMMARY_LIMIT, losses)),
        files,
        dependencies: dependencies(release),
    };
    serde_json::to_string_pretty(&index).expect("a release has nothing that JSON lacks")
}

fn dependencies(release: &Release) -> BTreeMap<&'static str, &str> {
    let loader = release.loader.as_ref().map(|loader| (loader.kind.mrpack_key(), loader.version.as_str()));
    [("minecraft", release.minecraft.as_str())].into_iter().chain(loader).collect()
}

/// The file's place in the index; none, and a loss, if the format cannot hold it.
fn fetched<'a>(file: &'a File, downloads: Vec<String>, losses: &mut Vec<Loss>) -> Option<Fetched<'a>> {
    let Ok(file_size) = u32::try_from(file.size) else {
        losses.push(Loss::new(&file.path, "It is left out: an .mrpack holds files below 4 GiB only."));
        return None;
    };
    if downloads.is_empty() {
        losses.push(unreachable(file));
        return None;
    }
    let (Some(sha1), Some(sha512)) = (&file.hashes.sha1, &file.hashes.sha512) else {
        let why = "It is left out: an .mrpack needs its SHA-1 and its SHA-512, which its source does not tell. Keep a copy of \
                   it here.";
        losses.push(Loss::new(&file.path, why));
        return None;
    };
    losses.extend(file_losses(file, &downloads));
    let hashes = BTreeMap::from([("sha1", sha1.as_str()), ("sha512", sha512.as_str())]);
    Some(Fetched { path: &file.path, hashes, env: file.environment, downloads, file_size })
}

fn pack_losses(release: &Release) -> Vec<Loss> {
    let mut losses = machine(release, NAME);
    for (what, text) in [("authors", &release.pack.authors), ("website", &release.pack.website)] {
        if text.is_some() {
            losses.push(Loss::new(what, format!("{NAME} has no place for it.")));
        }
    }
    losses
}

/// What is lost where players reach this server without HTTPS; it does not follow from the release alone.
pub(crate) fn plain_loss(release: &Release, addresses: &Addresses) -> Option<Loss> {
    let is_fetched_here = |file: &File| file.delivery == Delivery::Stored && !is_inside(file);
    let why = "The format wants HTTPS and this server has an http address, so strict launchers refuse the files. \
               Give the server an https address.";
    let is_lost = !addresses.is_secure() && release.files.iter().any(is_fetched_here);
    is_lost.then(|| Loss::new("downloads", why))
}

fn file_losses(file: &File, downloads: &[String]) -> Vec<Loss> {
    let is_unmeasured = file.known_size().is_none();
    let is_plain = file.delivery == Delivery::Linked && !downloads.iter().all(|address| is_secure(address));
    [
        (is_plain, "Its source has an http address, which strict launchers refuse: the format wants HTTPS."),
        (
            is_unmeasured,
            "Its size is not known, so that the pack says 0 and progress bars are wrong. Keep a copy of it here.",
        ),
        (file.choice.is_some(), "It is offered without our text, group and default: launchers decide if it starts on."),
        (file.policy == Policy::Seed, "Every update overwrites it: the format cannot spare a file that is there."),
        (file.policy == Policy::Keep, "Every update overwrites it, also where the player changed it."),
    ]
    .into_iter()
    .filter(|(is_lost, _)| *is_lost)
    .map(|(_, why)| Loss::new(&file.path, why))
    .collect()
}
