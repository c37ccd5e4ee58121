//! The `.mrpack` that Modrinth takes as an upload.
//!
//! Its check lets a pack fetch from a few hosts only; whatever comes from elsewhere has to lie in the archive, in the folder
//! of the sides that need it. For each mod that lies there, Modrinth's moderators ask by which permission it does.

use super::{Variant, bundle, fetched, overrides, sources};
use crate::plan::Entry;
use crate::{Addresses, Bundle, Delivery, File, Loss, Policy, Release, Support};

/// The release as an `.mrpack` that passes Modrinth's check. Its losses also name the files of which the permission has to
/// be shown.
pub fn write_upload(release: &Release, addresses: &Addresses) -> Bundle {
    let mut losses = super::pack_losses(release);
    let (mut listed, mut inside) = (Vec::new(), Vec::new());
    for file in release.sorted_files() {
        let downloads = sources::of(file, addresses, Variant::Upload);
        if !downloads.is_empty() && file.hashes.sha1.is_some() && file.hashes.sha512.is_some() {
            listed.extend(fetched(file, downloads, &mut losses));
        } else {
            inside.extend(within(file, &mut losses));
        }
    }
    bundle(release, (listed, inside), losses)
}

/// The file in the archive; none, and a loss, if it cannot lie there.
fn within(file: &File, losses: &mut Vec<Loss>) -> Option<Entry> {
    if overrides::folder(file.environment).is_none() {
        losses.push(Loss::new(&file.path, "It is left out: neither the client nor the server supports it."));
        return None;
    }
    let Some(entry) = overrides::entry(file) else {
        losses.push(Loss::new(&file.path, left_out(file)));
        return None;
    };
    let optional = [file.environment.client, file.environment.server].contains(&Support::Optional);
    let told = [
        (
            file.content.is_some(),
            "It lies in the archive: Modrinth asks you to show that you may hand it out. Where Modrinth has the same file, \
             link the version to it instead.",
        ),
        (optional || file.choice.is_some(), "It is always there: what lies in the archive is not offered as a choice."),
        (file.policy != Policy::Force, "Every update overwrites it: the format cannot spare a file that is there."),
    ];
    losses.extend(told.into_iter().filter(|(is_so, _)| *is_so).map(|(_, why)| Loss::new(&file.path, why)));
    Some(entry)
}

fn left_out(file: &File) -> &'static str {
    match file.delivery {
        Delivery::Manual => "It is left out: its author wants players to fetch it by hand.",
        Delivery::Linked => {
            "It is left out: Modrinth lets packs fetch from its own host and GitHub only, and no copy of it is handed out \
             here."
        }
        Delivery::Stored => {
            "It is left out: the build was published before checksums were kept. Publish it again as a new build."
        }
    }
}
