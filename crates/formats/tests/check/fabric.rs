//! Builds for Fabric.

use kleister_formats::Support;
use kleister_formats::check::Facts;
use kleister_formats::jar::Relation;

use crate::builder::{Case, Set, With, build, case, fabric, forge, quilt};

fn game() -> Facts {
    build("fabric", "0.16.9", "1.20.1", 17)
}

pub(crate) fn cases() -> Vec<Case> {
    [dependencies(), within(), others_and_platforms(), sides(), overrides()].into_iter().flatten().collect()
}

fn dependencies() -> Vec<Case> {
    let api = || fabric("fabric-api", "0.92.0+1.20.1");
    let sodium = || fabric("sodium", "0.5.3").needs("minecraft", ">=1.20 <1.20.2").needs("fabricloader", ">=0.12");
    vec![
        case("all is well", game().with(api()).with(sodium().needs("fabric-api", "*"))),
        case(
            "a library is missing",
            game()
                .with(sodium().needs("fabric-api", ">=0.90"))
                .with(fabric("iris", "1.6.4").needs("fabric-api", ">=0.91").needs("sodium", "0.5.x")),
        )
        .shelf([fabric("fabric-api", "0.80").jar(), api().jar(), fabric("fabric-api", "0.91.5").jar()])
        .finds("error missing_dependency fabric-api"),
        case("a library lies within", game().with(fabric("mod", "1").needs("lib", ">=2").holds(fabric("lib", "2.1")))),
        case(
            "of nested versions, Fabric takes the one that fits",
            game()
                .with(fabric("one", "1").needs("lib", "<3").holds(fabric("lib", "2.5")))
                .with(fabric("two", "1").needs("lib", ">=2").holds(fabric("lib", "3.1"))),
        ),
        case(
            "what lies within stands in for what lies in mods and will not do",
            game().with(fabric("one", "1").needs("lib", ">=2").holds(fabric("lib", "2.5"))).with(fabric("lib", "1.0")),
        ),
        case(
            "a nested mod whose wishes are not met is left out",
            game().with(fabric("mod", "1").holds(fabric("compat", "1").needs("other", "*"))),
        ),
        case(
            "a mod stands for another",
            game().with(fabric("new", "2").provides("old")).with(fabric("mod", "1").needs("old", ">=1")),
        ),
        case(
            "out of range",
            game().with(fabric("sodium", "0.4.10")).with(fabric("iris", "1.6.4").needs("sodium", ">=0.5.3")),
        )
        .shelf([sodium().jar()])
        .finds("error out_of_range sodium"),
        case(
            "one of two ranges will do",
            game().with(fabric("lib", "3.0")).with(fabric("mod", "1").needs("lib", "1.x or >=3 <4")),
        ),
        case(
            "an opaque version meets only itself",
            game().with(fabric("lib", "build-7")).with(fabric("mod", "1").needs("lib", ">=1")),
        )
        .shelf([fabric("lib", "1.5").jar()])
        .finds("error out_of_range lib"),
    ]
}

fn within() -> Vec<Case> {
    let api = || fabric("fabric-api", "0.92.0+1.20.1").jar();
    let lib = |number: &str| fabric("lib", number).needs("fabric-api", ">=0.90");
    vec![
        case(
            "a nested mod that is needed speaks for itself",
            game().with(fabric("mod", "1").needs("lib", "*").holds(lib("2"))),
        )
        .shelf([api()])
        .finds("error missing_dependency fabric-api"),
        case(
            "a nested mod that another file needs",
            game().with(fabric("mod", "1").needs("lib", ">=2")).with(fabric("bag", "1").holds(lib("2"))),
        )
        .shelf([api()])
        .finds("error missing_dependency fabric-api"),
        case(
            "a nested mod that a needed nested one needs",
            game()
                .with(fabric("mod", "1").needs("mid", "*").holds(fabric("mid", "1").needs("lib", "*").holds(lib("2")))),
        )
        .shelf([api()])
        .finds("error missing_dependency fabric-api"),
        case(
            "another copy stands in for a nested mod that cannot be loaded",
            game()
                .with(fabric("mod", "1").needs("lib", "*").holds(lib("2")))
                .with(fabric("other", "1").holds(fabric("lib", "1.5"))),
        ),
        case(
            "no copy of a nested mod can be loaded",
            game()
                .with(fabric("mod", "1").needs("lib", "*").holds(lib("2")))
                .with(fabric("other", "1").holds(lib("1.5"))),
        )
        .shelf([api()])
        .finds("error missing_dependency fabric-api"),
        case(
            "a nested mod that lacks only what lies beside it",
            game().with(
                fabric("mod", "1")
                    .needs("lib", "*")
                    .holds(fabric("lib", "1").needs("part", "<3"))
                    .holds(fabric("part", "2"))
                    .holds(fabric("part", "3")),
            ),
        ),
        case(
            "a nested mod that another does not go with is left out",
            game()
                .with(fabric("sodium", "0.5.3").breaks("indium", "<1.0.21"))
                .with(fabric("mod", "1").holds(fabric("indium", "1.0.20"))),
        ),
        case(
            "a nested mod that another does not go with is needed",
            game()
                .with(fabric("sodium", "0.5.3").breaks("indium", "<1.0.21"))
                .with(fabric("mod", "1").needs("indium", "*").holds(fabric("indium", "1.0.20"))),
        )
        .finds("error incompatible sodium"),
        case(
            "the older one of two is not asked",
            game().with(fabric("sodium", "0.5.3")).with(fabric("sodium", "0.5.2").needs("gone", "*")),
        )
        .finds("warning duplicate sodium"),
        case(
            "the older one of two stands in for the newer",
            game().with(fabric("sodium", "0.5.3").needs("gone", "*")).with(fabric("sodium", "0.5.2")),
        )
        .finds("warning duplicate sodium"),
    ]
}

