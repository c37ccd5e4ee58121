//! Mods for Forge since 1.13 and for `NeoForge`.

use super::{Sample, binary, jar};

const FULL: &str = r#"
modLoader="javafml" #mandatory
loaderVersion="[47,)" #mandatory
license="MIT"
issueTrackerURL="https://example.org/issues" #optional
showAsResourcePack=false
[[mods]] #mandatory
	modId="lamps" #mandatory
	version="${file.jarVersion}" #mandatory
	displayName="Lamps"
	updateJSONURL="https://example.org/update.json"
	displayURL="https://example.org"
	logoFile="lamps.png"
	credits="Thanks"
	authors="Ada, Grace and Alan"
	displayTest="MATCH_VERSION"
	description='''
Lights.
All of them.
'''
[[dependencies.lamps]] #optional
    modId="forge"
    mandatory=true
    versionRange="[47,)"
    ordering="NONE"
    side="BOTH"
[[dependencies.lamps]]
    modId="minecraft"
    mandatory=true
    versionRange="[1.20.1,1.21)"
    side="BOTH"
[[dependencies.lamps]]
    modId="bulbs"
    mandatory=false
    versionRange="[1,2),[3,)"
    side="CLIENT"
"#;

const NEO: &str = r#"
modLoader = "javafml"
loaderVersion = "[4,)"
license = "All Rights Reserved"
[[mods]]
modId = "lamps"
version = "21.1.4"
displayName = "Lamps"
authors = ["Ada", "Grace"]
logoFile = "lamps.png"
[[dependencies.lamps]]
modId = "neoforge"
type = "required"
versionRange = "[21.1,)"
[[dependencies.lamps]]
modId = "minecraft"
type = "required"
versionRange = "[1.21.1]"
[[dependencies.lamps]]
modId = "bulbs"
type = "optional"
versionRange = ""
[[dependencies.lamps]]
modId = "darkness"
type = "incompatible"
reason = "It swallows the light."
[[dependencies.lamps]]
modId = "candles"
type = "discouraged"
versionRange = "(,2]"
[features.lamps]
javaVersion = "[21,)"
"#;

const MANIFEST: &str = "Manifest-Version: 1.0\r\nImplementation-Title: Lamps\r\nImplementation-Version: 1.20.1-4.5\r\n .6\r\nMixinConfigs: lamps.mixins.json,lamps.more.json\r\n\r\nName: other\r\nImplementation-Version: 9\r\n";

/// A `mods.toml` for one mod, with more at the level of the file, in the mod's table, and behind it.
fn toml(file: &str, table: &str, behind: &str) -> String {
    format!(
        "modLoader=\"javafml\"\nloaderVersion=\"[1,)\"\nlicense=\"MIT\"\n{file}\n[[mods]]\nmodId=\"lamps\"\nversion=\"1.0\"\n{table}\n{behind}\n"
    )
}

/// Its dependency on another mod.
fn needs(id: &str, side: &str) -> String {
    format!("[[dependencies.lamps]]\nmodId=\"{id}\"\nmandatory=true\nversionRange=\"[1,)\"\nside=\"{side}\"\n")
}

pub(super) fn all() -> Vec<Sample> {
    let mut all = ordinary();
    all.extend(sides());
    all.extend(odd());
    all.extend(jarjar());
    all
}

fn ordinary() -> Vec<Sample> {
    let two = toml(
        "",
        "",
        "[[mods]]\nmodId=\"bulbs\"\n[[dependencies.bulbs]]\nmodId=\"lamps\"\nmandatory=true\nversionRange=\"[1.0]\"\n",
    );
    let neo_1_20_4 = toml("", "", &needs("neoforge", "BOTH"));
    let for_both = toml("", "", &(needs("neoforge", "BOTH") + &needs("forge", "BOTH")));
    let lone = "modLoader=\"lowcodefml\"\nloaderVersion=\"[1,)\"\nlicense=\"MIT\"\n";
    vec![
        jar("forge all keys", 17, &[("META-INF/mods.toml", FULL), ("META-INF/MANIFEST.MF", MANIFEST)]),
        jar("forge without manifest", 17, &[("META-INF/mods.toml", FULL)]),
        jar("forge with two mods", 8, &[("META-INF/mods.toml", &two)]),
        jar("forge without mods", 8, &[("META-INF/mods.toml", lone)]),
        jar("neoforge all keys", 21, &[("META-INF/neoforge.mods.toml", NEO)]),
        jar("neoforge for 1.20.4", 17, &[("META-INF/mods.toml", &neo_1_20_4)]),
        jar("forge and neoforge by one file", 17, &[("META-INF/mods.toml", &for_both)]),
        jar(
            "forge and neoforge by two files",
            21,
            &[("META-INF/mods.toml", FULL), ("META-INF/neoforge.mods.toml", NEO)],
        ),
    ]
}

