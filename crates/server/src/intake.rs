//! Files that come in without anybody saying what they are: read, shown, and made versions once their user says so.

pub mod receive;
pub mod recognised;
mod shown;

use std::collections::HashMap;
use std::sync::Arc;

use kleister_formats::InstancePath;
use kleister_formats::jar::Jar;
use kleister_store::arrivals::{self, Arrival, Bytes, Placed, Source, Wishes};
use kleister_store::facts::Facts;
use kleister_store::intakes::New;
use kleister_store::rows::{blob, intake, version};
use kleister_store::{Caller, Error, Need, Write, builds, descriptions, fingerprints, intakes, links};
use kleister_types::intake::{Acceptance, Intake, IntakeQuery};
use kleister_types::{Perm, Timestamp};

pub use receive::Received;
pub(crate) use receive::read;
use recognised::Here;
pub(crate) use recognised::{Recognition, ask, look_up};
pub use shown::show;

use crate::App;
use crate::jars::{self, facts};
use crate::problem::Problem;

/// A draft that accepted versions are attached to: pack and build, each by identifier or name.
pub type Draft<'a> = Option<(&'a str, &'a str)>;

/// A file that was read, with what is needed to make a version of it; nothing where it was refused.
pub struct Ready {
    /// The file.
    pub row: intake::Model,
    /// What it would arrive as, and what it says.
    pub arrival: Option<(Arrival, Arc<Jar>)>,
    /// Where else it is known.
    pub recognition: Recognition,
}

/// Makes files ready to become versions, with what a human says of each.
pub async fn ready(app: &App, rows: Vec<(intake::Model, Acceptance)>) -> Result<Vec<Ready>, Problem> {
    let games = jars::known_games(app).await?;
    let sha256s: Vec<String> = rows.iter().filter_map(|(row, _)| row.sha256.clone()).collect();
    let jars = jars::describe(app, &sha256s).await?;
    let blobs = descriptions::blobs(&app.db.read().await?, &sha256s).await?;
    let blobs: HashMap<String, blob::Model> = blobs.into_iter().map(|blob| (blob.sha256.clone(), blob)).collect();
    let recognitions = recognised::remembered(app, &rows.iter().map(|(row, _)| row).collect::<Vec<_>>()).await?;
    let ready = rows.into_iter().zip(recognitions).map(|((row, said), recognition)| {
        let found = row.sha256.as_ref().and_then(|sha256| Some((jars.get(sha256)?, blobs.get(sha256)?)));
        let arrival = found.map(|(jar, blob)| {
            let mut facts = facts(jar, &row.name, &games);
            recognition.complete(&mut facts, jar);
            (arrival(&row, blob, (facts, &recognition), said), Arc::clone(jar))
        });
        Ready { row, arrival, recognition }
    });
    Ok(ready.collect())
}

fn arrival(
    row: &intake::Model,
    blob: &blob::Model,
    (facts, recognition): (Facts, &Recognition),
    said: Acceptance,
) -> Arrival {
    let uploaded = Source { kind: "upload".to_owned(), ..Source::default() };
    let name_key = row.name.parse::<InstancePath>().map_or_else(|_| row.name.to_lowercase(), |name| name.key());
    Arrival {
        facts,
        name: row.name.clone(),
        name_key,
        bytes: Bytes::Here(Box::new(blob.clone())),
        sources: std::iter::once(uploaded).chain(recognition.sources()).collect(),
        redistribution: recognition.redistribution(),
        wishes: Wishes {
            module: said.module.filter(|text| !text.is_empty()),
            title: said.name.filter(|text| !text.is_empty()),
            name: said.version.filter(|text| !text.is_empty()),
            number: said.number.filter(|text| !text.is_empty()),
            environment: said.environment,
            kind: said.kind,
            public: said.public,
            redistribution: said.redistribution,
        },
    }
}

