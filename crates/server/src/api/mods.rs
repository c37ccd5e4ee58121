//! Mods.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::State;
use kleister_store::mods;
use kleister_types::Notice;
use kleister_types::mods::{Mod as WireMod, ModChange, ModPage};

use super::body::{Json, Page};
use super::guard::{CanEdit, CanOwn, CanSee, Mod, Snapshot};
use super::op;
use super::reply::{Reply, Result, done};
use super::unchanged::{self, IfMatch, Tagged};
use crate::App;
use crate::problem::Problem;
use crate::signin::caller::Asking;

const TAG: &str = "mod";

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/mods",
            get_with(list, op("ListMods", TAG, "Fetch all available mods"))
                .post_with(create, op("CreateMod", TAG, "Create a new mod")),
        )
        .api_route(
            "/mods/{mod_id}",
            get_with(show, op("ShowMod", TAG, "Fetch a specific mod"))
                .put_with(update, op("UpdateMod", TAG, "Update a specific mod"))
                .delete_with(delete, op("DeleteMod", TAG, "Delete a specific mod")),
        )
}

async fn list(Asking(caller): Asking, Page(paging): Page, db: Snapshot) -> Result<ModPage> {
    let page = mods::list(&*db, &caller, &paging).await?;
    Ok(Reply(ModPage {
        total: page.total,
        limit: paging.limit(),
        offset: paging.offset(),
        mods: page.rows.into_iter().map(Into::into).collect(),
    }))
}

async fn create(
    State(app): State<App>,
    Asking(caller): Asking,
    Json(wanted): Json<ModChange>,
) -> unchanged::Result<WireMod> {
    caller.signed_in()?;
    let write = app.db.write().await?;
    let module = mods::create(&*write, &caller, &wanted, app.clock.now()).await?;
    write.commit().await?;
    Ok(Tagged(module.into()))
}

async fn show(CanSee(module, _): CanSee<Mod>) -> unchanged::Result<WireMod> {
    Ok(Tagged(module.row.into()))
}

async fn update(
    State(app): State<App>,
    edit: CanEdit<Mod>,
    seen: IfMatch,
    Json(wanted): Json<ModChange>,
) -> unchanged::Result<WireMod> {
    let (write, module) = edit.lock().await?;
    seen.judge(async { Ok::<_, Problem>(WireMod::from(module.row.clone())) }).await?;
    let module = mods::update(&*write, module.row, &wanted, app.clock.now()).await?;
    write.commit().await?;
    Ok(Tagged(module.into()))
}

async fn delete(own: CanOwn<Mod>) -> Result<Notice> {
    let (write, module) = own.lock().await?;
    mods::delete(&*write, own.caller(), &module.row).await?;
    write.commit().await?;
    Ok(done("Successfully deleted mod"))
}
