//! What a launcher's instance has besides the files, as it is at the moment of publishing.

use kleister_formats::import::Component;
use kleister_formats::{Extras, Icon, Stored, Updater};
use kleister_store::releases::Contents;
use kleister_store::rows::{blob, build, pack};

use crate::updater::Jar;

/// Icon, server, components and updater of a build. What is blocked is left out.
pub(super) fn of(pack: &pack::Model, build: &build::Model, contents: &Contents) -> Extras {
    Extras {
        icon: contents.icon.as_ref().and_then(icon),
        server: pack.server_address.clone(),
        components: build.components.as_deref().map(components).unwrap_or_default(),
        updater: updater(contents),
    }
}

fn icon(blob: &blob::Model) -> Option<Icon> {
    let ending = match blob.content_type.as_str() {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        _ => return None,
    };
    Some(Icon { ending: ending.to_owned(), bytes: stored(blob)? })
}

/// What an import noted. Nobody else writes it, so what does not read as such is not there.
fn components(document: &str) -> Vec<Component> {
    serde_json::from_str(document).unwrap_or_default()
}

/// Both jars, or nothing: neither is of use without the other.
fn updater(contents: &Contents) -> Option<Updater> {
    let jar = |jar: Jar| {
        let (_, blob) = contents.updaters.iter().find(|(row, _)| row.name == jar.name())?;
        stored(blob.as_ref()?)
    };
    Some(Updater { bootstrap: jar(Jar::Bootstrap)?, installer: jar(Jar::Installer)? })
}

fn stored(blob: &blob::Model) -> Option<Stored> {
    let (size, crc32) = (u64::try_from(blob.size).ok()?, u32::try_from(blob.crc32).ok()?);
    blob.blocked_reason.is_none().then(|| Stored { sha256: blob.sha256.clone(), size, crc32 })
}
