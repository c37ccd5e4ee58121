//! Eight packs as people play them, with bytes that their hashes belong to: what every format must carry whole, or say
//! what it does not.

use kleister_formats::{
    Choice, Content, Delivery, Environment, File, Hashes, InstancePath, LoaderKind, Memory, Origin, Place, Policy,
    Release, Support,
};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::parts;

const CLIENT: Environment = Environment { client: Support::Required, server: Support::Unsupported };
const SERVER: Environment = Environment { client: Support::Unsupported, server: Support::Required };

/// Every pack with its name.
pub(crate) fn all() -> [(&'static str, Release); 8] {
    [
        ("vanilla", vanilla()),
        ("forge-1.7.10", forge_1_7_10()),
        ("forge-1.12.2", forge_1_12_2()),
        ("forge-1.20.1", forge_1_20_1()),
        ("neoforge", neoforge()),
        ("fabric", fabric()),
        ("quilt", quilt()),
        ("elsewhere", elsewhere()),
    ]
}

/// The bytes of the file at a path, in every pack and wherever the file is fetched from.
pub(crate) fn bytes(path: &InstancePath) -> Vec<u8> {
    format!("The bytes of {path}.\n").repeat(3).into_bytes()
}

/// A resource pack and options, and no loader.
pub(crate) fn vanilla() -> Release {
    release(
        "plain",
        "1.21.4",
        None,
        vec![
            module("resourcepacks/Faithful 32x.zip", "faithful", "1.21"),
            File { environment: CLIENT, ..own("options.txt", Policy::Seed) },
        ],
    )
}

/// Mods that only lie in the folder of their Minecraft, as in the days of coremods.
pub(crate) fn forge_1_7_10() -> Release {
    release(
        "old",
        "1.7.10",
        Some((LoaderKind::Forge, "10.13.4.1614-1.7.10")),
        vec![
            module("mods/NotEnoughItems-1.0.5.jar", "nei", "1.0.5"),
            module("mods/1.7.10/CodeChickenLib-1.1.3.jar", "codechickenlib", "1.1.3"),
            module("mods/1.7.10/ForgeMultipart-1.2.0.jar", "forgemultipart", "1.2.0"),
            own("config/forge.cfg", Policy::Force),
            own("config/NEI/client.cfg", Policy::Keep),
        ],
    )
}

/// Mods with scripts, and a world's settings for servers.
pub(crate) fn forge_1_12_2() -> Release {
    release(
        "middle",
        "1.12.2",
        Some((LoaderKind::Forge, "14.23.5.2860")),
        vec![
            module("mods/jei_1.12.2-4.16.1.jar", "jei", "4.16.1"),
            module("mods/CraftTweaker2-1.12-4.1.20.jar", "crafttweaker", "4.1.20"),
            own("scripts/recipes & more.zs", Policy::Force),
            File { environment: SERVER, ..own("server.properties", Policy::Seed) },
            // What loads the mods for Technic.
            File { environment: CLIENT, ..own("bin/modpack.jar", Policy::Force) },
        ],
    )
}

/// Mods that a server would not start with, and one that only servers have.
pub(crate) fn forge_1_20_1() -> Release {
    release(
        "skyblock",
        "1.20.1",
        Some((LoaderKind::Forge, "47.2.0")),
        vec![
            module("mods/create-1.20.1-0.5.1.jar", "create", "0.5.1"),
            File { environment: CLIENT, ..module("mods/oculus-1.7.0.jar", "oculus", "1.7.0") },
            File { environment: CLIENT, ..module("mods/embeddium-0.3.31.jar", "embeddium", "0.3.31") },
            File { environment: SERVER, ..module("mods/spark-1.10.53.jar", "spark", "1.10.53") },
            File { environment: CLIENT, ..own("config/oculus.properties", Policy::Seed) },
        ],
    )
}

/// A loader of our days, with Java and memory.
pub(crate) fn neoforge() -> Release {
    let release = release(
        "atm",
        "1.21.1",
        Some((LoaderKind::NeoForge, "21.1.77")),
        vec![
            module("mods/jei-1.21.1-neoforge-19.21.0.jar", "jei", "19.21.0"),
            module("mods/Mekanism-1.21.1-10.7.jar", "mekanism", "10.7"),
            own("defaultconfigs/mekanism-server.toml", Policy::Force),
        ],
    );
    Release {
        java: Some(21),
        memory: Memory { minimum: Some(4096), maximum: Some(8192) },
        jvm_arguments: Some("-XX:+UseZGC".to_owned()),
        ..release
    }
}

/// Configs under every policy, mods that players choose, and a shader.
pub(crate) fn fabric() -> Release {
    let asked =
        |default, text: &str| Some(Choice { default, text: Some(text.to_owned()), group: Some("Looks".to_owned()) });
    let optional = Environment { client: Support::Optional, server: Support::Unsupported };
    release(
        "weave",
        "1.21.1",
        Some((LoaderKind::Fabric, "0.16.9")),
        vec![
            module("mods/fabric-api-0.107.0+1.21.1.jar", "fabric-api", "0.107.0+1.21.1"),
            File {
                environment: optional,
                choice: asked(true, "Faster frames."),
                ..module("mods/sodium-0.6.0.jar", "sodium", "0.6.0")
            },
            File {
                environment: optional,
                choice: asked(false, "Shadows that move."),
                ..module("shaderpacks/Complementary [v5].zip", "complementary", "5.3")
            },
            File {
                environment: Environment { client: Support::Optional, server: Support::Optional },
                choice: Some(Choice { default: true, text: None, group: None }),
                ..module("mods/voice-2.5.26.jar", "voicechat", "2.5.26")
            },
            own("config/forced.json", Policy::Force),
            own("config/seeded.json", Policy::Seed),
            own("config/player's own.toml", Policy::Keep),
            File { environment: CLIENT, ..own("bin/version.json", Policy::Force) },
        ],
    )
}

/// One mod of two files, and a file that is called like an index.
pub(crate) fn quilt() -> Release {
    release(
        "patches",
        "1.20.1",
        Some((LoaderKind::Quilt, "0.26.4")),
        vec![
            module("mods/qsl-6.1.2.jar", "qsl", "6.1.2"),
            module("mods/qsl-extra-6.1.2.jar", "qsl", "6.1.2"),
            own("index.toml", Policy::Force),
            own("config/quilt-loader.txt", Policy::Force),
        ],
    )
}

/// Files that others hand out, or nobody: what formats can say of them depends on which hashes their source tells.
pub(crate) fn elsewhere() -> Release {
    let modrinth = |name: &str| format!("https://cdn.modrinth.com/data/AANobbMI/versions/b2JhY2tz/{name}");
    let at = |place, project: &str, version: &str| {
        vec![Origin { place, project: project.to_owned(), version: version.to_owned() }]
    };
    let linked = |path: &str, slug: &str, source: String| File {
        delivery: Delivery::Linked,
        sources: vec![source],
        ..module(path, slug, "1.0")
    };
    let manual = |path: &str, slug: &str| File { delivery: Delivery::Manual, ..module(path, slug, "1.0") };
    let told_sha1 =
        |file: File| File { hashes: Hashes { sha1: file.hashes.sha1, ..Hashes::default() }, size: 0, ..file };
    release(
        "elsewhere",
        "1.20.1",
        Some((LoaderKind::Forge, "47.2.0")),
        vec![
            File {
                origins: at(Place::Modrinth, "AANobbMI", "b2JhY2tz"),
                ..linked("mods/linked.jar", "linked", modrinth("linked.jar"))
            },
            File {
                origins: at(Place::Modrinth, "AANobbMI", "b2JhY2tz"),
                sources: vec![modrinth("kept.jar"), "https://mirror.example.org/kept.jar".to_owned()],
                ..module("mods/kept.jar", "kept", "1.0")
            },
            told_sha1(linked("mods/sha1.jar", "sha1", "https://example.org/sha1.jar".to_owned())),
            File { origins: at(Place::Curseforge, "238222", "4712866"), ..manual("mods/by-hand.jar", "by-hand") },
            manual("mods/unknown.jar", "unknown"),
        ],
    )
}

fn release(slug: &str, minecraft: &str, loader: Option<(LoaderKind, &str)>, files: Vec<File>) -> Release {
    parts::release(parts::pack(slug, &format!("The {slug} pack")), minecraft, loader, files)
}

fn own(path: &str, policy: Policy) -> File {
    let bytes = bytes(&path.parse().unwrap());
    parts::own(path, policy, hashes(&bytes), bytes.len() as u64)
}

fn module(path: &str, slug: &str, version: &str) -> File {
    let content = Content {
        module: slug.to_owned(),
        name: slug.to_uppercase(),
        version: version.to_owned(),
        licence: Some("MIT".to_owned()),
    };
    File { content: Some(content), ..own(path, Policy::Force) }
}

fn hashes(bytes: &[u8]) -> Hashes {
    Hashes {
        md5: Some(hex::encode(Md5::digest(bytes))),
        sha1: Some(hex::encode(Sha1::digest(bytes))),
        sha256: Some(hex::encode(Sha256::digest(bytes))),
        sha512: Some(hex::encode(Sha512::digest(bytes))),
        crc32: Some(crc32fast::hash(bytes)),
    }
}
