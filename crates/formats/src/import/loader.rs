//! Loaders by the names that other tools have for them.

use crate::{Loader, LoaderKind};

/// The loader of this kind, its version without the release of Minecraft around it.
///
/// `1.20.1-47.2.0` is what Forge's and `NeoForge`'s repositories call `47.2.0`; for Minecraft 1.7.10 there is one
/// behind, too. None where the text names no version.
pub(super) fn of(kind: LoaderKind, version: &str, minecraft: Option<&str>) -> Option<Loader> {
    let mut bare = version.trim();
    if let Some(minecraft) = minecraft {
        let front = |text: &'_ str| text.strip_prefix(minecraft)?.strip_prefix('-').map(str::len);
        let back = |text: &'_ str| text.strip_suffix(minecraft)?.strip_suffix('-').map(str::len);
        bare = front(bare).map_or(bare, |length| &bare[bare.len() - length..]);
        bare = back(bare).map_or(bare, |length| &bare[..length]);
    }
    let plain = |character: char| character.is_ascii_alphanumeric() || "._+-".contains(character);
    let is_version =
        bare.starts_with(|character: char| character.is_ascii_digit()) && bare.len() <= 64 && bare.chars().all(plain);
    is_version.then(|| Loader { kind, version: bare.to_owned() })
}

/// The loader of a word such as packwiz and CurseForge use.
pub(super) fn kind(word: &str) -> Option<LoaderKind> {
    match word.to_ascii_lowercase().as_str() {
        "forge" => Some(LoaderKind::Forge),
        "neoforge" | "neo-forge" => Some(LoaderKind::NeoForge),
        "fabric" | "fabric-loader" => Some(LoaderKind::Fabric),
        "quilt" | "quilt-loader" => Some(LoaderKind::Quilt),
        _ => None,
    }
}

/// The text, if it can be the name of a release of Minecraft.
pub(super) fn minecraft(text: &str) -> Option<String> {
    let plain = |character: char| character.is_ascii_alphanumeric() || "._+-".contains(character);
    let text = text.trim();
    (!text.is_empty() && text.len() <= 64 && text.chars().all(plain)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_bare() {
        let bare = |version, minecraft| of(LoaderKind::Forge, version, minecraft).map(|loader| loader.version);
        assert_eq!(bare("47.2.0", Some("1.20.1")).as_deref(), Some("47.2.0"));
        assert_eq!(bare("1.20.1-47.2.0", Some("1.20.1")).as_deref(), Some("47.2.0"));
        assert_eq!(bare("1.7.10-10.13.4.1614-1.7.10", Some("1.7.10")).as_deref(), Some("10.13.4.1614"));
        assert_eq!(bare("1.20.1-47.2.0", None).as_deref(), Some("1.20.1-47.2.0"));
        assert_eq!(bare("recommended", Some("1.12.2")), None);
        assert_eq!(bare("", Some("1.12.2")), None);
    }
}
