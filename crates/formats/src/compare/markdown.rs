//! A comparison as Markdown: whole, for maintainers, and as a changelog for players to begin from.
//!
//! Names come from strangers' jars, so nothing in them is markup.

use std::fmt::Write;

use super::{Change, Comparison, FileChange, Mod, ModUpdate, Setting};

/// How many files a changelog names.
const MOST_FILES: usize = 15;

/// What is said to maintainers and to players where updates alone do not bring players along.
const REINSTALL: &str = "Instances that update themselves may stay on the old one: most launchers do not change Minecraft or \
                         the loader by an update. Tell players to install the pack anew.";

const ANEW: &str = "If your instance stays on the old one, install the pack anew.";

/// Everything that changed, with the differences of texts.
pub(super) fn whole(comparison: &Comparison) -> String {
    let mut text = format!("# {} → {}\n", escaped(&comparison.from), escaped(&comparison.to));
    let parts =
        [platform(comparison, REINSTALL), mods(comparison), settings(&comparison.settings), files(&comparison.files)];
    for part in parts {
        text.push_str(&part);
    }
    if !text.contains("\n- ") {
        text.push_str("\nNothing changed.\n");
    }
    text
}

/// What players notice.
pub(super) fn changelog(comparison: &Comparison) -> String {
    let mut text = platform(comparison, ANEW);
    text.push_str(&mods(comparison));
    let lines: Vec<_> = comparison.files.iter().map(file_line).collect();
    let more = lines.len().saturating_sub(MOST_FILES);
    let mut named: Vec<_> = lines.into_iter().take(MOST_FILES).collect();
    if more > 0 {
        named.push(format!("and {more} more"));
    }
    section(&mut text, "Files", &named);
    text.trim_start().to_owned()
}

/// What the game runs on, under its heading, with a note where updates alone do not bring players along.
fn platform(comparison: &Comparison, note: &str) -> String {
    let mut text = String::new();
    let line = |change: &Change| format!("{}: {}", label(change.what), arrow(change));
    section(&mut text, "Runs on", &comparison.platform.iter().map(line).collect::<Vec<_>>());
    if comparison.needs_reinstall() {
        let _ = write!(text, "\n{note}\n");
    }
    text
}

fn mods(comparison: &Comparison) -> String {
    let mut text = String::new();
    let told = |module: &Mod| format!("{} {}", escaped(&module.name), escaped(&module.version));
    section(&mut text, "Added", &comparison.added.iter().map(told).collect::<Vec<_>>());
    section(&mut text, "Updated", &comparison.updated.iter().map(update).collect::<Vec<_>>());
    section(&mut text, "Removed", &comparison.removed.iter().map(told).collect::<Vec<_>>());
    text
}

fn update(update: &ModUpdate) -> String {
    let (name, from, to) = (escaped(&update.to.name), escaped(&update.from_version), escaped(&update.to.version));
    if from == to {
        format!("{name} {to} (other bytes under the same version)")
    } else {
        format!("{name} {from} → {to}")
    }
}

fn settings(settings: &[Setting]) -> String {
    let mut text = String::new();
    let line = |setting: &Setting| {
        let name = if setting.is_mod { escaped(&setting.name) } else { code(&setting.name) };
        format!("{name}: {} {}", label(setting.change.what), arrow(&setting.change))
    };
    section(&mut text, "Settings", &settings.iter().map(line).collect::<Vec<_>>());
    text
}

fn files(files: &[FileChange]) -> String {
    let mut text = String::new();
    section(&mut text, "Files", &files.iter().map(file_line).collect::<Vec<_>>());
    for file in files {
        match &file.diff {
            Some(Ok(diff)) => fenced(&mut text, diff),
            Some(Err(why)) => {
                let _ = write!(text, "\n{}: {why}.\n", code(file.path.as_str()));
            }
            None => {}
        }
    }
    text
}

fn file_line(file: &FileChange) -> String {
    let what = match (&file.from, &file.to) {
        (None, _) => "added",
        (_, None) => "removed",
        _ => "changed",
    };
    format!("{} {what}", code(file.path.as_str()))
}

/// Lines under a heading; nothing if there are none.
fn section(text: &mut String, heading: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = write!(text, "\n## {heading}\n");
    for line in lines {
        let _ = write!(text, "\n- {line}");
    }
    text.push('\n');
}

/// What something is called before the colon.
fn label(what: &str) -> &str {
    match what {
        "minecraft" => "Minecraft",
        "loader" => "Loader",
        "java" => "Java",
        "memory_minimum" => "Memory at the start, in MB",
        "memory_maximum" => "Memory at the most, in MB",
        "jvm_arguments" => "Arguments of Java",
        "client" => "on clients",
        "server" => "on servers",
        "default" => "unless a player chooses",
        "text" => "text of the choice",
        "group" => "group of the choice",
        other => other,
    }
}

fn arrow(change: &Change) -> String {
    let side = |side: &Option<String>| side.as_deref().map_or_else(|| "nothing".to_owned(), escaped);
    format!("{} → {}", side(&change.from), side(&change.to))
}

/// A text on one line in which nothing is markup.
pub(crate) fn escaped(text: &str) -> String {
    let words = text.split(|character: char| character.is_whitespace() || character.is_control());
    let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let mut escaped = String::with_capacity(line.len());
    for character in line.chars() {
        // What begins an address, a mention or a shortcut in chats is no text either.
        if "\\`*_{}[]<>#~|&!@".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// A path as code. Paths of instances have no backticks that could end it early, but names might.
fn code(text: &str) -> String {
    let run = longest_run(text);
    let fence = "`".repeat(run + 1);
    if run == 0 { format!("{fence}{text}{fence}") } else { format!("{fence} {text} {fence}") }
}

fn fenced(text: &mut String, diff: &str) {
    let fence = "`".repeat(longest_run(diff).max(2) + 1);
    let _ = write!(text, "\n{fence}diff\n{diff}");
    if !diff.ends_with('\n') {
        text.push('\n');
    }
    let _ = writeln!(text, "{fence}");
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}
