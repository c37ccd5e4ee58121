//! Instances by the rules of Prism Launcher's import (`InstanceImportTask`, `PackProfile`, `IconUtils`, `MinecraftInstance`),
//! in a reader that shares nothing with what writes them.

use std::collections::BTreeMap;

use kleister_formats::{Release, prism};
use serde_json::{Value, json};

use crate::{Entries, entries, releases};

/// What the launcher makes of an archive.
#[derive(Debug, Default)]
struct Instance {
    settings: BTreeMap<String, String>,
    /// Identifiers and versions, in the order of the list.
    components: Vec<(String, Option<String>)>,
    patches: Vec<String>,
    /// The game folder's files.
    game: Entries,
    icon: Option<Vec<u8>>,
}

/// Imports an archive, or tells by which rule it is none of the launcher's instances.
fn import(entries: &Entries) -> Result<Instance, String> {
    // Looked for first, and at the root only.
    if entries.contains_key("modrinth.index.json") {
        return Err("it is a pack of Modrinth".to_owned());
    }
    if ["bin/modpack.jar", "bin/version.json"].iter().any(|name| entries.contains_key(*name)) {
        return Err("it is a pack of Technic".to_owned());
    }
    let root = root(entries).ok_or("it is no modpack")?;
    let inside: Entries =
        entries.iter().filter_map(|(name, bytes)| Some((name.strip_prefix(root)?.to_owned(), bytes.clone()))).collect();
    let settings = settings(std::str::from_utf8(&inside["instance.cfg"]).map_err(|error| error.to_string())?)?;
    if !["OneSix", "Legacy", ""].contains(&settings.get("InstanceType").map_or("", String::as_str)) {
        return Err("its type is unknown".to_owned());
    }
    let components = components(inside.get("mmc-pack.json").ok_or("it has no components")?)?;
    let mut patches = Vec::new();
    for (name, bytes) in &inside {
        let Some(uid) = name.strip_prefix("patches/").and_then(|name| name.strip_suffix(".json")) else { continue };
        let patch: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if !patch.is_object() || components.iter().all(|(known, _)| known != uid) {
            return Err(format!("`{name}` is about nothing"));
        }
        patches.push(uid.to_owned());
    }
    let has = |folder: &str| inside.keys().any(|name| name.starts_with(folder));
    let folder = if has("minecraft/") && !has(".minecraft/") { "minecraft/" } else { ".minecraft/" };
    let game = inside.iter().filter_map(|(name, bytes)| Some((name.strip_prefix(folder)?.to_owned(), bytes.clone())));
    let key = settings.get("iconKey").cloned().unwrap_or_default();
    let endings = ["svg", "png", "ico", "gif", "jpg", "jpeg"];
    let icon = endings.iter().find_map(|ending| inside.get(&format!("{key}.{ending}")).cloned());
    Ok(Instance { game: game.collect(), components, patches, icon, settings })
}

/// The folder nearest to the root that has an `instance.cfg`.
fn root(entries: &Entries) -> Option<&str> {
    let roots = entries.keys().filter_map(|name| {
        let root = name.strip_suffix("instance.cfg")?;
        (root.is_empty() || root.ends_with('/')).then_some(root)
    });
    roots.min_by_key(|root| root.matches('/').count())
}

fn components(list: &[u8]) -> Result<Vec<(String, Option<String>)>, String> {
    let list: Value = serde_json::from_slice(list).map_err(|error| error.to_string())?;
    if list["formatVersion"] != json!(1) {
        return Err("the version of its list of components is unknown".to_owned());
    }
    let component = |entry: &Value| {
        let text = |key: &str| entry.get(key).map(|text| text.as_str().map(ToOwned::to_owned).ok_or(key.to_owned()));
        let uid = text("uid").ok_or("a component has no uid")??;
        Ok((uid, text("version").transpose()?))
    };
    list["components"].as_array().ok_or("it has no list of components")?.iter().map(component).collect()
}

/// The settings of the section `General`, as `QSettings` reads them.
fn settings(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut lines = text.lines();
    if lines.next() != Some("[General]") {
        return Err("its settings have no section `General`".to_owned());
    }
    let setting = |line: &str| {
        let (key, value) = line.split_once('=').ok_or("a setting has no value")?;
        Ok((key.to_owned(), value_of(value)?))
    };
    lines.map(setting).collect()
}

