//! What an instance holds that is no part of a pack: worlds, logs, accounts, caches.

/// What clutters archives: file managers and systems add it without being asked.
pub(super) fn is_clutter(path: &str) -> bool {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name).to_ascii_lowercase();
    path.starts_with("__MACOSX/")
        || name.starts_with("._")
        || matches!(name.as_str(), ".ds_store" | "thumbs.db" | "desktop.ini" | ".directory")
}

/// Folders at the top of an instance that stay behind, in lower case, each with the reason.
const FOLDERS: &[(&str, &str)] = &[
    ("saves", WORLD),
    ("world", WORLD),
    ("backups", WORLD),
    ("simplebackups", WORLD),
    ("replay_recordings", WORLD),
    ("logs", LOG),
    ("crash-reports", LOG),
    ("debug", LOG),
    ("screenshots", "Screenshots are the player's own."),
    ("journeymap/data", MAP),
    ("xaerowaypoints", MAP),
    ("xaeroworldmap", MAP),
    ("xaero/minimap", MAP),
    ("xaero/world-map", MAP),
    ("voxelmap", MAP),
    (".voxelmap", MAP),
    ("mods/mamiyaotaru", MAP),
    ("mods/rei_minimap", MAP),
    ("antiqueatlas", MAP),
    ("local/ftbchunks", MAP),
    ("distant_horizons_server_data", MAP),
    ("dynmap", MAP),
    (".bobby", MAP),
    ("assets", CACHE),
    ("libraries", CACHE),
    ("versions", CACHE),
    ("natives", CACHE),
    ("server-resource-packs", CACHE),
    ("downloads", CACHE),
    ("webcache", CACHE),
    ("webcache2", CACHE),
    (".cache", CACHE),
    (".fabric", CACHE),
    (".quilt", CACHE),
    (".mixin.out", CACHE),
    ("mods/.connector", CACHE),
    (".git", TOOL),
    ("mods/.index", TOOL),
    ("resourcepacks/.index", TOOL),
    ("shaderpacks/.index", TOOL),
    ("texturepacks/.index", TOOL),
];

/// Files at the top of an instance that stay behind, in lower case, each with the reason.
const FILES: &[(&str, &str)] = &[
    ("usercache.json", PLAYERS),
    ("usernamecache.json", PLAYERS),
    ("ops.json", PLAYERS),
    ("ops.txt", PLAYERS),
    ("whitelist.json", PLAYERS),
    ("white-list.txt", PLAYERS),
    ("banned-players.json", PLAYERS),
    ("banned-ips.json", PLAYERS),
    ("eula.txt", "Agreeing to Mojang's terms is for whoever runs the server."),
    ("command_history.txt", PLAYERS),
    ("realms_persistence.json", PLAYERS),
    ("launcher_profiles.json", ACCOUNT),
    ("launcher_profiles_microsoft_store.json", ACCOUNT),
    ("launcher_accounts.json", ACCOUNT),
    ("launcher_accounts_microsoft_store.json", ACCOUNT),
    ("launcher_msa_credentials.bin", ACCOUNT),
    ("launcher_msa_credentials_microsoft_store.bin", ACCOUNT),
    ("launcher_entitlements.json", ACCOUNT),
    ("launcher_settings.json", ACCOUNT),
    ("accounts.json", ACCOUNT),
    ("lastlogin", ACCOUNT),
    ("config/essential/microsoft_accounts.json", ACCOUNT),
    ("config/ias.json", ACCOUNT),
    ("config/authme.json", ACCOUNT),
    (".sl_password", ACCOUNT),
    ("packwiz.json", UPDATER),
    ("packwiz-installer.jar", UPDATER),
    ("packwiz-installer-bootstrap.jar", UPDATER),
    ("unsup.jar", UPDATER),
    ("minecraftinstance.json", CACHE),
    (".curseclient", CACHE),
    ("servers.dat_old", "A backup of the game's own."),
    ("options.txt.bak", "A backup of the game's own."),
];

const WORLD: &str = "Worlds and recordings are the player's own.";
const LOG: &str = "Logs and crash reports tell of the maker's machine.";
const MAP: &str = "Map data belongs to the worlds of whoever made it.";
const CACHE: &str = "Launchers and loaders make it again by themselves.";
const TOOL: &str = "Only the tool that made the pack needs it.";
const PLAYERS: &str = "It tells of players, not of the pack.";
const ACCOUNT: &str = "It is about somebody's account.";
const UPDATER: &str = "The updater of the pack as it was; Kleister's exports bring their own.";

/// Why something stays behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reason {
    /// The reason, as a sentence.
    pub(super) why: &'static str,
    /// How much of the path is the folder that stays behind with all that is in it, in bytes, if it is one.
    pub(super) folder: Option<usize>,
}

/// Why what lies at this path of an instance stays behind; nothing if it is a part of the pack.
pub(super) fn reason(path: &str) -> Option<Reason> {
    let key = path.to_ascii_lowercase();
    let alone = |why| Reason { why, folder: None };
    if is_clutter(path) {
        return Some(alone("A file manager left it there."));
    }
    let inside = |folder: &str| key.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    if let Some((folder, why)) = FOLDERS.iter().find(|(folder, _)| inside(folder)) {
        return Some(Reason { why, folder: Some(folder.len() + 1) });
    }
    let file = FILES.iter().find(|(file, _)| key == *file).map(|(_, why)| *why);
    file.or_else(|| by_name(&key)).map(alone)
}

fn by_name(key: &str) -> Option<&'static str> {
    let (folder, name) = key.rsplit_once('/').map_or(("", key), |(folder, name)| (folder, name));
    let mut endings = name.rsplit('.');
    let endings = (endings.next().unwrap_or_default(), endings.next().unwrap_or_default());
    let is_log = matches!(endings, ("log", _) | ("gz" | "lck", "log")) || name.starts_with("hs_err_pid");
    match name {
        "session.lock" => Some(WORLD),
        _ if folder.is_empty() && is_log => Some(LOG),
        _ if folder.is_empty() && name.starts_with("crash-") && endings.0 == "txt" => Some(LOG),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_players_own_stays_behind() {
        for path in [
            "saves/New World/level.dat",
            "Saves/New World/region/r.0.0.mca",
            "logs/latest.log",
            "crash-reports/crash-2024-01-01_00.00.00-client.txt",
            "screenshots/a.png",
            "journeymap/data/mp/server/waypoints/x.json",
            "XaeroWaypoints/Multiplayer_x/dim/w.txt",
            "xaero/world-map/x.zip",
            "launcher_accounts.json",
            "accounts.json",
            "config/ias.json",
            "hs_err_pid123.log",
            "ForgeModLoader-client-0.log",
            "libraries/a/b.jar",
            ".mixin.out/class/a.class",
            "mods/.index/jei.pw.toml",
            "mods/.DS_Store",
            "__MACOSX/mods/._jei.jar",
            "packwiz-installer-bootstrap.jar",
            "usercache.json",
            "eula.txt",
        ] {
            assert!(reason(path).is_some(), "{path}");
        }
    }

    #[test]
    fn what_makes_the_pack_comes_along() {
        for path in [
            "mods/jei.jar",
            "config/jei/jei.toml",
            "config/logs/notes.log",
            "journeymap/config/5.9/journeymap.core.config",
            "kubejs/assets/pack/lang/en_us.json",
            "options.txt",
            "servers.dat",
            "resourcepacks/a.zip",
            "savesettings.txt",
            "scripts/saves/a.zs",
            "config/essential/config.toml",
        ] {
            assert_eq!(reason(path), None, "{path}");
        }
    }
}
