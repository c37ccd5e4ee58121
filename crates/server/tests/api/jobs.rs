//! Long work: begun, told, cancelled, and gone on with after a restart.

use kleister_server::App;
use kleister_server::jobs::{self, Kind, Running, Task};
use kleister_server::problem::Problem;
use kleister_store::{Caller as Who, users};
use kleister_types::jobs::{Job, JobState, Progress};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::test_app::TestApp;

/// Counts to a number, telling each.
#[derive(Serialize, Deserialize)]
struct Count {
    to: u64,
}

impl Task for Count {
    const KIND: &'static str = "test.count";
    const AGAIN: bool = true;

    async fn run(self, app: App, running: Running) -> Result<Value, Problem> {
        for done in 1..=self.to {
            running.progress("counting", done, self.to);
        }
        let write = app.db.write().await?;
        let result = json!({"counted": self.to});
        running.conclude(&app, &write, &result).await?;
        write.commit().await?;
        Ok(result)
    }
}

/// Never ends by itself.
#[derive(Serialize, Deserialize)]
struct Wait {
    /// Whether it has written its change already.
    concluded: bool,
}

impl Task for Wait {
    const KIND: &'static str = "test.wait";
    const AGAIN: bool = false;
    const INTERRUPTED: &'static str = "half of it stays; start it again";

    async fn run(self, app: App, running: Running) -> Result<Value, Problem> {
        if self.concluded {
            let write = app.db.write().await?;
            running.conclude(&app, &write, &Value::Null).await?;
            write.commit().await?;
        }
        running.progress("waiting", 1, 0);
        std::future::pending().await
    }
}

/// Fails, in one way or another.
#[derive(Serialize, Deserialize)]
struct Fail {
    panics: bool,
}

impl Task for Fail {
    const KIND: &'static str = "test.fail";
    const AGAIN: bool = true;

    async fn run(self, _: App, _: Running) -> Result<Value, Problem> {
        assert!(!self.panics, "a task with a bug");
        Err(Problem::BadRequest("there is nothing to count; send more".to_owned()))
    }
}

/// Every kind of job of these tests.
const KINDS: &[Kind] = &[Kind::of::<Count>(), Kind::of::<Wait>(), Kind::of::<Fail>()];

async fn user(app: &TestApp, username: &str) -> Who {
    let db = app.app.db.read().await.unwrap();
    let row = users::find_by_name(&db, username).await.unwrap().unwrap();
    users::caller(&db, &row.id).await.unwrap()
}

/// Waits for the end of a job.
async fn ended(app: &TestApp, username: &str, job: Job) -> Job {
    if let Some(mut shown) = app.app.jobs.watch(&job.id) {
        return shown.wait_for(|job| job.state.is_over()).await.unwrap().clone();
    }
    let db = app.app.db.read().await.unwrap();
    kleister_store::jobs::open(&db, &user(app, username).await, &job.id).await.unwrap().into()
}

/// A job of a user that has counted to a number.
pub(crate) async fn counted(app: &TestApp, username: &str, to: u64) -> Job {
    let job = jobs::start(&app.app, &user(app, username).await, Count { to }).await.unwrap();
    ended(app, username, job).await
}

/// The identifier of a job of a user that is under way and does not end.
pub(crate) async fn waiting(app: &TestApp, username: &str) -> String {
    started(app, username, Wait { concluded: false }).await
}

/// The identifier of a job that waits, once it does; it needs a place.
async fn started(app: &TestApp, username: &str, task: Wait) -> String {
    let job = jobs::start(&app.app, &user(app, username).await, task).await.unwrap();
    let mut shown = app.app.jobs.watch(&job.id).unwrap();
    shown.wait_for(|job| job.progress.done == 1 || job.state == JobState::Waiting).await.unwrap();
    job.id
}

async fn under_way(app: &TestApp, username: &str, task: Wait) -> String {
    let id = started(app, username, task).await;
    app.app.jobs.watch(&id).unwrap().wait_for(|job| job.progress.done == 1).await.unwrap();
    id
}

#[tokio::test]
async fn job_tells_how_far_it_is_and_what_came_of_it() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let id = under_way(&app, "eve", Wait { concluded: false }).await;
    let shown = eve.get(&format!("/jobs/{id}")).await.ok();
    assert_eq!((&shown["state"], &shown["progress"]["step"]), (&json!("running"), &json!("waiting")));
    let job = counted(&app, "eve", 3).await;
    let shown = eve.get(&format!("/jobs/{}", job.id)).await.ok();
    assert_eq!((&shown["state"], &shown["result"]), (&json!("done"), &json!({"counted": 3})));
    assert_eq!(shown["progress"], json!({"step": "counting", "done": 3, "total": 3}));
    let list = eve.get("/jobs").await.ok();
    assert_eq!((&list["total"], &list["jobs"][0]["id"]), (&json!(2), &json!(job.id)));
}

#[tokio::test]
async fn jobs_of_others_are_seen_by_server_admins_only() {
    let (app, admin, eve, _) = TestApp::with_callers().await;
    let job = counted(&app, "admin", 1).await;
    eve.get(&format!("/jobs/{}", job.id)).await.refused(404);
    assert_eq!(eve.get("/jobs").await.ok()["total"], 0);
    let of_eve = counted(&app, "eve", 1).await;
    assert_eq!(admin.get(&format!("/jobs/{}", of_eve.id)).await.ok()["state"], "done");
    assert_eq!(admin.get("/jobs?search=COUNT").await.ok()["total"], 2);
}

