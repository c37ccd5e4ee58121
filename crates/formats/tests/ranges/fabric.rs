//! Versions and predicates of Fabric.

use kleister_formats::ranges::fabric::{Range, Version};
use proptest::prelude::*;

use crate::{ordered, printed_is_read, rises};

fn version(text: &str) -> Version {
    Version::new(text)
}

#[test]
fn versions_rise_as_fabric_has_them() {
    rises(
        &[
            "opaque",
            "v1.0",
            "0.1",
            "1.0-",
            "1.0-0",
            "1.0-2",
            "1.0-11",
            "1.0-alpha",
            "1.0-alpha.1",
            "1.0-alpha.beta",
            "1.0-beta.2",
            "1.0-beta.11",
            "1.0-rc.1",
            "1.0",
            "1.0.0.1",
            "1.0.1",
            "1.2",
            "1.10",
            "2",
            "26.1",
        ]
        .map(version),
    );
}

#[test]
fn versions_that_nothing_tells_apart_are_equal() {
    for [one, other] in [["1", "1.0"], ["1.0", "1.0.0.0"], ["1.0+a", "1.0+b"], ["01.0", "1"], ["1-a+x", "1.0-a"]] {
        assert_eq!(version(one), version(other), "{one} and {other}");
    }
}

#[test]
fn what_is_semantic() {
    for text in ["1", "1.2.3.4.5", "1.0-", "1.0-pre.1+build.2", "0.92.0+1.20.1", "mc1.0+1"] {
        assert_eq!(version(text).is_semantic(), text != "mc1.0+1", "{text}");
    }
    for text in ["", "${version}", "1..2", "1.x", "1.0-a..b", "1.0-ä", "v1", "2147483648", "1.0a"] {
        assert!(!version(text).is_semantic(), "{text}");
    }
}

#[test]
fn predicates_mean_what_fabric_says() {
    let table: [(&str, &[&str], &[&str]); 21] = [
        ("*", &["1", "opaque"], &[]),
        ("", &["1", "opaque"], &[]),
        (">=1.20 <1.21", &["1.20", "1.20.6", "1.21-beta.1"], &["1.19.4", "1.21", "opaque"]),
        (">=1.20 <1.21-", &["1.20.6"], &["1.21-beta.1", "1.21"]),
        (">=1.20-", &["1.20-alpha.1", "1.20"], &["1.19.4"]),
        ("1.20.1", &["1.20.1", "1.20.1+x", "1.20.1.0"], &["1.20", "1.20.2"]),
        ("=1.20", &["1.20.0"], &["1.20.1"]),
        ("~1.20.1", &["1.20.1", "1.20.9"], &["1.20", "1.21", "2.20.1"]),
        ("~1.20", &["1.20", "1.20.4"], &["1.21-beta.1", "1.21"]),
        ("~1", &["1", "1.0.5"], &["1.1"]),
        ("^1.2", &["1.2", "1.99", "1.2.0.4"], &["1.1", "2", "2.0-rc.1"]),
        ("^0.2", &["0.2", "0.9"], &["0.1", "1"]),
        ("1.20.x", &["1.20", "1.20.6", "1.20-alpha.23"], &["1.21", "1.19"]),
        ("1.x", &["1.0", "1.20.6", "1.0-beta"], &["2.0", "0.9"]),
        ("1.20.*", &["1.20.3"], &["1.21"]),
        ("1.2.X", &["1.2.3"], &["1.3"]),
        ("26.1.x", &["26.1", "26.1.2"], &["26.2", "1.26.1"]),
        (">0.15 <=0.16.9", &["0.16.9", "0.15.11"], &["0.15", "0.16.10"]),
        ("opaque", &["opaque"], &["1.0", "Opaque"]),
        (">=opaque", &["opaque"], &["p", "1"]),
        (">1 =1.5.0.0", &["1.5"], &["1.5.0.1"]),
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
fn predicates_that_fabric_refuses() {
    for text in [">opaque", "<v1.0", ">=1.x", "~1.2.x", "^1.x"] {
        let error = text.parse::<Range>().expect_err(text);
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[test]
fn predicates_print_in_one_way() {
    let printed = |text: &str| text.parse::<Range>().unwrap().to_string();
    assert_eq!(printed("  >=1.20   <1.21- "), ">=1.20 <1.21-");
    assert_eq!(printed("1.20.x"), "~1.20-");
    assert_eq!(printed("1.x"), "^1-");
    assert_eq!(printed("1.20"), "=1.20");
    assert_eq!(printed("* *"), "*");
}

fn semantic() -> impl Strategy<Value = String> {
    let numbers = "[0-9]{1,2}(\\.[0-9]{1,2}){0,3}";
    (numbers, "(-([0a-c1]{1,2}(\\.[0a-c1]{1,2}){0,2})?)?", "(\\+[a-z0-9.]{0,4})?")
        .prop_map(|(numbers, before, build)| numbers + &before + &build)
}

fn versions() -> impl Strategy<Value = String> {
    prop_oneof![6 => semantic(), 1 => "[a-cx.*-]{0,5}", 1 => "[0-9]\\.[xX*]"]
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
    fn what_a_predicate_prints_reads_the_same(terms in prop::collection::vec(("(>=|<=|>|<|=|~|\\^)?", versions()), 0..4)) {
        let words: Vec<String> = terms.into_iter().map(|(sign, version)| sign + &version).collect();
        printed_is_read::<Range>(&words.join(" "));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[<>=~^*x \\t0-9a.+-]{0,20}") {
        printed_is_read::<Range>(&text);
    }

    #[test]
    fn bounds_agree_with_the_order(a in semantic(), b in semantic()) {
        let (given, bound) = (Version::new(&*a), Version::new(&*b));
        let holds = |sign: &str| format!("{sign}{b}").parse::<Range>().unwrap().contains(&given);
        prop_assert_eq!(holds(">="), given >= bound);
        prop_assert_eq!(holds(">"), given > bound);
        prop_assert_eq!(holds("<="), given <= bound);
        prop_assert_eq!(holds("<"), given < bound);
        prop_assert_eq!(holds("="), given == bound);
        prop_assert!(!holds("~") || holds("^"));
        prop_assert!(!holds("^") || holds(">="));
    }
}
