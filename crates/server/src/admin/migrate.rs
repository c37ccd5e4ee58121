//! `kleister admin migrate`: the steps of the database's schema.

use kleister_store::schema::{Status, planned};
use kleister_store::{Db, Location, Result};

use crate::Config;
use crate::app::StartError;

/// What to tell where a server runs: it took all steps when it started.
pub(super) async fn with_server(db: &Db, status: bool) -> Result<String> {
    let steps = db.steps().await?;
    Ok(if status { table(&steps) } else { up_to_date(&steps) })
}

/// Takes the missing steps, or tells which there are.
pub(super) async fn without_server(config: &Config, status: bool) -> std::result::Result<String, StartError> {
    let location = config.location()?;
    if status {
        return Ok(table(&steps(&location).await?));
    }
    let db = Db::open(&location).await?;
    let steps = db.steps().await?;
    db.close().await?;
    Ok(up_to_date(&steps))
}

/// The steps of a database that is left as it is: a file that is not there is not made.
async fn steps(location: &Location) -> Result<Vec<Status>> {
    if let Location::Sqlite(file) = location
        && !file.exists()
    {
        return Ok(planned());
    }
    let db = Db::connect(location).await?;
    let steps = db.steps().await?;
    db.close().await?;
    Ok(steps)
}

fn up_to_date(steps: &[Status]) -> String {
    format!("the database is up to date: {} steps are taken", steps.len())
}

/// A line for each step, and how many are missing.
fn table(steps: &[Status]) -> String {
    let width = steps.iter().map(|step| step.name.len()).max().unwrap_or(0);
    let word = |step: &Status| if step.applied { "applied" } else { "pending" };
    let lines: Vec<String> = steps.iter().map(|step| format!("{:width$}  {}", step.name, word(step))).collect();
    let pending = steps.iter().filter(|step| !step.applied).count();
    format!("{}\n{} applied, {pending} pending", lines.join("\n"), steps.len() - pending)
}
