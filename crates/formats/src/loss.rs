//! What a format cannot carry, said before anybody downloads it.

use serde::{Deserialize, Serialize};

use crate::{Delivery, File, Memory, Release, Support};

/// Something that a player or an owner would miss in an export.
///
/// What only tools read (hashes, slugs, where a file came from) is no loss; [`index`](crate::index) has all of it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Loss {
    /// The file's path, or the name of the release's field.
    pub what: String,
    /// What becomes of it, and why.
    pub why: String,
}

/// A written file, and what is not in it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Export {
    /// The file.
    pub bytes: Vec<u8>,
    /// What it does not carry: first what concerns the pack, then files in the order of their paths.
    pub losses: Vec<Loss>,
}

impl Loss {
    /// Says what is lost and why.
    pub fn new(what: impl AsRef<str>, why: impl Into<String>) -> Self {
        Self { what: what.as_ref().to_owned(), why: why.into() }
    }
}

/// The losses of a format that knows mods but nothing of the Java machine they run in.
pub(crate) fn machine(release: &Release, format: &str) -> Vec<Loss> {
    let memory_is_set = release.memory != Memory::default();
    let advice = [
        ("java", release.java.map(|major| format!("choose Java {major}"))),
        ("memory", memory_is_set.then(|| "set the memory".to_owned())),
        ("jvm_arguments", release.jvm_arguments.as_ref().map(|_| "enter the arguments".to_owned())),
        ("server", release.extras.server.as_ref().map(|server| format!("enter the game server {server}"))),
        ("components", components(release).map(|uids| format!("add {uids}"))),
        ("icon", release.extras.icon.as_ref().map(|_| "choose the picture".to_owned())),
    ];
    let loss = |(what, advice): (&str, Option<String>)| {
        let advice = advice?;
        let why = format!("{format} has no place for it: players must {advice} in their launcher.");
        Some(Loss::new(what, why))
    };
    advice.into_iter().filter_map(loss).collect()
}

/// The launcher's components that the release adds to the game, by their identifiers.
pub(crate) fn components(release: &Release) -> Option<String> {
    let uids: Vec<_> = release.extras.components.iter().map(|component| component.uid.as_str()).collect();
    (!uids.is_empty()).then(|| uids.join(", "))
}

/// The loss of a file that no launcher can fetch by itself.
pub(crate) fn unreachable(file: &File) -> Loss {
    let why = match file.delivery {
        Delivery::Manual => "It is left out: its author wants players to fetch it by hand.",
        Delivery::Linked | Delivery::Stored => "It is left out: no launcher can fetch from any of its sources.",
    };
    Loss::new(&file.path, why)
}

/// The loss of a file that only one side may leave out, in a format with one word on "optional" for both.
pub(crate) fn asked_of_both(file: &File, format: &str) -> Option<Loss> {
    let why = match (file.environment.client, file.environment.server) {
        (Support::Required, Support::Optional) => {
            format!("Servers cannot leave it out: {format} says for both sides what holds for clients.")
        }
        (Support::Optional, Support::Required) => {
            format!("Servers are told that they may leave it out: {format} says for both sides what holds for clients.")
        }
        _ => return None,
    };
    Some(Loss::new(&file.path, why))
}
