//! Long work that goes on after its request was answered: imports, re-hashing, moving.
//!
//! A job is a row before it is begun, so a restart loses none: one that was under way is begun again where its kind
//! says that this is right, and ends as failed otherwise. Whoever waits for it polls, or listens to it. Where several
//! servers work on a database, each speaks of its own jobs again and again; another one takes those of which nobody does.
//!
//! To add a kind: implement [`Task`] for what is to be done, add it to [`KINDS`], and begin it by [`start`]. A task
//! writes its rows in one write at its end, so that one which fails or is cancelled leaves nothing, and ends the job
//! within that write by [`Running::conclude`], so that none is done twice.

mod others;

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kleister_store::jobs::{self, Outcome};
use kleister_store::rows::job;
use kleister_store::{Caller, Error, Write, users};
use kleister_types::jobs::{Job, JobState, Progress};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::CancellationToken;

pub use self::others::{cancel, keep};
use crate::App;
use crate::imports::ImportPack;
use crate::problem::Problem;
use crate::{solder, storage};

/// How many jobs are under way at the same time.
const AT_ONCE: usize = 2;
/// How many times a job is begun before a restart is taken for its fault.
const ATTEMPTS: i64 = 3;
/// How often progress is written down at the most.
const NOTED: Duration = Duration::from_secs(1);

/// Every kind of job that can be begun again.
pub const KINDS: &[Kind] = &[
    Kind::of::<ImportPack>(),
    Kind::of::<solder::Move>(),
    Kind::of::<storage::Collect>(),
    Kind::of::<storage::Verify>(),
    Kind::of::<storage::Move>(),
];

/// Who is told how far work is.
pub type Tell<'a> = dyn Fn(Progress) + Send + Sync + 'a;

/// A kind of long work: what is to be done, as it is written down, and how it is done.
pub trait Task: Serialize + DeserializeOwned + Send + 'static {
    /// The kind's name, such as `pack.import`.
    const KIND: &'static str;
    /// Whether one that a restart interrupted is begun again from its start; otherwise it has failed.
    const AGAIN: bool;
    /// Whether a second one is refused while one is not finished.
    const ALONE: bool = false;
    /// What whoever asked for it is told of one that a stop of the server ended: what of it stays, and what to do.
    const INTERRUPTED: &'static str = "nothing of it stays, start it again";

    /// Does it. What comes back is the job's result.
    fn run(self, app: App, running: Running) -> impl Future<Output = Result<Value, Problem>> + Send;
}

type Work = Pin<Box<dyn Future<Output = Result<Value, Problem>> + Send>>;

/// A kind of job, as it is found by its name after a restart.
#[derive(Clone, Copy)]
pub struct Kind {
    name: &'static str,
    again: bool,
    interrupted: &'static str,
    begin: fn(&str, App, Running) -> Result<Work, serde_json::Error>,
}

impl Kind {
    /// The kind of a task.
    pub const fn of<T: Task>() -> Self {
        let begin = |task: &str, app, running| -> Result<Work, serde_json::Error> {
            let task: T = serde_json::from_str(task)?;
            Ok(Box::pin(task.run(app, running)))
        };
        Self { name: T::KIND, again: T::AGAIN, interrupted: T::INTERRUPTED, begin }
    }
}

/// The jobs under way in this process; a clone has the same ones.
#[derive(Clone)]
pub struct Jobs(Arc<Inner>);

struct Inner {
    places: Semaphore,
    under_way: Mutex<HashMap<String, UnderWay>>,
}

struct UnderWay {
    shown: watch::Receiver<Job>,
    stop: CancellationToken,
    fate: Arc<Fate>,
    task: Option<JoinHandle<()>>,
}

/// Whether a job may still be cancelled: of its end and its cancellation, one comes first.
#[derive(Default)]
struct Fate(AtomicU8);

impl Fate {
    const OPEN: u8 = 0;
    const CONCLUDED: u8 = 1;
    const CANCELLED: u8 = 2;

    /// Decides it, unless it is decided otherwise.
    fn decide(&self, fate: u8) -> bool {
        self.0
            .compare_exchange(Self::OPEN, fate, Ordering::SeqCst, Ordering::SeqCst)
            .map_or_else(|decided| decided == fate, |_| true)
    }
}

impl Default for Jobs {
    fn default() -> Self {
        Self(Arc::new(Inner { places: Semaphore::new(AT_ONCE), under_way: Mutex::default() }))
    }
}

impl Jobs {
    /// A job under way as it is at this moment, and whenever that changes; none if it is over, or not known here.
    pub fn watch(&self, id: &str) -> Option<watch::Receiver<Job>> {
        self.under_way().get(id).map(|job| job.shown.clone())
    }

