//! Versions and ranges of the three languages: tables of cases, and what must hold for all texts.

mod fabric;
mod maven;
mod minecraft;
mod quilt;

use std::cmp::Ordering;
use std::fmt::{Debug, Display};
use std::str::FromStr;

/// That `versions` stand in strictly rising order, whichever two are compared.
fn rises<T: Ord + Debug>(versions: &[T]) {
    for (low, lower) in versions.iter().enumerate() {
        for (high, higher) in versions.iter().enumerate() {
            assert_eq!(lower.cmp(higher), low.cmp(&high), "{lower:?} against {higher:?}");
        }
    }
}

/// That any three versions have an order: none depends on which is asked first, and it never runs in circles.
fn ordered<T: Ord + Debug>(mut three: [T; 3]) {
    for one in &three {
        assert_eq!(one.cmp(one), Ordering::Equal, "{one:?}");
        for other in &three {
            assert_eq!(one.cmp(other), other.cmp(one).reverse(), "{one:?} against {other:?}");
            assert_eq!(one == other, one.cmp(other) == Ordering::Equal, "{one:?} and {other:?}");
        }
    }
    three.sort();
    let [low, middle, high] = &three;
    assert!(low <= middle && middle <= high && low <= high, "{low:?}, {middle:?}, {high:?}");
    if low == middle {
        assert_eq!(low.cmp(high), middle.cmp(high), "{low:?} equals {middle:?}, but not beside {high:?}");
    }
    if middle == high {
        assert_eq!(low.cmp(middle), low.cmp(high), "{middle:?} equals {high:?}, but not beside {low:?}");
    }
}

/// That what a range prints is read as the same range.
fn printed_is_read<R: FromStr + Display + Debug + PartialEq>(text: &str)
where
    R::Err: Debug,
{
    let Ok(range) = text.parse::<R>() else { return };
    let printed = range.to_string();
    let again: R = printed.parse().unwrap_or_else(|error| panic!("{text:?} prints {printed:?}: {error:?}"));
    assert_eq!(range, again, "{text:?} prints {printed:?}");
    assert_eq!(printed, again.to_string());
}
