//! Intake: files that come in without anybody saying what they are.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::extract::State;
use kleister_store::{Error, intakes};
use kleister_types::Notice;
use kleister_types::intake::{AcceptIntakes, Acceptance, Intake, IntakeList, IntakeQuery};
use schemars::JsonSchema;
use serde::Deserialize;

use super::addition;
use super::body::{Asked, At, Json, Page};
use super::reply::{Reply, Result, done};
use crate::App;
use crate::intake::{self, Received};
use crate::problem::Problem;
use crate::signin::caller::Asking;

const TAG: &str = "intake";

/// The part of an address that names a file.
#[derive(Debug, Deserialize, JsonSchema)]
struct IntakePath {
    /// The intake, by identifier.
    intake_id: String,
}

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/intake",
            get_with(list, addition("ListIntakes", TAG, "Fetch all files that wait to be accepted"))
                .post_with(create, addition("CreateIntake", TAG, "Send files to be read")),
        )
        .api_route("/intake/accept", post_with(accept_all, addition("AcceptIntakes", TAG, "Accept files together")))
        .api_route(
            "/intake/{intake_id}",
            get_with(show, addition("ShowIntake", TAG, "Fetch a file that waits to be accepted"))
                .delete_with(delete, addition("DeleteIntake", TAG, "Drop a file that waits to be accepted")),
        )
        .api_route(
            "/intake/{intake_id}/accept",
            post_with(accept, addition("AcceptIntake", TAG, "Make a version of a file")),
        )
}

async fn list(State(app): State<App>, Asking(caller): Asking, Page(paging): Page) -> Result<IntakeList> {
    let page = intakes::list(&app.db.read().await?, &caller, &paging).await?;
    Ok(Reply(IntakeList { total: page.total, intakes: intake::show(&app, &caller, page.rows).await? }))
}

async fn create(
    State(app): State<App>,
    Asking(caller): Asking,
    Asked(query): Asked<IntakeQuery>,
    received: Received,
) -> Result<IntakeList> {
    let intakes = intake::take_in(&app, &caller, received, &query).await?;
    Ok(Reply(IntakeList { total: intakes.len() as u64, intakes }))
}

async fn show(State(app): State<App>, Asking(caller): Asking, At(path): At<IntakePath>) -> Result<Intake> {
    let rows = intakes::open(&app.db.read().await?, &caller, &[path.intake_id]).await?;
    one(intake::show(&app, &caller, rows).await?)
}

async fn delete(State(app): State<App>, Asking(caller): Asking, At(path): At<IntakePath>) -> Result<Notice> {
    let write = app.db.write().await?;
    intakes::open(&*write, &caller, std::slice::from_ref(&path.intake_id)).await?;
    intakes::delete(&*write, &path.intake_id).await?;
    write.commit().await?;
    Ok(done("Successfully deleted intake"))
}

async fn accept(
    State(app): State<App>,
    Asking(caller): Asking,
    At(path): At<IntakePath>,
    Json(said): Json<Acceptance>,
) -> Result<Intake> {
    let accepted = intake::accept(&app, &caller, vec![(path.intake_id, said)], None).await?;
    let Reply(accepted) = one(accepted)?;
    match accepted.fault {
        Some(fault) => Err(Problem::invalid("intake", "accept", fault)),
        None => Ok(Reply(accepted)),
    }
}

async fn accept_all(
    State(app): State<App>,
    Asking(caller): Asking,
    Json(wanted): Json<AcceptIntakes>,
) -> Result<IntakeList> {
    let draft = intake::draft(wanted.pack.as_ref(), wanted.build.as_ref())?;
    let rows = wanted.intakes.into_iter().map(|it| (it.id, it.corrections));
    let intakes = intake::accept(&app, &caller, rows.collect(), draft).await?;
    Ok(Reply(IntakeList { total: intakes.len() as u64, intakes }))
}

/// The only one.
fn one(mut intakes: Vec<Intake>) -> Result<Intake> {
    intakes.pop().map(Reply).ok_or(Problem::Store(Error::Missing("intake")))
}
