//! What the Technic Launcher and other readers of Solder start a loader from: a file in `bin/` that the loader's makers
//! publish, frozen with the release that it belongs to.
//!
//! For Fabric and Quilt that is `bin/version.json`, the profile that their meta makes for a Minecraft. For Forge it is
//! `bin/modpack.jar`: up to Minecraft 1.12.2 the universal jar, if `version.json` is in it, which some late ones lack,
//! else the installer, as for every later Forge and for NeoForge.

use std::io::Cursor;

use serde::{Deserialize, Serialize};

use crate::archive::{Archive, Rules};
use crate::bundle::{is_off, players_files};
use crate::plan::Entry;
use crate::{Delivery, File, InstancePath, Loader, LoaderKind, Release, solder};

/// Where readers look for a loader's profile.
const PROFILE: &str = "bin/version.json";
/// Where they look for its jar.
const JAR: &str = "bin/modpack.jar";
/// Both.
pub(crate) const PLACES: [&str; 2] = [JAR, PROFILE];
/// The longest profile that is read, in bytes. Real ones have less than fifty thousand.
const LONGEST: u64 = 4 << 20;

/// The bytes of a loader's package, and where they lie in the game folder.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct LoaderPackage {
    /// `bin/version.json` or `bin/modpack.jar`.
    pub path: InstancePath,
    /// Their SHA-256.
    pub sha256: String,
    /// How many they are.
    pub size: u64,
    /// Their CRC-32.
    pub crc32: u32,
}

/// What a package is made by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// The profile that a loader's meta makes.
    Profile,
    /// The jar that was put into the game's own, in the days of Minecraft 1.12.2 and before.
    Universal,
    /// The jar that installs the loader.
    Installer,
}

impl LoaderPackage {
    pub(crate) fn entry(&self) -> Entry {
        Entry::stored(&self.path, (&self.sha256, self.size), self.crc32)
    }
}

/// Where the package of a loader lies in the game folder.
pub const fn place(kind: LoaderKind) -> &'static str {
    match kind {
        LoaderKind::Fabric | LoaderKind::Quilt => PROFILE,
        LoaderKind::Forge | LoaderKind::NeoForge => JAR,
    }
}

/// What may be the package of a loader, best first.
pub fn forms(kind: LoaderKind, minecraft: &str) -> &'static [Form] {
    match kind {
        LoaderKind::Fabric | LoaderKind::Quilt => &[Form::Profile],
        LoaderKind::Forge if is_old(minecraft) => &[Form::Universal, Form::Installer],
        LoaderKind::Forge | LoaderKind::NeoForge => &[Form::Installer],
    }
}

/// Why bytes are not the package of a loader for a Minecraft, if they are not.
pub fn fault(bytes: &[u8], loader: &Loader, minecraft: &str) -> Result<(), String> {
    if place(loader.kind) == PROFILE {
        return judge(bytes, loader, minecraft).map_err(|fault| format!("is no profile of this loader: {fault}"));
    }
    let no_jar = |refused| format!("is no jar: {refused}");
    let mut archive = Archive::open(Cursor::new(bytes), Rules::Jar).map_err(no_jar)?;
    if !is_old(minecraft) && archive.find("install_profile.json").is_none() {
        return Err("is not the installer: it has no `install_profile.json`".to_owned());
    }
    let Some(profile) = archive.find("version.json").map(|entry| entry.index) else {
        return Err("has no `version.json`, from which the Technic Launcher starts a loader".to_owned());
    };
    let profile = archive.read(profile, LONGEST).map_err(no_jar)?;
    judge(&profile, loader, minecraft).map_err(|fault| format!("is not of this loader: its `version.json` {fault}"))
}

