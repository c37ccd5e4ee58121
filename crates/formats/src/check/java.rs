//! Whether Java is old or new enough.

use crate::jar::{Side, System};
use crate::ranges::{fabric, minecraft};
use crate::{LoaderKind, Support};

use super::book::Book;
use super::present::{Present, active};
use super::{Evidence, Facts, Rule, Severity};

/// From which Minecraft on the game needs which Java (`javaVersion.majorVersion` of Mojang's version documents).
const GAME: [(&str, u32); 5] = [("26.1-", 25), ("1.20.5-", 21), ("1.18-", 17), ("1.17-", 16), ("0", 8)];

/// Judges the Java of a build, for what one side loads.
pub(super) fn judge(present: &Present<'_>, book: &mut Book<'_>) {
    let (facts, Some(java)) = (present.facts, present.facts.java) else { return };
    let game = facts.minecraft.as_deref().map(|name| fabric::Version::new(minecraft::semantic(name)));
    if let Some(game) = game.filter(fabric::Version::is_semantic) {
        game_itself(&game, java, present.side, book);
        forge(&game, java, present, book);
    }
    for (place, piece) in facts.files.iter().enumerate() {
        let Some(jar) = facts.loaded(piece).filter(|_| piece.support(present.side) != Support::Unsupported) else {
            continue;
        };
        let runs = !active(facts, jar, true).0.is_empty();
        if let Some(needed) = jar.java.filter(|needed| *needed > java && runs) {
            let draft = book.about(Rule::JavaTooOld, &piece.subject()).at(Severity::Warning).on(present.side);
            let says = format!("has classes for Java {needed}");
            draft.says(Evidence { path: piece.path.clone(), id: Some(piece.subject()), number: None, says });
            draft.complaining.insert(place);
            draft.found = Some(java.to_string());
            draft.need_java(needed);
        }
    }
}

fn game_itself(game: &fabric::Version, java: u32, side: Side, book: &mut Book<'_>) {
    let needed = GAME.into_iter().find(|(from, _)| *game >= fabric::Version::new(*from)).map_or(8, |(_, java)| java);
    if java < needed {
        let draft = book.about(Rule::JavaTooOld, "minecraft").at(Severity::Error).on(side);
        let says = format!("Minecraft {game} needs Java {needed}");
        draft.says(Evidence { path: String::new(), id: Some("minecraft".to_owned()), number: None, says });
        draft.found = Some(java.to_string());
        draft.need_java(needed);
    }
}

/// Forge up to 1.12.2 starts by a launcher that takes Java 8 only, but for lwjgl3ify and Cleanroom. Up to 1.16.5 it, and
/// many of its mods, reach into what Java 17 closes for good (JEP 403).
fn forge(game: &fabric::Version, java: u32, present: &Present<'_>, book: &mut Book<'_>) {
    let before = |release: &str| *game < fabric::Version::new(release);
    if present.loader() != Some(LoaderKind::Forge) || !before("1.17-") || lifted(present.facts) {
        return;
    }
    let (severity, most) = if before("1.13-") { (Severity::Error, 8) } else { (Severity::Warning, 16) };
    if java > most {
        let draft = book.about(Rule::JavaTooNew, "forge").at(severity).on(present.side);
        let says = format!("Forge for Minecraft {game} bears Java {most} at most");
        draft.says(Evidence { path: String::new(), id: Some("forge".to_owned()), number: None, says });
        draft.found = Some(java.to_string());
        draft.need_java(8);
    }
}

/// Whether a mod is there that brings old Forge to a new Java.
fn lifted(facts: &Facts) -> bool {
    let jars = facts.files.iter().filter_map(|piece| facts.loaded(piece));
    let mut mods = jars.flat_map(|jar| &jar.mods).filter(|module| module.system == System::Forge);
    let by_mod = mods.any(|module| matches!(&*module.id, "lwjgl3ify" | "cleanroom"));
    let named = |path: &str| path.to_lowercase().contains("lwjgl3ify");
    by_mod || facts.files.iter().any(|piece| facts.scans(&piece.path) && named(&piece.path))
}
