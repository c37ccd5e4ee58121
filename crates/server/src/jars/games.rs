//! Which of the releases of Minecraft that this server knows a range means.

use kleister_formats::jar::{Language, Range};
use kleister_formats::ranges::{fabric, maven, minecraft, quilt};

/// The releases that a range means, in the order in which they are known. None where the range names none or means
/// all, and where nobody can read it.
pub fn games(range: &Range, known: &[String]) -> Vec<String> {
    if range.is_any() {
        return Vec::new();
    }
    let alternatives: Vec<Vec<Test>> = range.any.iter().map(|texts| tests(range.language, texts)).collect();
    let holds = |name: &&String| alternatives.iter().any(|tests| tests.iter().all(|test| test.holds(name)));
    let meant: Vec<String> = known.iter().filter(holds).cloned().collect();
    if meant.len() == known.len() { Vec::new() } else { meant }
}

/// One text of a range.
enum Test {
    Maven(maven::Range),
    Fabric(fabric::Range),
    Quilt(quilt::Range),
    Exactly(String),
    /// What cannot be read means nothing.
    Never,
}

fn tests(language: Language, texts: &[String]) -> Vec<Test> {
    texts.iter().map(|text| test(language, text.trim())).collect()
}

fn test(language: Language, text: &str) -> Test {
    match language {
        // A bare version is what Maven calls a recommendation: whoever writes `1.20.1` means that one.
        Language::Maven if !text.starts_with(['[', '(']) => Test::Exactly(text.to_owned()),
        Language::Maven => text.parse().map_or(Test::Never, Test::Maven),
        Language::Fabric => text.parse().map_or(Test::Never, Test::Fabric),
        Language::Quilt => text.parse().map_or(Test::Never, Test::Quilt),
        // Old files have Maven's brackets here too, and lists.
        Language::Plain if text.starts_with(['[', '(']) => text.parse().map_or(Test::Never, Test::Maven),
        Language::Plain => Test::Exactly(text.to_owned()),
    }
}

impl Test {
    fn holds(&self, name: &str) -> bool {
        match self {
            Self::Maven(range) => range.contains(&maven::Version::new(name)),
            Self::Fabric(range) => range.contains(&fabric::Version::new(minecraft::semantic(name))),
            Self::Quilt(range) => range.contains(&fabric::Version::new(minecraft::semantic(name))),
            Self::Exactly(text) => text.split([',', ' ']).any(|word| word.trim() == name),
            Self::Never => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(language: Language, texts: &[&str]) -> String {
        let known = ["1.7.10", "1.12.2", "1.19.4", "1.20", "1.20.1", "1.20.2", "1.21", "1.21.1"].map(str::to_owned);
        let any = texts.iter().map(|text| vec![(*text).to_owned()]).collect();
        games(&Range { language, any }, &known).join(" ")
    }

    #[test]
    fn ranges_mean_the_releases_that_are_known() {
        for (language, texts, meant) in [
            (Language::Maven, vec!["[1.20,1.21)"], "1.20 1.20.1 1.20.2"),
            (Language::Maven, vec!["[1.20.1]"], "1.20.1"),
            (Language::Maven, vec!["1.20.1"], "1.20.1"),
            (Language::Maven, vec!["[1.7.10,1.12.2],[1.21,)"], "1.7.10 1.12.2 1.21 1.21.1"),
            (Language::Fabric, vec!["~1.20"], "1.20 1.20.1 1.20.2"),
            (Language::Fabric, vec![">=1.20.2 <1.21.1"], "1.20.2 1.21"),
            (Language::Fabric, vec!["1.19.4", "1.21.x"], "1.19.4 1.21 1.21.1"),
            (Language::Quilt, vec!["1.20.1"], "1.20.1 1.20.2 1.21 1.21.1"),
            (Language::Plain, vec!["1.12.2"], "1.12.2"),
            (Language::Plain, vec!["[1.12,1.13)"], "1.12.2"),
            (Language::Plain, vec!["1.20, 1.20.1"], "1.20 1.20.1"),
            (Language::Maven, vec!["[nonsense"], ""),
            (Language::Fabric, vec!["*"], ""),
            (Language::Maven, vec![], ""),
        ] {
            assert_eq!(found(language, &texts), meant, "{texts:?}");
        }
    }
}
