//! Moving a Solder here from the command line.

use kleister_store::{Caller, Who, users};
use kleister_types::solder::SolderReport;

use crate::App;
use crate::problem::Problem;
use crate::solder::{self, Place, Source};

/// Moves a Solder here; its packs and mods become those of a server administrator.
pub(super) async fn import(app: &App, source: &Source, files: Option<Place>, owner: &str) -> Result<String, Problem> {
    let found = users::find_by_name(&app.db.read().await?, owner).await?;
    let unknown = || Problem::invalid("import", "owner", "is no active administrator of this server");
    let owner = found.filter(|user| user.active && user.admin).ok_or_else(unknown)?;
    let caller = Caller::User(Who { id: owner.id, username: owner.username, admin: true });
    let report = solder::take_over(app, &caller, (source, files), None).await?;
    Ok(told(&report))
}

/// The report as text.
fn told(report: &SolderReport) -> String {
    let left_out: Vec<_> = report.left_out.iter().map(|left| format!("{}: {}", left.what, left.why)).collect();
    let lists = [
        ("made", &report.created),
        ("there already", &report.matched),
        ("left out", &left_out),
        ("to be known", &report.notes),
    ];
    let mut lines = Vec::new();
    for (heading, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        lines.push(format!("{heading} ({}):", list.len()));
        lines.extend(list.iter().map(|line| format!("  {line}")));
    }
    lines.join("\n")
}