    /// Tells a job under way to stop; whether it will, which it does not once its change is being written.
    pub fn cancel(&self, id: &str) -> bool {
        let under_way = self.under_way();
        let Some(job) = under_way.get(id).filter(|job| job.fate.decide(Fate::CANCELLED)) else { return false };
        job.stop.cancel();
        true
    }

    /// The jobs under way here.
    fn ids(&self) -> Vec<String> {
        self.under_way().keys().cloned().collect()
    }

    /// Breaks off all jobs, as a stop of the server does: [`resume`] goes on with them at the next start.
    pub async fn halt(&self) {
        let tasks: Vec<_> = self.under_way().drain().filter_map(|(_, job)| job.task).collect();
        for task in tasks {
            task.abort();
            let _ = task.await;
        }
    }

    fn under_way(&self) -> MutexGuard<'_, HashMap<String, UnderWay>> {
        self.0.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job under way, as its task sees it.
#[derive(Clone)]
pub struct Running {
    /// The job's identifier.
    pub id: String,
    user: Option<String>,
    shown: watch::Sender<Job>,
    fate: Arc<Fate>,
}

impl Running {
    /// Tells those who wait how far it is: `done` of `total`, or of who knows how many where that is 0.
    pub fn progress(&self, step: &str, done: u64, total: u64) {
        self.tell(progress(step, done, total));
    }

    /// Tells those who wait how far it is.
    pub fn tell(&self, progress: Progress) {
        self.shown.send_modify(|job| job.progress = progress);
    }

    /// Who asked for it, with the rights that he has now; nobody in particular for an operator's job.
    ///
    /// A user who is gone or deactivated is [`kleister_store::Error::Missing`].
    pub async fn caller(&self, app: &App) -> Result<Caller, Problem> {
        match &self.user {
            None => Ok(Caller::Anonymous),
            Some(id) => Ok(users::caller(&app.db.read().await?, id).await?),
        }
    }

    /// Ends the job within the write that makes its change: both are on disk, or neither. From here on it cannot be
    /// cancelled; one that was cancelled before is a conflict, and its write must not be committed.
    pub async fn conclude(&self, app: &App, write: &Write, result: &Value) -> Result<(), Problem> {
        if !self.fate.decide(Fate::CONCLUDED) {
            return Err(Error::Conflict("the job was cancelled".to_owned()).into());
        }
        jobs::refuse_over(&**write, &self.id).await?;
        let progress = self.shown.borrow().progress.clone();
        jobs::end(&**write, &self.id, (progress, Outcome::Done(result.clone())), app.clock.now()).await?;
        Ok(())
    }

