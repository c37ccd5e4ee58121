//! Texts of others, made fit for rows: one line, nothing invisible, not too long.

use unicode_normalization::UnicodeNormalization;

use crate::path::is_invisible;

/// The text on one line of at most `limit` characters, without control and invisible characters.
pub(super) fn line(text: &str, limit: usize) -> String {
    let visible = text.nfc().filter(|character| !is_invisible(*character));
    let plain: String = visible.map(|character| if character.is_control() { ' ' } else { character }).collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(limit).collect::<String>().trim_end().to_owned()
}

/// The text on one line, if anything is in it.
pub(super) fn given(text: Option<String>, limit: usize) -> Option<String> {
    text.map(|text| line(&text, limit)).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_has_nothing_that_deceives() {
        assert_eq!(line(" All\tthe\r\nMods\u{202e} 9\u{0}!\u{200b} ", 100), "All the Mods 9 !");
        assert_eq!(line("many words", 5), "many");
        assert_eq!(given(Some("\u{feff} \n".to_owned()), 9), None);
    }
}
