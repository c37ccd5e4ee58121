//! What the archives say beside the files: texts that launchers read, and the losses.

use std::fmt::Write;
use std::io::Cursor;

use kleister_formats::import;
use serde_json::{Value, json};

use crate::{FORMATS, entries, laid_out, releases};

/// The names of the texts that are ours.
const TEXTS: [&str; 6] =
    ["instance.cfg", "mmc-pack.json", ".minecraft/packwiz.json", "manifest.json", "modlist.html", "bin/runData"];

#[test]
fn texts_and_losses_stay_as_they_are() {
    for (format, _, write) in FORMATS {
        for (name, release) in releases::all() {
            let mut snapshot = String::new();
            match write(&release) {
                Err(loss) => writeln!(snapshot, "refused: {}", loss.why).unwrap(),
                Ok(bundle) => {
                    for (name, bytes) in entries(&bundle, &release) {
                        writeln!(snapshot, "=== {name} ===").unwrap();
                        if TEXTS.contains(&&*name) {
                            writeln!(snapshot, "{}", String::from_utf8(bytes).unwrap()).unwrap();
                        }
                    }
                    writeln!(snapshot, "=== losses ===").unwrap();
                    for loss in &bundle.losses {
                        writeln!(snapshot, "{}: {}", loss.what, loss.why).unwrap();
                    }
                }
            }
            insta::assert_snapshot!(format!("{name}.{format}"), snapshot);
        }
    }
}

#[test]
fn instance_comes_back_as_the_release_that_it_was() {
    for (name, release) in releases::all() {
        let bundle = kleister_formats::prism::write(&release, &releases::addresses());
        let (import, _) = import::read(Cursor::new(laid_out(&bundle.plan, &release))).unwrap();
        assert_eq!(import.name.as_ref(), Some(&release.pack.name), "{name}");
        assert_eq!(import.minecraft.as_ref(), Some(&release.minecraft), "{name}");
        assert_eq!((&import.loader, &import.jvm_arguments), (&release.loader, &release.jvm_arguments), "{name}");
        assert_eq!(import.memory.maximum, release.memory.maximum, "{name}");
        assert_eq!(import.server_address, release.extras.server, "{name}");
        assert_eq!(import.icon.is_some(), release.extras.icon.is_some(), "{name}");
        let uids: Vec<_> = import.components.iter().map(|component| component.uid.as_str()).collect();
        let extra = ["net.minecraftforge", "com.mumfrey.liteloader", "org.example.agent"];
        assert_eq!(uids, if name == "equipped" { &extra[..] } else { &[] }, "{name}");
    }
}

#[test]
fn curseforges_zip_comes_back_as_the_release_that_it_was() {
    for (name, release) in releases::all() {
        let bundle = kleister_formats::curseforge::write(&release);
        let (import, _) = import::read(Cursor::new(laid_out(&bundle.plan, &release))).unwrap();
        assert_eq!(import.name.as_ref(), Some(&release.pack.name), "{name}");
        assert_eq!(import.version.as_ref(), Some(&release.version), "{name}");
        assert_eq!((&import.minecraft, &import.loader), (&Some(release.minecraft.clone()), &release.loader), "{name}");
        assert_eq!(import.memory.maximum, release.memory.maximum.or(release.memory.minimum), "{name}");
    }
}

#[test]
fn what_players_may_leave_out_is_not_required() {
    let (_, release) = &releases::all()[2];
    let entries = entries(&kleister_formats::curseforge::write(release), release);
    let manifest: Value = serde_json::from_slice(&entries["manifest.json"]).unwrap();
    assert_eq!(
        manifest["files"],
        json!([
            {"projectID": 32274, "fileID": 2_650_000, "required": false},
            {"projectID": 32277, "fileID": 2_650_003, "required": true},
            {"projectID": 32275, "fileID": 2_650_001, "required": false},
        ])
    );
}

#[test]
fn loaders_have_the_names_of_each_launcher() {
    for (release, id, uid) in [
        (1, "forge-10.13.4.1614", "net.minecraftforge"),
        (4, "neoforge-1.20.1-47.1.106", "net.neoforged"),
        (5, "fabric-0.16.9", "net.fabricmc.fabric-loader"),
        (6, "quilt-0.24.0", "org.quiltmc.quilt-loader"),
    ] {
        let (_, release) = &releases::all()[release];
        let json = |bundle, name: &str| -> Value { serde_json::from_slice(&entries(&bundle, release)[name]).unwrap() };
        let manifest = json(kleister_formats::curseforge::write(release), "manifest.json");
        assert_eq!(manifest["minecraft"]["modLoaders"], json!([{"id": id, "primary": true}]));
        let components = json(kleister_formats::prism::write(release, &releases::addresses()), "mmc-pack.json");
        let version = &release.loader.as_ref().unwrap().version;
        assert_eq!(components["components"][1], json!({"uid": uid, "version": version}));
    }
}

#[test]
fn instance_updates_itself_where_the_build_brings_the_means() {
    let settings = |bring: &[&str]| {
        let (_, mut release) = releases::all().pop().unwrap();
        release.files.retain(|file| file.path.folder().is_some() || bring.contains(&file.path.as_str()));
        let bundle = kleister_formats::prism::write(&release, &releases::addresses());
        String::from_utf8(entries(&bundle, &release)["instance.cfg"].clone()).unwrap()
    };
    let (bootstrap, installer) = ("packwiz-installer-bootstrap.jar", "packwiz-installer.jar");
    let address = "https://mc.example.org/packs/pack/recommended/packwiz/pack.toml";
    let command = |flag: &str| {
        let line = format!("Command=\"\\\"$INST_JAVA\\\" -jar {bootstrap}{flag} {address}\"\n");
        format!("OverrideCommands=true\nPreLoad{line}PreLaunch{line}")
    };
    assert!(settings(&[bootstrap, installer]).ends_with(&command(" --bootstrap-no-update")));
    assert!(settings(&[bootstrap]).ends_with(&command("")));
    assert!(!settings(&[installer]).contains("Command"));
}

#[test]
fn technic_is_told_java_and_memory_unless_the_pack_tells_it() {
    let data = |at: usize| {
        let (_, release) = &releases::all()[at];
        String::from_utf8(entries(&kleister_formats::technic::write(release).unwrap(), release)["bin/runData"].clone())
    };
    assert_eq!(data(1).unwrap(), r#"{"java":"1.8","memory":"1024"}"#);
    assert_eq!(data(5).unwrap(), "the bytes of bin/runData");
}
