//! Small mods of each loader, and a stored description.

use std::io::Cursor;

use kleister_formats::jar::{self, Jar, Kind, Relation, System};

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
fn description_survives_being_stored() {
    let jar = read(kleister_samples::forge("lamps", "2.1.0", ""));
    let stored = serde_json::to_string(&jar).unwrap();
    assert_eq!(serde_json::from_str::<Jar>(&stored).unwrap(), jar);
    assert_eq!(serde_json::from_str::<Jar>("{}").unwrap(), Jar::default());
}
