//! Channels of packs.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, put_with};
use axum::extract::State;
use kleister_store::avatars::dress::dress;
use kleister_store::builds::Dressed;
use kleister_store::rows::channel;
use kleister_store::{builds, channels};
use kleister_types::channels::{Channel, ChannelList, ChannelMove};
use kleister_types::{Notice, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;

use super::addition;
use super::body::{At, Json};
use super::guard::{CanEdit, CanSee, Pack};
use super::reply::{Reply, Result, done};
use crate::App;
use crate::delivery::base::Base;

const TAG: &str = "channel";

/// The part of an address that names a channel.
#[derive(Debug, Deserialize, JsonSchema)]
struct ChannelPath {
    /// The channel's name: `latest`, `recommended`, or one of the pack's own.
    channel_id: String,
}

pub(super) fn routes() -> ApiRouter<App> {
    let moves = "Point a channel to a published build; a channel of a new name is made";
    ApiRouter::new()
        .api_route(
            "/packs/{pack_id}/channels",
            get_with(list, addition("ListChannels", TAG, "Fetch all channels of a pack")),
        )
        .api_route(
            "/packs/{pack_id}/channels/{channel_id}",
            put_with(point, addition("MoveChannel", TAG, moves))
                .delete_with(remove, addition("DeleteChannel", TAG, "Remove a channel other than `latest`")),
        )
}

async fn list(CanSee(pack, db): CanSee<Pack>, base: Base) -> Result<ChannelList> {
    let rows = channels::list(&*db, &pack.row.id).await?;
    let channels: Vec<_> = channels::dress(&*db, rows).await?.into_iter().map(wire).collect();
    let list = ChannelList { total: channels.len() as u64, pack: pack.row.into(), channels };
    Ok(Reply(dress(&*db, base.avatars(), list).await?))
}

async fn point(
    State(app): State<App>,
    edit: CanEdit<Pack>,
    At(path): At<ChannelPath>,
    Json(wanted): Json<ChannelMove>,
) -> Result<Channel> {
    let (write, pack) = edit.lock().await?;
    let build = builds::within(&*write, &pack, &wanted.build, builds::CHANGE).await?;
    let row = channels::point(&*write, edit.caller(), &path.channel_id, &build, app.clock.now()).await?;
    let build = builds::dress_one(&*write, build).await?;
    write.commit().await?;
    Ok(Reply(wire((row, Some(build)))))
}

async fn remove(State(app): State<App>, edit: CanEdit<Pack>, At(path): At<ChannelPath>) -> Result<Notice> {
    let (write, pack) = edit.lock().await?;
    channels::remove(&*write, edit.caller(), &pack.row.id, &path.channel_id, app.clock.now()).await?;
    write.commit().await?;
    Ok(done("Successfully deleted channel"))
}

fn wire((row, build): (channel::Model, Option<Dressed>)) -> Channel {
    Channel {
        name: row.name,
        build_id: row.build_id,
        build: build.map(Into::into),
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    }
}
