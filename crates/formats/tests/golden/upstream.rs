//! Lists of releases: as they are published, and as an attacker would write them.

use kleister_formats::Error;
use kleister_formats::upstream::{Listed, forge, meta, minecraft, neoforge, together};

type Parse = fn(&[u8]) -> Result<Vec<Listed>, Error>;

fn maven(versions: &[&str]) -> String {
    let versions = versions.join("</version>\n      <version>");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<metadata>\n  <groupId>net.neoforged</groupId>\n  \
         <artifactId>neoforge</artifactId>\n  <versioning>\n    <latest>x</latest>\n    <versions>\n      \
         <version>{versions}</version>\n    </versions>\n    <lastUpdated>20261124093000</lastUpdated>\n  \
         </versioning>\n</metadata>\n"
    )
}

/// Each release with the Minecraft it is made for.
fn pairs(list: &[Listed]) -> Vec<(&str, &str)> {
    list.iter().map(|release| (release.name.as_str(), release.minecraft.as_deref().unwrap_or("?"))).collect()
}

#[test]
fn mojang_lists_finished_releases_with_their_time() {
    let manifest = br#"{
        "latest": {"release": "1.21.1", "snapshot": "24w33a"},
        "versions": [
            {"id": "24w33a", "type": "snapshot", "url": "https://x/24w33a.json", "time": "2024-08-15T12:39:34+00:00",
             "releaseTime": "2024-08-15T12:31:30+00:00", "sha1": "0", "complianceLevel": 1},
            {"id": "1.21.1", "type": "release", "url": "https://x/1.21.1.json", "time": "2024-08-08T12:42:20+00:00",
             "releaseTime": "2024-08-08T12:24:45+00:00", "sha1": "0", "complianceLevel": 1},
            {"id": "b1.7.3", "type": "old_beta", "releaseTime": "2011-07-07T22:00:00+00:00"}
        ]
    }"#;
    let list = minecraft(manifest).unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!((&*list[0].name, list[0].released.as_deref()), ("1.21.1", Some("2024-08-08T12:24:45+00:00")));
}

#[test]
fn forge_is_called_by_the_middle_of_its_name() {
    let map = br#"{
        "1.7.10_pre4": ["1.7.10_pre4-10.12.2.1149-prerelease"],
        "1.7.10": ["1.7.10-10.13.4.1614-1.7.10"],
        "1.20.1": ["1.20.1-47.1.0", "1.20.1-47.2.0", "1.20.1-47.2.0"]
    }"#;
    let expected =
        [("10.13.4.1614", "1.7.10"), ("10.12.2.1149", "1.7.10-pre4"), ("47.1.0", "1.20.1"), ("47.2.0", "1.20.1")];
    let mut list = forge(map).unwrap();
    list.sort_by_key(|release| expected.iter().position(|(name, _)| *name == release.name));
    assert_eq!(pairs(&list), expected);
    assert_eq!(list[2].runs_on.iter().collect::<Vec<_>>(), ["1.20.1"]);
    let xml = maven(&["1.20.1-47.2.0", "1.7.10-10.13.4.1614-1.7.10", "no dash"]);
    assert_eq!(pairs(&forge(xml.as_bytes()).unwrap()), [("47.2.0", "1.20.1"), ("10.13.4.1614", "1.7.10")]);
}

#[test]
fn neoforge_tells_its_minecraft_by_its_name() {
    let expected = [
        ("20.2.3-beta", "1.20.2"),
        ("21.0.5", "1.21"),
        ("21.1.77", "1.21.1"),
        ("21.10.1", "1.21.10"),
        ("26.1.0.3-beta", "26.1"),
        ("26.1.2.4", "26.1.2"),
        ("26.1.0.0-alpha.2+snapshot-6", "26.1-snapshot-6"),
        ("0.25w14craftmine.3-beta", "?"),
        ("47.1.82", "?"),
    ];
    let xml = maven(&expected.map(|(name, _)| name));
    let newer = neoforge(xml.as_bytes()).unwrap();
    assert_eq!(pairs(&newer), expected);
    let older = neoforge(maven(&["1.20.1-47.1.82", "1.20.1-47.1.106"]).as_bytes()).unwrap();
    let both = together([newer, older]).unwrap();
    assert_eq!(pairs(&both)[8..], [("47.1.82", "1.20.1"), ("47.1.106", "1.20.1")]);
}

