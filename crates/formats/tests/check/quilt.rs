//! Builds for Quilt.

use kleister_formats::check::Facts;
use kleister_formats::jar::Relation;

use crate::builder::{Case, Set, With, build, case, fabric, forge, quilt};

fn game() -> Facts {
    build("quilt", "0.27.1", "1.20.1", 17)
}

pub(crate) fn cases() -> Vec<Case> {
    let overrides = "config/quilt-loader-overrides.json";
    vec![
        case(
            "Quilt runs mods of Fabric",
            game().with(fabric("sodium", "0.5.3").needs("minecraft", "1.20.x").needs("fabricloader", ">=0.12")),
        ),
        case("Quilt: a bare version means compatible ones", game().with(quilt("lib", "1.4")).with(quilt("mod", "1").needs("lib", "1.2"))),
        case("Quilt: but not the next major", game().with(quilt("lib", "2.0")).with(quilt("mod", "1").needs("lib", "1.2")))
            .shelf([quilt("lib", "1.3").jar(), quilt("lib", "2.1").jar()])
            .finds("error out_of_range lib"),
        case("Quilt: two mods ask for more", game()
            .with(quilt("a", "1").needs("qsl", "^6").needs("quilt_loader", ">=0.19"))
            .with(fabric("b", "1").needs("qsl", ">=6.1")))
            .shelf([quilt("qsl", "6.0").jar(), quilt("qsl", "6.1.2").jar()])
            .finds("error missing_dependency qsl"),
        case("Quilt: unless another is there", game().with(quilt("new", "1")).with(quilt("mod", "1").needs("old", "*").unless("new"))),
        case("Quilt: one of several", game().with(quilt("b", "2")).with(quilt("mod", "1").needs("a", "*").or("b", "^2"))),
        case("Quilt: optional but of this version", game().with(quilt("lib", "1")).with(quilt("mod", "1").says(Relation::Optional, "lib", ">=2")))
            .shelf([quilt("lib", "2").jar()])
            .finds("error out_of_range lib"),
        case("Quilt: an optional one may be absent", game().with(quilt("mod", "1").says(Relation::Optional, "lib", ">=2"))),
        case("Quilt: the same mod twice", game().with(quilt("lib", "1")).with(fabric("lib", "2"))).finds("error duplicate lib"),
        case("Quilt: what lies in mods goes before what lies within", game()
            .with(quilt("one", "1").needs("lib", ">=2").holds(quilt("lib", "2.5")))
            .with(quilt("lib", "1.0")))
            .shelf([quilt("lib", "2.6").jar()])
            .finds("error out_of_range lib"),
        case("Quilt: a nested mod that is needed", game().with(quilt("mod", "1").needs("lib", "*").holds(quilt("lib", "2").needs("qsl", "*"))))
            .shelf([quilt("qsl", "6").jar()])
            .finds("error missing_dependency qsl"),
        case("Quilt: a nested mod that nobody needs", game().with(quilt("mod", "1").holds(quilt("lib", "2").needs("qsl", "*")))),
        case("Quilt: with a group before the id", game().with(quilt("mod", "1").needs("org.quiltmc:qsl", "*")))
            .shelf([quilt("qsl", "6").jar()])
            .finds("error missing_dependency qsl"),
        case("Quilt: breaks", game().with(quilt("mod", "1").breaks("rival", "<2")).with(quilt("rival", "1.5"))).finds("error incompatible mod"),
        case("Quilt: made for a newer loader", game().with(quilt("mod", "1").needs("quilt_loader", ">=0.28.0"))).finds("error wrong_loader_version mod"),
        case("Quilt: made for Forge", game().with(forge("jei", "15"))).finds("warning wrong_loader jei"),
        case("Quilt: overrides", game().with(quilt("mod", "1").needs("minecraft", "=1.19.4").needs("lib", "*")).overridden(
            overrides,
            r#"{"schema_version": 1, "overrides": [{"path": "<game>/mods/mod-1.jar", "depends": [
                {"remove": "lib"}, {"replace": {"id": "minecraft"}, "with": {"id": "minecraft", "versions": {"any": ["1.20", "1.21"]}}}
            ]}]}"#,
        )),
        case("Quilt: overrides of a version", game().with(quilt("lib", "weird")).with(quilt("mod", "1").needs("lib", ">=2")).overridden(
            overrides,
            r#"{"schema_version": 1, "overrides": [{"path": "mods/lib-weird.jar", "version": "2.1.0"}]}"#,
        )),
        case("Quilt: overrides of what lies within", game()
            .with(quilt("mod", "1").needs("lib", "*").holds(quilt("lib", "2").needs("qsl", "*")))
            .overridden(
                overrides,
                r#"{"schema_version": 1, "overrides": [
                    {"path": "<mods>/mod-1.jar!/META-INF/jars/inner.jar", "depends": [{"remove": "qsl"}]}
                ]}"#,
            )),
        case("Quilt: overrides of a jar are not those of what lies within", game()
            .with(quilt("mod", "1").needs("lib", "*").holds(quilt("lib", "2").needs("qsl", "*")))
            .overridden(
                overrides,
                r#"{"schema_version": 1, "overrides": [{"path": "<mods>/mod-1.jar", "depends": [{"remove": "qsl"}]}]}"#,
            ))
            .shelf([quilt("qsl", "6").jar()])
            .finds("error missing_dependency qsl"),
        case("Quilt: folders below mods", game()
            .with(quilt("mod", "1").needs("a", "*").needs("b", "*"))
            .with(quilt("a", "1").at("mods/libs/more/a.jar"))
            .with(quilt("b", "1").at("mods/>=1.20 <1.21/b.jar"))),
        case("Quilt: folders that it does not enter", game()
            .with(quilt("a", "1").needs("lib", "*").at("mods/.off/a.jar"))
            .with(quilt("b", "1").needs("lib", "*").at("mods/more.disabled/b.jar"))
            .with(quilt("c", "1").needs("lib", "*").at("mods/1.19.4/c.jar"))),
        case("Quilt: overrides that cannot be read", game().overridden(overrides, "{")).finds("error unreadable_overrides config/quilt-loader-overrides.json"),
    ]
}
