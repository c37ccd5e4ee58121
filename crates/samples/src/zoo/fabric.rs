//! Mods for Fabric and Quilt.

use super::{Sample, binary, jar};
use crate::{archive, stored};

const FULL: &str = r#"{
  "schemaVersion": 1, "id": "lamps", "version": "2.1.0+1.20.1", "name": "Lamps", "provides": ["lights", "lanterns"],
  "description": "Lights.\nAll of them.", "authors": ["Ada", {"name": "Grace", "contact": {"email": "g@example.org"}}],
  "contact": {"homepage": "https://example.org/lamps", "sources": "https://example.org/lamps.git",
    "issues": "https://example.org/lamps/issues", "discord": "https://chat.example.org", "email": "a@example.org",
    "evil": "javascript:alert(1)"},
  "license": ["MIT", "CC-BY-4.0"], "icon": {"32": "small.png", "128": "large.png"}, "environment": "*",
  "entrypoints": {"main": ["org.example.lamps.Lamps"]}, "mixins": ["lamps.mixins.json"],
  "depends": {"minecraft": [">=1.20 <1.20.2", "1.20.4"], "fabricloader": ">=0.14.21", "fabric-api": "*", "java": ">=17"},
  "recommends": {"bulbs": "^1.2"}, "suggests": {"modmenu": "*"}, "conflicts": {"candles": "<3"}, "breaks": {"darkness": "~1.0 || 2.x"},
  "custom": {"modmenu": {"links": {}}}
}"#;

const OLD: &str = r#"[{"id": "lamps", "version": "0.3", "name": "Lamps", "side": "client", "license": "MIT", "url": "https://example.org",
  "requires": {"fabric": {"version": ">=0.2", "side": "client"}, "bulbs": "1.0"}, "conflicts": {"candles": "*"},
  "initializers": ["org.example.lamps.Lamps"]}, {"id": "lamps-extra", "version": "0.3", "side": "universal"}]"#;

const QUILT: &str = r#"{"schema_version": 1, "quilt_loader": {"group": "org.example", "id": "lamps", "version": "3.0.0",
  "provides": ["lights", {"id": "lanterns", "version": "2.0.0"}], "intermediate_mappings": "net.fabricmc:intermediary",
  "metadata": {"name": "Lamps", "description": "Lights", "contributors": {"Ada": "Owner", "Grace": ["Author", "Artist"]},
    "contact": {"homepage": "https://example.org"}, "license": {"id": "MIT", "name": "MIT License", "url": "https://example.org/l"},
    "icon": "assets/lamps/icon.png"},
  "depends": ["bulbs", {"id": "minecraft", "versions": "~1.20"}, {"id": "org.example:wires", "versions": {"any": ["^1.0", {"all": [">=2.1", "<2.9"]}]}, "reason": "They carry the current."},
    {"id": "candles", "versions": ["1.0.0", "2.0.0"], "optional": true, "unless": "wax"}, [{"id": "oil", "versions": "*"}, {"id": "gas", "versions": "=1.2"}]],
  "breaks": [{"id": "darkness", "versions": "<2"}]}, "minecraft": {"environment": "dedicated_server"}}"#;

pub(super) fn all() -> Vec<Sample> {
    let mut all = schemas();
    all.extend(odd());
    all.extend(nested());
    all.extend(quilt());
    all
}

