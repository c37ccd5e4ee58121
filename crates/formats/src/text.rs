//! Texts of people, made fit for readers with limits.

use crate::Loss;

/// The text on one line, without control characters, in at most `limit` bytes.
///
/// What is too long is cut between words and ends in `…`; that is a loss of `what`.
pub(crate) fn fit(what: &str, text: &str, limit: usize, losses: &mut Vec<Loss>) -> String {
    let words = text.split(|character: char| character.is_whitespace() || character.is_control());
    let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if line.len() <= limit {
        return line;
    }
    losses.push(Loss::new(what, format!("The text is cut: the format takes at most {limit} bytes.")));
    let room = line.floor_char_boundary(limit - '…'.len_utf8());
    let end = line[..room].rfind(' ').filter(|&space| space > room / 2).unwrap_or(room);
    format!("{}…", &line[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_text_stays_but_on_one_line() {
        let mut losses = Vec::new();
        assert_eq!(fit("summary", "  A pack\n\tof\u{0} mods. ", 64, &mut losses), "A pack of mods.");
        assert_eq!(losses, []);
    }

    #[test]
    fn long_text_is_cut_between_words_or_characters_and_reported() {
        let mut losses = Vec::new();
        assert_eq!(fit("summary", "one two three", 12, &mut losses), "one two…");
        assert_eq!(fit("summary", "üüüüüü", 8, &mut losses), "üü…");
        assert_eq!(losses.len(), 2);
        assert_eq!(losses[0].what, "summary");
    }
}
