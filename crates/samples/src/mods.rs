//! Small mods for tests that need one of a certain id, number and loader, with what it depends on.

use crate::archive;

/// The first bytes of a class for a Java version such as 17, and some more.
pub fn class(java: u8) -> Vec<u8> {
    let mut bytes = vec![0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, java + 44];
    bytes.extend(std::iter::repeat_n(b"constant pool", 40).flatten());
    bytes
}

/// A Fabric mod. `more` is what else its document says, such as `"depends": {"minecraft": ">=1.20"}`; may be empty.
pub fn fabric(id: &str, number: &str, more: &str) -> Vec<u8> {
    let comma = if more.is_empty() { "" } else { "," };
    let document =
        format!(r#"{{"schemaVersion": 1, "id": "{id}", "version": "{number}", "name": "{id}"{comma} {more}}}"#);
    archive(&[("fabric.mod.json", document.into_bytes()), ("org/example/Main.class", class(17))])
}

/// A Quilt mod. `more` is what else its `quilt_loader` says, such as `"depends": ["other"]`; may be empty.
pub fn quilt(id: &str, number: &str, more: &str) -> Vec<u8> {
    let comma = if more.is_empty() { "" } else { "," };
    let loader =
        format!(r#""group": "org.example", "id": "{id}", "version": "{number}", "metadata": {{"name": "{id}"}}"#);
    let document = format!(r#"{{"schema_version": 1, "quilt_loader": {{{loader}{comma} {more}}}}}"#);
    archive(&[("quilt.mod.json", document.into_bytes()), ("org/example/Main.class", class(17))])
}

/// A mod for Forge since 1.13. `more` is what stands behind the mod's own table, such as `[[dependencies.id]]`.
pub fn forge(id: &str, number: &str, more: &str) -> Vec<u8> {
    archive(&[("META-INF/mods.toml", table(id, number, more)), ("org/example/Main.class", class(17))])
}

/// A mod for `NeoForge` since 20.5. `more` is what stands behind the mod's own table, such as `[[dependencies.id]]`.
pub fn neoforge(id: &str, number: &str, more: &str) -> Vec<u8> {
    archive(&[("META-INF/neoforge.mods.toml", table(id, number, more)), ("org/example/Main.class", class(21))])
}

fn table(id: &str, number: &str, more: &str) -> Vec<u8> {
    let head = "modLoader = \"javafml\"\nloaderVersion = \"[1,)\"\nlicense = \"MIT\"\n";
    let module = format!("[[mods]]\nmodId = \"{id}\"\nversion = \"{number}\"\ndisplayName = \"{id}\"\n");
    format!("{head}{module}{more}\n").into_bytes()
}
