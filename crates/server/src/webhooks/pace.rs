//! What an answer means, and when something that did not arrive is sent again.

use kleister_store::webhooks::Outcome;
use kleister_types::Timestamp;
use kleister_types::webhooks::{Failure, Shape};

use crate::outbound::Refusal;

/// The seconds between one attempt and the next; after the last one it is given up.
const PAUSES: [i64; 8] = [5, 30, 2 * 60, 10 * 60, 3600, 4 * 3600, 12 * 3600, DAY];
/// How many of these pauses there are for what a receiver does not want, though it lives: what comes after that waits.
const UNWANTED: usize = 4;
/// The longest pause that a receiver may ask for, in seconds.
const DAY: i64 = 24 * 3600;

/// What became of an attempt after so many others; `dice` scatters those that failed together.
pub(super) fn judge(sent: &Result<u16, Refusal>, tried: i64, shape: Shape, dice: u8, now: Timestamp) -> Outcome {
    let (status, failure, asked) = match sent {
        &Ok(status) => {
            return Outcome { status: Some(status), failure: None, again_at: None, is_gone: false };
        }
        &Err(Refusal::Unreachable { status: Some(status), retry_after }) => {
            (Some(status), Failure::Refused, retry_after)
        }
        Err(Refusal::NotAllowed) => (None, Failure::NotAllowed, None),
        Err(Refusal::Off) => (None, Failure::Off, None),
        Err(_) => (None, Failure::Unreachable, None),
    };
    let is_gone = status == Some(410) || (shape == Shape::Discord && status == Some(404));
    let is_final = is_gone || matches!(failure, Failure::NotAllowed | Failure::Off);
    let pauses = if status.is_some_and(is_unwanted) { &PAUSES[..UNWANTED] } else { &PAUSES };
    let pause = usize::try_from(tried).ok().and_then(|tried| pauses.get(tried)).filter(|_| !is_final);
    let asked = asked.and_then(|seconds| i64::try_from(seconds).ok()).map_or(0, |seconds| seconds.min(DAY));
    let again_at = pause.map(|pause| now.as_millis() + scattered(*pause, dice).max(asked * 1000));
    Outcome { status, failure: Some(failure), again_at: again_at.map(Timestamp::from_millis), is_gone }
}

/// Whether a receiver lives and does not want just this: an answer other than that it is busy or broken.
fn is_unwanted(status: u16) -> bool {
    (300..500).contains(&status) && ![408, 425, 429].contains(&status)
}

/// A pause in milliseconds, up to a fifth longer.
fn scattered(seconds: i64, dice: u8) -> i64 {
    seconds * 1000 + seconds * 200 * i64::from(dice) / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000_000);

    fn refused(status: u16, retry_after: Option<u64>) -> Result<u16, Refusal> {
        Err(Refusal::Unreachable { status: Some(status), retry_after })
    }

    fn silent() -> Result<u16, Refusal> {
        Err(Refusal::Unreachable { status: None, retry_after: None })
    }

    /// The seconds until the next attempt; nothing if there is none.
    fn pause(sent: &Result<u16, Refusal>, tried: i64, dice: u8) -> Option<i64> {
        let outcome = judge(sent, tried, Shape::Standard, dice, NOW);
        outcome.again_at.map(|again| (again.as_millis() - NOW.as_millis()) / 1000)
    }

    #[test]
    fn pauses_grow_until_it_is_given_up() {
        let pauses: Vec<_> = (0..9).map(|tried| pause(&silent(), tried, 0)).collect();
        let expected = [5, 30, 120, 600, 3600, 14_400, 43_200, 86_400].map(Some);
        assert_eq!(pauses, [&expected[..], &[None]].concat());
        assert_eq!((0..9).map(|tried| pause(&refused(503, None), tried, 0)).collect::<Vec<_>>(), pauses);
        assert_eq!((pause(&silent(), 0, 255), pause(&silent(), 7, 255)), (Some(6), Some(103_680)));
        assert_eq!(pause(&silent(), -1, 0), None);
    }

    #[test]
    fn what_a_living_receiver_does_not_want_is_given_up_sooner() {
        for status in [301, 400, 401, 403, 404, 422] {
            assert_eq!((pause(&refused(status, None), 3, 0), pause(&refused(status, None), 4, 0)), (Some(600), None));
        }
        for status in [408, 425, 429, 500, 502, 503] {
            assert_eq!(pause(&refused(status, None), 4, 0), Some(3600), "{status}");
        }
    }

    #[test]
    fn a_receiver_may_ask_for_a_longer_pause_of_at_most_a_day() {
        for (asked, expected) in [(1, 5), (60, 60), (u64::MAX, 5), (1_000_000, 86_400)] {
            assert_eq!(pause(&refused(429, Some(asked)), 0, 0), Some(expected), "{asked}");
        }
        assert_eq!(pause(&refused(503, Some(60)), 8, 0), None);
    }

    #[test]
    fn an_address_that_is_no_more_is_not_tried_again() {
        let judged = |status, shape| judge(&refused(status, None), 0, shape, 0, NOW);
        for (status, shape, gone) in [
            (410, Shape::Standard, true),
            (404, Shape::Standard, false),
            (410, Shape::Discord, true),
            (404, Shape::Discord, true),
        ] {
            let outcome = judged(status, shape);
            assert_eq!((outcome.is_gone, outcome.again_at.is_none()), (gone, gone), "{status} {shape:?}");
        }
        for refusal in [Refusal::NotAllowed, Refusal::Off] {
            assert_eq!(pause(&Err(refusal), 0, 0), None);
        }
    }

    #[test]
    fn what_arrived_is_over() {
        let outcome = judge(&Ok(204), 3, Shape::Discord, 0, NOW);
        assert_eq!(outcome, Outcome { status: Some(204), failure: None, again_at: None, is_gone: false });
    }
}