fn others_and_platforms() -> Vec<Case> {
    let sodium = || fabric("sodium", "0.5.3").needs("minecraft", ">=1.20 <1.20.2").needs("fabricloader", ">=0.12");
    vec![
        case("breaks", game().with(sodium().breaks("optifabric", "*")).with(fabric("optifabric", "1.13")))
            .finds("error incompatible sodium"),
        case(
            "breaks another version",
            game().with(sodium().breaks("indium", "<1.0.21")).with(fabric("indium", "1.0.30")),
        ),
        case(
            "conflicts",
            game().with(fabric("mod", "1").says(Relation::Discouraged, "rival", "*")).with(fabric("rival", "1")),
        )
        .finds("warning discouraged mod"),
        case("recommends", game().with(fabric("mod", "1").says(Relation::Recommended, "modmenu", "*")))
            .shelf([fabric("modmenu", "7.2").jar()])
            .finds("note recommended modmenu"),
        case("suggests", game().with(fabric("mod", "1").says(Relation::Suggested, "modmenu", "*"))),
        case("the same mod twice", game().with(sodium()).with(fabric("sodium", "0.5.2")))
            .finds("warning duplicate sodium"),
        case(
            "the same mod three times",
            game().with(fabric("sodium", "0.5.2")).with(sodium()).with(fabric("sodium", "0.5.1")),
        )
        .finds("warning duplicate sodium"),
        case(
            "the same mod twice, and the older one is needed",
            game()
                .with(sodium())
                .with(fabric("sodium", "0.5.2"))
                .with(fabric("iris", "1").needs("sodium", "0.5.2"))
                .with(fabric("more", "1").needs("sodium", "<=0.5.2")),
        )
        .finds("warning duplicate sodium"),
        case(
            "two that two others break",
            game()
                .with(sodium().breaks("a", "*").breaks("b", "*").at("mods/one.jar"))
                .with(fabric("a", "1"))
                .with(fabric("b", "1").breaks("sodium", "*")),
        )
        .finds("error incompatible b")
        .finds("error incompatible sodium"),
        case(
            "the same mod within two",
            game().with(fabric("a", "1").holds(fabric("lib", "1"))).with(fabric("b", "1").holds(fabric("lib", "1"))),
        ),
        case("made for Forge", game().with(forge("jei", "15.2"))).finds("warning wrong_loader jei"),
        case("made for Quilt", game().with(quilt("mod", "1"))).finds("warning wrong_loader mod"),
        case(
            "made for both",
            game().with({
                let jar = fabric("jei", "15.2").and(forge("jei", "15.2").needs("forge", "[47,)"));
                crate::builder::piece(jar)
            }),
        ),
        case("made for a newer Minecraft", game().with(fabric("mod", "1").needs("minecraft", ">=1.21")))
            .finds("error wrong_minecraft mod"),
        case("breaks with this Minecraft", game().with(fabric("mod", "1").breaks("minecraft", "<1.20.4")))
            .finds("error wrong_minecraft mod"),
        case("made for a newer loader", game().with(fabric("mod", "1").needs("fabricloader", ">=0.17.1")))
            .finds("error wrong_loader_version mod"),
        case(
            "a preview of the game",
            build("fabric", "0.16.9", "1.21-pre1", 21).with(fabric("mod", "1").needs("minecraft", ">=1.21-")),
        ),
        case(
            "a snapshot of the game",
            build("fabric", "0.16.9", "24w14a", 21)
                .with(fabric("mod", "1").needs("minecraft", ">=1.20.5-alpha.24.14.a")),
        ),
        case(
            "a game of 2026",
            build("fabric", "0.18.4", "26.1", 25)
                .with(fabric("mod", "1").needs("minecraft", "~26.1"))
                .with(fabric("old", "1").needs("minecraft", "1.21.x")),
        )
        .finds("error wrong_minecraft old"),
    ]
}

