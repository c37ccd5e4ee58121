//! The difference of two texts, as `diff -u` writes it, with a limit to the work and to what comes of it.

use similar::{Algorithm, TextDiff};

/// How many lines of one side may differ, in one file and in all files together: the work grows with their square.
const LINES: usize = 4_000;
const ALL_LINES: usize = 20_000;
/// How long a difference may be, and all of them together, in bytes.
const LENGTH: usize = 64 << 10;
const ALL_LENGTH: usize = 1 << 20;

const NO_TEXT: &str = "it is not a text";
const TOO_DIFFERENT: &str = "too much of it differs to be shown";

/// What was done and written so far.
#[derive(Default)]
pub(super) struct Effort {
    lines: usize,
    length: usize,
}

/// The unified difference of two texts, or why there is none.
pub(super) fn unified(path: &str, (from, to): (&[u8], &[u8]), effort: &mut Effort) -> Result<String, &'static str> {
    let (from, to) = (text(from)?, text(to)?);
    let lines = differing(from, to);
    effort.lines += lines;
    if lines > LINES || effort.lines > ALL_LINES {
        return Err(TOO_DIFFERENT);
    }
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(from, to);
    let unified = diff.unified_diff().header(&format!("a/{path}"), &format!("b/{path}")).to_string();
    if unified.len() > LENGTH || effort.length + unified.len() > ALL_LENGTH {
        return Err(TOO_DIFFERENT);
    }
    effort.length += unified.len();
    Ok(unified)
}

/// The bytes as a text, if they are one.
fn text(bytes: &[u8]) -> Result<&str, &'static str> {
    let text = std::str::from_utf8(bytes).map_err(|_| NO_TEXT)?;
    if text.contains('\0') { Err(NO_TEXT) } else { Ok(text) }
}

/// How many lines are left of the longer text without what both begin and end with.
fn differing(from: &str, to: &str) -> usize {
    let (from, to): (Vec<_>, Vec<_>) = (from.lines().collect(), to.lines().collect());
    let most = from.len().min(to.len());
    let begin = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let ends = from.iter().rev().zip(to.iter().rev()).take_while(|(one, other)| one == other).count();
    from.len().max(to.len()) - begin - ends.min(most - begin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(from: &str, to: &str) -> Result<String, &'static str> {
        unified("config/a.toml", (from.as_bytes(), to.as_bytes()), &mut Effort::default())
    }

    #[test]
    fn difference_is_one_that_patch_reads() {
        let expected = "--- a/config/a.toml\n+++ b/config/a.toml\n@@ -1,3 +1,3 @@\n a = 1\n-b = 2\n+b = 3\n c = 3\n";
        assert_eq!(diff("a = 1\nb = 2\nc = 3\n", "a = 1\nb = 3\nc = 3\n").unwrap(), expected);
        assert!(diff("a", "a\n").unwrap().contains("\\ No newline at end of file"));
    }

    #[test]
    fn what_is_no_text_is_not_compared() {
        assert_eq!(diff("a\0", "b"), Err(NO_TEXT));
        assert_eq!(unified("a", (b"\xff\xfe", b"b"), &mut Effort::default()), Err(NO_TEXT));
    }

    #[test]
    fn work_has_a_limit_in_one_file_and_in_all() {
        let (ones, twos) = ("1\n".repeat(LINES + 1), "2\n".repeat(LINES + 1));
        assert_eq!(diff(&ones, &twos), Err(TOO_DIFFERENT));
        let same_end = format!("x\n{ones}");
        assert!(diff(&ones, &same_end).is_ok());
        let mut effort = Effort { lines: ALL_LINES, length: 0 };
        assert_eq!(unified("a", (b"1", b"2"), &mut effort), Err(TOO_DIFFERENT));
    }

    #[test]
    fn length_has_a_limit_in_one_file_and_in_all() {
        let long = "x".repeat(LENGTH);
        assert_eq!(diff("", &long), Err(TOO_DIFFERENT));
        let mut effort = Effort { lines: 0, length: ALL_LENGTH };
        assert_eq!(unified("a", (b"1", b"2"), &mut effort), Err(TOO_DIFFERENT));
    }
}
