//! Groups.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::State;
use kleister_store::groups;
use kleister_types::Notice;
use kleister_types::groups::{Group as WireGroup, GroupChange, GroupPage};

use super::body::{Json, Page};
use super::guard::{CanEdit, CanOwn, CanSee, Group, Snapshot};
use super::op;
use super::reply::{Reply, Result, done};
use super::unchanged::{self, IfMatch, Tagged};
use crate::App;
use crate::problem::Problem;
use crate::signin::caller::Asking;

const TAG: &str = "group";

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/groups",
            get_with(list, op("ListGroups", TAG, "Fetch all available groups"))
                .post_with(create, op("CreateGroup", TAG, "Create a new group")),
        )
        .api_route(
            "/groups/{group_id}",
            get_with(show, op("ShowGroup", TAG, "Fetch a specific group"))
                .put_with(update, op("UpdateGroup", TAG, "Update a specific group"))
                .delete_with(delete, op("DeleteGroup", TAG, "Delete a specific group")),
        )
}

async fn list(Asking(caller): Asking, Page(paging): Page, db: Snapshot) -> Result<GroupPage> {
    let page = groups::list(&*db, &caller, &paging).await?;
    Ok(Reply(GroupPage {
        total: page.total,
        limit: paging.limit(),
        offset: paging.offset(),
        groups: page.rows.into_iter().map(Into::into).collect(),
    }))
}

async fn create(
    State(app): State<App>,
    Asking(caller): Asking,
    Json(wanted): Json<GroupChange>,
) -> unchanged::Result<WireGroup> {
    caller.signed_in()?;
    let write = app.db.write().await?;
    let group = groups::create(&*write, &caller, &wanted, app.clock.now()).await?;
    write.commit().await?;
    Ok(Tagged(group.into()))
}

async fn show(CanSee(group, _): CanSee<Group>) -> unchanged::Result<WireGroup> {
    Ok(Tagged(group.row.into()))
}

async fn update(
    State(app): State<App>,
    edit: CanEdit<Group>,
    seen: IfMatch,
    Json(wanted): Json<GroupChange>,
) -> unchanged::Result<WireGroup> {
    let (write, group) = edit.lock().await?;
    seen.judge(async { Ok::<_, Problem>(WireGroup::from(group.row.clone())) }).await?;
    let group = groups::update(&*write, group.row, &wanted, app.clock.now()).await?;
    write.commit().await?;
    Ok(Tagged(group.into()))
}

async fn delete(own: CanOwn<Group>) -> Result<Notice> {
    let (write, group) = own.lock().await?;
    groups::delete(&*write, &group.row).await?;
    write.commit().await?;
    Ok(done("Successfully deleted group"))
}
