//! Builds.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::State;
use kleister_store::avatars::dress::dress;
use kleister_store::builds;
use kleister_store::releases::contents;
use kleister_types::Notice;
use kleister_types::builds::{Build as WireBuild, BuildChange, BuildPage};

use super::body::{Json, Page};
use super::guard::{Build, CanEdit, CanSee, Pack};
use super::links::{LIST_LIMIT, check_paths};
use super::op;
use super::reply::{Reply, Result, done};
use super::unchanged::{self, IfMatch, Tagged};
use crate::check::{self, Ahead};
use crate::delivery::base::Base;
use crate::delivery::{publish, solder};
use crate::loader_packages;
use crate::problem::Problem;
use crate::{App, updater};

const TAG: &str = "build";

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/packs/{pack_id}/builds",
            get_with(list, op("ListBuilds", TAG, "Fetch all available builds for a pack"))
                .post_with(create, op("CreateBuild", TAG, "Create a new build for a pack")),
        )
        .api_route(
            "/packs/{pack_id}/builds/{build_id}",
            get_with(show, op("ShowBuild", TAG, "Fetch a specific build for a pack"))
                .put_with(update, op("UpdateBuild", TAG, "Update a specific build for a pack"))
                .delete_with(delete, op("DeleteBuild", TAG, "Delete a specific build for a pack")),
        )
}

async fn list(CanSee(pack, db): CanSee<Pack>, Page(paging): Page, base: Base) -> Result<BuildPage> {
    let page = builds::list(&*db, &pack, &paging).await?;
    let page = BuildPage {
        total: page.total,
        limit: paging.limit(),
        offset: paging.offset(),
        pack: pack.row.into(),
        builds: page.rows.into_iter().map(Into::into).collect(),
    };
    Ok(Reply(dress(&*db, base.avatars(), page).await?))
}

async fn create(
    State(app): State<App>,
    edit: CanEdit<Pack>,
    Json(wanted): Json<BuildChange, LIST_LIMIT>,
) -> unchanged::Result<WireBuild> {
    check_paths(wanted.versions.as_deref().unwrap_or_default())?;
    let now = app.clock.now();
    let ahead = rehearse(&app, &edit, &wanted).await?;
    let (write, pack) = edit.lock().await?;
    let mut build = builds::create(&*write, edit.caller(), &pack.row, &wanted, now).await?;
    if wanted.published == Some(true) {
        build = publish::publish(&write, edit.caller(), (&pack.row, build), (&wanted, &ahead), now).await?;
    }
    let build = builds::dress_one(&*write, build).await?;
    write.commit().await?;
    if wanted.published == Some(true) {
        solder::begin(&app, &build.build.id);
    }
    Ok(Tagged(build.into()))
}

async fn show(CanSee(opened, _): CanSee<Build>) -> unchanged::Result<WireBuild> {
    Ok(Tagged(opened.dressed().into()))
}

async fn update(
    State(app): State<App>,
    edit: CanEdit<Build>,
    seen: IfMatch,
    Json(wanted): Json<BuildChange>,
) -> unchanged::Result<WireBuild> {
    let now = app.clock.now();
    let ahead = match wanted.published {
        Some(true) => publish::ahead(&app, &edit.open().await?.build, &wanted).await?,
        _ => Ahead::default(),
    };
    let (write, opened) = edit.lock().await?;
    seen.judge(async { Ok::<WireBuild, Problem>(opened.clone().dressed().into()) }).await?;
    let Build { pack, build, .. } = opened;
    let publishes = builds::asks_to_publish(&build, &wanted);
    let mut build = builds::update(&*write, edit.caller(), build, &wanted, now).await?;
    if publishes {
        build = publish::publish(&write, edit.caller(), (&pack.row, build), (&wanted, &ahead), now).await?;
    }
    let build = builds::dress_one(&*write, build).await?;
    write.commit().await?;
    if publishes {
        solder::begin(&app, &build.build.id);
    }
    Ok(Tagged(build.into()))
}

/// Reads what the files of a new build will say that is published at once: it is made, looked at, and taken back.
async fn rehearse(app: &App, edit: &CanEdit<Pack>, wanted: &BuildChange) -> std::result::Result<Ahead, Problem> {
    if wanted.published != Some(true) {
        return Ok(Ahead::default());
    }
    updater::ready(app).await;
    let (write, pack) = edit.lock().await?;
    let build = builds::create(&*write, edit.caller(), &pack.row, wanted, app.clock.now()).await?;
    let contents = contents(&*write, &build).await?;
    drop(write);
    loader_packages::ready_for(app, &contents.runs_on).await;
    check::read(app, &contents).await
}

async fn delete(State(app): State<App>, edit: CanEdit<Build>) -> Result<Notice> {
    let (write, opened) = edit.lock().await?;
    builds::delete(&*write, edit.caller(), &opened.build, app.clock.now()).await?;
    write.commit().await?;
    Ok(done("Successfully deleted build"))
}