#[test]
fn meta_loaders_run_on_every_finished_game() {
    let list = meta(
        br#"{
            "game": [{"version": "1.21.1", "stable": true}, {"version": "24w33a", "stable": false},
                     {"version": "1.14", "stable": true}],
            "mappings": [{"gameVersion": "1.21.1", "separator": "+build.", "build": 3, "version": "1.21.1+build.3"}],
            "intermediary": [],
            "loader": [{"separator": ".", "build": 5, "maven": "net.fabricmc:fabric-loader:0.16.5",
                        "version": "0.16.5", "stable": true},
                       {"separator": "+build.", "build": 154, "version": "0.4.8+build.154", "stable": false}],
            "installer": []
        }"#,
    )
    .unwrap();
    assert_eq!(list.iter().map(|release| &*release.name).collect::<Vec<_>>(), ["0.16.5", "0.4.8+build.154"]);
    for release in list {
        assert_eq!(release.runs_on.iter().collect::<Vec<_>>(), ["1.14", "1.21.1"]);
    }
}

#[test]
fn names_that_cannot_be_releases_are_left_out() {
    let long = "1".repeat(65);
    let bad = ["", " ", "1.0 ", "../1", "1/2", "-1", "1\u{202e}2", "ünï", "&lt;b&gt;", &long, ".", "1\u{7}"];
    let names: Vec<&str> = bad.into_iter().filter(|name| !name.contains('\u{7}')).chain(["21.1.1"]).collect();
    assert_eq!(pairs(&neoforge(maven(&names).as_bytes()).unwrap()), [("21.1.1", "1.21.1")]);
    let manifest = |names: &[&str]| {
        let versions: Vec<_> = names.iter().map(|name| serde_json::json!({"id": name, "type": "release"})).collect();
        serde_json::json!({"versions": versions}).to_string()
    };
    let names: Vec<&str> = bad.into_iter().filter(|name| !name.contains('&')).chain(["1.21", "1.21", "a\0b"]).collect();
    let list = minecraft(manifest(&names).as_bytes()).unwrap();
    assert_eq!(pairs(&list), [("1.21", "?")]);
}

#[test]
fn documents_that_are_none_are_refused() {
    let kinds: [Parse; 4] = [minecraft, forge, neoforge, meta];
    let many = "[".repeat(1_000_000);
    let bomb = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><metadata><versioning><versions>\
                <version>&b;</version></versions></versioning></metadata>";
    let documents: [&[u8]; 12] = [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"<html><body>Sign in to the hotel's network</body></html>",
        b"<metadata><versioning><versions></versions></versioning></metadata>",
        b"<metadata><versioning><versions><version>21.1.1",
        br#"{"versions": [], "game": [], "loader": []}"#,
        br#"{"versions": [{"id": 1, "type": "release"}], "loader": [1], "game": [2]}"#,
        b"\xff\xfe<\0m\0",
        many.as_bytes(),
        bomb.as_bytes(),
    ];
    for document in documents {
        for parse in kinds {
            let text = String::from_utf8_lossy(&document[..document.len().min(60)]).into_owned();
            assert!(matches!(parse(document), Err(Error::Upstream(_))), "{text} was taken for a list");
        }
    }
}

#[test]
fn lists_without_end_are_refused() {
    let names: Vec<String> = (0..20_001).map(|number| format!("21.1.{number}")).collect();
    let xml = maven(&names.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(neoforge(xml.as_bytes()).unwrap_err().to_string().contains("20000"));
    let entries =
        |count| (0..count).map(|number| serde_json::json!({"version": format!("1.{number}"), "stable": true}));
    let document = serde_json::json!({
        "game": entries(1000).collect::<Vec<_>>(),
        "loader": entries(1000).collect::<Vec<_>>(),
    });
    assert!(meta(document.to_string().as_bytes()).unwrap_err().to_string().contains("200000"));
}
