//! Mods.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::State;
use kleister_store::avatars::dress::dress;
use kleister_store::mods;
use kleister_types::Notice;
use kleister_types::mods::{Mod as WireMod, ModChange, ModPage};

use super::body::{Json, Page};
use super::guard::{CanEdit, CanOwn, CanSee, Mod, Snapshot};
use super::op;
use super::reply::{Reply, Result, done};
use super::unchanged::{self, IfMatch, Tagged};
use crate::App;
use crate::delivery::base::Base;
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

async fn list(Asking(caller): Asking, Page(paging): Page, base: Base, db: Snapshot) -> Result<ModPage> {
    let page = mods::list(&*db, &caller, &paging).await?;
    let page = ModPage {
        total: page.total,
        limit: paging.limit(),
        offset: paging.offset(),
        mods: page.rows.into_iter().map(Into::into).collect(),
    };
    Ok(Reply(dress(&*db, base.avatars(), page).await?))
}

async fn create(
    State(app): State<App>,
    Asking(caller): Asking,
    base: Base,
    Json(wanted): Json<ModChange>,
) -> unchanged::Result<WireMod> {
    caller.signed_in()?;
    let write = app.db.write().await?;
    let module = mods::create(&*write, &caller, &wanted, app.clock.now()).await?;
    let module = dress(&*write, base.avatars(), WireMod::from(module)).await?;
    write.commit().await?;
    Ok(Tagged(module))
}

async fn show(CanSee(module, db): CanSee<Mod>, base: Base) -> unchanged::Result<WireMod> {
    Ok(Tagged(dress(&*db, base.avatars(), WireMod::from(module.row)).await?))
}

async fn update(
    State(app): State<App>,
    edit: CanEdit<Mod>,
    seen: IfMatch,
    base: Base,
    Json(wanted): Json<ModChange>,
) -> unchanged::Result<WireMod> {
    let (write, module) = edit.lock().await?;
    seen.judge(dress(&*write, base.avatars(), WireMod::from(module.row.clone()))).await?;
    let module = mods::update(&*write, module.row, &wanted, app.clock.now()).await?;
    let module = dress(&*write, base.avatars(), WireMod::from(module)).await?;
    write.commit().await?;
    Ok(Tagged(module))
}

async fn delete(own: CanOwn<Mod>) -> Result<Notice> {
    let (write, module) = own.lock().await?;
    mods::delete(&*write, own.caller(), &module.row).await?;
    write.commit().await?;
    Ok(done("Successfully deleted mod"))
}
