//! What is no mod: plugins, resource packs, datapacks, shaders, libraries, and what nobody knows.

use super::{Sample, jar, named};

pub(super) fn all() -> Vec<Sample> {
    let bukkit = "name: Lamps\nversion: 1.10\nmain: org.example.Lamps\nauthor: Ada\nauthors: [Grace, Alan]\nwebsite: https://example.org\napi-version: '1.20'\ndepend: [Vault]\nsoftdepend:\n  - Bulbs\n";
    let paper = "name: Lamps\nversion: '2.0'\nmain: org.example.Lamps\napi-version: '1.21'\ndependencies:\n  server:\n    Vault:\n      load: BEFORE\n      required: true\n    Bulbs:\n      required: false\n";
    // Nine times what is above it, nine times over.
    let nine = |above: &str, name: &str| format!("{name}: &{name} [{}]\n", vec![format!("*{above}"); 9].join(","));
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    let tower: Vec<String> = names.windows(2).map(|pair| nine(pair[0], pair[1])).collect();
    let bomb = format!("a: &a [x,x,x,x,x,x,x,x,x]\n{}name: boom\n", tower.concat());
    let velocity = r#"{"id": "lamps", "name": "Lamps", "version": "1.0", "authors": ["Ada"], "url": "https://example.org", "main": "org.example.Lamps", "dependencies": [{"id": "bulbs", "optional": true}, {"id": "wires"}]}"#;
    let resources = (
        "pack.mcmeta",
        r#"{"pack": {"pack_format": 15, "supported_formats": {"min_inclusive": 15, "max_inclusive": 18}, "description": [{"text": "§6Bright "}, {"text": "lamps", "extra": ["!"]}]}}"#,
    );
    let data =
        ("pack.mcmeta", r#"{"pack": {"pack_format": 48, "supported_formats": [48, 61], "description": "More lamps"}}"#);
    let newest = (
        "pack.mcmeta",
        r#"{"pack": {"min_format": [69, 0], "max_format": 75, "description": {"translate": "lamps"}}}"#,
    );
    let library =
        "Manifest-Version: 1.0\nFMLModType: LIBRARY\nImplementation-Title: Copper\nImplementation-Version: 1.5\n";
    let module = "Automatic-Module-Name: org.example.copper\n";
    vec![
        jar("plugin for Bukkit", 17, &[("plugin.yml", bukkit)]),
        jar("plugin for Paper", 21, &[("plugin.yml", bukkit), ("paper-plugin.yml", paper)]),
        jar("plugin for BungeeCord", 8, &[("bungee.yml", "name: Lamps\nversion: 1\nmain: x\nauthor: Ada\n")]),
        jar("plugin for Velocity", 17, &[("velocity-plugin.json", velocity)]),
        jar("plugin with a bomb", 17, &[("plugin.yml", &bomb)]),
        named("resource pack", "Bright Lamps v2.zip", &[resources, ("assets/minecraft/textures/lamp.png", "")]),
        named("resource pack of the newest format", "new.zip", &[newest, ("assets/lamps/lang/en_us.json", "{}")]),
        named("datapack", "lamps-data-1.0.zip", &[data, ("data/lamps/recipe/lamp.json", "{}")]),
        named("datapack with resources", "both.zip", &[data, ("data/a", ""), ("assets/b", "")]),
        named("shader", "LampShader_r5.2.zip", &[("shaders/final.fsh", ""), ("shaders/shaders.properties", "")]),
        named("shader in a folder", "Lamp Shader.zip", &[("Lamp Shader/shaders/final.fsh", "")]),
        jar("library that says so", 8, &[("META-INF/MANIFEST.MF", library)]),
        jar("library with a module", 11, &[("META-INF/MANIFEST.MF", module)]),
        named("nothing known", "[1.12.2] Old_Lamps-mc1.12.2-3.0.jar", &[("readme.txt", "hello")]),
    ]
}
