//! Long work: how far it is, for those who poll and those who listen.

use std::convert::Infallible;

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, stream};
use kleister_store::Error;
use kleister_store::jobs;
use kleister_types::Notice;
use kleister_types::jobs::{Job, JobPage};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::sync::watch;

use super::addition;
use super::body::{At, Page};
use super::guard::Snapshot;
use super::reply::{Events, Reply, Result, done};
use crate::App;
use crate::problem::Problem;
use crate::signin::caller::Asking;

const TAG: &str = "job";

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/jobs", get_with(list, addition("ListJobs", TAG, "Fetch your long work")))
        .api_route(
            "/jobs/{job_id}",
            get_with(show, addition("ShowJob", TAG, "Tell how far long work is"))
                .delete_with(cancel, addition("CancelJob", TAG, "Stop long work before its end")),
        )
        .api_route(
            "/jobs/{job_id}/events",
            get_with(follow, addition("FollowJob", TAG, "Listen to how long work goes on")),
        )
}

/// The address of a job.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
struct JobPath {
    /// The job, by identifier.
    job_id: String,
}

async fn list(Asking(caller): Asking, Page(paging): Page, db: Snapshot) -> Result<JobPage> {
    let page = jobs::list(&*db, &caller, &paging).await?;
    Ok(Reply(JobPage {
        total: page.total,
        limit: paging.limit(),
        offset: paging.offset(),
        jobs: page.rows.into_iter().map(Job::from).collect(),
    }))
}

async fn show(State(app): State<App>, Asking(caller): Asking, At(path): At<JobPath>, db: Snapshot) -> Result<Job> {
    let row = jobs::open(&*db, &caller, &path.job_id).await?;
    let now = app.jobs.watch(&row.id).map(|shown| shown.borrow().clone());
    Ok(Reply(now.unwrap_or_else(|| row.into())))
}

async fn cancel(State(app): State<App>, Asking(caller): Asking, At(path): At<JobPath>, db: Snapshot) -> Result<Notice> {
    let row = jobs::open(&*db, &caller, &path.job_id).await?;
    if !app.jobs.cancel(&row.id) {
        return Err(Error::Conflict("the job is over, or its change is being written already".to_owned()).into());
    }
    Ok(done("Successfully cancelled job"))
}

async fn follow(
    State(app): State<App>,
    Asking(caller): Asking,
    At(path): At<JobPath>,
    db: Snapshot,
) -> std::result::Result<Events, Problem> {
    // Looked at before the row: a job that ends in between is told by the row.
    let shown = app.jobs.watch(&path.job_id);
    let row = jobs::open(&*db, &caller, &path.job_id).await?;
    let told = Sse::new(events(row.into(), shown)).keep_alive(KeepAlive::default());
    Ok(Events(told.into_response()))
}

/// What a job is now and whenever that changes, up to its end.
fn events(
    row: Job,
    mut shown: Option<watch::Receiver<Job>>,
) -> impl Stream<Item = std::result::Result<Event, Infallible>> {
    let first = shown.as_mut().map_or(row, |shown| shown.borrow_and_update().clone());
    let begun = (Some(first), shown);
    stream::unfold(begun, async |(next, mut shown)| {
        let job = next?;
        let event = Event::default().event("job").json_data(&job).unwrap_or_default();
        let after = match &mut shown {
            Some(changes) if !job.state.is_over() => {
                changes.changed().await.is_ok().then(|| changes.borrow_and_update().clone())
            }
            _ => None,
        };
        Some((Ok(event), (after, shown)))
    })
}
