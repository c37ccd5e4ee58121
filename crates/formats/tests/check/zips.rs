//! Builds whose zips for readers of Solder do not go together.

use kleister_formats::check::{Facts, Remedy, Version, Zip, check};

use crate::builder::{Case, Set, With, case, fabric, zip};

fn game() -> Facts {
    Facts { minecraft: Some("1.20.1".into()), ..Facts::default() }
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case(
            "two zips with other bytes at one place, ignoring case",
            game().zipped(zip("fog", "1", &[("config/Shared.cfg", "fog"), ("mods/fog.jar", "jar")])).zipped(zip(
                "lamps",
                "2",
                &[("CONFIG/shared.cfg", "lamps")],
            )),
        )
        .finds("warning zip_overlap fog+lamps client"),
        case(
            "the same bytes harm nobody",
            game().zipped(zip("fog", "1", &[("config/shared.cfg", "same")])).zipped(zip(
                "lamps",
                "2",
                &[("config/shared.cfg", "same")],
            )),
        ),
        case(
            "first and last agree, so both launchers do",
            game()
                .zipped(zip("a", "1", &[("config/shared.cfg", "same")]))
                .zipped(zip("b", "1", &[("config/shared.cfg", "other")]))
                .zipped(zip("c", "1", &[("config/shared.cfg", "same")])),
        ),
        case(
            "what launchers do not unpack, or cannot",
            game()
                .zipped(zip("a", "1", &[("cache/x.zip", "1"), ("bin/natives.txt", "1"), ("../up", "1")]))
                .zipped(zip("b", "1", &[("cache/x.zip", "2"), ("bin/natives.txt", "2"), ("../up", "2")])),
        ),
        case(
            "two packages of a loader",
            game().zipped(zip("fabric-loader", "1", &[("bin/version.json", "fabric")])).zipped(zip(
                "quilt",
                "1",
                &[("bin/version.json", "quilt")],
            )),
        )
        .finds("warning zip_overlap fabric-loader+quilt client"),
        case(
            "a file of the build over one of a zip",
            game()
                .zipped(zip("fabric-loader", "1", &[("bin/version.json", "theirs")]))
                .owning("bin/version.json", "ours"),
        )
        .finds("warning zip_overlap fabric-loader+sky-files client"),
        case(
            "the server's own package of the loader over that of a bundle",
            game()
                .zipped(zip("base", "1", &[("bin/modpack.jar", "theirs"), ("config/a.cfg", "1")]))
                .zipped(Zip { origin: None, ..zip("forge-loader", "47", &[("bin/modpack.jar", "ours")]) }),
        )
        .finds("warning zip_overlap base+forge-loader client"),
        case(
            "what is a clash of files is told as that",
            game()
                .with(fabric("fog", "1").at("config/a.cfg"))
                .with(fabric("lamps", "1").at("config/a.cfg"))
                .zipped(zip("fog", "1+config/a.cfg", &[("config/a.cfg", "fog")]))
                .zipped(zip("lamps", "1+config/a.cfg", &[("config/a.cfg", "lamps")])),
        )
        .finds("error path_clash config/a.cfg"),
        case(
            "two versions of one mod",
            game().zipped(zip("fog", "1", &[("mods/f.jar", "1")])).zipped(zip("fog", "2", &[("mods/f.jar", "2")])),
        )
        .finds("warning zip_overlap fog-1.zip+fog-2.zip client"),
        case(
            "names that the launcher makes one",
            game().zipped(zip("fog", "1:2", &[("mods/a.jar", "1")])).zipped(zip("FOG", "1/2", &[("mods/b.jar", "2")])),
        )
        .finds("error zip_name_clash fog-1-2.zip client"),
        case(
            "three that the launcher makes one",
            game()
                .zipped(zip("fog", "1:2", &[("mods/a.jar", "1")]))
                .zipped(zip("FOG", "1/2", &[("mods/b.jar", "2")]))
                .zipped(zip("Fog", "1|2", &[("mods/c.jar", "3")])),
        )
        .finds("error zip_name_clash fog-1-2.zip client"),
        case(
            "names that are one when they are put together, of the build's own files too",
            game()
                .zipped(zip("sky", "files-1.0", &[("mods/sky.jar", "jar")]))
                .owning("config/fabric_loader_dependencies.json", "{}"),
        )
        .finds("error zip_name_clash sky-files-1.0.zip client"),
        case("a zip that cannot be read", game().zipped(Zip { holds: None, ..zip("fog", "0.9", &[]) }))
            .finds("note unknown fog-0.9.zip client"),
    ]
}

#[test]
fn overlap_is_told_with_its_zips_places_and_number() {
    let many: Vec<String> = (1..=7).map(|at| format!("config/{at}.cfg")).collect();
    let files = |bytes| many.iter().map(|path| (path.as_str(), bytes)).collect::<Vec<_>>();
    let facts = game().zipped(zip("fog", "0.9", &files("fog"))).zipped(zip("lamps", "1.4", &files("lamps")));
    let findings = check(&facts);
    let [finding] = &findings[..] else { panic!("{findings:?}") };
    let expected = "The zips of `fog` 0.9 and `lamps` 1.4 have 7 files at the same places, with other bytes: the Technic \
                    Launcher takes what is in the first, Prism Launcher what is in the second.";
    assert_eq!(finding.message, expected);
    let told: Vec<_> = finding.evidence.iter().map(|one| (one.path.as_str(), one.says.as_str())).collect();
    let says = "has other bytes in `fog-0.9.zip` than in `lamps-1.4.zip`";
    assert_eq!(told, [1, 2, 3, 4, 5].map(|at| (many[at - 1].as_str(), says)));
    let detach =
        |module: &str, version: &str| Remedy::Detach(Version { module: module.into(), version: version.into() });
    assert_eq!(finding.remedies, [detach("fog", "0.9"), detach("lamps", "1.4")]);
    assert_eq!(finding.stamp, "fog 0.9\nlamps 1.4");
}

#[test]
fn file_of_the_build_is_taken_out_where_it_is_the_only_one() {
    let theirs = zip("base", "1", &[("bin/version.json", "theirs"), ("bin/modpack.jar", "theirs")]);
    let one = game().zipped(theirs.clone()).owning("bin/version.json", "ours");
    let remove = Remedy::RemoveFile { path: "bin/version.json".into() };
    assert!(check(&one)[0].remedies.contains(&remove));
    let mut two = one;
    two.zips[1].holds = zip("", "", &[("bin/version.json", "ours"), ("bin/modpack.jar", "ours")]).holds;
    assert_eq!(check(&two)[0].remedies.len(), 1, "neither file alone is all of it");
}