/// A value without its quotes and escapes. Unquoted, a comma would make a list of it and a semicolon a comment.
fn value_of(written: &str) -> Result<String, String> {
    let quoted = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    if quoted.is_none() && written.contains(['"', ',', ';', '\\']) {
        return Err(format!("`{written}` needs quotes"));
    }
    let mut rest = quoted.unwrap_or(written).chars().peekable();
    let mut units = Vec::new();
    while let Some(character) = rest.next() {
        let character = match (character, character == '\\') {
            (_, false) => character,
            _ => match rest.next() {
                Some('n') => '\n',
                Some('x') => {
                    let mut digits = String::new();
                    while let Some(digit) = rest.next_if(char::is_ascii_hexdigit) {
                        digits.push(digit);
                    }
                    units.push(u16::from_str_radix(&digits, 16).map_err(|error| format!("`{digits}`: {error}"))?);
                    continue;
                }
                Some(escaped @ ('"' | '\\')) => escaped,
                other => return Err(format!("`{other:?}` is no escape")),
            },
        };
        units.extend_from_slice(character.encode_utf16(&mut [0; 2]));
    }
    let value = String::from_utf16(&units).map_err(|error| error.to_string())?;
    Ok(value.strip_prefix('@').map_or_else(|| value.clone(), ToOwned::to_owned))
}

fn written(release: &Release) -> Entries {
    entries(&prism::write(release, &releases::addresses()), release)
}

fn equipped() -> Release {
    releases::all().into_iter().find(|(name, _)| *name == "equipped").unwrap().1
}

#[test]
fn launcher_takes_every_instance_for_what_the_release_is() {
    for (name, release) in releases::all() {
        let instance = import(&written(&release)).unwrap();
        let setting = |key: &str| instance.settings.get(key).map(String::as_str);
        assert_eq!(setting("name"), Some(release.pack.name.as_str()), "{name}");
        assert_eq!(setting("JvmArgs"), release.jvm_arguments.as_deref(), "{name}");
        let memory = release.memory.maximum.map(|megabytes| megabytes.to_string());
        assert_eq!(setting("MaxMemAlloc"), memory.as_deref(), "{name}");
        assert_eq!(setting("OverrideMemory").is_some(), memory.is_some(), "{name}");
        let [minecraft, others @ ..] = &instance.components[..] else { panic!("{name} has no components") };
        assert_eq!(minecraft, &("net.minecraft".to_owned(), Some(release.minecraft.clone())), "{name}");
        let loader = release.loader.as_ref().map(|loader| Some(loader.version.clone()));
        assert_eq!(others.first().map(|(_, version)| version.clone()), loader, "{name}");
        assert_eq!(setting("PreLaunchCommand").is_some(), prism::is_updated(&release), "{name}");
        assert_eq!(instance.icon.is_some(), release.extras.icon.is_some(), "{name}");
    }
}

#[test]
fn instance_has_everything_that_was_frozen_for_it() {
    let instance = import(&written(&equipped())).unwrap();
    let versions: Vec<_> =
        instance.components.iter().map(|(uid, version)| (uid.as_str(), version.as_deref().unwrap_or("-"))).collect();
    assert_eq!(
        versions,
        [
            ("net.minecraft", "1.12.2"),
            ("net.minecraftforge", "14.23.5.2859"),
            ("com.mumfrey.liteloader", "1.12.2-SNAPSHOT"),
            ("org.example.agent", "-"),
        ]
    );
    assert_eq!(instance.patches, ["net.minecraftforge", "org.example.agent"]);
    let setting = |key: &str| instance.settings[key].as_str();
    assert_eq!(
        (setting("JoinServerOnLaunch"), setting("JoinServerOnLaunchAddress")),
        ("true", "play.example.org:25570")
    );
    assert_eq!(
        (setting("OverrideCommands"), setting("PreLaunchCommand")),
        (
            "true",
            "\"$INST_JAVA\" -jar packwiz-installer-bootstrap.jar --bootstrap-no-update \
             https://mc.example.org/packs/pack/recommended/packwiz/pack.toml"
        )
    );
    assert_eq!(instance.icon, Some(releases::bytes("the icon")));
    assert_eq!(instance.game["packwiz-installer-bootstrap.jar"], releases::bytes("the bootstrap"));
    assert_eq!(instance.game["packwiz-installer.jar"], releases::bytes("the installer"));
}

