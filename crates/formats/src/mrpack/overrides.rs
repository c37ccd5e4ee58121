//! What lies in an `.mrpack` itself, in the folder of the sides that need it.

use crate::plan::Entry;
use crate::{Delivery, Environment, File, Policy, Support};

/// Whether a file lies in the archive for players: one of the build's own that nobody may leave out and every update may
/// write again.
pub(crate) fn is_inside(file: &File) -> bool {
    let is_left_to_someone = [file.environment.client, file.environment.server].contains(&Support::Optional);
    let is_written_always = file.policy == Policy::Force && !is_left_to_someone && file.choice.is_none();
    file.content.is_none() && is_written_always && file.size > 0 && entry(file).is_some()
}

/// The file in the archive; none if its bytes are not ours to put there, or nobody needs it.
pub(super) fn entry(file: &File) -> Option<Entry> {
    let folder = folder(file.environment)?;
    Some(Entry::of(file).filter(|_| file.delivery == Delivery::Stored)?.within(folder))
}

/// The folder of the sides that need a file; none if it is for nobody.
pub(super) fn folder(environment: Environment) -> Option<&'static str> {
    match (environment.client, environment.server) {
        (Support::Unsupported, Support::Unsupported) => None,
        (Support::Unsupported, _) => Some("server-overrides/"),
        (_, Support::Unsupported) => Some("client-overrides/"),
        _ => Some("overrides/"),
    }
}
