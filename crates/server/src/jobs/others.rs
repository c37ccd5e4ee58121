//! Jobs where several servers work on one database: each job is its server's for as long as that speaks of it.

use std::time::Duration;

use kleister_store::Error;
use kleister_store::jobs::{self, Outcome};
use kleister_types::jobs::Progress;
use tokio_util::sync::CancellationToken;

use super::{KINDS, go_on};
use crate::App;
use crate::listen::every;
use crate::problem::Problem;

/// How often a server speaks of its jobs, and looks for those of which nobody does.
const SPOKEN: Duration = Duration::from_secs(5);

/// Tells a job to stop, on whichever server it is under way; whether it will.
pub async fn cancel(app: &App, id: &str) -> Result<bool, Problem> {
    let is_elsewhere = app.db.heard().is_some() && app.jobs.watch(id).is_none();
    if !is_elsewhere {
        return Ok(app.jobs.cancel(id));
    }
    let write = app.db.write().await?;
    match jobs::refuse_over(&*write, id).await {
        Ok(()) => {}
        Err(Error::Conflict(_)) => return Ok(false),
        Err(error) => return Err(error.into()),
    }
    jobs::end(&*write, id, (Progress::default(), Outcome::Cancelled), app.clock.now()).await?;
    write.commit_addition().await?;
    Ok(true)
}

/// Speaks of the jobs under way here, and goes on with those of servers that do not speak any more.
pub async fn keep(app: App, stop: CancellationToken) {
    every(SPOKEN, stop, || async {
        if let Err(error) = speak(&app).await {
            tracing::warn!(%error, "cannot tell other servers which jobs are under way here");
        }
    })
    .await;
}

async fn speak(app: &App) -> Result<(), Problem> {
    let (write, now) = (app.db.write().await?, app.clock.now());
    let over = jobs::hold(&*write, &app.jobs.ids(), now).await?;
    let abandoned = jobs::take_abandoned(&*write, now).await?;
    write.commit_addition().await?;
    for id in over {
        app.jobs.cancel(&id);
    }
    go_on(app, abandoned, KINDS).await
}
