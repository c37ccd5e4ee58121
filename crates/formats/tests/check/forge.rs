//! Builds for Forge, old and new.

use kleister_formats::check::Facts;
use kleister_formats::jar::{Kind, Relation, Side};

use crate::builder::{Case, Set, With, build, case, fabric, forge, mcmod, neoforge, piece};

fn game() -> Facts {
    build("forge", "47.2.0", "1.20.1", 17)
}

fn old() -> Facts {
    build("forge", "14.23.5.2860", "1.12.2", 8)
}

pub(crate) fn cases() -> Vec<Case> {
    [dependencies(), platforms()].into_iter().flatten().collect()
}

fn dependencies() -> Vec<Case> {
    let create = || forge("create", "0.5.1").needs("forge", "[47.1.3,)").needs("minecraft", "[1.20.1,1.21)");
    vec![
        case(
            "Forge: all is well",
            game()
                .with(create())
                .with(forge("flywheel", "0.6.10"))
                .with(forge("addon", "1").needs("create", "[0.5.1,)").language("javafml", "[47,)")),
        ),
        case("Forge: missing", game().with(create().needs("flywheel", "[0.6.10,0.6.11)")))
            .shelf([
                forge("flywheel", "0.6.9").jar(),
                forge("flywheel", "0.6.10-7").jar(),
                forge("flywheel", "0.7").jar(),
            ])
            .finds("error missing_dependency flywheel"),
        case(
            "Forge: out of range",
            game().with(forge("flywheel", "0.6.8")).with(create().needs("flywheel", "[0.6.10,0.6.11)")),
        )
        .shelf([forge("flywheel", "0.6.10").jar()])
        .finds("error out_of_range flywheel"),
        case(
            "Forge: a bare version is a mere wish",
            game().with(forge("lib", "1")).with(forge("mod", "1").needs("lib", "9.0")),
        ),
        case(
            "Forge: an optional one that is too old",
            game().with(forge("jei", "14")).with(forge("mod", "1").says(Relation::Optional, "jei", "[15,)")),
        )
        .shelf([forge("jei", "15.2").jar()])
        .finds("error out_of_range jei"),
        case(
            "Forge: needed on clients only",
            game().with(forge("lib", "1").client_only()).with(forge("mod", "1").needs("lib", "[1,)").on(Side::Client)),
        ),
        case(
            "Forge: a version that nobody knows",
            game().with(forge("lib", "0.0NONE")).with(forge("mod", "1").needs("lib", "[5,)")),
        ),
        case("Forge: the same mod twice", game().with(create()).with(forge("create", "0.5.1.f")))
            .finds("error duplicate create"),
        case("Forge: twice, but one is off", game().with(create()).with(forge("create", "0.5.1.f").optional(false)))
            .finds("warning duplicate create"),
        case(
            "Forge: within and beside, the newest counts",
            game().with(forge("lib", "1")).with(forge("mod", "1").needs("lib", "[2,)").holds(forge("lib", "2.5"))),
        ),
        case(
            "Forge: what lies within needs something too",
            game().with(forge("mod", "1").holds(forge("lib", "2.5").needs("other", "[1,)"))),
        )
        .shelf([forge("other", "1").jar()])
        .finds("error missing_dependency other"),
        case(
            "Forge: what lies within and is older is not asked",
            game().with(forge("mod", "1").holds(forge("lib", "2").needs("other", "[1,)"))).with(forge("lib", "2.5")),
        ),
        case(
            "Forge: the language of what lies within",
            game().with(forge("mod", "1").holds(forge("lib", "1").language("kotlinforforge", "[4,)"))),
        )
        .shelf([forge("kotlinforforge", "4.10").jar()])
        .finds("error missing_dependency kotlinforforge"),
    ]
}

