//! `MCUpdater`'s `ServerPack`: one XML document with every file, its side and its MD5.
//!
//! Facts from `MCUpdater`'s schema and parser (API 3.4): `version` from 3.0 on selects the layout that is written here;
//! every module needs a `ModType`, an id of its own, and is required where nothing else is said; `ModPath` and `Path` are
//! resolved from the instance; Forge is the only `Loader`, and is named as in its Maven repository. A file that an update
//! spares can only be a `ConfigFile` of a module, and comes to whoever has the module. Elements of other elements are
//! found at any depth, so nothing is nested that need not be.
//!
//! The pack's slug is the server's id, so that the packs of others can build on it with `<Import url="…">slug</Import>`.

mod modules;
mod xml;

use self::modules::Module;
use self::xml::Element;
use crate::loss::machine;
use crate::text::fit;
use crate::{Addresses, Export, LoaderKind, Loss, Release};

/// The media type of the document.
pub const MEDIA_TYPE: &str = "application/xml";

/// What losses call the format.
const NAME: &str = "MCUpdater";
/// The limit of a name in bytes: it is a line of a list.
const NAME_LIMIT: usize = 200;

/// The release as a `ServerPack`; if `MCUpdater` has no such loader, what cannot be carried instead.
pub fn write(release: &Release, addresses: &Addresses) -> Result<Export, Loss> {
    if let Some(loss) = refusal(release) {
        return Err(loss);
    }
    let mut losses = pack_losses(release);
    let mut server = server(release, &mut losses);
    if let Some(loader) = &release.loader {
        let version = format!("{}-{}", release.minecraft, loader.version);
        server = server.with(
            Element::new("Loader").attribute("type", "Forge").attribute("version", version).attribute("loadOrder", "0"),
        );
    }
    let modules = modules::of(release, addresses, &mut losses);
    let server = modules.iter().map(Module::element).fold(server, Element::with);
    let document = Element::new("ServerPack")
        .attribute("version", "3.4")
        .attribute("xmlns", "http://www.mcupdater.com")
        .with(server);
    Ok(Export { bytes: document.to_document(), losses })
}

/// What the document does not carry; all of it, where there is none.
pub(crate) fn losses(release: &Release, addresses: &Addresses) -> Vec<Loss> {
    write(release, addresses).map_or_else(|loss| vec![loss], |export| export.losses)
}

/// Why there is no document, if there is none.
fn refusal(release: &Release) -> Option<Loss> {
    let other = release.loader.as_ref().filter(|loader| loader.kind != LoaderKind::Forge)?;
    let why = format!(
        "MCUpdater installs Forge and no other loader, and this build needs {} {}. Give players another format, such as \
         packwiz or .mrpack.",
        other.kind, other.version
    );
    Some(Loss::new("loader", why))
}

fn server(release: &Release, losses: &mut Vec<Loss>) -> Element {
    let pack = &release.pack;
    let game_server = release.extras.server.as_ref();
    // Without the address of a game server, there is none to be listed or joined.
    let is_joined = if game_server.is_some() { "true" } else { "false" };
    Element::new("Server")
        .attribute("id", &pack.slug)
        .attribute("name", fit("name", &pack.name, NAME_LIMIT, losses))
        .attribute("version", &release.minecraft)
        .attribute("revision", fit("version", &release.version, NAME_LIMIT, losses))
        .perhaps("serverAddress", game_server)
        .attribute("generateList", is_joined)
        .attribute("autoConnect", is_joined)
        .perhaps("newsUrl", pack.website.as_ref())
}

fn pack_losses(release: &Release) -> Vec<Loss> {
    let mut losses = machine(release, NAME);
    losses.retain(|loss| loss.what != "server");
    for (what, text) in [("summary", &release.pack.summary), ("authors", &release.pack.authors)] {
        if text.is_some() {
            losses.push(Loss::new(what, format!("{NAME} has no place for it.")));
        }
    }
    losses
}
