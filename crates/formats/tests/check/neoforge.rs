//! Builds for `NeoForge`.

use kleister_formats::check::Facts;
use kleister_formats::jar::Relation;

use crate::builder::{Case, With, build, case, fabric, forge, neoforge};

fn game() -> Facts {
    build("neoforge", "21.1.77", "1.21.1", 21)
}

pub(crate) fn cases() -> Vec<Case> {
    let overrides = "config/fml.toml";
    vec![
        case(
            "NeoForge: all is well",
            game().with(neoforge("mod", "1").needs("neoforge", "[21.1,)").needs("minecraft", "[1.21,1.22)")),
        ),
        case(
            "NeoForge: 1.21.1 takes mods for 1.21",
            game().with(neoforge("mod", "1").needs("minecraft", "[1.21]").needs("neoforge", "[21.0.143,21.1)")),
        ),
        case(
            "NeoForge: 1.20.1 takes mods of Forge",
            build("neoforge", "47.1.106", "1.20.1", 17).with(forge("jei", "15.2").needs("forge", "[47,)")),
        ),
        case("NeoForge: later ones do not", game().with(forge("jei", "15.2").needs("forge", "[47,)")))
            .finds("warning wrong_loader jei"),
        case(
            "NeoForge: 1.20.4 still reads mods.toml",
            build("neoforge", "20.4.237", "1.20.4", 17).with(forge("mod", "1").needs("forge", "[49,)")),
        )
        .shelf([forge("forge", "49").jar()])
        .finds("error missing_dependency forge"),
        case(
            "NeoForge: incompatible",
            game().with(neoforge("mod", "1").breaks("rival", "(,2)")).with(neoforge("rival", "1.9")),
        )
        .finds("error incompatible mod"),
        case(
            "NeoForge: several incompatible ones",
            game()
                .with(neoforge("mod", "1").breaks("a", "").breaks("b", ""))
                .with(neoforge("a", "1"))
                .with(neoforge("b", "1")),
        )
        .finds("error incompatible mod"),
        case(
            "NeoForge: discouraged",
            game().with(neoforge("mod", "1").says(Relation::Discouraged, "rival", "")).with(neoforge("rival", "1")),
        )
        .finds("warning discouraged mod"),
        case(
            "NeoForge: a game of 2026",
            build("neoforge", "26.1.0.5-beta", "26.1", 25)
                .with(neoforge("new", "1").needs("minecraft", "[26.1,)").needs("neoforge", "[26.1.0.3-beta,)"))
                .with(neoforge("old", "1").needs("minecraft", "[1.21,1.22)")),
        )
        .finds("error wrong_minecraft old"),
        case(
            "NeoForge: overrides",
            game()
                .with(neoforge("sable", "1").breaks("littletiles", ""))
                .with(neoforge("littletiles", "1"))
                .overridden(overrides, "versionCheck = true\n[dependencyOverrides]\nsable = [\"-littletiles\"]\n"),
        ),
        case(
            "NeoForge: overrides that only sort",
            game()
                .with(neoforge("mod", "1").needs("lib", ""))
                .overridden(overrides, "[dependencyOverrides]\nmod = [\"+lib\"]\n"),
        )
        .shelf([neoforge("lib", "1").jar()])
        .finds("error missing_dependency lib"),
        case("NeoForge: overrides that cannot be read", game().overridden(overrides, "[[["))
            .finds("warning unreadable_overrides config/fml.toml"),
        case(
            "NeoForge: a client's mod that servers need",
            game().with(neoforge("lib", "1").client_only()).with(neoforge("mod", "1").needs("lib", "[1,)")),
        )
        .finds("error wrong_side lib server"),
        case(
            "NeoForge: Connector",
            game().with(neoforge("connector", "2.0")).with(fabric("sodium", "0.6").holds(fabric("api", "1"))),
        )
        .finds("note wrong_loader sodium"),
        case("NeoForge: 26.1 on Java 21", build("neoforge", "26.1.0.5-beta", "26.1", 21))
            .finds("error java_too_old minecraft"),
    ]
}
