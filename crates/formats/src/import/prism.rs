//! An instance of Prism Launcher or `MultiMC`, exported as a zip.
//!
//! `instance.cfg` has the settings, `mmc-pack.json` the components (Minecraft, the loader, and what else the launcher adds),
//! `patches/<uid>.json` what the instance says of components itself, and `.minecraft` or `minecraft` the game folder. What only
//! these launchers can do is kept as extra components of the build; what depends on the maker's machine stays behind.

mod components;
mod settings;

use std::io::{Read, Seek};

use self::settings::Settings;
use super::collection::Collection;
use super::packwiz::notes;
use super::root::{Member, Root};
use super::{DOCUMENT_LIMIT, Import, Kind, Refused, folder, text};
use crate::Memory;
use crate::archive::Archive;

/// What the game folder may be called, as the launchers look for it.
const GAME_FOLDERS: [&str; 2] = [".minecraft/", "minecraft/"];

pub(super) fn read<R: Read + Seek>(archive: &mut Archive<R>, root: &Root) -> Result<Import, Refused> {
    let mut import = Import::new(Kind::Prism);
    let settings = root.document(archive, "instance.cfg", DOCUMENT_LIMIT)?.map(|text| Settings::read(&text));
    let settings = settings.unwrap_or_default();
    components::read(archive, root, &settings, &mut import)?;
    describe(&mut import, &settings);
    let icon = settings.get("iconKey").map(|key| format!("{key}.png"));
    import.icon = icon.as_ref().and_then(|icon| root.find(archive, icon));

    let members = root.members(archive);
    let game = GAME_FOLDERS.iter().find(|folder| members.iter().any(|member| member.path.starts_with(**folder)));
    let (mut collection, mut placed) = (Collection::default(), Vec::new());
    for member in &members {
        match game.and_then(|folder| member.path.strip_prefix(folder)) {
            Some(path) => placed.push((path.to_owned(), member)),
            None => beside(&mut collection, member, icon.as_deref()),
        }
    }
    for (path, member) in &placed {
        folder::add(&mut collection, path, member);
    }
    notes::describe(archive, &placed, &mut collection);
    collection.finish(&mut import)?;
    Ok(import)
}

/// What lies beside the game folder: read already, or not a part of the game.
fn beside(collection: &mut Collection, member: &Member, icon: Option<&str>) {
    let path = member.path.as_str();
    let is_read = ["instance.cfg", "mmc-pack.json"].contains(&path) || Some(path) == icon;
    if is_read || components::patched(path).is_some() {
        return;
    }
    let why = match path.split_once('/').map_or(path, |(top, _)| top) {
        "jarmods" | "libraries" => "It changes the game's own jar, which only this launcher can do.",
        "mrpack" | "flame" | "ftb" => "The launcher's note of where the pack came from.",
        _ => "It lies outside the game folder.",
    };
    collection.leave(path, why);
}

fn describe(import: &mut Import, settings: &Settings) {
    let managed = settings.flag("ManagedPack");
    let named = |key: &str| settings.get(key).map(ToOwned::to_owned);
    import.name = text::given(named("name"), 255);
    import.version = text::given(managed.then(|| named("ManagedPackVersionName")).flatten(), 255);
    import.summary = text::given(named("notes"), 2048);
    if settings.flag("OverrideMemory") {
        let megabytes =
            |key: &str| settings.get(key)?.parse().ok().filter(|megabytes| (1..=1_048_576).contains(megabytes));
        import.memory = Memory { minimum: megabytes("MinMemAlloc"), maximum: megabytes("MaxMemAlloc") };
    }
    if settings.flag("OverrideJavaArgs") {
        import.jvm_arguments = text::given(named("JvmArgs"), 4096);
    }
    if settings.flag("OverrideJavaLocation") || settings.flag("OverrideJava") {
        import.java = settings.get("JavaVersion").and_then(java_major);
        import.leave("JavaPath", "Where Java lies is a matter of each machine.");
    }
    if settings.flag("JoinServerOnLaunch") {
        import.server_address = text::given(named("JoinServerOnLaunchAddress"), 255);
    }
    if settings.flag("OverrideCommands") {
        for command in ["PreLaunchCommand", "WrapperCommand", "PostExitCommand"] {
            if settings.get(command).is_some() {
                import.leave(command, "Kleister hands no commands on that would run on players' machines.");
            }
        }
    }
}

/// The major version of `17.0.8` and of `1.8.0_392`.
fn java_major(version: &str) -> Option<u32> {
    let mut numbers = version.split(['.', '_', '-', '+']).map(|number| number.parse().ok());
    let major = match numbers.next()? {
        Some(1) => numbers.next()?,
        first => first,
    };
    major.filter(|major| (5..=99).contains(major))
}

#[cfg(test)]
mod tests {
    use super::java_major;

    #[test]
    fn java_is_told_by_its_major_version() {
        assert_eq!(java_major("17.0.8"), Some(17));
        assert_eq!(java_major("1.8.0_392"), Some(8));
        assert_eq!(java_major("21"), Some(21));
        assert_eq!(java_major("1"), None);
        assert_eq!(java_major("java"), None);
    }
}
