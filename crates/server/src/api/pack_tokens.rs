//! Pack tokens: what players and servers show to get a private pack.

use aide::axum::ApiRouter;
use aide::axum::routing::{delete_with, get_with, post_with};
use axum::extract::State;
use kleister_store::pack_tokens::{self, shown, shown_new};
use kleister_store::rows::token;
use kleister_types::Notice;
use kleister_types::pack_tokens::{Invitation, Invited, NewPackToken, PackTokenList, PackTokenRequest};
use schemars::JsonSchema;
use serde::Deserialize;

use super::addition;
use super::body::{At, Json, Page};
use super::guard::{CanEdit, CanSee, Pack};
use super::reply::{Reply, Result, done};
use crate::App;
use crate::delivery::base::Base;
use crate::signin::caller::Asking;
use crate::signin::secret::{self, PACK_TOKEN};

const TAG: &str = "pack token";

/// The part of an address that names a token of a pack.
#[derive(Debug, Deserialize, JsonSchema)]
struct PackTokenPath {
    /// The token's identifier, not the token itself.
    pack_token_id: String,
}

pub(super) fn routes() -> ApiRouter<App> {
    let whitelist = "Make a token for each player of a whitelist";
    ApiRouter::new()
        .api_route(
            "/packs/{pack_id}/tokens",
            get_with(list, addition("ListPackTokens", TAG, "Fetch all tokens of a pack"))
                .post_with(create, addition("CreatePackToken", TAG, "Make a token that opens a private pack")),
        )
        .api_route("/packs/{pack_id}/tokens/whitelist", post_with(invite, addition("InvitePlayers", TAG, whitelist)))
        .api_route(
            "/packs/{pack_id}/tokens/{pack_token_id}",
            delete_with(revoke, addition("DeletePackToken", TAG, "Revoke a token of a pack")),
        )
}

async fn list(
    State(app): State<App>,
    CanSee(pack, db): CanSee<Pack>,
    Page(paging): Page,
    Asking(caller): Asking,
) -> Result<PackTokenList> {
    let page = pack_tokens::list(&*db, &caller, &pack, &paging, app.clock.now()).await?;
    let tokens = shown(&*db, page.rows).await?;
    Ok(Reply(PackTokenList { total: page.total, limit: paging.limit(), offset: paging.offset(), tokens }))
}

async fn create(
    State(app): State<App>,
    edit: CanEdit<Pack>,
    base: Base,
    Json(wanted): Json<PackTokenRequest>,
) -> Result<NewPackToken> {
    let token = secret::new(PACK_TOKEN);
    let (write, pack) = edit.lock().await?;
    let wanted = (&wanted, secret::kept(&token));
    let row = pack_tokens::create(&*write, edit.caller(), &pack.row, wanted, app.clock.now()).await?;
    write.commit().await?;
    Ok(Reply(new(&base, &pack, row, token)))
}

async fn invite(
    State(app): State<App>,
    edit: CanEdit<Pack>,
    base: Base,
    Json(wanted): Json<Invitation>,
) -> Result<Invited> {
    let mut secrets = Vec::new();
    let secret = || {
        let token = secret::new(PACK_TOKEN);
        let kept = secret::kept(&token);
        secrets.push(token);
        kept
    };
    let (write, pack) = edit.lock().await?;
    let invited = pack_tokens::invite(&*write, edit.caller(), &pack.row, (&wanted, secret), app.clock.now()).await?;
    let kept = shown(&*write, invited.kept).await?;
    write.commit().await?;
    let made = invited.made.into_iter().zip(secrets).map(|(row, token)| new(&base, &pack, row, token));
    Ok(Reply(Invited { made: made.collect(), kept }))
}

async fn revoke(State(app): State<App>, edit: CanEdit<Pack>, At(path): At<PackTokenPath>) -> Result<Notice> {
    let (write, pack) = edit.lock().await?;
    pack_tokens::revoke(&*write, edit.caller(), &pack.row, &path.pack_token_id, app.clock.now()).await?;
    write.commit().await?;
    Ok(done("Successfully revoked pack token"))
}

/// A token with its secret, which is told this once.
fn new(base: &Base, pack: &Pack, row: token::Model, token: String) -> NewPackToken {
    let url = base.pack(Some(&token), &pack.row.slug);
    let solder_url = base.solder(Some(&token), &["api", ""]);
    NewPackToken { kept: shown_new(row), token, url, solder_url }
}
