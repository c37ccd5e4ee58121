//! Moving a Solder here from the command line.

use std::fmt::Write;

use kleister_store::{Caller, Who, users};
use kleister_types::solder::{LeftOut, SolderReport};

use crate::App;
use crate::problem::Problem;
use crate::solder::{self, Place, Source};

/// What is counted of what was made or was there already, as the lines of a report begin.
const COUNTED: [&str; 5] = ["pack", "build", "version", "client", "key"];

/// Moves a Solder here; its packs and mods become those of a server administrator.
pub(super) async fn import(
    app: &App,
    source: &Source,
    files: Option<Place>,
    owner: &str,
) -> Result<SolderReport, Problem> {
    let found = users::find_by_name(&app.db.read().await?, owner).await?;
    let unknown = || Problem::invalid("import", "owner", "is no active administrator of this server");
    let owner = found.filter(|user| user.active && user.admin).ok_or_else(unknown)?;
    let caller = Caller::User(Who { id: owner.id, username: owner.username, admin: true });
    solder::take_over(app, &caller, (source, files), None).await
}

/// The report as text: first how much it is, then what asks for somebody's attention, at last everything by its name.
pub(super) fn told(report: &SolderReport) -> String {
    let SolderReport { created, matched, left_out, notes } = report;
    let mut text = format!("made {}; there already {}", counted(created), counted(matched));
    if !left_out.is_empty() {
        let _ = write!(text, "\n\nnot moved ({}):", left_out.len());
    }
    for LeftOut { what, why } in left_out {
        let _ = write!(text, "\n  {what}\n      {why}");
    }
    for (heading, list) in [("to be known", notes), ("made", created), ("there already", matched)] {
        if !list.is_empty() {
            let _ = write!(text, "\n\n{heading} ({}):\n  {}", list.len(), list.join("\n  "));
        }
    }
    text
}

/// How many of each kind are in a list: `3 packs, 12 builds`.
fn counted(list: &[String]) -> String {
    let count = |kind: &&str| list.iter().filter(|line| line.split(' ').next() == Some(kind)).count();
    let counts = COUNTED.iter().map(|kind| (kind, count(kind))).filter(|(_, count)| *count > 0);
    let counts: Vec<_> =
        counts.map(|(kind, count)| format!("{count} {kind}{}", if count == 1 { "" } else { "s" })).collect();
    if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_for_attention_is_told_before_the_long_lists() {
        let mut report = SolderReport::default();
        report.note(true, "pack `sky`".to_owned());
        report.note(true, "build `1.0` of pack `sky`".to_owned());
        report.note(true, "build `1.1` of pack `sky`".to_owned());
        report.leave_out("users (2): `ada`, `bob`".to_owned(), "they sign in anew");
        report.notes.push("`latest` names nothing".to_owned());
        insta::assert_snapshot!(told(&report), @r"
        made 1 pack, 2 builds; there already nothing

        not moved (1):
          users (2): `ada`, `bob`
              they sign in anew

        to be known (1):
          `latest` names nothing

        made (3):
          pack `sky`
          build `1.0` of pack `sky`
          build `1.1` of pack `sky`
        ");
    }
}