/// Why a profile does not start the loader, if it says so. What old and odd ones do not say is not held against them.
fn judge(profile: &[u8], loader: &Loader, minecraft: &str) -> Result<(), String> {
    let text = std::str::from_utf8(profile).map_err(|_| "is no text".to_owned())?;
    let document: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| format!("cannot be read: {error}"))?;
    if !document.get("libraries").is_some_and(serde_json::Value::is_array) {
        return Err("lists no libraries".to_owned());
    }
    let Some(found) = solder::bound(text) else {
        let is_told = place(loader.kind) == JAR;
        return if is_told { Ok(()) } else { Err("starts no loader that is known here".to_owned()) };
    };
    let is_same = found.loader.kind == loader.kind && bare(&found.loader) == bare(loader);
    if !is_same {
        return Err(format!(
            "starts {} {}, not {} {}",
            found.loader.kind, found.loader.version, loader.kind, loader.version
        ));
    }
    match found.minecraft.filter(|found| found.replace('_', "-") != minecraft) {
        Some(other) => Err(format!("is for Minecraft {other}, not {minecraft}")),
        None => Ok(()),
    }
}

/// A loader's version by itself: Forge for 1.7.10 has the Minecraft behind it too.
fn bare(loader: &Loader) -> &str {
    match loader.kind {
        LoaderKind::Forge => loader.version.split('-').next().unwrap_or(&loader.version),
        _ => &loader.version,
    }
}

/// Whether a Minecraft is one of those whose Forge had a universal jar that launchers started.
fn is_old(minecraft: &str) -> bool {
    let mut parts = minecraft.split('.');
    let (major, minor) = (parts.next(), parts.next().unwrap_or_default());
    let digits = minor.find(|letter: char| !letter.is_ascii_digit()).map_or(minor, |end| &minor[..end]);
    major == Some("1") && digits.parse::<u32>().is_ok_and(|minor| minor <= 12)
}

/// The package that a release brings to its players: none where its own files have one.
pub(crate) fn of(release: &Release) -> Option<&LoaderPackage> {
    release.loader_package.as_ref().filter(|_| release.loader.is_some() && !is_brought(release))
}

/// Whether a release has its loader's package among its own files.
pub(crate) fn is_brought(release: &Release) -> bool {
    players_files(release).any(is_package)
}

fn is_package(file: &File) -> bool {
    file.delivery == Delivery::Stored && PLACES.contains(&file.path.as_str()) && !is_off(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_forge_is_its_universal_jar_and_everything_later_its_installer() {
        for minecraft in ["1.5.2", "1.7.10", "1.7.10_pre4", "1.12.2"] {
            assert_eq!(forms(LoaderKind::Forge, minecraft), [Form::Universal, Form::Installer], "{minecraft}");
        }
        for minecraft in ["1.13.2", "1.21", "1.20.1", "26.1", "26.1.2"] {
            assert_eq!(forms(LoaderKind::Forge, minecraft), [Form::Installer], "{minecraft}");
        }
        assert_eq!(forms(LoaderKind::NeoForge, "1.21.1"), [Form::Installer]);
        assert_eq!(forms(LoaderKind::Quilt, "1.12.2"), [Form::Profile]);
    }

    #[test]
    fn profile_of_another_loader_version_or_minecraft_is_refused() {
        let profile = r#"{"inheritsFrom": "1.21.1", "libraries": [{"name": "net.fabricmc:fabric-loader:0.16.5"}]}"#;
        let judged = |kind, version: &str, minecraft| {
            fault(profile.as_bytes(), &Loader { kind, version: version.to_owned() }, minecraft)
                .err()
                .unwrap_or_default()
        };
        assert_eq!(judged(LoaderKind::Fabric, "0.16.5", "1.21.1"), "");
        assert!(judged(LoaderKind::Fabric, "0.16.6", "1.21.1").ends_with("starts fabric 0.16.5, not fabric 0.16.6"));
        assert!(judged(LoaderKind::Quilt, "0.16.5", "1.21.1").contains("not quilt"));
        assert!(judged(LoaderKind::Fabric, "0.16.5", "1.21").ends_with("is for Minecraft 1.21.1, not 1.21"));
        assert!(judged(LoaderKind::NeoForge, "0.16.5", "1.21.1").starts_with("is no jar"));
        let fabric = Loader { kind: LoaderKind::Fabric, version: "1".to_owned() };
        for nonsense in [&b"<html>"[..], b"{}", b"\xff", br#"{"libraries": []}"#] {
            assert!(fault(nonsense, &fabric, "1.21.1").is_err());
        }
    }
}
