//! Packs.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::State;
use kleister_store::avatars::dress::dress;
use kleister_store::packs;
use kleister_types::Notice;
use kleister_types::packs::{Pack as WirePack, PackChange, PackPage};

use super::body::{Json, Page};
use super::guard::{CanEdit, CanOwn, CanSee, Pack, Snapshot};
use super::op;
use super::reply::{Reply, Result, done};
use super::unchanged::{self, IfMatch, Tagged};
use crate::App;
use crate::delivery::base::Base;
use crate::signin::caller::Asking;

const TAG: &str = "pack";

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/packs",
            get_with(list, op("ListPacks", TAG, "Fetch all available packs"))
                .post_with(create, op("CreatePack", TAG, "Create a new pack")),
        )
        .api_route(
            "/packs/{pack_id}",
            get_with(show, op("ShowPack", TAG, "Fetch a specific pack"))
                .put_with(update, op("UpdatePack", TAG, "Update a specific pack"))
                .delete_with(delete, op("DeletePack", TAG, "Delete a specific pack")),
        )
}

async fn list(Asking(caller): Asking, Page(paging): Page, base: Base, db: Snapshot) -> Result<PackPage> {
    let page = packs::list(&*db, &caller, &paging).await?;
    let page = PackPage {
        total: page.total,
        limit: paging.limit(),
        offset: paging.offset(),
        packs: page.rows.into_iter().map(Into::into).collect(),
    };
    Ok(Reply(dress(&*db, base.avatars(), page).await?))
}

async fn create(
    State(app): State<App>,
    Asking(caller): Asking,
    base: Base,
    Json(wanted): Json<PackChange>,
) -> unchanged::Result<WirePack> {
    caller.signed_in()?;
    let write = app.db.write().await?;
    let pack = packs::create(&*write, &caller, &wanted, app.clock.now()).await?;
    let pack = dress(&*write, base.avatars(), WirePack::from(pack)).await?;
    write.commit().await?;
    Ok(Tagged(pack))
}

async fn show(CanSee(pack, db): CanSee<Pack>, base: Base) -> unchanged::Result<WirePack> {
    Ok(Tagged(dress(&*db, base.avatars(), WirePack::from(pack.row)).await?))
}

async fn update(
    State(app): State<App>,
    edit: CanEdit<Pack>,
    seen: IfMatch,
    base: Base,
    Json(wanted): Json<PackChange>,
) -> unchanged::Result<WirePack> {
    let (write, pack) = edit.lock().await?;
    seen.judge(dress(&*write, base.avatars(), WirePack::from(pack.row.clone()))).await?;
    let pack = packs::update(&*write, pack.row, &wanted, app.clock.now()).await?;
    let pack = dress(&*write, base.avatars(), WirePack::from(pack)).await?;
    write.commit().await?;
    Ok(Tagged(pack))
}

async fn delete(own: CanOwn<Pack>) -> Result<Notice> {
    let (write, pack) = own.lock().await?;
    packs::delete(&*write, &pack.row).await?;
    write.commit().await?;
    Ok(done("Successfully deleted pack"))
}
