//! What the readers of Solder do not get of a release.

use std::collections::HashSet;

use super::packages::{handle, own, packages};
use crate::bundle::{UNASKED, is_off, players_files, unsaid};
use crate::loss::{self, components};
use crate::{Delivery, File, Loss, Policy, Release, Support, loader_package};

/// What the zips of the release, and what is told beside them, do not carry: first what concerns the pack, then files in the
/// order of their paths.
pub fn losses(release: &Release) -> Vec<Loss> {
    let mut losses = pack_losses(release);
    let packages = packages(release);
    let brought: HashSet<_> = packages.iter().map(|package| (package.name.as_str(), package.version.as_str())).collect();
    let zipped = release.solder.as_ref().map_or(&[][..], |kept| &kept.zips);
    let zipped: HashSet<_> = zipped.iter().map(|zip| handle(&zip.content)).collect();
    let own = own(release);
    for file in players_files(release) {
        let content = handle(file.content.as_ref().unwrap_or(&own));
        // A zip that is kept as it came has what it has.
        if !zipped.contains(&content) {
            losses.extend(of_file(file, brought.contains(&content)));
        }
    }
    losses
}

fn of_file(file: &File, is_brought: bool) -> Option<Loss> {
    let why = match file.delivery {
        Delivery::Manual => return Some(loss::unreachable(file)),
        Delivery::Linked => {
            "It is left out: its source hands it out, and Solder's zips hold only what is kept here. Keep a copy of it here."
        }
        Delivery::Stored if is_off(file) => "It is left out: it is off by default, and Solder asks nobody.",
        Delivery::Stored if !is_brought => {
            "It is left out, with whatever belongs to the same mod: the build was published before checksums were kept. Publish \
             it again as a new build."
        }
        Delivery::Stored if file.environment.client == Support::Optional => UNASKED,
        Delivery::Stored if file.policy != Policy::Force => {
            "Every update overwrites it, also where the player changed it."
        }
        Delivery::Stored => return None,
    };
    Some(Loss::new(&file.path, why))
}

fn pack_losses(release: &Release) -> Vec<Loss> {
    let mut losses = Vec::new();
    let is_imported = release.solder.as_ref().is_some_and(|kept| kept.id.is_some());
    let is_brought = loader_package::of(release).is_some() || loader_package::is_brought(release);
    if let (Some(loader), false, false) = (&release.loader, is_brought, is_imported) {
        let why = format!(
            "This server had no package of {} {} when the build was published, so the Technic Launcher starts the game without \
             it. An administrator brings it with `kleister admin loaders package`; then publish the build again as a new one.",
            loader.kind, loader.version
        );
        losses.push(Loss::new("loader", why));
    }
    if release.memory.minimum.is_some() && release.memory.maximum.is_some() {
        losses.push(Loss::new("memory", "Solder takes one number, which is the minimum."));
    }
    let unplaced = [
        ("jvm_arguments", &release.jvm_arguments),
        ("server", &release.extras.server),
        ("components", &components(release)),
    ];
    losses.extend(unsaid(&unplaced, "Solder has no place for it."));
    let texts =
        [("summary", &release.pack.summary), ("authors", &release.pack.authors), ("website", &release.pack.website)];
    losses.extend(unsaid(&texts, "The Technic Launcher shows what is entered on the Technic Platform."));
    losses
}
