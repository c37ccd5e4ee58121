//! Which files of a build its loader looks at.

use crate::LoaderKind;
use crate::jar::{Jar, Kind, Language, Range};
use crate::ranges::{Wish, fabric, minecraft};

use super::{Facts, Piece};

impl Facts {
    /// What a file says, if the loader looks at it.
    pub(super) fn loaded<'a>(&self, piece: &'a Piece) -> Option<&'a Jar> {
        let jar = piece.jar.as_deref()?;
        let game = matches!(jar.kind, Kind::Mod | Kind::Library | Kind::Unknown);
        (game && self.scans(&piece.path)).then_some(jar)
    }

    /// Whether the loader looks for mods at a path.
    ///
    /// | loader | folders | names |
    /// |---|---|---|
    /// | Fabric (`DirectoryModCandidateFinder`) | `mods` | `.jar`, no dot before it |
    /// | Quilt (`QuiltPluginManagerImpl`) | `mods` and those below, see `quilt_enters` | no dot before it |
    /// | Forge from 1.13 on, `NeoForge` (`ModsFolderLocator`) | `mods` | `.jar` |
    /// | Forge before 1.13 (`ModDiscoverer`, `LiteLoader`) | `mods`, `mods/<Minecraft>` | `.jar`, `.zip`, `.litemod` |
    pub(super) fn scans(&self, path: &str) -> bool {
        let Some((_, rest)) = path.split_once('/').filter(|(top, _)| top.eq_ignore_ascii_case("mods")) else {
            return false;
        };
        let (folder, name) = rest.rsplit_once('/').map_or((None, rest), |(folder, name)| (Some(folder), name));
        let ends = |ends: &[&str]| ends.iter().any(|end| name.to_ascii_lowercase().ends_with(end));
        match self.loader.as_ref().map(|loader| loader.kind) {
            // To Fabric, and to it only, `.JAR` is no jar.
            Some(LoaderKind::Fabric) => {
                let is_jar = name.rsplit_once('.').is_some_and(|(_, ending)| ending == "jar");
                folder.is_none() && is_jar && !name.starts_with('.')
            }
            Some(LoaderKind::Quilt) => {
                let enters = folder.is_none_or(|folder| folder.split('/').all(|one| self.quilt_enters(one)));
                enters && ends(&[".jar", ".zip"]) && !name.starts_with('.')
            }
            Some(LoaderKind::Forge) if self.is_before_1_13() => {
                let own = |folder: &str| self.minecraft.as_deref().is_none_or(|game| game == folder);
                folder.is_none_or(own) && ends(&[".jar", ".zip", ".litemod"])
            }
            Some(LoaderKind::Forge | LoaderKind::NeoForge) => folder.is_none() && ends(&[".jar"]),
            None => folder.is_none() && ends(&[".jar", ".zip", ".litemod"]),
        }
    }

    /// Whether Quilt goes into a folder below `mods`: not where its name begins with a dot, ends in `.disabled`, or names
    /// versions of Minecraft of which the build's is none.
    fn quilt_enters(&self, folder: &str) -> bool {
        let names_versions = folder.starts_with(|first: char| first.is_ascii_digit() || "<>=~^*".contains(first));
        let of_game = |text: &str| {
            let text = if text.starts_with(|first: char| first.is_ascii_digit()) { &format!("={text}") } else { text };
            let range = Range { language: Language::Quilt, any: vec![vec![text.to_owned()]] };
            let game = self.minecraft.as_deref().map(minecraft::semantic);
            game.is_none_or(|game| Wish::read(&range).is_ok_and(|wish| wish.accepts(&game)))
        };
        let hidden = folder.starts_with('.') || folder.ends_with(".disabled");
        !hidden && (!names_versions || folder.split(' ').filter(|text| !text.is_empty()).all(of_game))
    }

    /// Whether the build's Minecraft is one of the old ones, or none is chosen yet.
    fn is_before_1_13(&self) -> bool {
        let game = self.minecraft.as_deref().map(|name| fabric::Version::new(minecraft::semantic(name)));
        game.is_none_or(|game| game.is_semantic() && game < fabric::Version::new("1.13-"))
    }
}
