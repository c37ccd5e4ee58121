//! Builds whose files are the matter, whatever the loader.

use kleister_formats::check::{Facts, Redistribution};
use kleister_formats::jar::{Jar, Kind};
use kleister_formats::{Delivery, Support};

use crate::builder::{Case, Set, With, build, case, fabric, piece};

fn game() -> Facts {
    build("fabric", "0.16.9", "1.20.1", 17)
}

pub(crate) fn cases() -> Vec<Case> {
    let no = Redistribution::No;
    let pack = || Jar { kind: Kind::ResourcePack, ..Jar::default() };
    vec![
        case(
            "two files at one place",
            game().with(fabric("a", "1").at("mods/Jar.jar")).with(fabric("b", "1").at("mods/jar.jar")),
        )
        .finds("error path_clash mods/jar.jar"),
        case(
            "a public pack hands out what it may not",
            game().with(fabric("mod", "1").delivered(Delivery::Stored, no)),
        )
        .finds("error redistribution mod"),
        case(
            "a private pack may",
            Facts { public: false, ..game() }.with(fabric("mod", "1").delivered(Delivery::Stored, no)),
        ),
        case("clients fetch it from its source", game().with(fabric("mod", "1").delivered(Delivery::Linked, no))),
        case("players fetch it by hand", game().with(fabric("mod", "1").delivered(Delivery::Manual, no)))
            .finds("error manual_download mod"),
        case(
            "players fetch by hand what may be handed out",
            game().with(fabric("mod", "1").delivered(Delivery::Manual, Redistribution::Unknown)),
        )
        .finds("error manual_download mod"),
        case(
            "three files at one place",
            game()
                .with(fabric("a", "1").at("mods/Jar.jar"))
                .with(fabric("b", "1").at("mods/jar.jar"))
                .with(fabric("c", "1").at("mods/JAR.jar")),
        )
        .finds("error path_clash mods/jar.jar"),
        case(
            "players of a private pack fetch it by hand",
            Facts { public: false, ..game() }.with(fabric("mod", "1").delivered(Delivery::Manual, no)),
        )
        .finds("warning manual_download mod"),
        case("a vanilla pack with a mod", Facts { loader: None, ..game() }.with(fabric("mod", "1").needs("lib", "*")))
            .finds("warning wrong_loader mod"),
        case("a resource pack needs nothing", game().with(piece(pack()).at("resourcepacks/a.zip"))),
        case("a file that cannot be read", game().with(kleister_formats::check::Piece { jar: None, ..piece(pack()) }))
            .finds("note unknown mods/thing-1.jar"),
        case(
            "a file that is not there at all",
            game().with(fabric("mod", "1").needs("lib", "*").sides(Support::Unsupported, Support::Unsupported)),
        ),
        case("a mod that lies elsewhere", game().with(fabric("mod", "1").needs("lib", "*").at("optional/mod.jar"))),
        case(
            "no Minecraft chosen yet",
            Facts { minecraft: None, java: None, ..game() }.with(fabric("mod", "1").needs("minecraft", "1.19")),
        ),
    ]
}
