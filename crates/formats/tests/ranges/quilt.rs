//! Version specifiers of Quilt.

use kleister_formats::ranges::fabric::Version;
use kleister_formats::ranges::quilt::Range;
use proptest::prelude::*;

use crate::printed_is_read;

#[test]
fn specifiers_mean_what_quilt_says() {
    let table: [(&str, &[&str], &[&str]); 17] = [
        ("*", &["1", "opaque"], &[]),
        ("", &["1", "opaque"], &[]),
        ("1.0.0", &["1.0.0", "1.9", "2-alpha"], &["0.9", "2.0.0", "1.0.0-rc.1"]),
        ("^1.0.0", &["1.0.0", "1.9"], &["2.0.0"]),
        ("^0.2", &["0.2", "0.9.9"], &["0.1", "1"]),
        ("=1.0.0", &["1.0.0", "1.0", "1.0.0+x"], &["1.0.1"]),
        (">=1.20", &["1.20", "26.1"], &["1.19.4", "1.20-rc.1"]),
        (">1.20", &["1.20.1"], &["1.20"]),
        ("<=1.20", &["1.20", "0.1"], &["1.20.1"]),
        ("<1.20", &["1.19.4", "1.20-rc.1"], &["1.20"]),
        ("~1.2.3", &["1.2.3", "1.2.9", "1.3-beta"], &["1.2.2", "1.3"]),
        ("~1", &["1", "1.0.9"], &["1.1"]),
        ("1.2.x", &["1.2", "1.2.7"], &["1.3", "1.1.9"]),
        ("1.x", &["1.0", "1.9"], &["2", "0.9"]),
        ("26.1.x", &["26.1.2"], &["26.2"]),
        ("opaque", &["opaque"], &["1.0", "Opaque"]),
        (" >=1.5 ", &["1.5"], &["1.4"]),
    ];
    for (text, inside, outside) in table {
        let range: Range = text.parse().unwrap();
        for number in inside {
            assert!(range.contains(&Version::new(*number)), "{text} has {number}");
        }
        for number in outside {
            assert!(!range.contains(&Version::new(*number)), "{text} has not {number}");
        }
        printed_is_read::<Range>(text);
    }
}

#[test]
fn specifiers_that_quilt_refuses() {
    for text in ["~opaque", "^v1", "a.x", "1.x.x"] {
        let error = text.parse::<Range>().expect_err(text);
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[test]
fn specifiers_print_in_one_way() {
    let printed = |text: &str| text.parse::<Range>().unwrap().to_string();
    assert_eq!(printed("1.0.0"), "^1.0.0");
    assert_eq!(printed("opaque"), "=opaque");
    assert_eq!(printed(" >=1.5 "), ">=1.5");
    assert_eq!(printed("1.2.x"), "1.2.x");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_text_is_read_or_refused(text in "[<>=~^*x 0-9a.+-]{0,12}") {
        printed_is_read::<Range>(&text);
    }

    #[test]
    fn what_a_specifier_prints_reads_the_same(
        sign in "(>=|<=|>|<|=|~|\\^)?",
        version in "[0-9]{1,2}(\\.[0-9]{1,2}){0,3}(-[a-c0-9]{1,3})?(\\+[a-z]{1,3})?(\\.x)?",
    ) {
        printed_is_read::<Range>(&(sign + &version));
    }

    #[test]
    fn compatible_versions_narrow_down(a in "[0-9]{1,2}(\\.[0-9]{1,2}){0,3}", b in "[0-9]{1,2}(\\.[0-9]{1,2}){0,3}") {
        let given = Version::new(&*a);
        let holds = |sign: &str| format!("{sign}{b}").parse::<Range>().unwrap().contains(&given);
        prop_assert!(!holds("=") || holds("~"));
        prop_assert!(!holds("~") || holds("^"));
        prop_assert!(!holds("^") || holds(">="));
        prop_assert_eq!(holds("^"), holds(""));
    }
}
