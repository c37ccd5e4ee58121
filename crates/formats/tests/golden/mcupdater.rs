//! `mcupdater.xml`: one document, read by one old client.

use kleister_formats::{Environment, Export, File, LoaderKind, Policy, Release, Support, mcupdater};
use quick_xml::de::from_str;
use serde::Deserialize;

use crate::{lines, packs, releases};

/// The document as `MCUpdater` reads it.
#[derive(Deserialize)]
pub(crate) struct ServerPack {
    #[serde(rename = "@version")]
    pub(crate) version: String,
    #[serde(rename = "Server")]
    pub(crate) server: Server,
}

#[derive(Deserialize)]
pub(crate) struct Server {
    #[serde(rename = "@id")]
    pub(crate) id: String,
    #[serde(rename = "@version")]
    pub(crate) minecraft: String,
    #[serde(rename = "@revision")]
    pub(crate) revision: String,
    #[serde(rename = "Loader")]
    pub(crate) loader: Option<Loader>,
    #[serde(rename = "Module", default)]
    pub(crate) modules: Vec<Module>,
}

#[derive(Deserialize)]
pub(crate) struct Loader {
    #[serde(rename = "@type")]
    pub(crate) kind: String,
    #[serde(rename = "@version")]
    pub(crate) version: String,
    #[serde(rename = "@loadOrder")]
    pub(crate) order: u32,
}

#[derive(Deserialize)]
pub(crate) struct Module {
    #[serde(rename = "@id")]
    pub(crate) id: String,
    #[serde(rename = "@side")]
    pub(crate) side: String,
    #[serde(rename = "ModPath")]
    pub(crate) path: String,
    #[serde(rename = "Required")]
    pub(crate) required: Required,
    #[serde(rename = "MD5")]
    pub(crate) md5: Option<String>,
    #[serde(rename = "ModType")]
    pub(crate) kind: String,
    #[serde(rename = "ConfigFile", default)]
    pub(crate) configs: Vec<Config>,
}

#[derive(Deserialize)]
pub(crate) struct Required {
    #[serde(rename = "@isDefault")]
    pub(crate) default: bool,
    #[serde(rename = "$text")]
    pub(crate) required: bool,
}

#[derive(Deserialize)]
pub(crate) struct Config {
    #[serde(rename = "Path")]
    pub(crate) path: String,
    #[serde(rename = "MD5")]
    pub(crate) md5: String,
    #[serde(rename = "NoOverwrite")]
    pub(crate) spared: bool,
}

impl ServerPack {
    pub(crate) fn of(document: &[u8]) -> Self {
        from_str(std::str::from_utf8(document).unwrap()).unwrap()
    }
}

fn export(release: &Release) -> Export {
    mcupdater::write(release, &releases::addresses()).unwrap()
}

fn read(release: &Release) -> ServerPack {
    ServerPack::of(&export(release).bytes)
}

#[test]
fn document_and_losses_stay_as_they_are() {
    for (name, release) in [("vanilla", releases::vanilla()), ("forge", releases::forge())] {
        let export = export(&release);
        let snapshot =
            format!("{}\n=== losses ===\n{}", String::from_utf8(export.bytes).unwrap(), lines(&export.losses));
        insta::assert_snapshot!(format!("{name}.mcupdater"), snapshot);
    }
}

#[test]
fn other_loaders_than_forge_are_refused_with_the_loss() {
    for (name, release) in packs::all() {
        let written = mcupdater::write(&release, &releases::addresses());
        match release.loader.as_ref().map(|loader| loader.kind) {
            None | Some(LoaderKind::Forge) => assert!(written.is_ok(), "{name}"),
            Some(other) => {
                let loss = written.unwrap_err();
                assert_eq!(loss.what, "loader");
                assert!(loss.why.contains(other.name()) && loss.why.contains("packwiz"), "{}", loss.why);
            }
        }
    }
}

#[test]
fn forge_is_named_as_in_its_repository() {
    let pack = read(&packs::forge_1_7_10());
    let loader = pack.server.loader.unwrap();
    assert_eq!(
        (loader.kind.as_str(), loader.version.as_str(), loader.order),
        ("Forge", "1.7.10-10.13.4.1614-1.7.10", 0)
    );
    assert_eq!((pack.version.as_str(), pack.server.minecraft.as_str()), ("3.4", "1.7.10"));
    assert_eq!((pack.server.id.as_str(), pack.server.revision.as_str()), ("old", "1.0"));
    assert!(read(&packs::vanilla()).server.loader.is_none());
}

#[test]
fn modules_say_their_side_and_what_players_may_leave_out() {
    let pack = read(&releases::forge());
    let module = |id: &str| pack.server.modules.iter().find(|module| module.id == id).unwrap();
    let told = |id: &str| {
        let module = module(id);
        (module.side.as_str(), module.required.required, module.required.default)
    };
    assert_eq!(told("jei"), ("BOTH", true, true));
    assert_eq!(told("oculus"), ("CLIENT", true, true));
    assert_eq!(told("spark"), ("SERVER", true, true));
    assert_eq!(told("minimap"), ("CLIENT", false, true));
    assert_eq!(told("voice"), ("BOTH", false, false));
    assert!(pack.server.modules.iter().all(|module| module.kind == "Regular" && module.id != "broken"));
}

#[test]
fn file_that_updates_spare_comes_along_with_a_required_mod_of_its_side() {
    let pack = read(&packs::forge_1_20_1());
    let with_config: Vec<_> = pack.server.modules.iter().filter(|module| !module.configs.is_empty()).collect();
    let [module] = with_config[..] else { panic!("one module has it") };
    assert_eq!(module.side, "CLIENT");
    assert_eq!((module.configs[0].path.as_str(), module.configs[0].spared), ("config/oculus.properties", true));
}

#[test]
fn file_that_nothing_brings_along_is_overwritten_and_that_is_a_loss() {
    let mut release = packs::vanilla();
    release.files.retain(|file| file.content.is_none());
    assert_eq!(read(&release).server.modules[0].path, "options.txt");
    let losses = export(&release).losses;
    assert!(losses.iter().any(|loss| loss.what == "options.txt" && loss.why.contains("overwrites")), "{losses:?}");
}

#[test]
fn spared_file_that_is_optional_cannot_be_left_out_and_that_is_a_loss() {
    let mut release = packs::forge_1_20_1();
    let environment = Environment { client: Support::Optional, server: Support::Unsupported };
    let spared = |file: &&mut File| file.policy == Policy::Seed;
    release.files.iter_mut().filter(spared).for_each(|file| file.environment = environment);
    assert!(lines(&export(&release).losses).contains("config/oculus.properties: Players cannot leave it out"));
}

#[test]
fn ids_are_each_modules_own() {
    let mut release = packs::forge_1_20_1();
    for file in &mut release.files {
        if let Some(content) = &mut file.content {
            content.module = "twin".to_owned();
        }
    }
    let mut ids: Vec<_> = read(&release).server.modules.into_iter().map(|module| module.id).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["twin", "twin-2", "twin-3", "twin-4"]);
}
