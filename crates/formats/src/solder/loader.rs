//! Which loader a Technic pack brings in its `bin/` folder.
//!
//! Technic packs carry their loader as a zip like any other: `bin/version.json` for Fabric and Quilt, `bin/modpack.jar`,
//! which has a `version.json` in it, for Forge and NeoForge. All are profiles of Mojang's launcher. Newer ones of Forge
//! name its version in their arguments (`--fml.forgeVersion`), older ones only as a library.

use serde::Deserialize;

use crate::{Loader, LoaderKind};

/// A loader with the Minecraft that it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The loader.
    pub loader: Loader,
    /// The Minecraft version, where the profile tells it.
    pub minecraft: Option<String>,
}

#[derive(Deserialize)]
struct Profile {
    #[serde(default, rename = "inheritsFrom")]
    inherits_from: Option<String>,
    #[serde(default)]
    libraries: Vec<Library>,
    #[serde(default)]
    arguments: Arguments,
    #[serde(default, rename = "minecraftArguments")]
    minecraft_arguments: String,
}

#[derive(Deserialize)]
struct Library {
    #[serde(default)]
    name: String,
}

#[derive(Default, Deserialize)]
struct Arguments {
    #[serde(default)]
    game: Vec<serde_json::Value>,
}

/// The libraries that are a loader: group and name as Maven has them.
const LIBRARIES: [(&str, LoaderKind); 6] = [
    ("net.fabricmc:fabric-loader", LoaderKind::Fabric),
    ("org.quiltmc:quilt-loader", LoaderKind::Quilt),
    ("net.neoforged:neoforge", LoaderKind::NeoForge),
    ("net.neoforged:forge", LoaderKind::NeoForge),
    ("net.minecraftforge:forge", LoaderKind::Forge),
    ("net.minecraftforge:minecraftforge", LoaderKind::Forge),
];

/// The loader that a launcher's profile starts, if it is one that we know.
pub fn bound(profile: &str) -> Option<Bound> {
    let profile: Profile = serde_json::from_str(profile.trim_start_matches('\u{feff}')).ok()?;
    let game = profile.arguments.game.iter().filter_map(serde_json::Value::as_str);
    let words: Vec<&str> = game.chain(profile.minecraft_arguments.split_ascii_whitespace()).collect();
    let said = |flag: &str| {
        let at = words.iter().position(|word| *word == flag)?;
        words.get(at + 1).map(|value| (*value).to_owned())
    };
    let named = profile.libraries.iter().filter_map(|library| loader(&library.name));
    let loader = match (said("--fml.neoForgeVersion"), said("--fml.forgeVersion")) {
        (Some(version), _) => Some(Loader { kind: LoaderKind::NeoForge, version }),
        (None, Some(version)) => {
            let is_fork = said("--fml.forgeGroup").is_some_and(|group| group.starts_with("net.neoforged"));
            Some(Loader { kind: if is_fork { LoaderKind::NeoForge } else { LoaderKind::Forge }, version })
        }
        // A Quilt profile has Fabric's intermediary names, never its loader.
        (None, None) => named.min_by_key(|(rank, _)| *rank).map(|(_, loader)| loader),
    }?;
    Some(Bound { loader, minecraft: said("--fml.mcVersion").or(profile.inherits_from) })
}

/// The loader that a library is, with its place among [`LIBRARIES`].
fn loader(library: &str) -> Option<(usize, Loader)> {
    let (rank, rest, kind) = LIBRARIES
        .iter()
        .enumerate()
        .find_map(|(rank, (name, kind))| Some((rank, library.strip_prefix(name)?.strip_prefix(':')?, *kind)))?;
    let version = rest.split(':').next().unwrap_or(rest);
    Some((rank, Loader { kind, version: if kind == LoaderKind::Forge { bare(version) } else { version }.to_owned() }))
}

/// Forge's version without the Minecraft version before and perhaps behind it: `1.7.10-10.13.4.1614-1.7.10`.
fn bare(version: &str) -> &str {
    version.split('-').nth(1).unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loaders_are_told_from_their_profiles() {
        let library = |name: &str| format!(r#"{{"inheritsFrom": "1.20.1", "libraries": [{{"name": "{name}"}}]}}"#);
        let game = |words: &str| format!(r#"{{"arguments": {{"game": [{words}, {{"rules": []}}]}}}}"#);
        for (profile, found) in [
            (library("net.fabricmc:fabric-loader:0.15.7"), "fabric 0.15.7 1.20.1"),
            (library("org.quiltmc:quilt-loader:0.24.0"), "quilt 0.24.0 1.20.1"),
            (library("net.minecraftforge:forge:1.12.2-14.23.5.2859"), "forge 14.23.5.2859 1.20.1"),
            (library("net.minecraftforge:forge:1.7.10-10.13.4.1614-1.7.10:universal"), "forge 10.13.4.1614 1.20.1"),
            (library("net.minecraftforge:minecraftforge:9.11.1.1345"), "forge 9.11.1.1345 1.20.1"),
            (game(r#""--fml.forgeVersion", "47.2.0", "--fml.mcVersion", "1.20.1""#), "forge 47.2.0 1.20.1"),
            (game(r#""--fml.neoForgeVersion", "21.1.65", "--fml.mcVersion", "1.21.1""#), "neoforge 21.1.65 1.21.1"),
            (game(r#""--fml.forgeVersion", "47.1.106", "--fml.forgeGroup", "net.neoforged""#), "neoforge 47.1.106 "),
        ] {
            let bound = bound(&profile).unwrap();
            let text =
                format!("{} {} {}", bound.loader.kind, bound.loader.version, bound.minecraft.unwrap_or_default());
            assert_eq!(text, found);
        }
    }

    #[test]
    fn what_starts_no_known_loader_is_none() {
        for profile in ["", "{}", "[]", r#"{"libraries": [{"name": "net.minecraft:launchwrapper:1.12"}]}"#] {
            assert_eq!(bound(profile), None, "{profile}");
        }
    }
}