#[tokio::test]
async fn listeners_are_told_each_change_up_to_the_end() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let id = under_way(&app, "eve", Wait { concluded: false }).await;
    let path = format!("/jobs/{id}/events");
    let listened = tokio::spawn(async move { (eve.get(&path).await, eve) });
    tokio::task::yield_now().await;
    assert!(app.app.jobs.cancel(&id));
    let (answer, eve) = listened.await.unwrap();
    assert_eq!(answer.headers["content-type"], "text/event-stream");
    let text = String::from_utf8(answer.bytes.to_vec()).unwrap();
    let last = text.trim().rsplit("data: ").next().unwrap();
    assert!(text.starts_with("event: job\n") && last.contains(r#""state":"cancelled""#), "{text}");
    // Whoever comes later is told how it ended.
    let again = eve.get(&format!("/jobs/{id}/events")).await;
    assert_eq!(String::from_utf8_lossy(&again.bytes).matches("event: job").count(), 1);
}

#[tokio::test]
async fn job_is_cancelled_unless_its_change_is_written() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let id = under_way(&app, "eve", Wait { concluded: false }).await;
    let mut shown = app.app.jobs.watch(&id).unwrap();
    eve.delete(&format!("/jobs/{id}")).await.ok();
    shown.wait_for(|job| job.state == JobState::Cancelled).await.unwrap();
    let id = under_way(&app, "eve", Wait { concluded: true }).await;
    let why = eve.delete(&format!("/jobs/{id}")).await.refused(409);
    assert!(why.contains("written already"), "{why}");
}

#[tokio::test]
async fn failure_tells_its_reason_and_hides_a_bug() {
    let (app, ..) = TestApp::with_callers().await;
    let eve = user(&app, "eve").await;
    let job = jobs::start(&app.app, &eve, Fail { panics: false }).await.unwrap();
    let failure = ended(&app, "eve", job).await.failure.unwrap();
    assert_eq!(failure, "There is nothing to count; send more");
    let job = jobs::start(&app.app, &eve, Fail { panics: true }).await.unwrap();
    let job = ended(&app, "eve", job).await;
    assert_eq!(
        (job.state, job.failure.as_deref()),
        (JobState::Failed, Some("something failed on the server; try again"))
    );
}

#[tokio::test]
async fn restart_goes_on_with_what_may_be_done_again_and_fails_the_rest() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let token = eve.token.clone().unwrap();
    // Two wait in the only places, so that the third has not begun when the server stops.
    let begun = under_way(&app, "eve", Wait { concluded: false }).await;
    let concluded = under_way(&app, "eve", Wait { concluded: true }).await;
    let unbegun = jobs::start(&app.app, &user(&app, "eve").await, Count { to: 2 }).await.unwrap();
    drop(eve);
    let app = app.restarted().await;
    jobs::resume(&app.app, KINDS).await.unwrap();
    let eve = app.with_token(token);
    let failed = eve.get(&format!("/jobs/{begun}")).await.ok();
    assert_eq!(failed["state"], "failed");
    let why = "the server stopped while this was under way; half of it stays; start it again";
    assert!(failed["failure"].as_str().unwrap().eq_ignore_ascii_case(why), "{failed}");
    assert_eq!(eve.get(&format!("/jobs/{concluded}")).await.ok()["state"], "done");
    let done = ended(&app, "eve", unbegun).await;
    assert_eq!(done.result, Some(json!({"counted": 2})));
}

#[tokio::test]
async fn note_that_comes_late_takes_nothing_from_what_came_of_a_job() {
    let (app, ..) = TestApp::with_callers().await;
    let job = jobs::start(&app.app, &user(&app, "eve").await, Count { to: 2 }).await.unwrap();
    let done = ended(&app, "eve", job).await;
    let late = Progress { step: "counting".to_owned(), done: 1, total: 2 };
    let write = app.app.db.write().await.unwrap();
    kleister_store::jobs::note(&*write, &done.id, &late, app.clock.now()).await.unwrap();
    write.commit().await.unwrap();
    let kept = kleister_store::jobs::open(&app.app.db.read().await.unwrap(), &user(&app, "eve").await, &done.id).await;
    assert_eq!(Job::from(kept.unwrap()).result, Some(json!({"counted": 2})));
}

#[tokio::test]
async fn user_has_no_more_than_so_many_unfinished_jobs() {
    let (app, ..) = TestApp::with_callers().await;
    let eve = user(&app, "eve").await;
    for _ in 0..kleister_store::jobs::MOST {
        jobs::start(&app.app, &eve, Wait { concluded: false }).await.unwrap();
    }
    let refused = jobs::start(&app.app, &eve, Wait { concluded: false }).await.unwrap_err();
    assert_eq!(refused.status(), 409);
    let of_another = user(&app, "admin").await;
    assert_eq!(jobs::start(&app.app, &of_another, Count { to: 0 }).await.unwrap().state, JobState::Waiting);
}
