//! Files on their way in, as they are shown.

use kleister_formats::jar::{self, Jar};
use kleister_store::arrivals::{Arrival, Outcome, Placed, Plan, plan};
use kleister_store::facts::Facts;
use kleister_store::rows::{intake, module};
use kleister_store::{Caller, intakes};
use kleister_types::Timestamp;
use kleister_types::intake::{Acceptance, Becomes, DeclaredDependency, Intake, IntakeOutcome, ReadFile};

use super::recognised::Here;
use super::{Ready, ready};
use crate::App;
use crate::jars;
use crate::problem::Problem;

/// What was read in files, and what each would become as the database is now.
pub async fn show(app: &App, caller: &Caller, rows: Vec<intake::Model>) -> Result<Vec<Intake>, Problem> {
    let ready = ready(app, rows.into_iter().map(|row| (row, Acceptance::default())).collect()).await?;
    let arrivals: Vec<Arrival> = ready.iter().filter_map(|ready| Some(ready.arrival.as_ref()?.0.clone())).collect();
    let here = Here::find(app, caller, &ready).await?;
    let mut plans = plan(&app.db.read().await?, caller, &arrivals).await?.into_iter();
    let shown = ready.into_iter().map(|ready| {
        let plan = if ready.arrival.is_some() { plans.next() } else { None };
        let mut shown = wire(&ready, &here);
        match plan {
            Some(Ok(plan)) => shown.becomes = Some(planned(plan)),
            Some(Err(error)) => shown.fault = Some(Problem::from(error).explained()),
            None => {}
        }
        shown
    });
    Ok(shown.collect())
}

/// A file after it was accepted, or with the reason why it was not.
pub(super) fn accepted(ready: &Ready, here: &Here, outcome: Result<Placed, String>) -> Intake {
    let mut shown = wire(ready, here);
    match outcome {
        Ok(Placed { module, version, outcome, .. }) => {
            let outcome = match outcome {
                Outcome::Known => IntakeOutcome::Duplicate,
                Outcome::Filled => IntakeOutcome::Filled,
                Outcome::Added => IntakeOutcome::Version,
                Outcome::Begun => IntakeOutcome::Mod,
            };
            shown.becomes = Some(becomes(outcome, module, version.name, Some(version.id)));
            shown.accepted = true;
        }
        Err(fault) => shown.fault = Some(fault),
    }
    shown
}

fn planned(plan: Plan) -> Becomes {
    match plan {
        Plan::Known { module, version, .. } => {
            becomes(IntakeOutcome::Duplicate, *module, version.name, Some(version.id))
        }
        Plan::Fills { module, version, .. } => becomes(IntakeOutcome::Filled, *module, version.name, Some(version.id)),
        Plan::Adds { module, name, .. } => becomes(IntakeOutcome::Version, *module, name, None),
        Plan::Begins { title, name } => Becomes {
            outcome: IntakeOutcome::Mod,
            mod_name: title,
            mod_id: None,
            mod_slug: None,
            version: name,
            version_id: None,
        },
    }
}

fn becomes(outcome: IntakeOutcome, module: module::Model, version: String, version_id: Option<String>) -> Becomes {
    let (mod_id, mod_slug) = (Some(module.id), Some(module.slug));
    Becomes { outcome, mod_name: module.name, mod_id, mod_slug, version, version_id }
}

fn wire(ready: &Ready, here: &Here) -> Intake {
    let Ready { row, arrival, recognition } = ready;
    let gone = row.refusal.is_none() && arrival.is_none();
    Intake {
        id: row.id.clone(),
        name: row.name.clone(),
        size: u64::try_from(row.size).unwrap_or(0),
        sha256: row.sha256.clone(),
        refusal: row
            .refusal
            .clone()
            .or_else(|| gone.then(|| "the file cannot be read any more; send it again".to_owned())),
        read: arrival.as_ref().map(|(arrival, _)| read_file(&arrival.facts)),
        recognised: recognition.wire(here),
        not_asked: recognition.not_asked(),
        becomes: None,
        fault: None,
        warnings: arrival.as_ref().map(|(arrival, jar)| warnings(&arrival.facts, jar)).unwrap_or_default(),
        accepted: false,
        created_at: Timestamp::from_millis(row.created_at),
        ends_at: Timestamp::from_millis(row.created_at + intakes::KEPT),
    }
}

fn read_file(facts: &Facts) -> ReadFile {
    let dependencies = facts.dependencies.iter().map(|it| DeclaredDependency {
        kind: it.kind.clone(),
        id: it.reference.clone(),
        range: it.range.clone(),
        side: it.side.clone(),
    });
    ReadFile {
        kind: facts.kind,
        name: facts.title.clone(),
        number: facts.number.clone(),
        ids: facts.identities.iter().map(|it| format!("{}:{}", it.system, it.identity)).collect(),
        loaders: facts.loaders.clone(),
        minecraft: facts.minecrafts.clone(),
        environment: facts.environment,
        licence: facts.licence.clone(),
        author: facts.author.clone(),
        website: facts.website.clone(),
        description: facts.description.clone(),
        dependencies: dependencies.collect(),
    }
}

/// What to look at before a file is accepted.
fn warnings(facts: &Facts, jar: &Jar) -> Vec<String> {
    let mut warnings = Vec::new();
    if jar.kind == jar::Kind::Unknown {
        warnings.push("The file tells nothing of what it is; look at its name, number and kind.".to_owned());
    }
    if jar.mods.iter().any(|module| module.unexpanded) {
        warnings.push("Its number is a placeholder that the author's build left; the file's name tells it.".to_owned());
    }
    if facts.number.is_none() {
        warnings.push("Nothing tells the version's number.".to_owned());
    }
    warnings.extend(jars::notes(jar));
    warnings
}
