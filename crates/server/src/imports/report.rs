//! What came of an import, for whoever asked for it.

use kleister_formats::import::{Import, Kind, LeftOut};
use kleister_store::arrivals::{Outcome, Placed};
use kleister_store::rows::pack;
use kleister_types::imports::{ImportNote, ImportOutcome, ImportReport, ImportedFile};

/// The most lines of each list; a pack has not more files, but may leave more than that behind.
const LINES: usize = 20_000;

/// The report of a pack of this kind, with nothing in it.
pub(super) fn begin(kind: Kind) -> ImportReport {
    let word = match kind {
        Kind::Mrpack => "mrpack",
        Kind::Packwiz => "packwiz",
        Kind::Curseforge => "curseforge",
        Kind::Prism => "prism",
        Kind::Folder => "folder",
    };
    ImportReport { kind: word.to_owned(), ..ImportReport::default() }
}

/// Tells what became of a piece.
pub(super) fn placed(report: &mut ImportReport, path: &str, placed: &Placed) {
    let outcome = match placed.outcome {
        Outcome::Known => ImportOutcome::Matched,
        _ if placed.file.blob.is_none() => ImportOutcome::Linked,
        Outcome::Filled | Outcome::Added | Outcome::Begun => ImportOutcome::Created,
    };
    let (module, version) = (Some(placed.module.slug.clone()), Some(placed.version.name.clone()));
    add(report, ImportedFile { path: path.to_owned(), outcome, module, version });
}

/// Tells of a file of the build itself.
pub(super) fn own(report: &mut ImportReport, path: &str) {
    add(report, ImportedFile { path: path.to_owned(), outcome: ImportOutcome::Own, module: None, version: None });
}

fn add(report: &mut ImportReport, file: ImportedFile) {
    match file.outcome {
        ImportOutcome::Matched => report.matched += 1,
        ImportOutcome::Created => report.created += 1,
        ImportOutcome::Linked => report.linked += 1,
        ImportOutcome::Own => report.own += 1,
    }
    report.files.push(file);
}

/// Tells of something that was not taken.
pub(super) fn leave(report: &mut ImportReport, what: &str, why: impl Into<String>) {
    report.left_out.push(ImportNote { what: what.to_owned(), why: why.into() });
}

/// Tells of something that was taken, but not as one might think.
pub(super) fn note(report: &mut ImportReport, what: &str, why: impl Into<String>) {
    report.notes.push(ImportNote { what: what.to_owned(), why: why.into() });
}

/// Tells what a pack that is there keeps of itself, where the imported one says otherwise.
pub(super) fn keeps(report: &mut ImportReport, pack: &pack::Model, import: &Import) {
    let said = [
        ("summary", &pack.summary, &import.summary),
        ("authors", &pack.authors, &import.authors),
        ("server address", &pack.server_address, &import.server_address),
    ];
    for (what, own, told) in said {
        if let Some(told) = told.as_ref().filter(|told| Some(*told) != own.as_ref()) {
            note(report, what, format!("The pack keeps its own; the imported one says \"{told}\"."));
        }
    }
    if import.icon.is_some() {
        note(report, "icon", "The pack keeps its own picture; its avatar can be set by hand.");
    }
}

/// Puts the report in order.
pub(super) fn finish(mut report: ImportReport, left_out: Vec<LeftOut>) -> ImportReport {
    report.left_out.splice(0..0, left_out.into_iter().map(|left| ImportNote { what: left.what, why: left.why }));
    report.files.sort_by(|one, other| one.path.cmp(&other.path));
    report.notes.sort_by(|one, other| one.what.cmp(&other.what));
    report.left_out.truncate(LINES);
    report
}
