//! Long work: asked for, begun, and ended, so that a restart in between loses nothing.

use kleister_types::jobs::{Job, JobState, Progress};
use kleister_types::{Order, Paging, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Select};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lists::{self, Page, Sorts};
use crate::rows::{self, job};
use crate::{Caller, Error, Result, names};

/// How many jobs of one user may be unfinished.
pub const MOST: u64 = 20;
/// How long a job stays its server's after that has spoken of it, in seconds.
const HELD: i64 = 15;
/// The longest reason for a failure that is kept, in bytes.
const REASON: usize = 1000;

const SORTS: Sorts<job::Column> = &[("created", job::Column::CreatedAt), ("kind", job::Column::Kind)];

/// What a job's progress column holds.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Told {
    #[serde(flatten)]
    progress: Progress,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    result: Option<Value>,
}

/// How a job ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was done, and this came of it.
    Done(Value),
    /// It was not done, for this reason.
    Failed(String),
    /// It was told to stop.
    Cancelled,
}

impl From<job::Model> for Job {
    fn from(row: job::Model) -> Self {
        let told: Told = row.progress.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        Self {
            id: row.id,
            kind: row.kind,
            state: JobState::from_word(&row.state),
            progress: told.progress,
            result: told.result,
            failure: row.failure,
            created_at: Timestamp::from_millis(row.created_at),
            finished_at: row.finished_at.map(Timestamp::from_millis),
        }
    }
}

