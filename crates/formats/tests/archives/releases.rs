//! Ten releases as players have them, with bytes for their files.

use kleister_formats::import::Component;
use kleister_formats::{
    Addresses, Choice, Content, Delivery, Environment, Extras, File, Hashes, Icon, LoaderKind, Memory, Place, Policy,
    Release, Stored, Support, Updater,
};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::parts::{self, origin};

const CLIENT: Environment = Environment { client: Support::Required, server: Support::Unsupported };
const SERVER: Environment = Environment { client: Support::Unsupported, server: Support::Required };
const IF_WANTED: Environment = Environment { client: Support::Optional, server: Support::Optional };

/// Every release with its name.
pub(crate) fn all() -> Vec<(&'static str, Release)> {
    vec![
        ("vanilla", vanilla()),
        ("forge-1.7.10", forge_1_7_10()),
        ("forge-1.12.2", forge_1_12_2()),
        ("forge-1.20.1", forge_1_20_1()),
        ("neoforge", neoforge()),
        ("fabric", fabric()),
        ("quilt", quilt()),
        ("elsewhere", elsewhere()),
        ("equipped", equipped()),
        ("self-updating", self_updating()),
    ]
}

/// Where they are handed out.
pub(crate) fn addresses() -> Addresses {
    Addresses::new("https://mc.example.org/packs/pack/1.0")
}

/// What a file of these releases holds.
pub(crate) fn bytes(path: &str) -> Vec<u8> {
    format!("the bytes of {path}").into_bytes()
}

fn vanilla() -> Release {
    release(
        "Plain",
        "26.1",
        None,
        vec![part("resourcepacks/faithful.zip", "faithful"), own("options.txt", Policy::Seed)],
    )
}

/// Forge as it was when mods had folders of their own for each Minecraft; with its loader for Technic.
fn forge_1_7_10() -> Release {
    let files = vec![
        part("mods/jei.jar", "jei"),
        part("mods/1.7.10/codechicken.jar", "codechicken"),
        part("coremods/nei.jar", "nei"),
        own("config/forge.cfg", Policy::Force),
        own("bin/modpack.jar", Policy::Force),
        own("bin/minecraft.jar", Policy::Force),
        own("cache/downloads.txt", Policy::Force),
    ];
    Release {
        java: Some(8),
        memory: Memory { minimum: Some(1024), maximum: Some(2048) },
        ..release("Old Times", "1.7.10", Some((LoaderKind::Forge, "10.13.4.1614")), files)
    }
}

fn forge_1_12_2() -> Release {
    let files = vec![
        known(optional(part("mods/minimap.jar", "minimap"), true), "32274", "2650000"),
        known(optional(part("mods/shaders.jar", "shaders"), false), "32275", "2650001"),
        // Launchers would put it beside the others.
        known(part("mods/1.12.2/early.jar", "early"), "32276", "2650002"),
        known(part("mods/plain.jar", "plain"), "32277", "2650003"),
        // Two files that are said to be one download.
        known(part("mods/jei.jar", "jei"), "238222", "2803400"),
        known(part("mods/jei-extra.jar", "jei"), "238222", "2803400"),
        own("scripts/recipes.zs", Policy::Force),
        own("bin/modpack.jar", Policy::Force),
    ];
    Release {
        memory: Memory { minimum: None, maximum: Some(4096) },
        ..release("Sky \"Isles\"", "1.12.2", Some((LoaderKind::Forge, "14.23.5.2859")), files)
    }
}

fn forge_1_20_1() -> Release {
    let files = vec![
        part("mods/create.jar", "create"),
        File { environment: CLIENT, ..part("mods/oculus.jar", "oculus") },
        File { environment: SERVER, ..part("mods/spark.jar", "spark") },
        File { environment: SERVER, ..own("server.properties", Policy::Seed) },
        own("config/create.toml", Policy::Keep),
    ];
    let mut release = release("Works", "1.20.1", Some((LoaderKind::Forge, "47.2.0")), files);
    release.pack.summary = Some("Islands,\nautomation and \"magic\".".to_owned());
    release.pack.authors = Some("Ada & Bob".to_owned());
    release.pack.website = Some("https://example.org/works".to_owned());
    release.java = Some(17);
    release.memory = Memory { minimum: Some(2048), maximum: Some(6144) };
    release.jvm_arguments = Some("-XX:+UseG1GC -Dlog=a,b;c".to_owned());
    release
}

/// The first NeoForge, which is numbered as Forge is.
fn neoforge() -> Release {
    let files = vec![part("mods/farm.jar", "farm"), part("datapacks/more.zip", "more")];
    release("Farms", "1.20.1", Some((LoaderKind::NeoForge, "47.1.106")), files)
}

fn fabric() -> Release {
    let files = vec![
        part("mods/[1.21] Sodium+Extra (v2).jar", "sodium"),
        optional(part("mods/設定.jar", "settei"), true),
        optional(part("mods/zoom.jar", "zoom"), false),
        optional(part("shaderpacks/sunset.zip", "sunset"), false),
        // Its name when off is that of another file.
        optional(part("mods/twin.jar", "twin"), false),
        own("mods/Twin.jar.disabled", Policy::Force),
        own("config/forced.json", Policy::Force),
        own("config/player's [own] + über.toml", Policy::Keep),
        own("options.txt", Policy::Seed),
        own("bin/version.json", Policy::Force),
        own("bin/runData", Policy::Force),
    ];
    Release { java: Some(21), ..release("Färbrig", "1.21.1", Some((LoaderKind::Fabric, "0.16.9")), files) }
}

