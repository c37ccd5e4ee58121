//! Three releases that between them have everything a pack can have.

use kleister_formats::{
    Addresses, Choice, Content, Delivery, Environment, Extras, File, Hashes, Loader, LoaderKind, Memory, Pack, Place,
    Policy, Release, Support,
};

use crate::parts::{self, origin, pack};

/// Where the golden releases are handed out.
pub(crate) fn addresses() -> Addresses {
    Addresses::new("https://mc.example.org/packs/golden/1.0")
}

/// Every golden release with its name.
pub(crate) fn all() -> [(&'static str, Release); 3] {
    [("vanilla", vanilla()), ("forge", forge()), ("fabric", fabric())]
}

/// A vanilla pack with nothing set that may be left out.
pub(crate) fn vanilla() -> Release {
    Release {
        pack: pack("vanilla", "Plain Vanilla"),
        version: "1.0".to_owned(),
        minecraft: "26.1".to_owned(),
        loader: None,
        loader_package: None,
        java: None,
        memory: Memory::default(),
        jvm_arguments: None,
        files: vec![module("resourcepacks/faithful.zip", "faithful", "Faithful", "32x-1.20")],
        solder: None,
        extras: Extras::default(),
        losses: None,
    }
}

/// A Forge pack: both sides, one side, nobody; optional mods; every delivery; everything set.
pub(crate) fn forge() -> Release {
    let pack = Pack {
        summary: Some("Islands,\nautomation and \"magic\".".to_owned()),
        authors: Some("Ada & Bob".to_owned()),
        website: Some("https://example.org/sky".to_owned()),
        ..pack("skyblock", "Sky \\ Block")
    };
    let minimap_choice = Choice {
        default: true,
        text: Some("A map in the corner.\nCosts a few frames.".to_owned()),
        group: Some("Maps".to_owned()),
    };
    Release {
        pack,
        version: "2.1+hotfix".to_owned(),
        minecraft: "1.20.1".to_owned(),
        loader: Some(Loader { kind: LoaderKind::Forge, version: "47.2.0".to_owned() }),
        loader_package: None,
        java: Some(17),
        memory: Memory { minimum: Some(2048), maximum: Some(6144) },
        jvm_arguments: Some("-XX:+UseG1GC".to_owned()),
        files: vec![
            module("mods/jei.jar", "jei", "Just Enough Items", "15.2.0+forge"),
            module("mods/create.jar", "create", "Create", "0.5.1"),
            File {
                environment: Environment { client: Support::Required, server: Support::Unsupported },
                ..module("mods/oculus.jar", "oculus", "Oculus", "1.7.0")
            },
            File {
                environment: Environment { client: Support::Optional, server: Support::Unsupported },
                choice: Some(minimap_choice),
                ..module("mods/minimap.jar", "minimap", "Minimap", "3.0")
            },
            File {
                environment: Environment { client: Support::Optional, server: Support::Required },
                ..module("mods/voice.jar", "voice", "Voice Chat", "2.5")
            },
            File {
                environment: Environment { client: Support::Unsupported, server: Support::Required },
                ..module("mods/spark.jar", "spark", "spark", "1.10")
            },
            File {
                environment: Environment { client: Support::Unsupported, server: Support::Unsupported },
                ..module("mods/broken.jar", "broken", "Broken", "0.1")
            },
            File {
                delivery: Delivery::Linked,
                sources: vec![
                    "https://cdn.modrinth.com/data/x/Iron [Forge] 7.jar".to_owned(),
                    "http://mirror.example.org/iron.jar".to_owned(),
                ],
                ..module("mods/iron.jar", "ironchest", "Iron Chests", "7.0")
            },
            File {
                delivery: Delivery::Manual,
                sources: vec!["https://example.org/optifine/page".to_owned()],
                ..module("mods/optifine.jar", "optifine", "OptiFine", "I6")
            },
            File {
                delivery: Delivery::Manual,
                hashes: Hashes { sha1: Some("5a".repeat(20)), md5: Some("6b".repeat(16)), ..Hashes::default() },
                origins: vec![origin(Place::Curseforge, "990001", "5000001")],
                ..module("mods/lanterns.jar", "lanterns", "Lanterns", "1.4.0")
            },
            File {
                delivery: Delivery::Linked,
                hashes: Hashes { sha1: Some("5a".repeat(20)), sha512: Some("7c".repeat(64)), ..Hashes::default() },
                sources: vec!["https://cdn.modrinth.com/data/y/candles.jar".to_owned()],
                origins: vec![origin(Place::Modrinth, "Wnxd13zP", "a1B2c3D4")],
                ..module("mods/candles.jar", "candles", "Candles", "2.0")
            },
            File {
                delivery: Delivery::Linked,
                hashes: Hashes { sha1: Some("5a".repeat(20)), ..Hashes::default() },
                sources: vec!["https://edge.forgecdn.net/files/1/wicks.jar".to_owned()],
                ..module("mods/wicks.jar", "wicks", "Wicks", "1")
            },
            File {
                delivery: Delivery::Linked,
                hashes: Hashes::default(),
                sources: vec!["https://example.org/unknown.jar".to_owned()],
                ..module("mods/unknown.jar", "unknown", "Unknown", "1")
            },
            File {
                sources: vec!["https://cdn.modrinth.com/data/z/flint.jar".to_owned()],
                source_first: true,
                ..module("mods/flint.jar", "flint", "Flint", "1")
            },
            File {
                sources: vec!["https://cdn.modrinth.com/data/z/steel.jar".to_owned()],
                ..module("mods/steel.jar", "steel", "Steel", "1")
            },
        ],
        solder: None,
        extras: Extras::default(),
        losses: None,
    }
}

/// A Fabric pack: files of the build itself under every policy, odd names, names that clash.
pub(crate) fn fabric() -> Release {
    let files = vec![
        own("config/forced.json", Policy::Force),
        own("options.txt", Policy::Seed),
        own("config/player's [own] + über.toml", Policy::Keep),
        own("pack.toml", Policy::Force),
        own("mods/Twin.pw.toml", Policy::Force),
        File {
            environment: Environment { client: Support::Unsupported, server: Support::Required },
            ..own("server.properties", Policy::Seed)
        },
        module("mods/[1.21] Sodium+Extra (v2).jar", "sodium", "Sodium", "0.6.0"),
        module("mods/twin-a.jar", "twin", "Twin", "1"),
        module("mods/twin-b.jar", "twin", "Twin", "2"),
        module("mods/zz.jar", "twin-2", "Twin 2", "1"),
        module("mods/設定.jar", "settei", "設定", "1"),
    ];
    let loader = Some((LoaderKind::Fabric, "0.16.9"));
    let release = parts::release(pack("fabric", "Färbrig"), "1.21.1", loader, files);
    Release { java: Some(21), memory: Memory { minimum: None, maximum: Some(4096) }, ..release }
}

fn own(path: &str, policy: Policy) -> File {
    let seed = path.bytes().map(u32::from).sum();
    parts::own(path, policy, hashes(seed), seed.into())
}

pub(crate) fn module(path: &str, module: &str, name: &str, version: &str) -> File {
    let content =
        Content { module: module.to_owned(), name: name.to_owned(), version: version.to_owned(), licence: None };
    File { content: Some(content), ..own(path, Policy::Force) }
}

/// Hashes of no file, but of the right length and different for every path.
fn hashes(seed: u32) -> Hashes {
    Hashes {
        md5: Some(format!("{seed:032x}")),
        sha1: Some(format!("{seed:040x}")),
        sha256: Some(format!("{seed:064x}")),
        sha512: Some(format!("{seed:0128x}")),
        crc32: Some(seed),
    }
}