fn sides() -> Vec<Sample> {
    let only = |file: &str, table: &str, behind: &str| toml(file, table, behind);
    let client = needs("minecraft", "CLIENT") + &needs("forge", "CLIENT");
    vec![
        jar("forge client side only", 17, &[("META-INF/mods.toml", &only("clientSideOnly=true", "", ""))]),
        jar(
            "forge that ignores the server",
            17,
            &[("META-INF/mods.toml", &only("", "displayTest=\"IGNORE_ALL_VERSION\"", ""))],
        ),
        jar("forge for servers", 17, &[("META-INF/mods.toml", &only("", "displayTest=\"IGNORE_SERVER_VERSION\"", ""))]),
        jar("forge with its own test", 17, &[("META-INF/mods.toml", &only("", "displayTest=\"NONE\"", ""))]),
        jar("forge that needs the game on clients", 17, &[("META-INF/mods.toml", &only("", "", &client))]),
        jar(
            "forge that needs the game on servers",
            17,
            &[("META-INF/mods.toml", &only("", "", &needs("minecraft", "SERVER")))],
        ),
    ]
}

fn odd() -> Vec<Sample> {
    let quoted = "[[dependencies.\"lamps\"]]\nmodId=\"bulbs\"\nmandatory=true\n[dependencies.lamps.extra]\nx=1\n";
    let slashes =
        toml("", "description=\"See C:\\mods\\lamps and \"more\"\"\ndisplayName=Lamps", &needs("bulbs", "BOTH"));
    let twice = toml("license=\"GPL\"", "displayName=\"First\"\ndisplayName=\"Lamps\"", "what is this\n");
    let plain = toml("", "", "[[dependencies]]\nmodId=\"bulbs\"\nmandatory=true\nversionRange=\"[1,)\"\n");
    let placeholder = toml("", "", "").replace("\"1.0\"", "\"@VERSION@\"");
    let manifest = "Manifest-Version: 1.0\nImplementation-Version: ${version}\n";
    vec![
        jar("forge with quoted headers", 17, &[("META-INF/mods.toml", &toml("", "", quoted))]),
        jar("forge with raw backslashes", 17, &[("META-INF/mods.toml", &slashes)]),
        jar("forge with keys twice", 17, &[("META-INF/mods.toml", &twice)]),
        jar("forge with dependencies of nobody", 17, &[("META-INF/mods.toml", &plain)]),
        jar("forge unexpanded", 17, &[("META-INF/mods.toml", &placeholder)]),
        jar(
            "forge unexpanded in the manifest",
            17,
            &[("META-INF/mods.toml", FULL), ("META-INF/MANIFEST.MF", manifest)],
        ),
    ]
}

fn jarjar() -> Vec<Sample> {
    let list = r#"{"jars": [{"identifier": {"group": "org.example", "artifact": "bulbs"}, "version": {"range": "[2,3)", "artifactVersion": "2.1"}, "path": "META-INF/jarjar/bulbs-2.1.jar", "isObfuscated": true},
      {"identifier": {"group": "org.example", "artifact": "copper"}, "version": {"range": "[1,)", "artifactVersion": "1.5"}, "path": "META-INF/jarjar/copper-1.5.jar"}]}"#;
    let library = crate::archive(&[
        ("META-INF/MANIFEST.MF", b"FMLModType: GAMELIBRARY\nAutomatic-Module-Name: copper\n".to_vec()),
        ("org/example/Copper.class", crate::class(17)),
    ]);
    let files = |toml: &str| {
        vec![
            ("META-INF/mods.toml", toml.as_bytes().to_vec()),
            ("META-INF/jarjar/metadata.json", list.as_bytes().to_vec()),
            ("META-INF/jarjar/bulbs-2.1.jar", crate::forge("bulbs", "2.1", "")),
            ("META-INF/jarjar/copper-1.5.jar", library.clone()),
        ]
    };
    let mut lone = files("");
    lone.remove(0);
    vec![binary("forge with jars", 17, files(FULL)), binary("library with jars", 17, lone)]
}
