//! Previews: tokens that open the drafts of a pack.

use aide::axum::ApiRouter;
use aide::axum::routing::{delete_with, get_with};
use axum::extract::State;
use kleister_store::previews;
use kleister_store::rows::{token, user};
use kleister_types::previews::{NewPreview, Preview, PreviewList, PreviewRequest};
use kleister_types::{Notice, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;

use super::addition;
use super::body::{At, Json};
use super::guard::{CanEdit, CanSee, Pack};
use super::reply::{Reply, Result, done};
use crate::App;
use crate::delivery::base::Base;
use crate::signin::caller::Asking;
use crate::signin::secret;

const TAG: &str = "preview";
/// What preview tokens begin with.
const PREFIX: &str = "klp_";

/// The part of an address that names a preview.
#[derive(Debug, Deserialize, JsonSchema)]
struct PreviewPath {
    /// The preview, by identifier.
    preview_id: String,
}

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/packs/{pack_id}/previews",
            get_with(list, addition("ListPreviews", TAG, "Fetch all previews of a pack"))
                .post_with(create, addition("CreatePreview", TAG, "Make a token that opens the drafts of a pack")),
        )
        .api_route(
            "/packs/{pack_id}/previews/{preview_id}",
            delete_with(revoke, addition("DeletePreview", TAG, "Revoke a preview")),
        )
}

async fn list(State(app): State<App>, CanSee(pack, db): CanSee<Pack>, Asking(caller): Asking) -> Result<PreviewList> {
    let rows = previews::list(&*db, &caller, &pack, app.clock.now()).await?;
    let previews = rows.into_iter().map(|(row, maker)| wire(row, maker.map(|maker: user::Model| maker.username)));
    let previews: Vec<_> = previews.collect();
    Ok(Reply(PreviewList { total: previews.len() as u64, previews }))
}

async fn create(
    State(app): State<App>,
    edit: CanEdit<Pack>,
    base: Base,
    Json(wanted): Json<PreviewRequest>,
) -> Result<NewPreview> {
    let token = secret::new(PREFIX);
    let (write, pack) = edit.lock().await?;
    let wanted = (&wanted, secret::kept(&token));
    let row = previews::create(&*write, edit.caller(), &pack.row, wanted, app.clock.now()).await?;
    write.commit().await?;
    let maker = edit.caller().who().map(|who| who.username.clone());
    Ok(Reply(NewPreview { preview: wire(row, maker), url: base.pack(Some(&token), &pack.row.slug), token }))
}

async fn revoke(State(app): State<App>, edit: CanEdit<Pack>, At(path): At<PreviewPath>) -> Result<Notice> {
    let (write, pack) = edit.lock().await?;
    previews::revoke(&*write, edit.caller(), &pack.row, &path.preview_id, app.clock.now()).await?;
    write.commit().await?;
    Ok(done("Successfully deleted preview"))
}

fn wire(row: token::Model, maker: Option<String>) -> Preview {
    Preview {
        id: row.id,
        name: row.name,
        last_four: row.last_four.unwrap_or_default(),
        maker,
        ends_at: Timestamp::from_millis(row.ends_at.unwrap_or(0)),
        created_at: Timestamp::from_millis(row.created_at),
    }
}
