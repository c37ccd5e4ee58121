//! How Fabric and Quilt see versions of the game.

use kleister_formats::ranges::fabric::Version;
use kleister_formats::ranges::minecraft::semantic;

use crate::rises;

#[test]
fn versions_of_the_game_are_made_semantic() {
    let table = [
        ("1.20.1", "1.20.1"),
        ("26.1", "26.1"),
        ("1.21-pre1", "1.21-beta.1"),
        ("1.21-rc1", "1.21-rc.1"),
        ("1.14.2 Pre-Release 4", "1.14.2-rc.4"),
        ("1.16-pre8", "1.16-rc.8"),
        ("1.16-rc1", "1.16-rc.9"),
        ("1.16.2-pre1", "1.16.2-beta.1"),
        ("24w14a", "1.20.5-alpha.24.14.a"),
        ("23w51b", "1.20.5-alpha.23.51.b"),
        ("20w07a", "1.16-alpha.20.7.a"),
        ("26.1-snapshot-3", "26.1-alpha.3"),
        ("26.1-pre-2", "26.1-pre.2"),
        ("26.1.1-rc-1", "26.1.1-rc.1"),
        ("24w30a", "24w30a"),
        ("3D Shareware v1.34", "3D Shareware v1.34"),
        ("w", "w"),
        ("1w", "1w"),
        ("1wä", "1wä"),
        ("", ""),
    ];
    for (name, expected) in table {
        assert_eq!(semantic(name), expected, "{name}");
    }
}

#[test]
fn previews_stand_before_their_release() {
    let names = [
        "1.16-pre1",
        "1.16-rc1",
        "1.16",
        "1.20.4",
        "24w14a",
        "1.20.5-pre1",
        "1.20.5-rc1",
        "1.20.5",
        "1.21.11",
        "26.1-snapshot-1",
        "26.1-snapshot-10",
        "26.1-pre-1",
        "26.1-rc-1",
        "26.1",
        "26.1.1",
    ];
    rises(&names.map(|name| Version::new(semantic(name))));
}
