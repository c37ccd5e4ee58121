//! What findings say to people.

use std::collections::BTreeSet;

use super::Rule;
use super::book::Draft;
use super::dependencies::named;

/// What is wrong, in one sentence.
pub(super) fn sentence(draft: &Draft) -> String {
    let subject = &draft.subject;
    let found = draft.found.as_deref().unwrap_or_default();
    match draft.rule {
        Rule::MissingDependency if draft.accused.is_empty() => {
            format!("`{subject}` is missing: {} it{}.", needs(draft), versions(draft))
        }
        Rule::MissingDependency => {
            format!("`{subject}` is an optional file that is off, but {} it{}.", needs(draft), versions(draft))
        }
        Rule::WrongSide => format!("`{subject}` is not there on this side, where {} it.", needs(draft)),
        Rule::OutOfRange => format!("`{subject}` is {found}, but {} another version{}.", needs(draft), versions(draft)),
        Rule::Incompatible => format!("`{subject}` does not go with {}.", others(draft)),
        Rule::Discouraged => format!("`{subject}` had better not be together with {}.", others(draft)),
        Rule::Recommended => {
            let all = complaining(draft);
            let verb = if all.len() == 1 { "recommends" } else { "recommend" };
            format!("`{subject}` is not there; {} {verb} it{}.", listed(&all), versions(draft))
        }
        Rule::Duplicate => format!("`{subject}` is there {} times: {}.", draft.complaining.len(), paths(draft)),
        Rule::WrongLoader if draft.found.is_some() => {
            format!("`{subject}` is made for {}; Sinytra Connector runs it.", draft.detail)
        }
        Rule::WrongLoader => {
            format!("`{subject}` is made for {}, so the build's loader passes over it.", draft.detail)
        }
        Rule::WrongLoaderVersion => {
            format!("`{subject}` does not run on version {found} of the loader{}.", versions(draft))
        }
        Rule::WrongMinecraft => format!("`{subject}` is not made for Minecraft {found}{}.", versions(draft)),
        Rule::JavaTooOld => format!("Java {found} is too old for `{subject}`{}.", versions(draft)),
        Rule::JavaTooNew => format!("Java {found} is too new for `{subject}`{}.", versions(draft)),
        Rule::PathClash => format!("{} files are one on a player's disk: {}.", draft.complaining.len(), paths(draft)),
        Rule::ZipOverlap | Rule::ZipNameClash => draft.detail.clone(),
        Rule::Unexpanded => {
            format!("`{subject}` does not know its own version, since its author's build left a placeholder in it.")
        }
        Rule::UnreadableRange => format!("`{subject}` asks for versions in a way that its loader cannot read."),
        Rule::UnreadableOverrides => format!("`{subject}` cannot be read, so none of its overrides counts."),
        Rule::Redistribution => format!("`{subject}` may not be handed out by a public pack."),
        Rule::ManualDownload => {
            format!("`{subject}` cannot be downloaded by players: there are neither bytes nor an address.")
        }
        Rule::Unknown => format!("`{subject}` tells nothing of what it is or needs."),
    }
}

/// The mods that complain, each once.
fn complaining(draft: &Draft) -> Vec<String> {
    let about = |id: &String| *id != draft.subject || draft.evidence.len() == 1;
    let ids: BTreeSet<&String> =
        draft.evidence.iter().filter_map(|one| one.id.as_ref()).filter(|id| about(id)).collect();
    ids.into_iter().map(|id| format!("`{id}`")).collect()
}

fn needs(draft: &Draft) -> String {
    let all = complaining(draft);
    let verb = if all.len() == 1 { "needs" } else { "need" };
    format!("{} {verb}", listed(&all))
}

fn listed(all: &[String]) -> String {
    match all {
        [] => "something".to_owned(),
        [one] => one.clone(),
        [front @ .., last] => format!("{} and {last}", front.join(", ")),
    }
}

/// The versions that are asked for.
fn versions(draft: &Draft) -> String {
    let asked = draft.ranges.iter().filter(|range| !range.is_any()).map(|range| named("", range).trim().to_owned());
    let asked: Vec<String> = asked.collect();
    if asked.is_empty() { String::new() } else { format!(" ({})", asked.join("; ")) }
}

/// The mods that are complained about: all that stand in the evidence beside the subject.
fn others(draft: &Draft) -> String {
    let ids = draft.evidence.iter().filter_map(|one| one.id.as_ref()).filter(|id| **id != draft.subject);
    let ids: BTreeSet<String> = ids.map(|id| format!("`{id}`")).collect();
    listed(&ids.into_iter().collect::<Vec<_>>())
}

fn paths(draft: &Draft) -> String {
    let paths: Vec<String> = draft.evidence.iter().map(|one| format!("`{}`", one.path)).collect();
    listed(&paths)
}