/// Adds a job that waits to be begun. Without a caller's user it is an operator's, whom no limit binds.
pub async fn create(
    db: &impl ConnectionTrait,
    caller: &Caller,
    (kind, task): (&str, String),
    now: Timestamp,
) -> Result<job::Model> {
    let user_id = caller.who().map(|who| who.id.clone());
    if let Some(user) = &user_id
        && unfinished().filter(job::Column::UserId.eq(user)).count(db).await? >= MOST
    {
        return Err(Error::Conflict(format!(
            "{MOST} of your jobs are not finished; wait until some are, or cancel them"
        )));
    }
    let row = job::Model {
        id: names::new_id(),
        kind: kind.to_owned(),
        state: JobState::Waiting.word().to_owned(),
        user_id,
        task: Some(task),
        progress: None,
        failure: None,
        attempts: 0,
        due_at: now.plus_seconds(HELD).as_millis(),
        finished_at: None,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    rows::insert(db, row.clone()).await?;
    Ok(row)
}

/// A conflict while a job of this kind is not finished.
pub async fn refuse_second(db: &impl ConnectionTrait, kind: &str) -> Result<()> {
    match unfinished().filter(job::Column::Kind.eq(kind)).one(db).await? {
        None => Ok(()),
        Some(row) => Err(Error::Conflict(format!(
            "job `{}` is doing this already; wait until it has ended, or cancel it",
            row.id
        ))),
    }
}

/// The caller's job of this identifier; server admins find everybody's.
pub async fn open(db: &impl ConnectionTrait, caller: &Caller, id: &str) -> Result<job::Model> {
    seen(caller)?.filter(job::Column::Id.eq(id)).one(db).await?.ok_or(Error::Missing("job"))
}

/// One page of the caller's jobs, the newest first unless asked otherwise; server admins see everybody's.
pub async fn list(db: &impl ConnectionTrait, caller: &Caller, paging: &Paging) -> Result<Page<job::Model>> {
    let paging = &Paging { order: paging.order.or(Some(Order::Desc)), ..paging.clone() };
    let seen = lists::matching(seen(caller)?, job::Column::Kind, paging)?;
    let sorted = lists::sorted(seen.clone(), SORTS, job::Column::Id, paging)?;
    lists::page(db, sorted, seen, paging).await
}

/// The jobs that are not over, oldest first.
pub async fn unfinished_ones(db: &impl ConnectionTrait) -> Result<Vec<job::Model>> {
    Ok(unfinished().order_by_asc(job::Column::Id).all(db).await?)
}

/// Takes the unfinished jobs of which no server has spoken for a while, oldest first.
pub async fn take_abandoned(db: &impl ConnectionTrait, now: Timestamp) -> Result<Vec<job::Model>> {
    let abandoned = unfinished().filter(job::Column::DueAt.lt(now.as_millis()));
    let rows = abandoned.order_by_asc(job::Column::Id).all(db).await?;
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    hold(db, &ids, now).await?;
    Ok(rows)
}

/// Says that these jobs are still under way, and gives those that are over by another server's word.
pub async fn hold(db: &impl ConnectionTrait, ids: &[String], now: Timestamp) -> Result<Vec<String>> {
    let held = job::Entity::update_many().filter(job::Column::Id.is_in(ids));
    held.col_expr(job::Column::DueAt, Expr::value(now.plus_seconds(HELD).as_millis())).exec(db).await?;
    let over = job::Entity::find().filter(job::Column::Id.is_in(ids)).filter(job::Column::FinishedAt.is_not_null());
    Ok(over.all(db).await?.into_iter().map(|row| row.id).collect())
}

/// A conflict where a job is over: another server did it, or it was cancelled.
pub async fn refuse_over(db: &impl ConnectionTrait, id: &str) -> Result<()> {
    let row = job::Entity::find_by_id(id).one(db).await?.ok_or(Error::Missing("job"))?;
    let is_over = JobState::from_word(&row.state).is_over();
    if is_over { Err(Error::Conflict("the job is over".to_owned())) } else { Ok(()) }
}

/// Notes that a job is begun, and counts it.
pub async fn begin(db: &impl ConnectionTrait, id: &str, now: Timestamp) -> Result<()> {
    let begun = job::Entity::update_many().filter(job::Column::Id.eq(id));
    let begun = begun.col_expr(job::Column::State, Expr::value(JobState::Running.word()));
    let begun = begun.col_expr(job::Column::Attempts, Expr::col(job::Column::Attempts).add(1));
    begun.col_expr(job::Column::UpdatedAt, Expr::value(now.as_millis())).exec(db).await?;
    Ok(())
}

/// Notes how far a job is that goes on: one that has ended while this waited for its write keeps what came of it.
pub async fn note(db: &impl ConnectionTrait, id: &str, progress: &Progress, now: Timestamp) -> Result<()> {
    let told = told(&Told { progress: progress.clone(), result: None })?;
    let going = job::Column::State.eq(JobState::Running.word());
    let noted = job::Entity::update_many().filter(job::Column::Id.eq(id)).filter(going);
    let noted = noted.col_expr(job::Column::Progress, Expr::value(told));
    noted.col_expr(job::Column::UpdatedAt, Expr::value(now.as_millis())).exec(db).await?;
    Ok(())
}

/// Notes how a job ended, and gives it as it is now. What is over already stays as it ended.
pub async fn end(
    db: &impl ConnectionTrait,
    id: &str,
    (progress, outcome): (Progress, Outcome),
    now: Timestamp,
) -> Result<job::Model> {
    let mut row = job::Entity::find_by_id(id).one(db).await?.ok_or(Error::Missing("job"))?;
    if JobState::from_word(&row.state).is_over() {
        return Ok(row);
    }
    let (state, result, failure) = match outcome {
        Outcome::Done(result) => (JobState::Done, Some(result), None),
        Outcome::Failed(reason) => (JobState::Failed, None, Some(cut(reason))),
        Outcome::Cancelled => (JobState::Cancelled, None, None),
    };
    state.word().clone_into(&mut row.state);
    row.progress = Some(told(&Told { progress, result })?);
    row.failure = failure;
    row.finished_at = Some(now.as_millis());
    row.updated_at = now.as_millis();
    rows::update(db, row.clone()).await?;
    Ok(row)
}

/// Forgets jobs that ended before a time.
pub async fn forget_old(db: &impl ConnectionTrait, before: Timestamp) -> Result<()> {
    job::Entity::delete_many().filter(job::Column::FinishedAt.lt(before.as_millis())).exec(db).await?;
    Ok(())
}

fn unfinished() -> Select<job::Entity> {
    let states = [JobState::Waiting, JobState::Running].map(JobState::word);
    job::Entity::find().filter(job::Column::State.is_in(states))
}

fn seen(caller: &Caller) -> Result<Select<job::Entity>> {
    let who = caller.signed_in()?;
    let all = job::Entity::find();
    Ok(if who.admin { all } else { all.filter(job::Column::UserId.eq(&who.id)) })
}

fn told(told: &Told) -> Result<String> {
    serde_json::to_string(told).map_err(|error| Error::Database(sea_orm::DbErr::Json(error.to_string())))
}

fn cut(mut reason: String) -> String {
    reason.truncate(reason.floor_char_boundary(REASON));
    reason
}