fn quilt() -> Release {
    let files = vec![part("mods/qsl.jar", "qsl")];
    let memory = Memory { minimum: Some(1024), maximum: None };
    Release { memory, ..release("Patchwork", "1.20.4", Some((LoaderKind::Quilt, "0.24.0")), files) }
}

/// A pack that brings what updates its instances.
fn self_updating() -> Release {
    let files = vec![
        own("packwiz-installer-bootstrap.jar", Policy::Force),
        own("packwiz-installer.jar", Policy::Force),
        optional(part("mods/minimap.jar", "minimap"), true),
        optional(part("mods/zoom.jar", "zoom"), false),
    ];
    release("Ever New", "1.21.1", None, files)
}

/// What instances have besides the files, by the names that its bytes follow from.
pub(crate) const BROUGHT: [&str; 3] = ["the icon", "the bootstrap", "the installer"];

/// A pack with everything that an instance can have besides the files.
fn equipped() -> Release {
    let stored = |name: &str| {
        let bytes = bytes(name);
        let sha256 = hex::encode(Sha256::digest(&bytes));
        Stored { sha256, size: bytes.len() as u64, crc32: crc32fast::hash(&bytes) }
    };
    let component = |uid: &str, version: Option<&str>, patch| Component {
        uid: uid.to_owned(),
        version: version.map(ToOwned::to_owned),
        patch,
    };
    let [icon, bootstrap, installer] = BROUGHT;
    let components = vec![
        component("com.mumfrey.liteloader", Some("1.12.2-SNAPSHOT"), None),
        component("org.example.agent", None, Some(json!({"formatVersion": 1, "name": "Agent", "version": "3"}))),
        component("net.minecraftforge", Some("14.23.5.2859"), Some(json!({"+tweakers": ["org.example.Tweaker"]}))),
        // It was imported with another Minecraft.
        component("net.minecraft", Some("1.12.1"), Some(json!({"version": "1.12.1"}))),
        component("../evil", Some("1"), Some(json!({}))),
        component("ORG.example.AGENT", None, Some(json!({}))),
    ];
    let extras = Extras {
        icon: Some(Icon { ending: "png".to_owned(), bytes: stored(icon) }),
        server: Some("play.example.org:25570".to_owned()),
        components,
        updater: Some(Updater { bootstrap: stored(bootstrap), installer: stored(installer) }),
    };
    let files = vec![part("mods/jei.jar", "jei"), optional(part("mods/zoom.jar", "zoom"), false)];
    let loader = Some((LoaderKind::Forge, "14.23.5.2859"));
    Release { extras, ..release("Färbrig & \"more\"", "1.12.2", loader, files) }
}

/// Files that others hand out, or nobody.
fn elsewhere() -> Release {
    let linked = |file| File {
        delivery: Delivery::Linked,
        sources: vec!["https://cdn.modrinth.com/data/y/candles.jar".to_owned()],
        ..file
    };
    let manual = |file| File { delivery: Delivery::Manual, ..file };
    let mut old = part("mods/old.jar", "old");
    old.hashes.crc32 = None;
    let mut candles = linked(part("mods/candles.jar", "candles"));
    candles.origins = vec![origin(Place::Modrinth, "Wnxd13zP", "a1B2c3D4")];
    let files = vec![
        part("mods/here.jar", "here"),
        old,
        candles,
        known(manual(part("mods/lanterns.jar", "lanterns")), "990001", "5000001"),
        known(linked(part("resourcepacks/bricks.zip", "bricks")), "990002", "5000002"),
        manual(part("mods/optifine.jar", "optifine")),
        known(part("mods/lettered.jar", "lettered"), "lettered", "5000003"),
    ];
    release("Elsewhere", "1.20.1", Some((LoaderKind::Forge, "47.2.0")), files)
}

fn release(name: &str, minecraft: &str, loader: Option<(LoaderKind, &str)>, files: Vec<File>) -> Release {
    parts::release(parts::pack("pack", name), minecraft, loader, files)
}

pub(crate) fn own(path: &str, policy: Policy) -> File {
    let bytes = bytes(path);
    let hashes = Hashes {
        sha256: Some(hex::encode(Sha256::digest(&bytes))),
        crc32: Some(crc32fast::hash(&bytes)),
        ..Hashes::default()
    };
    parts::own(path, policy, hashes, bytes.len() as u64)
}

fn part(path: &str, module: &str) -> File {
    let content =
        Content { module: module.to_owned(), name: format!("{module} <&>"), version: "1".to_owned(), licence: None };
    File { content: Some(content), ..own(path, Policy::Force) }
}

fn optional(file: File, default: bool) -> File {
    let choice = Some(Choice { default, text: Some("Costs a few frames.".to_owned()), group: None });
    File { environment: IF_WANTED, choice, ..file }
}

fn known(mut file: File, project: &str, number: &str) -> File {
    file.origins.push(origin(Place::Curseforge, project, number));
    file
}
