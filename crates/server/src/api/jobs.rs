//! Long work: how far it is, for those who poll and those who listen.

use std::convert::Infallible;
use std::time::Duration;

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt, stream};
use kleister_store::rows::job;
use kleister_store::{Caller, Error, jobs};
use kleister_types::Notice;
use kleister_types::jobs::{Job, JobPage};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::sync::watch;

use super::addition;
use super::body::{At, Page};
use super::guard::Snapshot;
use super::reply::{Events, Reply, Result, done};
use crate::problem::Problem;
use crate::signin::caller::Asking;
use crate::{App, jobs as work};

const TAG: &str = "job";
/// How often a job that is under way on another server is looked at for those who listen.
const LOOKED: Duration = Duration::from_secs(1);

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
    if !work::cancel(&app, &row.id).await? {
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
    let events = match shown {
        None => looked_at(app, caller, row).boxed(),
        shown => events(row.into(), shown).boxed(),
    };
    let told = Sse::new(events).keep_alive(KeepAlive::default());
    Ok(Events(told.into_response()))
}

/// What a job on another server is now and whenever that is seen to have changed, up to its end.
fn looked_at(app: App, caller: Caller, row: job::Model) -> impl Stream<Item = std::result::Result<Event, Infallible>> {
    let (id, first) = (row.id.clone(), Job::from(row));
    stream::unfold(Some((first, app, caller)), move |state| {
        let id = id.clone();
        async move {
            let (job, app, caller) = state?;
            let event = Event::default().event("job").json_data(&job).unwrap_or_default();
            let next = if job.state.is_over() { None } else { change_of(&app, &caller, &id, &job).await };
            Some((Ok(event), next.map(|job| (job, app, caller))))
        }
    })
}

/// Waits until a job has changed; nothing where it cannot be looked at any more.
async fn change_of(app: &App, caller: &Caller, id: &str, last: &Job) -> Option<Job> {
    loop {
        tokio::time::sleep(LOOKED).await;
        let job = Job::from(jobs::open(&app.db.read().await.ok()?, caller, id).await.ok()?);
        if job != *last {
            return Some(job);
        }
    }
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
