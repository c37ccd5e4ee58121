//! Small mods of each loader, and a stored description.

use std::io::Cursor;

use kleister_formats::jar::{self, Jar, Kind, Mod, Relation, System};

fn read(bytes: Vec<u8>) -> Jar {
    jar::read(Cursor::new(bytes), "sample.jar").expect("a sample that is an archive")
}

#[test]
fn fabric_mod_is_read() {
    let jar = read(kleister_samples::fabric("lamps", "2.1.0", r#""depends": {"minecraft": [">=1.20 <1.21", "1.21"]}"#));
    assert_eq!(jar.kind, Kind::Mod);
    assert_eq!(jar.java, Some(17));
    let [module] = &jar.mods[..] else { panic!("{jar:?}") };
    assert_eq!((module.system, module.id.as_str(), module.number.as_deref()), (System::Fabric, "lamps", Some("2.1.0")));
    assert_eq!(module.minecraft.as_ref().unwrap().any, [[">=1.20 <1.21"], ["1.21"]]);
}

#[test]
fn neoforge_mod_is_read() {
    let more = "[[dependencies.lamps]]\nmodId = \"bulbs\"\ntype = \"incompatible\"\nversionRange = \"[1,2)\"\n";
    let jar = read(kleister_samples::neoforge("lamps", "2.1.0", more));
    let [module] = &jar.mods[..] else { panic!("{jar:?}") };
    assert_eq!(module.system, System::NeoForge);
    assert_eq!(module.dependencies[0].relation, Relation::Incompatible);
    assert_eq!(module.dependencies[0].range.any, [["[1,2)"]]);
}

#[test]
fn the_game_is_told_from_mods_that_bring_some_of_it() {
    for (what, bytes) in kleister_samples::games() {
        assert!(read(bytes).game, "{what}");
    }
    for (what, bytes) in kleister_samples::no_games() {
        assert!(!read(bytes).game, "{what}");
    }
    for sample in kleister_samples::zoo() {
        let jar = jar::read(Cursor::new(sample.bytes), &sample.file);
        assert!(jar.is_ok_and(|jar| !jar.game), "{}", sample.name);
    }
}

#[test]
fn description_survives_being_stored() {
    let jar = read(kleister_samples::forge("lamps", "2.1.0", ""));
    let stored = serde_json::to_string(&jar).unwrap();
    assert_eq!(serde_json::from_str::<Jar>(&stored).unwrap(), jar);
    assert_eq!(serde_json::from_str::<Jar>("{}").unwrap(), Jar::default());
}

#[test]
fn icon_is_read_where_the_mod_says() {
    let document =
        r#"{"schemaVersion": 1, "id": "lamps", "version": "1", "icon": {"16": "no.png", "64": "./assets/icon.png"}}"#;
    let jar =
        |icon: &[u8]| kleister_samples::archive(&[("fabric.mod.json", document.as_bytes()), ("assets/icon.png", icon)]);
    let icon = |bytes: &[u8], module: &Mod| jar::icon(Cursor::new(bytes), module).unwrap();
    let module = read(jar(b"picture")).mods.remove(0);
    assert_eq!(icon(&jar(b"picture"), &module).as_deref(), Some(&b"picture"[..]));
    assert_eq!(icon(&jar(&vec![0; 6 << 20]), &module), None, "more than 5 MiB");
    assert_eq!(icon(&kleister_samples::fabric("lamps", "1", ""), &module), None, "not there");
    assert_eq!(icon(&jar(b"picture"), &Mod { icon: None, ..module }), None, "no icon");
}

#[test]
fn what_nested_jars_bring_is_embedded() {
    let document = r#"{"schemaVersion": 1, "id": "lamps", "version": "1", "jars": [{"file": "bulbs.jar"}]}"#;
    let bulbs = kleister_samples::fabric("bulbs", "2.0", "");
    let jar = read(kleister_samples::archive(&[("fabric.mod.json", document.as_bytes()), ("bulbs.jar", &bulbs)]));
    let [embedded] = &jar.embedded()[..] else { panic!("{jar:?}") };
    assert_eq!((embedded.relation, embedded.id.as_str()), (Relation::Embedded, "bulbs"));
    assert_eq!(embedded.range.any, [["2.0"]]);
}

#[test]
fn nested_jars_are_not_unpacked_without_end() {
    // Each of the inner jars holds 30 MB, of which nothing tells what it is.
    let large = kleister_samples::archive(&[("zeros", vec![0; 30 << 20])]);
    let padded = kleister_samples::archive(&[("noise", vec![1; 9])]);
    let jars: Vec<String> = (0..600).map(|number| format!(r#"{{"file": "{number}.jar"}}"#)).collect();
    let document = format!(
        r#"{{"schemaVersion": 1, "id": "lamps", "version": "1", "jars": [{{"file": "large.jar"}}, {}]}}"#,
        jars.join(",")
    );
    let mut files = vec![("fabric.mod.json".to_owned(), document.into_bytes()), ("large.jar".to_owned(), large)];
    files.extend((0..600).map(|number| (format!("{number}.jar"), padded.clone())));
    let jar = read(kleister_samples::archive(&files));
    assert_eq!(jar.nested.len(), 500);
    assert!(jar.nested[0].jar.is_some(), "a jar whose own bytes are few is opened, and its entries are not unpacked");
    assert!(jar.notes.iter().any(|note| note.says.starts_with("Only the first 500 of 601")), "{:?}", jar.notes);
}
