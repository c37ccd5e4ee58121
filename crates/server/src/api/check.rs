//! The check of a build, and waivers of what it finds.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, put_with};
use axum::extract::State;
use kleister_store::check as store;
use kleister_types::Notice;
use kleister_types::check::{Check, Waiver, WaiverRequest};
use schemars::JsonSchema;
use serde::Deserialize;

use super::addition;
use super::body::{At, Json};
use super::guard::{Build, CanEdit, CanSee};
use super::reply::{Reply, Result, done};
use crate::signin::caller::Asking;
use crate::{App, check};

const TAG: &str = "check";

/// The part of an address that names a finding.
#[derive(Debug, Deserialize, JsonSchema)]
struct FindingPath {
    /// The rule, such as `missing_dependency`.
    rule: String,
    /// What the finding is about, percent-encoded where it is a path.
    subject: String,
}

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/packs/{pack_id}/builds/{build_id}/check",
            get_with(show, addition("CheckBuild", TAG, "Check what a build would come to")),
        )
        .api_route(
            "/packs/{pack_id}/builds/{build_id}/waivers/{rule}/{subject}",
            put_with(waive, addition("WaiveFinding", TAG, "Waive a finding of the check"))
                .delete_with(unwaive, addition("DeleteWaiver", TAG, "Take a waiver back")),
        )
}

async fn show(State(app): State<App>, CanSee(build, db): CanSee<Build>, Asking(caller): Asking) -> Result<Check> {
    store::may_check(&caller, &build)?;
    drop(db);
    Ok(Reply(check::report(&app, &caller, &build).await?))
}

async fn waive(
    State(app): State<App>,
    edit: CanEdit<Build>,
    At(path): At<FindingPath>,
    Json(wanted): Json<WaiverRequest>,
) -> Result<Waiver> {
    let ahead = check::ahead(&app, &edit.open().await?.build).await?;
    let (write, Build { pack, build, .. }) = edit.lock().await?;
    let judged = check::judge(&write, &pack.row, &build, &ahead).await?;
    let found = judged.find(&path.rule, &path.subject)?;
    let row = store::waive(&*write, edit.caller(), &build, (found, &wanted), app.clock.now()).await?;
    write.commit().await?;
    Ok(Reply(check::waiver(&row)))
}

async fn unwaive(State(app): State<App>, edit: CanEdit<Build>, At(path): At<FindingPath>) -> Result<Notice> {
    let (write, opened) = edit.lock().await?;
    let named = (&*path.rule, &*path.subject);
    store::unwaive(&*write, edit.caller(), &opened.build, named, app.clock.now()).await?;
    write.commit().await?;
    Ok(done("Successfully deleted waiver"))
}
