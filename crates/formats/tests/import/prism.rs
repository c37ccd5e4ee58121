//! Instances of Prism Launcher and `MultiMC`.

use insta::assert_snapshot;
use kleister_formats::import::Kind;

use crate::{file, read, told};

/// As Prism Launcher 8 writes it.
const PRISM: &str = "[General]\nConfigVersion=1.2\niconKey=sky_icon\nname=\"Sky Islands, 2nd \\\"edition\\\"\"\n\
    InstanceType=OneSix\nAutomaticJava=false\nJavaPath=C:/Program Files/Java/bin/javaw.exe\nJavaVersion=17.0.8\n\
    JoinServerOnLaunch=true\nJoinServerOnLaunchAddress=mc.example.org\nJvmArgs=-XX:+UseG1GC -Dfoo=bar\n\
    MaxMemAlloc=6144\nMinMemAlloc=1024\nOverrideCommands=true\nOverrideJavaArgs=true\nOverrideJavaLocation=true\n\
    OverrideMemory=true\nPreLaunchCommand=\"\\\"$INST_JAVA\\\" -jar packwiz-installer-bootstrap.jar https://x/pack.toml\"\n\
    WrapperCommand=\nnotes=Islands\\nand automation\nlastLaunchTime=1700000000000\ntotalTimePlayed=42\n";

/// With what the launcher caches.
const COMPONENTS: &str = r#"{
    "components": [
        {
            "cachedName": "LWJGL 3",
            "cachedVersion": "3.3.1",
            "cachedVolatile": true,
            "dependencyOnly": true,
            "uid": "org.lwjgl3",
            "version": "3.3.1"
        },
        {
            "cachedName": "Minecraft",
            "cachedRequires": [{"suggests": "3.3.1", "uid": "org.lwjgl3"}],
            "cachedVersion": "1.20.1",
            "important": true,
            "uid": "net.minecraft",
            "version": "1.20.1"
        },
        {
            "cachedName": "Forge",
            "cachedRequires": [{"equals": "1.20.1", "uid": "net.minecraft"}],
            "cachedVersion": "47.2.0",
            "uid": "net.minecraftforge",
            "version": "47.2.0"
        },
        {"cachedName": "Extra", "cachedVersion": "1", "uid": "org.example.agent"},
        {"disabled": true, "uid": "com.mumfrey.liteloader", "version": "1.20-SNAPSHOT"}
    ],
    "formatVersion": 1
}
"#;

const PATCH: &str =
    r#"{"formatVersion": 1, "name": "Agent", "uid": "org.example.agent", "version": "1.0", "+agents": []}"#;

const NOTE: &str = "name = 'Just Enough Items'\nfilename = 'jei-1.20.1-forge-15.2.0.27.jar'\nside = 'both'\n\
    x-prismlauncher-loaders = ['forge']\n\n[download]\nhash = 'aa'\nhash-format = 'sha512'\nmode = 'url'\n\
    url = 'https://cdn.modrinth.com/data/u6dRKJwZ/versions/Hgkk8Jms/jei.jar'\n\n[update.modrinth]\nmod-id = 'u6dRKJwZ'\n\
    version = 'Hgkk8Jms'\n";

