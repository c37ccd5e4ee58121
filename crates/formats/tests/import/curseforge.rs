//! CurseForge's zip, as its app and Prism Launcher write it.

use insta::assert_snapshot;
use kleister_formats::import::{Kind, Refused};

use crate::{read, refusal, told};

/// The order of keys of the CurseForge app.
const APP: &str = r#"{
  "minecraft": {
    "version": "1.20.1",
    "modLoaders": [
      {
        "id": "forge-47.2.20",
        "primary": true
      }
    ],
    "recommendedRam": 6144
  },
  "manifestType": "minecraftModpack",
  "manifestVersion": 1,
  "name": "Sky Islands",
  "version": "1.4.2",
  "author": "Ada",
  "files": [
    {
      "projectID": 238222,
      "fileID": 5101365,
      "required": true,
      "isLocked": false
    },
    {
      "projectID": 328085,
      "fileID": 4835191,
      "required": false
    }
  ],
  "overrides": "overrides"
}"#;

const LIST: &str = "<ul>\r\n<li><a href=\"https://www.curseforge.com/projects/238222\">Just Enough Items (JEI) (by \
                    mezz)</a></li>\r\n<li><a href=\"https://www.curseforge.com/minecraft/mc-mods/create\">Create (by \
                    simibubi)</a></li>\r\n</ul>\r\n";

#[test]
fn everything_of_an_export_is_read_or_reported() {
    let import = read(&[
        ("manifest.json", APP.as_bytes()),
        ("modlist.html", LIST.as_bytes()),
        ("overrides/config/jei/jei.toml", b"x"),
        ("overrides/mods/private.jar", b"jar"),
        ("overrides/mods/off.jar.disabled", b"jar"),
        ("overrides/options.txt", b"x"),
        ("overrides/logs/latest.log", b"x"),
        ("profileImage/a.png", b"x"),
    ]);
    assert_snapshot!(told(&import), @r#"
    Curseforge Some("Sky Islands") Some("1.4.2")
    summary None, authors Some("Ada")
    Minecraft Some("1.20.1"), loader Some("forge 47.2.20"), Java None
    memory (None, Some(6144)), arguments None, server None
    config/jei/jei.toml [inside] ? Force
    mods/curseforge-238222-5101365.jar [CurseForge 238222 5101365 false] ? Force "Just Enough Items (JEI)" curseforge:Some("238222"):Some("5101365")
    mods/curseforge-328085-4835191.jar [CurseForge 328085 4835191 false] ? Force choice false None curseforge:Some("328085"):Some("4835191")
    mods/off.jar [inside] ? Force choice false None
    mods/private.jar [inside] ? Force
    options.txt [inside] ? Force
    - overrides/logs/: Logs and crash reports tell of the maker's machine. (1 file)
    - profileImage/a.png: The format has no place for it: launchers pass it over.
    "#);
}

#[test]
fn loaders_are_told_by_their_ids() {
    for (id, kind, version) in [
        ("fabric-0.16.9", "fabric", "0.16.9"),
        ("quilt-0.26.4", "quilt", "0.26.4"),
        ("neoforge-21.1.77", "neoforge", "21.1.77"),
        ("neoforge-1.20.1-47.1.106", "neoforge", "47.1.106"),
    ] {
        let loader = read(&[("manifest.json", APP.replace("forge-47.2.20", id).as_bytes())]).loader.unwrap();
        assert_eq!((loader.kind.name(), loader.version.as_str()), (kind, version));
    }
    let old = read(&[("manifest.json", APP.replace("forge-47.2.20", "forge-recommended").as_bytes())]);
    assert_eq!(old.loader, None);
    assert_eq!(old.left_out[0].what, "forge-recommended");
}

#[test]
fn overrides_may_have_another_name_or_be_all_there_is() {
    let manifest = APP.replace("\"overrides\": \"overrides\"", "\"overrides\": \"files\"");
    let start = manifest.find("    {\n      \"projectID\"").unwrap();
    let end = manifest.find("\n  ],\n  \"overrides\"").unwrap();
    let manifest = format!("{}{}", &manifest[..start], &manifest[end..]);
    let import = read(&[("manifest.json", manifest.as_bytes()), ("files/mods/a.jar", b"jar")]);
    assert_eq!((import.kind, import.files.len()), (Kind::Curseforge, 1));
}

#[test]
fn manifest_of_something_else_is_no_pack() {
    let other = APP.replace("minecraftModpack", "extension");
    assert!(matches!(refusal(&[("manifest.json", other.as_bytes())]), Refused::Unknown));
    let newer = APP.replace("\"manifestVersion\": 1", "\"manifestVersion\": 2");
    assert!(matches!(refusal(&[("manifest.json", newer.as_bytes())]), Refused::Document { .. }));
}
