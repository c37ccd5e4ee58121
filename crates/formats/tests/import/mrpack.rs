//! `.mrpack`, as the Modrinth App, packwiz and Prism Launcher export it.

use insta::assert_snapshot;
use kleister_formats::Support;
use kleister_formats::import::{Import, Kind, Refused};

use crate::{file, read, refusal, told};

/// The order and the spacing of the Modrinth App's export.
const APP: &str = r#"{
  "game": "minecraft",
  "formatVersion": 1,
  "versionId": "1.4.2",
  "name": "Sky Islands",
  "summary": "Islands and\nautomation",
  "files": [
    {
      "path": "mods/sodium-fabric-0.5.8+mc1.20.4.jar",
      "hashes": {
        "sha512": "11111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111",
        "sha1": "AA11111111111111111111111111111111111111"
      },
      "env": {"client": "required", "server": "unsupported"},
      "downloads": ["https://cdn.modrinth.com/data/AANobbMI/versions/4GyXKCLd/sodium-fabric-0.5.8%2Bmc1.20.4.jar"],
      "fileSize": 1062541
    },
    {
      "path": "mods/voicechat-fabric-1.20.4-2.5.1.jar",
      "hashes": {
        "sha1": "2222222222222222222222222222222222222222",
        "sha512": "22222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222"
      },
      "env": {"client": "optional", "server": "optional"},
      "downloads": [
        "https://cdn.modrinth.com/data/9eGKb6K1/versions/Jt4LbxVS/voicechat-fabric-1.20.4-2.5.1.jar",
        "https://github.com/henkelmax/simple-voice-chat/releases/download/fabric-1.20.4-2.5.1/voicechat.jar"
      ],
      "fileSize": 5123456
    },
    {
      "path": "resourcepacks/Faithful 32x.zip",
      "hashes": {
        "sha1": "3333333333333333333333333333333333333333",
        "sha512": "33333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333"
      },
      "downloads": ["https://cdn.modrinth.com/data/w0TnApzs/versions/abc/Faithful%2032x.zip"],
      "fileSize": 7000000
    }
  ],
  "dependencies": {
    "fabric-loader": "0.15.7",
    "minecraft": "1.20.4"
  }
}"#;

fn app() -> Import {
    read(&[
        ("modrinth.index.json", APP.as_bytes()),
        ("overrides/icon.png", b"png"),
        ("overrides/config/sodium-options.json", b"{}"),
        ("overrides/options.txt", b"lang:en_us"),
        ("overrides/mods/private-1.0.jar", b"jar"),
        ("overrides/mods/shaders.jar.disabled", b"jar"),
        ("overrides/saves/World/level.dat", b"nbt"),
        ("overrides/saves/World/session.lock", b""),
        ("client-overrides/config/sodium-options.json", b"{\"client\": 1}"),
        ("client-overrides/config/iris.properties", b"x"),
        ("server-overrides/server.properties", b"motd=hi"),
        ("server-overrides/options.txt", b"?"),
        ("README.md", b"hello"),
    ])
}