#[test]
fn everything_of_an_instance_is_read_or_reported() {
    let import = read(&[
        ("Sky/instance.cfg", PRISM.as_bytes()),
        ("Sky/mmc-pack.json", COMPONENTS.as_bytes()),
        ("Sky/sky_icon.png", b"png"),
        ("Sky/patches/org.example.agent.json", PATCH.as_bytes()),
        ("Sky/patches/unused.json", b"{}"),
        ("Sky/jarmods/optifine.jar", b"jar"),
        ("Sky/mrpack/modrinth.index.json", b"{}"),
        ("Sky/.minecraft/mods/jei-1.20.1-forge-15.2.0.27.jar", b"jar"),
        ("Sky/.minecraft/mods/.index/jei.pw.toml", NOTE.as_bytes()),
        ("Sky/.minecraft/mods/shaders.jar.disabled", b"jar"),
        ("Sky/.minecraft/config/jei/jei.toml", b"x"),
        ("Sky/.minecraft/options.txt", b"x"),
        ("Sky/.minecraft/servers.dat", b"x"),
        ("Sky/.minecraft/saves/A/level.dat", b"x"),
        ("Sky/.minecraft/saves/A/region/r.0.0.mca", b"x"),
        ("Sky/.minecraft/saves/B/level.dat", b"x"),
        ("Sky/.minecraft/logs/latest.log", b"x"),
        ("Sky/.minecraft/crash-reports/crash-1.txt", b"x"),
        ("Sky/.minecraft/screenshots/1.png", b"x"),
        ("Sky/.minecraft/journeymap/data/mp/x.dat", b"x"),
        ("Sky/.minecraft/journeymap/config/5.9/core.config", b"x"),
        ("Sky/.minecraft/XaeroWaypoints/x.txt", b"x"),
        ("Sky/.minecraft/launcher_accounts.json", b"x"),
        ("Sky/.minecraft/usercache.json", b"x"),
    ]);
    assert_snapshot!(told(&import), @r#"
    Prism Some("Sky Islands, 2nd \"edition\"") None
    summary Some("Islands and automation"), authors None
    Minecraft Some("1.20.1"), loader Some("forge 47.2.0"), Java Some(17)
    memory (Some(1024), Some(6144)), arguments Some("-XX:+UseG1GC -Dfoo=bar"), server Some("mc.example.org")
    component org.example.agent Some("1.0"), patched
    config/jei/jei.toml [inside] ? Force
    journeymap/config/5.9/core.config [inside] ? Force
    mods/jei-1.20.1-forge-15.2.0.27.jar [inside] ? Force "Just Enough Items" modrinth:Some("u6dRKJwZ"):Some("Hgkk8Jms")
    mods/shaders.jar [inside] ? Force choice false None
    options.txt [inside] ? Seed
    servers.dat [inside] ? Seed
    - com.mumfrey.liteloader: The component is switched off in the instance.
    - patches/unused.json: The instance's list of components does not name it.
    - JavaPath: Where Java lies is a matter of each machine.
    - PreLaunchCommand: Kleister hands no commands on that would run on players' machines.
    - .minecraft/XaeroWaypoints/: Map data belongs to the worlds of whoever made it. (1 file)
    - .minecraft/crash-reports/: Logs and crash reports tell of the maker's machine. (1 file)
    - .minecraft/journeymap/data/: Map data belongs to the worlds of whoever made it. (1 file)
    - .minecraft/launcher_accounts.json: It is about somebody's account.
    - .minecraft/logs/: Logs and crash reports tell of the maker's machine. (1 file)
    - .minecraft/mods/.index/: Only the tool that made the pack needs it. (1 file)
    - .minecraft/saves/: Worlds and recordings are the player's own. (3 files)
    - .minecraft/screenshots/: Screenshots are the player's own. (1 file)
    - .minecraft/usercache.json: It tells of players, not of the pack.
    - jarmods/optifine.jar: It changes the game's own jar, which only this launcher can do.
    - mrpack/modrinth.index.json: The launcher's note of where the pack came from.
    "#);
    assert!(import.icon.is_some());
}

#[test]
fn multimcs_instance_is_read() {
    let settings =
        "InstanceType=OneSix\niconKey=default\nname=Old\\\\New # 1\nnotes=\nMaxMemAlloc=4096\nOverrideMemory=false\n";
    let import = read(&[
        ("instance.cfg", settings.as_bytes()),
        ("mmc-pack.json", br#"{"components": [{"uid": "net.minecraft", "version": "1.12.2"},
            {"uid": "net.minecraftforge", "version": "14.23.5.2860"}, {"uid": "com.mumfrey.liteloader", "version": "1.12.2-SNAPSHOT"}],
            "formatVersion": 1}"#),
        ("minecraft/mods/1.12.2/foamfix.jar", b"jar"),
        ("minecraft/mods/voxelmap.litemod", b"jar"),
    ]);
    assert_snapshot!(told(&import), @r#"
    Prism Some("Old\\New # 1") None
    summary None, authors None
    Minecraft Some("1.12.2"), loader Some("forge 14.23.5.2860"), Java None
    memory (None, None), arguments None, server None
    component com.mumfrey.liteloader Some("1.12.2-SNAPSHOT")
    mods/1.12.2/foamfix.jar [inside] ? Force
    mods/voxelmap.litemod [inside] ? Force
    "#);
}

#[test]
fn instance_from_before_lists_of_components_is_read() {
    let settings =
        "InstanceType=OneSix\nname=Ancient\nIntendedVersion=1.7.10\nForgeVersion=1.7.10-10.13.4.1614-1.7.10\n";
    let import = read(&[("instance.cfg", settings.as_bytes()), (".minecraft/mods/a.jar", b"jar")]);
    assert_eq!(import.kind, Kind::Prism);
    assert_eq!(import.minecraft.as_deref(), Some("1.7.10"));
    assert_eq!(import.loader.as_ref().unwrap().version, "10.13.4.1614");
    assert_eq!(file(&import, "mods/a.jar").environment, None);
}

#[test]
fn mod_that_is_there_on_and_off_is_on() {
    let import = read(&[
        ("instance.cfg", b"name=A"),
        (".minecraft/mods/a.jar", b"jar"),
        (".minecraft/mods/a.jar.disabled", b"jar"),
    ]);
    assert_eq!(file(&import, "mods/a.jar").choice, None);
    assert_eq!(import.left_out[0].what, ".minecraft/mods/a.jar.disabled");
}