fn schemas() -> Vec<Sample> {
    let client = r#"{"schemaVersion": 1, "id": "glow", "version": "1.0", "environment": "client", "license": "MIT", "authors": "Ada", "icon": "icon.png"}"#;
    let server = r#"{"schemaVersion": 1, "id": "guard", "version": "1.0", "environment": "server"}"#;
    vec![
        jar("fabric all keys", 17, &[("fabric.mod.json", FULL)]),
        jar("fabric for clients", 8, &[("fabric.mod.json", client)]),
        jar("fabric for servers", 21, &[("fabric.mod.json", server)]),
        jar("fabric schema 0 as a list", 8, &[("fabric.mod.json", OLD)]),
        jar(
            "fabric schema 0 as an object",
            8,
            &[(
                "fabric.mod.json",
                r#"{"id": "lamps", "version": "0.1.0", "name": "Lamps", "authors": [{"name": "Ada"}]}"#,
            )],
        ),
        jar("fabric least", 0, &[("fabric.mod.json", r#"{"schemaVersion":1,"id":"tiny","version":"1"}"#)]),
    ]
}

fn odd() -> Vec<Sample> {
    let breaks =
        "{\"schemaVersion\": 1, \"id\": \"lamps\", \"version\": \"1.0\", \"description\": \"One\nTwo\tThree\",}";
    let comments = "// made by hand\n{'schemaVersion': 1, /* the id */ id: lamps, \"version\": 1.10, \"authors\": [\"Ada\",],\n# end\n}";
    let twice = r#"{"schemaVersion": 1, "id": "first", "id": "lamps", "version": "1.0", "depends": {"a": "1"}, "depends": {"b": "2"}}"#;
    let unexpanded =
        r#"{"schemaVersion": 1, "id": "lamps", "version": "${version}", "depends": {"minecraft": "${mc}"}}"#;
    let hidden = "{\"schemaVersion\": 1, \"id\": \"lamps\u{200b}\", \"version\": \"1\\u202e.0\", \"name\": \"§6Golden §lLamps\", \"authors\": [\"A\\u0000da\"]}";
    let latin = b"{\"schemaVersion\": 1, \"id\": \"lamps\", \"version\": \"1\", \"name\": \"L\xe4mpchen\"}".to_vec();
    let marked = "\u{feff}{\"schemaVersion\": 1, \"id\": \"lamps\", \"version\": \"1\"}";
    let wide: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let huge = format!(
        "{{\"schemaVersion\": 1, \"id\": \"lamps\", \"version\": \"1\", \"description\": \"{}\"}}",
        "a".repeat(2 << 20)
    );
    let deep = format!(
        "{{\"schemaVersion\": 1, \"id\": \"lamps\", \"version\": \"1\", \"custom\": {}{}}}",
        "[".repeat(500),
        "]".repeat(500)
    );
    vec![
        jar("fabric with raw line breaks", 17, &[("fabric.mod.json", breaks)]),
        jar("fabric with comments and words", 17, &[("fabric.mod.json", comments)]),
        jar("fabric with keys twice", 17, &[("fabric.mod.json", twice)]),
        jar("fabric unexpanded", 17, &[("fabric.mod.json", unexpanded)]),
        jar("fabric with invisible characters", 17, &[("fabric.mod.json", hidden)]),
        binary("fabric in Latin-1", 17, vec![("fabric.mod.json", latin)]),
        jar("fabric with a mark at its start", 17, &[("fabric.mod.json", marked)]),
        binary("fabric in UTF-16", 17, vec![("fabric.mod.json", wide)]),
        jar("fabric of two megabytes", 17, &[("fabric.mod.json", &huge)]),
        jar("fabric nested too deep", 17, &[("fabric.mod.json", &deep)]),
        jar("fabric without id", 17, &[("fabric.mod.json", r#"{"schemaVersion": 1, "version": "1"}"#)]),
        jar("fabric cut off", 17, &[("fabric.mod.json", r#"{"schemaVersion": 1, "id": "la"#)]),
    ]
}

fn nested() -> Vec<Sample> {
    let outer = r#"{"schemaVersion": 1, "id": "lamps", "version": "1.0", "jars": [{"file": "META-INF/jars/bulbs.jar"}, {"file": "META-INF/jars/missing.jar"}]}"#;
    let middle =
        r#"{"schemaVersion": 1, "id": "bulbs", "version": "2.0", "jars": [{"file": "META-INF/jars/wires.jar"}]}"#;
    let wires =
        r#"{"schemaVersion": 1, "id": "wires", "version": "3.0", "jars": [{"file": "META-INF/jars/copper.jar"}]}"#;
    let copper = crate::fabric("copper", "4.0", "");
    let wires = stored(&[("fabric.mod.json", wires.as_bytes()), ("META-INF/jars/copper.jar", &copper)]);
    let bulbs = archive(&[("fabric.mod.json", middle.as_bytes()), ("META-INF/jars/wires.jar", &wires)]);
    let broken = b"PK\x03\x04 not an archive".to_vec();
    let bulbs_path = "META-INF/jars/bulbs.jar";
    let files = |inner: Vec<u8>| vec![("fabric.mod.json", outer.as_bytes().to_vec()), (bulbs_path, inner)];
    let mut as_it_is = binary("fabric with jars as they are", 0, Vec::new());
    as_it_is.bytes = stored(&files(bulbs.clone()));
    vec![
        binary("fabric with jars in jars in jars", 17, files(bulbs)),
        as_it_is,
        binary("fabric with a broken jar within", 17, files(broken)),
    ]
}

fn quilt() -> Vec<Sample> {
    let many: Vec<String> = (0..9).map(|number| format!("{{\"any\": [\"{number}.1\", \"{number}.2\"]}}")).collect();
    let wild = format!(
        r#"{{"schema_version": 1, "quilt_loader": {{"id": "lamps", "version": "1", "depends": [{{"id": "a", "versions": {{"all": [{}]}}}}, {{"id": "b", "versions": {{"any": ["1.0", "*"]}}}}], "breaks": [["c", "d"]]}}}}"#,
        many.join(", ")
    );
    let both = r#"{"schemaVersion": 1, "id": "lamps", "version": "3.0.0", "name": "Lamps"}"#;
    vec![
        jar("quilt all keys", 17, &[("quilt.mod.json", QUILT)]),
        jar("quilt with ranges out of hand", 17, &[("quilt.mod.json", &wild)]),
        jar("quilt and fabric", 17, &[("quilt.mod.json", QUILT), ("fabric.mod.json", both)]),
        binary("quilt with a jar", 17, vec![
            ("quilt.mod.json", br#"{"schema_version": 1, "quilt_loader": {"id": "lamps", "version": "1", "jars": ["META-INF/jars/bulbs.jar"]}}"#.to_vec()),
            ("META-INF/jars/bulbs.jar", crate::quilt("bulbs", "2", "")),
        ]),
        jar("quilt without loader", 17, &[("quilt.mod.json", "{\"schema_version\": 1}")]),
    ]
}
