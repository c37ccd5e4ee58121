//! Jars for several loaders at once.

use super::{Sample, jar};

pub(super) fn all() -> Vec<Sample> {
    let fabric = r#"{"schemaVersion": 1, "id": "lamps", "version": "1.0", "environment": "client", "depends": {"minecraft": "1.20.1"}}"#;
    let forge = "modLoader=\"javafml\"\nloaderVersion=\"[47,)\"\nlicense=\"MIT\"\nclientSideOnly=true\n[[mods]]\nmodId=\"lamps\"\nversion=\"1.0\"\n";
    let neo = forge.replace("clientSideOnly=true\n", "");
    let quilt = r#"{"schema_version": 1, "quilt_loader": {"id": "lamps", "version": "1.0"}, "minecraft": {"environment": "client"}}"#;
    let plugin = "name: Lamps\nversion: '1.0'\nmain: org.example.lamps.Plugin\napi-version: '1.20'\n";
    let fabric_file = ("fabric.mod.json", fabric);
    vec![
        jar("fabric and forge", 17, &[fabric_file, ("META-INF/mods.toml", forge)]),
        jar(
            "four loaders",
            17,
            &[
                fabric_file,
                ("quilt.mod.json", quilt),
                ("META-INF/mods.toml", forge),
                ("META-INF/neoforge.mods.toml", &neo),
            ],
        ),
        jar("fabric and a plugin", 17, &[fabric_file, ("plugin.yml", plugin)]),
        jar("fabric broken and forge sound", 17, &[("fabric.mod.json", "{"), ("META-INF/mods.toml", forge)]),
    ]
}
