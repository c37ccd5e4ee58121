//! A `.pw.toml`: where to fetch one file, what it hashes to, which side needs it, whether the player is asked.

use super::toml::Toml;
use super::{NAME, NAME_LIMIT};
use crate::loss::{asked_of_both, unreachable};
use crate::text::fit;
use crate::{Addresses, Choice, Environment, File, Loss, Place, Support};

/// The limit of an option's text in bytes; see the limits of the pack.
const TEXT_LIMIT: usize = 1000;

/// The file's metafile; none, and a loss, if packwiz cannot carry the file.
pub(super) fn write(file: &File, addresses: &Addresses, losses: &mut Vec<Loss>) -> Option<String> {
    let Some(side) = side(file.environment) else {
        losses.push(Loss::new(&file.path, "It is left out: neither the client nor the server supports it."));
        return None;
    };
    let Some((hash_format, hash)) = file.hashes.best() else {
        losses.push(Loss::new(&file.path, "It is left out: packwiz needs a hash of it, and its source tells none."));
        return None;
    };
    let Some(way) = way(file, addresses, losses) else {
        losses.push(unreachable(file));
        return None;
    };
    let name = file.content.as_ref().map_or(file.path.file_name(), |content| &content.name);
    let mut toml = Toml::new();
    toml.text("name", &fit(file.path.as_str(), name, NAME_LIMIT, losses));
    toml.text("filename", file.path.file_name()).text("side", side);
    match &way {
        Way::Address(address) => toml.table("download").text("url", address),
        Way::Curseforge { .. } => toml.table("download").text("mode", "metadata:curseforge"),
    };
    toml.text("hash-format", hash_format).text("hash", hash);
    if let Way::Curseforge { project, file } = way {
        toml.table("update").table("update.curseforge").number("file-id", file).number("project-id", project);
    }
    // On a server nobody is asked: packwiz-installer without a window takes all that is optional.
    if file.is_optional() {
        option(file, &mut toml, losses);
    }
    losses.extend(asked_of_both(file, NAME));
    Some(toml.finish())
}

/// How a client gets a file.
enum Way {
    /// From an address.
    Address(String),
    /// By asking `CurseForge`, which tells where the file is, or that the player must fetch it by hand.
    Curseforge { project: u32, file: u32 },
}

/// The best way to the file; none if there is no way.
fn way(file: &File, addresses: &Addresses, losses: &mut Vec<Loss>) -> Option<Way> {
    if let Some(address) = addresses.downloads(file).into_iter().next() {
        return Some(Way::Address(address));
    }
    let at_curseforge = file.origins.iter().find(|origin| origin.place == Place::Curseforge)?;
    let way =
        Way::Curseforge { project: at_curseforge.project.parse().ok()?, file: at_curseforge.version.parse().ok()? };
    let why = "packwiz-installer asks CurseForge for it, and players to fetch it by hand where its author wants that; \
               other clients cannot.";
    losses.push(Loss::new(&file.path, why));
    Some(way)
}

/// The side in packwiz's words; none if the file is for nobody.
fn side(environment: Environment) -> Option<&'static str> {
    match (environment.client, environment.server) {
        (Support::Unsupported, Support::Unsupported) => None,
        (Support::Unsupported, _) => Some("server"),
        (_, Support::Unsupported) => Some("client"),
        _ => Some("both"),
    }
}

fn option(file: &File, toml: &mut Toml, losses: &mut Vec<Loss>) {
    let nothing = Choice::default();
    let choice = file.choice.as_ref().unwrap_or(&nothing);
    toml.table("option").flag("optional", true).flag("default", choice.default);
    if let Some(text) = &choice.text {
        toml.text("description", &fit(file.path.as_str(), text, TEXT_LIMIT, losses));
    }
    if choice.group.is_some() {
        losses.push(Loss::new(&file.path, "It is offered outside its group: packwiz has no groups."));
    }
}