fn sides() -> Vec<Case> {
    vec![
        case("asks for a newer Java", game().with(fabric("mod", "1").needs("java", ">=21")))
            .finds("error java_too_old mod"),
        case("asks for an older Java", game().with(fabric("mod", "1").needs("java", "<=16")))
            .finds("error java_too_new mod"),
        case(
            "a client's mod that servers need",
            game().with(fabric("lib", "1").client_only()).with(fabric("mod", "1").needs("lib", "*")),
        )
        .finds("error wrong_side lib server"),
        case(
            "a client's mod that clients need",
            game().with(fabric("lib", "1").client_only()).with(fabric("mod", "1").client_only().needs("lib", "*")),
        ),
        case(
            "a client's mod that several of a server need",
            game()
                .with(fabric("lib", "1").client_only())
                .with(fabric("mod", "1").needs("lib", "*"))
                .with(fabric("other", "1").needs("lib", "*")),
        )
        .finds("error wrong_side lib server"),
        case(
            "a mod that the pack gives to clients only",
            game()
                .with(fabric("lib", "1").sides(Support::Required, Support::Unsupported))
                .with(fabric("mod", "1").needs("lib", "*")),
        )
        .finds("error wrong_side lib server"),
        case(
            "an optional library that is off",
            game().with(fabric("lib", "1").optional(false)).with(fabric("mod", "1").needs("lib", "*")),
        )
        .finds("warning missing_dependency lib"),
        case(
            "an optional library that is on",
            game().with(fabric("lib", "1").optional(true)).with(fabric("mod", "1").needs("lib", "*")),
        ),
        case(
            "an optional mod that lacks its library",
            game().with(fabric("mod", "1").needs("lib", "*").optional(false)),
        )
        .shelf([fabric("lib", "1").jar()])
        .finds("warning missing_dependency lib"),
    ]
}

fn overrides() -> Vec<Case> {
    let overrides = "config/fabric_loader_dependencies.json";
    vec![
        case(
            "overrides take out a dependency",
            game()
                .with(fabric("mod", "1").needs("lib", "*"))
                .overridden(overrides, r#"{"version": 1, "overrides": {"mod": {"-depends": {"lib": ""}}}}"#),
        ),
        case(
            "overrides replace dependencies",
            game().with(fabric("mod", "1").needs("minecraft", "1.19.4")).overridden(
                overrides,
                r#"{"version": 1, "overrides": {"mod": {"depends": {"minecraft": [">=1.20"]}}}}"#,
            ),
        ),
        case(
            "overrides add a dependency",
            game()
                .with(fabric("mod", "1"))
                .overridden(overrides, r#"{"version": 1, "overrides": {"mod": {"+depends": {"lib": ">=2"}}}}"#),
        )
        .shelf([fabric("lib", "2").jar()])
        .finds("error missing_dependency lib"),
        case(
            "overrides that only clients have",
            game().with(fabric("mod", "1").needs("lib", "*")).overridden_on(
                Support::Required,
                Support::Unsupported,
                overrides,
                r#"{"version": 1, "overrides": {"mod": {"-depends": {"lib": ""}}}}"#,
            ),
        )
        .shelf([fabric("lib", "2").jar()])
        .finds("error missing_dependency lib server"),
        case(
            "overrides whose path is written otherwise",
            game().with(fabric("mod", "1").needs("lib", "*")).overridden(
                "Config/Fabric_Loader_Dependencies.json",
                r#"{"version": 1, "overrides": {"mod": {"-depends": {"lib": ""}}}}"#,
            ),
        ),
        case("overrides that were not read", game().overridden_unread(overrides, "it has more than 1 MiB"))
            .finds("warning unreadable_overrides config/fabric_loader_dependencies.json"),
        case("overrides that cannot be read", game().overridden(overrides, r#"{"version": 2}"#))
            .finds("error unreadable_overrides config/fabric_loader_dependencies.json"),
        case(
            "overrides of another loader do nothing",
            game()
                .with(fabric("mod", "1").needs("lib", "*"))
                .overridden("config/fml.toml", "[dependencyOverrides]\nmod = [\"-lib\"]"),
        )
        .shelf([fabric("lib", "2").jar()])
        .finds("error missing_dependency lib"),
        case(
            "Fabric looks into no folder below mods",
            game().with(fabric("mod", "1").needs("lib", "*")).with(fabric("lib", "1").at("mods/libs/lib.jar")),
        )
        .shelf([fabric("lib", "1").jar()])
        .finds("error missing_dependency lib"),
        case(
            "Fabric looks at jars only",
            game()
                .with(fabric("zip", "1").needs("lib", "*").at("mods/mod.zip"))
                .with(fabric("dot", "1").needs("lib", "*").at("mods/.mod.jar")),
        ),
        case("a range that Fabric cannot read", game().with(fabric("mod", "1").needs("lib", ">=1.x")))
            .finds("error unreadable_range mod"),
        case("a version that was not filled in", game().with(fabric("mod", "${version}").unexpanded()))
            .finds("warning unexpanded mod"),
    ]
}
