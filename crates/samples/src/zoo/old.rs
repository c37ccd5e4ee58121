//! Mods of the years before 1.13: Forge, `LiteLoader`, coremods, tweakers; and Rift.

use super::{Sample, binary, jar, named};

const FULL: &str = r#"{"modListVersion": 2, "modList": [{"modid": "lamps", "name": "Lamps", "description": "Lights", "version": "1.4", "mcversion": "1.12.2",
  "url": "https://example.org", "updateUrl": "", "updateJSON": "https://example.org/u.json", "authorList": ["Ada", "Grace"], "credits": "", "logoFile": "assets/logo.png",
  "screenshots": [], "parent": "", "requiredMods": ["Forge@[14.23,)", "bulbs@[1.0,2.0)"], "dependencies": ["candles", "bulbs@[1.0,2.0)"], "dependants": [], "useDependencyInformation": true},
  {"modid": "lampsextra", "name": "More lamps", "version": "1.4", "mcversion": "[1.12,1.13)", "parent": "lamps"}]}"#;

const BROKEN: &str = "[\n{\n  \"modid\": \"lamps\",\n  \"name\": \"Lamps\",\n  \"description\": \"One line\nand another\",\n  \"version\": \"${version}\",\n  \"mcversion\": \"${mcversion}\",\n  \"authors\": [\"Ada\",],\n  \"dependencies\": [\"required-after:bulbs@[1,2),after:*\"],\n},\n]\n";

pub(super) fn all() -> Vec<Sample> {
    let latin = b"[{\"modid\": \"lamps\", \"name\": \"Lichtschl\xf6sser\", \"version\": \"1.0\", \"mcversion\": \"1.7.10\", \"authorList\": [\"J\xfcrgen\"]}]".to_vec();
    let light = r#"{"name": "minilamps", "displayName": "Mini Lamps", "version": "1.2", "revision": "1201", "mcversion": "1.12.2", "author": "Ada, Grace", "description": "Small", "dependsOn": ["wires"], "url": "https://example.org"}"#;
    let rift = r#"{"id": "lamps", "name": "Lamps", "authors": ["Ada"], "listeners": ["org.example.lamps.Lamps"]}"#;
    let coremod = "Manifest-Version: 1.0\nFMLCorePlugin: org.example.lamps.Core\nFMLCorePluginContainsFMLMod: true\n";
    let tweaker = "Manifest-Version: 1.0\nTweakClass: org.spongepowered.asm.launch.MixinTweaker\nForceLoadAsMod: true\nTweakOrder: 0\n";
    let info = r#"[{"modid": "lamps", "version": "1.0", "mcversion": ""}]"#;
    let toml = "modLoader=\"javafml\"\nloaderVersion=\"[31,)\"\n[[mods]]\nmodId=\"lamps\"\nversion=\"2.0\"\n";
    vec![
        jar("mcmod.info all keys", 8, &[("mcmod.info", FULL)]),
        jar("mcmod.info broken", 6, &[("mcmod.info", BROKEN)]),
        jar(
            "mcmod.info without mod list",
            7,
            &[("mcmod.info", r#"[{"modid": "examplemod", "name": "Example"}, {"name": "no id"}]"#)],
        ),
        binary("mcmod.info in Latin-1", 7, vec![("mcmod.info", latin)]),
        jar("mcmod.info empty", 8, &[("mcmod.info", "")]),
        jar("mcmod.info left over", 8, &[("mcmod.info", info), ("META-INF/mods.toml", toml)]),
        jar("coremod with a mod", 8, &[("META-INF/MANIFEST.MF", coremod), ("mcmod.info", info)]),
        jar("coremod alone", 8, &[("META-INF/MANIFEST.MF", coremod)]),
        jar("tweaker", 8, &[("META-INF/MANIFEST.MF", tweaker)]),
        named("liteloader", "minilamps-1.2.litemod", &[("litemod.json", light)]),
        named(
            "liteloader with a revision",
            "x.litemod",
            &[("litemod.json", r#"{"name": "x", "revision": 7, "mcversion": "1.7.10"}"#)],
        ),
        jar("rift", 8, &[("riftmod.json", rift)]),
        jar("old jar of classes only", 6, &[]),
    ]
}