#[test]
fn jars_of_the_build_count_before_those_of_the_release() {
    let mut release = equipped();
    let own = releases::all().pop().unwrap().1.files;
    release.files.extend(own.into_iter().filter(|file| file.path.as_str() == "packwiz-installer.jar"));
    let instance = import(&written(&release)).unwrap();
    assert_eq!(instance.game["packwiz-installer.jar"], releases::bytes("packwiz-installer.jar"));
    assert_eq!(instance.game["packwiz-installer-bootstrap.jar"], releases::bytes("the bootstrap"));
}

#[test]
fn components_that_cannot_be_carried_are_named() {
    let losses = prism::write(&equipped(), &releases::addresses()).losses;
    let lost: Vec<_> = losses.iter().filter_map(|loss| loss.what.strip_prefix("component ")).collect();
    assert_eq!(lost, ["net.minecraft", "../evil", "ORG.example.AGENT"]);
}

#[test]
fn picture_that_launchers_do_not_read_is_told() {
    let mut release = equipped();
    release.extras.icon.as_mut().unwrap().ending = "webp".to_owned();
    let bundle = prism::write(&release, &releases::addresses());
    assert!(bundle.losses.iter().any(|loss| loss.what == "icon" && loss.why.contains("PNG")));
    let instance = import(&entries(&bundle, &release)).unwrap();
    assert_eq!((instance.settings["iconKey"].as_str(), instance.icon), ("default", None));
}

#[test]
fn releases_from_before_extras_make_the_instances_that_they_made() {
    let mut release = equipped();
    release.extras = kleister_formats::Extras::default();
    let entries = written(&release);
    assert_eq!(
        entries.keys().map(String::as_str).collect::<Vec<_>>(),
        [".minecraft/mods/jei.jar", ".minecraft/mods/zoom.jar.disabled", "instance.cfg", "mmc-pack.json"]
    );
    let settings = String::from_utf8(entries["instance.cfg"].clone()).unwrap();
    assert!(settings.contains("\niconKey=default\n") && !settings.contains("JoinServer"), "{settings}");
}

#[test]
fn rules_of_the_import_are_those_of_the_launcher() {
    let ours = || written(&equipped());
    let with = |name: &str, text: &str| {
        let mut entries = ours();
        entries.insert(name.to_owned(), text.as_bytes().to_vec());
        entries
    };
    let below = |folder: &str| ours().into_iter().map(|(name, bytes)| (format!("{folder}{name}"), bytes)).collect();
    let renamed =
        ours().into_iter().map(|(name, bytes)| (name.replacen(".minecraft/", "minecraft/", 1), bytes)).collect();
    let without = |gone: &str| ours().into_iter().filter(|(name, _)| name != gone).collect();
    let list = |version: u32| json!({"formatVersion": version, "components": []}).to_string();
    let cases: [(&str, Entries, Option<&str>); 12] = [
        ("as it is", ours(), None),
        ("one folder down", below("Sky/"), None),
        ("the game folder without a dot", renamed, None),
        ("another instance in the game folder", with(".minecraft/saves/instance.cfg", "x"), None),
        ("an index of Modrinth", with("modrinth.index.json", "{}"), Some("Modrinth")),
        ("a package of Technic", with("bin/modpack.jar", "PK"), Some("Technic")),
        ("no settings", without("instance.cfg"), Some("no modpack")),
        ("no components", without("mmc-pack.json"), Some("no components")),
        ("components of tomorrow", with("mmc-pack.json", &list(2)), Some("unknown")),
        ("a patch of nothing", with("patches/org.example.other.json", "{}"), Some("about nothing")),
        ("a list where a text was meant", with("instance.cfg", "[General]\nname=a, b\n"), Some("quotes")),
        ("an instance of another kind", with("instance.cfg", "[General]\nInstanceType=Nostalgia\n"), Some("type")),
    ];
    for (case, entries, refused) in cases {
        match (import(&entries), refused) {
            (Ok(instance), None) => assert!(instance.game.contains_key("mods/jei.jar"), "{case}"),
            (Err(why), Some(word)) => assert!(why.contains(word), "{case}: {why}"),
            (found, expected) => panic!("{case}: {found:?} instead of {expected:?}"),
        }
    }
}
