//! Versions and ranges of Maven.

use kleister_formats::ranges::maven::{Range, Version};
use proptest::prelude::*;

use crate::{ordered, printed_is_read, rises};

fn version(text: &str) -> Version {
    Version::new(text)
}

#[test]
fn versions_rise_as_maven_has_them() {
    let rising = [
        "1-alpha",
        "1-alpha2",
        "1-alpha-123",
        "1-beta-2",
        "1-beta123",
        "1-m2",
        "1-m11",
        "1-rc",
        "1-rc2",
        "1-SNAPSHOT",
        "1",
        "1-sp",
        "1-abc",
        "1-def",
        "1-1-alpha",
        "1-1",
        "1-2",
        "1-123",
        "1.1",
        "1.1.2",
        "1.2",
        "1.10",
        "2",
        "26.1",
        "123456789012345678901234567890",
    ];
    let mut versions: Vec<Version> = rising.into_iter().map(version).collect();
    // Written out of order above: 1-alpha-123 is the 123rd alpha.
    versions.sort();
    let sorted: Vec<&str> = versions.iter().map(Version::as_str).collect();
    assert_eq!(sorted, rising);
    rises(&versions);
}

#[test]
fn versions_of_mods_rise() {
    rises(&["1.20", "1.20.1", "1.20.2", "1.21", "26.1", "26.1.1"].map(version));
    rises(&["36.1.65", "36.2.39", "47.1.0", "47.2.0", "47.10.0"].map(version));
    rises(&["21.0.166-beta", "21.0.166", "21.1.77"].map(version));
    rises(&["0.0NONE", "0.1", "15.2.0", "15.2.0+forge", "15.2.0.27", "15.3"].map(version));
    rises(&["1.7.10_pre4", "1.8"].map(version));
}

#[test]
fn versions_that_nothing_tells_apart_are_equal() {
    let same = [
        ["1", "1.0"],
        ["1", "1.0.0"],
        ["1", "1-0"],
        ["1", "1.0-0"],
        ["1", "1-ga"],
        ["1", "1.final"],
        ["1", "1-RELEASE"],
        ["1-a1", "1-alpha-1"],
        ["1-b2", "1.beta2"],
        ["1-m3", "1-Milestone-3"],
        ["1-cr", "1-rc"],
        ["1x", "1-x"],
        ["1.0.0-x", "1-x"],
        ["01.002", "1.2"],
    ];
    for [one, other] in same {
        assert_eq!(version(one), version(other), "{one} and {other}");
    }
}

#[test]
fn ranges_mean_what_maven_says() {
    let table: [(&str, &[&str], &[&str]); 14] = [
        ("[1.20,1.21)", &["1.20", "1.20.6", "1.21-rc1"], &["1.19.4", "1.21", "1.21-pre1", "26.1"]),
        ("[1.20.1]", &["1.20.1", "1.20.1.0"], &["1.20", "1.20.2"]),
        ("[47,)", &["47", "47.2.0", "52.0.1"], &["46.0.14", "47-beta"]),
        ("(47,)", &["47.0.1"], &["47"]),
        ("(,1.0]", &["0.1", "1.0", "1.0-rc1"], &["1.0.1"]),
        ("[1,2),[3,4)", &["1", "3.9"], &["2", "2.5", "4"]),
        ("[1,2],[2,3]", &["2", "3"], &["3.1"]),
        ("[26.1,)", &["26.1", "26.1.2", "26.2"], &["1.21.11"]),
        (" [ 1.0 , 2.0 ) ", &["1.5"], &["2"]),
        ("(,)", &["0", "9"], &[]),
        ("1.0", &["0.1", "1.0", "9"], &[]),
        ("", &["0.1", "word"], &[]),
        ("*", &["0.1", "word"], &[]),
        ("[2.0.0,2.0.0.999]", &["2.0.0.14"], &["2.0.1"]),
    ];
    for (text, inside, outside) in table {
        let range: Range = text.parse().unwrap();
        for number in inside {
            assert!(range.contains(&version(number)), "{text} has {number}");
        }
        for number in outside {
            assert!(!range.contains(&version(number)), "{text} has not {number}");
        }
        printed_is_read::<Range>(text);
    }
}

#[test]
fn ranges_that_maven_refuses() {
    for text in ["[1,2", "(1)", "[1.0)", "[]", "[2,1]", "[1,3],[2,4]", "[1,2,3]", "[1,2]x", "[1,2],(,3]"] {
        let error = text.parse::<Range>().expect_err(text);
        assert!(error.to_string().contains(text), "{error}");
    }
    assert!("[1,),[2,3]".parse::<Range>().is_ok(), "Maven does not look behind an open end");
}

#[test]
fn ranges_print_in_one_way() {
    let printed = |text: &str| text.parse::<Range>().unwrap().to_string();
    assert_eq!(printed(" [ 1 , 2 ) "), "[1,2)");
    assert_eq!(printed("[1,1]"), "[1]");
    assert_eq!(printed("[,2]"), "(,2]");
    assert_eq!(printed("[1,2) , [3,4]"), "[1,2),[3,4]");
    assert_eq!(printed("1.0"), "1.0");
}

fn versions() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[0-9]{1,3}",
        "alpha|beta|m|a|b|milestone|rc|cr|snapshot|ga|final|release|sp|x|forge|ß|\\+",
        "0|00|",
    ];
    let separator = prop_oneof!["\\.", "-", ""];
    prop::collection::vec((part, separator), 1..6)
        .prop_map(|parts| parts.into_iter().map(|(part, separator)| part + &separator).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_three_versions_have_an_order(a in versions(), b in versions(), c in versions()) {
        ordered([a, b, c].map(Version::new));
    }

    #[test]
    fn any_text_is_a_version(text in any::<String>(), other in any::<String>()) {
        ordered([Version::new(&*text), Version::new(other), Version::new(text)]);
    }

    #[test]
    fn what_a_range_prints_reads_the_same(a in versions(), b in versions(), open in "[\\[(]", close in "[\\])]") {
        printed_is_read::<Range>(&format!("{open}{a},{b}{close}"));
        printed_is_read::<Range>(&format!("{open}{a}{close}"));
        printed_is_read::<Range>(&format!("{open},{a}{close},{open}{b},{close}"));
        printed_is_read::<Range>(&a);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[\\[\\](), 0-9a.-]{0,20}") {
        printed_is_read::<Range>(&text);
    }

    #[test]
    fn a_range_has_what_lies_between_its_bounds(a in versions(), b in versions(), c in versions()) {
        let mut three = [a, b, c].map(Version::new);
        three.sort();
        let [low, middle, high] = &three;
        if let Ok(range) = format!("[{low},{high}]").parse::<Range>() {
            prop_assert!(range.contains(middle), "{range} has {middle}");
        }
    }
}