/// Makes versions of files, in their order, and attaches them to a draft if one is named. A file that cannot become
/// what is wanted stays, and says why; everything else is one write.
pub async fn accept(
    app: &App,
    caller: &Caller,
    rows: Vec<(String, Acceptance)>,
    draft: Draft<'_>,
) -> Result<Vec<Intake>, Problem> {
    let ids: Vec<String> = rows.iter().map(|(id, _)| id.clone()).collect();
    let found = intakes::open(&app.db.read().await?, caller, &ids).await?;
    let said = rows.into_iter().map(|(_, said)| said);
    let ready = ready(app, found.into_iter().zip(said).collect()).await?;
    let here = Here::find(app, caller, &ready).await?;
    let (write, now) = (app.db.write().await?, app.clock.now());
    // Of two who accept the same file at once, the second finds it gone.
    intakes::open(&*write, caller, &ids).await?;
    let mut accepted = Vec::with_capacity(ready.len());
    let mut placed = Vec::new();
    for ready in ready {
        let outcome = accept_one(&write, caller, &ready, now).await?;
        placed.extend(outcome.as_ref().ok().map(|placed| placed.version.clone()));
        accepted.push(shown::accepted(&ready, &here, outcome));
    }
    attach(&write, caller, &placed, draft, now).await?;
    write.commit().await?;
    Ok(accepted)
}

/// Makes a version of one file; within is why it cannot become what is wanted.
async fn accept_one(
    write: &Write,
    caller: &Caller,
    ready: &Ready,
    now: Timestamp,
) -> Result<Result<Placed, String>, Problem> {
    let Some((arrival, _)) = &ready.arrival else {
        let refusal = ready.row.refusal.clone();
        return Ok(Err(refusal.unwrap_or_else(|| "the file is not there any more; send it again".to_owned())));
    };
    let plan = arrivals::plan(&**write, caller, std::slice::from_ref(arrival)).await?.pop();
    match plan.unwrap_or(Err(Error::Missing("file"))) {
        Ok(plan) => {
            let placed = arrivals::carry_out(&**write, caller, arrival, plan, now).await?;
            intakes::delete(&**write, &ready.row.id).await?;
            Ok(Ok(placed))
        }
        Err(error @ Error::Database(_)) => Err(error.into()),
        Err(error) => Ok(Err(Problem::from(error).explained())),
    }
}

/// Attaches versions to a draft, but for those that are attached.
async fn attach(
    write: &Write,
    caller: &Caller,
    versions: &[version::Model],
    draft: Draft<'_>,
    now: Timestamp,
) -> Result<(), Problem> {
    let Some((pack, build)) = draft else { return Ok(()) };
    let build = builds::open_locked(&**write, caller, pack, build, Need::Have(Perm::Admin)).await?;
    Ok(links::attach_missing(&**write, &build, &versions.iter().collect::<Vec<_>>(), now).await?)
}

/// The draft that a query or a body names; both pack and build, or neither.
pub fn draft<'a>(pack: Option<&'a String>, build: Option<&'a String>) -> Result<Draft<'a>, Problem> {
    match (pack, build) {
        (None, None) => Ok(None),
        (Some(pack), Some(build)) => Ok(Some((pack, build))),
        _ => Err(Problem::BadRequest("name both `pack` and `build`, or neither".to_owned())),
    }
}

/// Keeps files that have come, and if wanted asks before whether they are known elsewhere.
pub async fn keep(
    app: &App,
    caller: &Caller,
    mut files: Vec<New>,
    recognise: bool,
) -> Result<Vec<intake::Model>, Problem> {
    if recognise {
        look_up(app, caller, &mut files).await?;
    }
    let write = app.db.write().await?;
    let rows = create(&write, caller, files, app.clock.now()).await?;
    write.commit_addition().await?;
    Ok(rows)
}

/// Notes files that have come, with the fingerprints that were found on the way.
pub(crate) async fn create(
    write: &Write,
    caller: &Caller,
    files: Vec<New>,
    now: Timestamp,
) -> Result<Vec<intake::Model>, Problem> {
    let found = recognised::fingerprints_of(&files);
    let rows = intakes::create(&**write, caller, files, now).await?;
    fingerprints::keep(&**write, &found).await?;
    Ok(rows)
}

/// Keeps what has come, and accepts it at once where that is asked for.
pub async fn take_in(
    app: &App,
    caller: &Caller,
    received: Received,
    query: &IntakeQuery,
) -> Result<Vec<Intake>, Problem> {
    let draft = draft(query.pack.as_ref(), query.build.as_ref())?;
    let rows = keep(app, caller, received.files, query.recognise.unwrap_or(true)).await?;
    if !query.accept.unwrap_or(false) {
        return show(app, caller, rows).await;
    }
    let rows = rows.into_iter().map(|row| (row.id, Acceptance::default()));
    accept(app, caller, rows.collect(), draft).await
}