    fn set(&self, state: JobState) {
        self.shown.send_modify(|job| job.state = state);
    }
}

/// How far work is: `done` of `total`, or of who knows how many where that is 0.
pub fn progress(step: &str, done: u64, total: u64) -> Progress {
    Progress { step: step.to_owned(), done, total }
}

/// Writes a job down and lets it begin as soon as there is a place; gives it as it waits.
pub async fn start<T: Task>(app: &App, caller: &Caller, task: T) -> Result<Job, Problem> {
    let text = serde_json::to_string(&task).map_err(|error| Problem::BadRequest(error.to_string()))?;
    let write = app.db.write().await?;
    if T::ALONE {
        jobs::refuse_second(&*write, T::KIND).await?;
    }
    let row = jobs::create(&*write, caller, (T::KIND, text), app.clock.now()).await?;
    write.commit_addition().await?;
    spawn(app, row.clone(), |app, running| Ok(Box::pin(task.run(app, running))));
    Ok(row.into())
}

/// Goes on with what a stop of the server interrupted, as each kind says.
pub async fn resume(app: &App, kinds: &[Kind]) -> Result<(), Problem> {
    go_on(app, jobs::unfinished_ones(&app.db.read().await?).await?, kinds).await
}

async fn go_on(app: &App, unfinished: Vec<job::Model>, kinds: &[Kind]) -> Result<(), Problem> {
    for row in unfinished {
        let kind = kinds.iter().find(|kind| kind.name == row.kind).copied();
        match kind {
            Some(kind) if row.attempts == 0 || (kind.again && row.attempts < ATTEMPTS) => {
                tracing::info!(job = row.id, kind = row.kind, "going on with a job");
                let task = row.task.clone().unwrap_or_default();
                spawn(app, row, move |app, running| (kind.begin)(&task, app, running));
            }
            _ => {
                tracing::warn!(job = row.id, kind = row.kind, "a job was interrupted");
                // A kind that no server knows any more is begun by nobody.
                let stays = kind.map_or("it is not known here any more", |kind| kind.interrupted);
                let reason = format!("the server stopped while this was under way; {stays}");
                let progress = Job::from(row.clone()).progress;
                let write = app.db.write().await?;
                jobs::end(&*write, &row.id, (progress, Outcome::Failed(reason)), app.clock.now()).await?;
                write.commit_addition().await?;
            }
        }
    }
    Ok(())
}

/// Runs a job in a task of its own, from its waiting to its end.
fn spawn(
    app: &App,
    row: job::Model,
    begin: impl FnOnce(App, Running) -> Result<Work, serde_json::Error> + Send + 'static,
) {
    let (id, user) = (row.id.clone(), row.user_id.clone());
    let (shown, seen) = watch::channel(Job { state: JobState::Waiting, ..row.into() });
    let fate = Arc::new(Fate::default());
    let running = Running { id: id.clone(), user, shown, fate: Arc::clone(&fate) };
    let stop = CancellationToken::new();
    app.jobs.under_way().insert(id.clone(), UnderWay { shown: seen, stop: stop.clone(), fate, task: None });
    let (jobs, key, app) = (app.jobs.clone(), id.clone(), app.clone());
    let task = tokio::spawn(async move {
        let outcome = tokio::select! {
            () = stop.cancelled() => Outcome::Cancelled,
            outcome = carry_out(&app, &running, begin) => outcome,
        };
        if let Err(error) = finish(&app, &running, outcome).await {
            tracing::error!(job = id, %error, "cannot write down how a job ended");
        }
        app.jobs.under_way().remove(&id);
    });
    // One that has ended meanwhile is not there any more.
    if let Some(job) = jobs.under_way().get_mut(&key) {
        job.task = Some(task);
    }
}

/// Waits for a place, then does the work, writing down its progress now and then.
async fn carry_out(
    app: &App,
    running: &Running,
    begin: impl FnOnce(App, Running) -> Result<Work, serde_json::Error>,
) -> Outcome {
    let Ok(_place) = app.jobs.0.places.acquire().await else { return Outcome::Cancelled };
    if let Err(error) = note_begin(app, running).await {
        return failed(running, &error.into());
    }
    let work = match begin(app.clone(), running.clone()) {
        Ok(work) => Guarded(tokio::spawn(work)),
        Err(error) => return failed(running, &Problem::BadRequest(format!("the job cannot be read: {error}"))),
    };
    match work.with_notes(app, running).await {
        Ok(Ok(result)) => Outcome::Done(result),
        Ok(Err(problem)) => failed(running, &problem),
        Err(error) => {
            tracing::error!(job = running.id, %error, "a job broke off");
            Outcome::Failed("something failed on the server; try again".to_owned())
        }
    }
}

async fn note_begin(app: &App, running: &Running) -> kleister_store::Result<()> {
    running.set(JobState::Running);
    let write = app.db.write().await?;
    jobs::begin(&*write, &running.id, app.clock.now()).await?;
    write.commit_addition().await
}

fn failed(running: &Running, problem: &Problem) -> Outcome {
    tracing::warn!(job = running.id, error = %problem, "a job failed");
    Outcome::Failed(problem.told())
}

async fn finish(app: &App, running: &Running, outcome: Outcome) -> kleister_store::Result<()> {
    let progress = running.shown.borrow().progress.clone();
    let write = app.db.write().await?;
    let row = jobs::end(&*write, &running.id, (progress, outcome), app.clock.now()).await?;
    write.commit_addition().await?;
    running.shown.send_replace(row.into());
    Ok(())
}

/// The task of a job's work, which ends with whoever waits for it.
struct Guarded(JoinHandle<Result<Value, Problem>>);

impl Drop for Guarded {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Guarded {
    /// Waits for the end, and writes down what progress there is once a second.
    async fn with_notes(mut self, app: &App, running: &Running) -> Result<Result<Value, Problem>, JoinError> {
        let mut last = running.shown.borrow().progress.clone();
        loop {
            tokio::select! {
                ended = &mut self.0 => return ended,
                () = tokio::time::sleep(NOTED) => {
                    let progress = running.shown.borrow().progress.clone();
                    if progress != last {
                        note(app, &running.id, &progress).await;
                        last = progress;
                    }
                }
            }
        }
    }
}

/// Writes progress down; where that fails, the work goes on all the same.
async fn note(app: &App, id: &str, progress: &Progress) {
    let noted = async {
        let write = app.db.write().await?;
        jobs::note(&*write, id, progress, app.clock.now()).await?;
        write.commit_addition().await
    };
    if let Err(error) = noted.await {
        tracing::warn!(job = id, %error, "cannot write down how far a job is");
    }
}