#[test]
fn everything_of_an_export_is_read_or_reported() {
    assert_snapshot!(told(&app()), @r#"
    Mrpack Some("Sky Islands") Some("1.4.2")
    summary Some("Islands and automation"), authors None
    Minecraft Some("1.20.4"), loader Some("fabric 0.15.7"), Java None
    memory (None, None), arguments None, server None
    config/iris.properties [inside] required/unsupported Force
    config/sodium-options.json [inside] required/required Force
    mods/private-1.0.jar [inside] required/required Force
    mods/shaders.jar [inside] optional/optional Force choice false None
    mods/sodium-fabric-0.5.8+mc1.20.4.jar [at 1] required/unsupported Force modrinth:Some("AANobbMI"):Some("4GyXKCLd")
    mods/voicechat-fabric-1.20.4-2.5.1.jar [at 2] optional/optional Force choice false None modrinth:Some("9eGKb6K1"):Some("Jt4LbxVS") github:Some("henkelmax/simple-voice-chat"):Some("fabric-1.20.4-2.5.1")
    options.txt [inside] required/required Force
    resourcepacks/Faithful 32x.zip [at 1] ? Force modrinth:Some("w0TnApzs"):Some("abc")
    server.properties [inside] unsupported/required Force
    - README.md: The format has no place for it: launchers pass it over.
    - config/sodium-options.json: The pack lays another file over it, from `client-overrides/config/sodium-options.json`.
    - overrides/saves/: Worlds and recordings are the player's own. (2 files)
    - server-overrides/options.txt: A build has one file for each path, and here players get another one than servers.
    "#);
}

#[test]
fn hashes_and_addresses_are_kept() {
    let import = app();
    let sodium = file(&import, "mods/sodium-fabric-0.5.8+mc1.20.4.jar");
    assert_eq!(sodium.hashes.sha1.as_deref(), Some("aa11111111111111111111111111111111111111"));
    assert_eq!(sodium.hashes.sha512.as_deref(), Some("1".repeat(128).as_str()));
    assert_eq!(sodium.size, Some(1_062_541));
    let address = sodium.sources[0].address.as_deref();
    assert!(address.unwrap().ends_with("sodium-fabric-0.5.8%2Bmc1.20.4.jar"));
    assert!(import.icon.is_some());
}

#[test]
fn pack_may_lie_one_folder_down_beside_what_a_mac_adds() {
    let import = read(&[
        ("Sky/", b""),
        ("Sky/modrinth.index.json", APP.as_bytes()),
        ("Sky/overrides/config/a.toml", b"a"),
        ("__MACOSX/Sky/._modrinth.index.json", b"?"),
    ]);
    assert_eq!((import.kind, import.files.len()), (Kind::Mrpack, 4));
}

#[test]
fn env_without_a_side_counts_as_unsupported_there() {
    let index = APP.replace(r#"{"client": "required", "server": "unsupported"}"#, r#"{"server": "required"}"#);
    let import = read(&[("modrinth.index.json", index.as_bytes())]);
    let environment = file(&import, "mods/sodium-fabric-0.5.8+mc1.20.4.jar").environment.unwrap();
    assert_eq!(serde_json::to_string(&environment).unwrap(), r#"{"client":"unsupported","server":"required"}"#);
}

#[test]
fn same_path_in_another_case_is_one_file() {
    let index = APP.replace("mods/voicechat-fabric-1.20.4-2.5.1.jar", "MODS/Sodium-fabric-0.5.8+mc1.20.4.jar");
    let import = read(&[("modrinth.index.json", index.as_bytes())]);
    assert_eq!(import.files.len(), 2);
    assert_eq!(import.left_out[0].what, "MODS/Sodium-fabric-0.5.8+mc1.20.4.jar");
}

#[test]
fn overrides_are_laid_over_what_the_index_lists() {
    let jar = "overrides/mods/sodium-fabric-0.5.8+mc1.20.4.jar";
    let import = read(&[("modrinth.index.json", APP.as_bytes()), (jar, b"jar")]);
    assert_eq!(import.files.len(), 3);
    assert!(import.left_out[0].why.contains(jar), "{:?}", import.left_out);
}

#[test]
fn other_loaders_and_other_formats_are_told() {
    let quilt = APP.replace("fabric-loader", "quilt-loader");
    assert_eq!(read(&[("modrinth.index.json", quilt.as_bytes())]).loader.unwrap().kind.name(), "quilt");
    let app = APP.replace("\"fabric-loader\": \"0.15.7\"", "\"neo-forge\": \"20.4.80-beta\"");
    let loader = read(&[("modrinth.index.json", app.as_bytes())]).loader.unwrap();
    assert_eq!((loader.kind.name(), loader.version.as_str()), ("neoforge", "20.4.80-beta"));
    let odd = APP.replace("fabric-loader", "rift");
    assert_eq!(read(&[("modrinth.index.json", odd.as_bytes())]).left_out[0].what, "dependencies.rift");
    for (from, to) in [("\"formatVersion\": 1", "\"formatVersion\": 2"), ("\"minecraft\",", "\"terraria\","), ("[", "")]
    {
        let broken = APP.replacen(from, to, 1);
        assert!(matches!(refusal(&[("modrinth.index.json", broken.as_bytes())]), Refused::Document { .. }), "{to}");
    }
}

#[test]
fn path_that_hurts_is_left_out_with_the_reason() {
    let index = APP.replace("resourcepacks/Faithful 32x.zip", "../../.bashrc");
    let import = read(&[("modrinth.index.json", index.as_bytes())]);
    assert_eq!(import.files.len(), 2);
    assert!(import.left_out[0].why.contains("no names"), "{:?}", import.left_out);
}

#[test]
fn index_names_no_worlds_and_logs_and_what_it_switches_off_is_optional() {
    let world = APP.replace("resourcepacks/Faithful 32x.zip", "saves/World.zip");
    let import = read(&[("modrinth.index.json", world.as_bytes())]);
    assert_eq!(import.files.len(), 2);
    assert_eq!(import.left_out[0].what, "saves/");
    let off = APP.replace("mods/sodium-fabric-0.5.8+mc1.20.4.jar", "mods/sodium.jar.disabled");
    let import = read(&[("modrinth.index.json", off.as_bytes())]);
    let sodium = file(&import, "mods/sodium.jar");
    assert!(sodium.choice.as_ref().is_some_and(|choice| !choice.default));
    assert_eq!(sodium.environment.unwrap().client, Support::Optional);
}