fn platforms() -> Vec<Case> {
    let mut lwjgl = mcmod("lwjgl3ify", "2.0").jar();
    lwjgl.mods[0].file = "mcmod.info".into();
    vec![
        case("Forge: made for Fabric", game().with(fabric("sodium", "0.5.3"))).finds("warning wrong_loader sodium"),
        case(
            "Forge: Connector runs what is made for Fabric",
            game().with(forge("connectormod", "1.0.0")).with(fabric("sodium", "0.5.3").needs("fabric-api", "*")),
        )
        .finds("note wrong_loader sodium"),
        case("Forge: made for NeoForge", game().with(neoforge("mod", "1"))).finds("warning wrong_loader mod"),
        case("Forge: made for another Minecraft", game().with(forge("mod", "1").needs("minecraft", "[1.19.2,1.20)")))
            .finds("error wrong_minecraft mod"),
        case("Forge: made for a newer Forge", game().with(forge("mod", "1").needs("forge", "[47.3.0,)")))
            .finds("error wrong_loader_version mod"),
        case("Forge: made for a newer javafml", game().with(forge("mod", "1").language("javafml", "[48,)")))
            .finds("error wrong_loader_version mod"),
        case("Forge: a language that is missing", game().with(forge("mod", "1").language("kotlinforforge", "[4,)")))
            .shelf([forge("kotlinforforge", "4.10").jar()])
            .finds("error missing_dependency kotlinforforge"),
        case(
            "Forge: a language that is too old",
            game().with(forge("kotlinforforge", "3.12")).with(forge("mod", "1").language("kotlinforforge", "[4,)")),
        )
        .shelf([forge("kotlinforforge", "4.10").jar()])
        .finds("error out_of_range kotlinforforge"),
        case(
            "Forge: a language of a jar that does not say which it brings",
            game()
                .with(piece(forge("scala", "1").brings_languages()))
                .with(forge("mod", "1").language("kotori_scala", "[3,)")),
        ),
        case(
            "Forge: 1.16.5 takes mods for 1.16.4",
            build("forge", "36.2.39", "1.16.5", 8)
                .with(forge("mod", "1").needs("minecraft", "[1.16.4]").needs("forge", "[35,36)")),
        ),
        case("Forge: a range that Maven cannot read", game().with(forge("mod", "1").needs("lib", "[1,")))
            .finds("error unreadable_range mod"),
        case("mcmod.info is not asked", old().with(mcmod("mod", "1").needs("lib", "[1,)"))),
        case(
            "mcmod.info is asked where it says so",
            old().with(mcmod("mod", "1").needs("lib", "[1,)").uses_information()),
        )
        .shelf([mcmod("lib", "1.2").jar()])
        .finds("error missing_dependency lib"),
        case(
            "mcmod.info names another Minecraft",
            old()
                .with(mcmod("mod", "1").named_for("1.7.10"))
                .with(mcmod("fine", "1").named_for("1.12"))
                .with(mcmod("range", "1").named_for("[1.12,1.13)"))
                .with(mcmod("open", "1").named_for("${mcversion}")),
        )
        .finds("warning wrong_minecraft mod"),
        case(
            "old Forge looks at zips, and into the folder of its Minecraft",
            old()
                .with(mcmod("mod", "1").needs("a", "").needs("b", "").needs("c", "").uses_information())
                .with(mcmod("a", "1").at("mods/a.zip"))
                .with(mcmod("b", "1").at("mods/1.12.2/b.jar"))
                .with(mcmod("c", "1").at("mods/1.7.10/c.jar")),
        )
        .shelf([mcmod("c", "1").jar()])
        .finds("error missing_dependency c"),
        case(
            "new Forge looks at jars in mods only",
            game()
                .with(forge("zip", "1").needs("lib", "").at("mods/mod.zip"))
                .with(forge("below", "1").needs("lib", "").at("mods/1.20.1/mod.jar")),
        ),
        case("1.12.2 on Java 17", build("forge", "14.23.5.2860", "1.12.2", 17).with(mcmod("mod", "1")))
            .finds("error java_too_new forge"),
        case("1.12.2 on Java 17 with lwjgl3ify", build("forge", "14.23.5.2860", "1.12.2", 17).with(piece(lwjgl))),
        case("1.16.5 on Java 21", build("forge", "36.2.39", "1.16.5", 21)).finds("warning java_too_new forge"),
        case("1.20.1 on Java 8", build("forge", "47.2.0", "1.20.1", 8)).finds("error java_too_old minecraft"),
        case("classes for a newer Java", old().with(mcmod("mod", "1").java(17))).finds("warning java_too_old mod"),
        case(
            "a coremod that tells nothing",
            old().with({
                let mut jar = mcmod("x", "1").jar();
                jar.mods.clear();
                jar.kind = Kind::Unknown;
                piece(jar)
            }),
        )
        .finds("note unknown mods/thing-1.jar"),
    ]
}
