//! Releases of Minecraft.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use kleister_store::loaders::{self, Kind};
use kleister_types::minecraft::{MinecraftPage, Search};

use super::body::Asked;
use super::guard::Snapshot;
use super::op;
use super::reply::{Reply, Result};
use crate::App;
use crate::signin::caller::Asking;

pub(super) fn routes() -> ApiRouter<App> {
    let text = "Fetch the available Minecraft versions";
    ApiRouter::new().api_route("/minecraft", get_with(list, op("ListMinecrafts", "minecraft", text)))
}

async fn list(_: Asking, Asked(search): Asked<Search>, db: Snapshot) -> Result<MinecraftPage> {
    let rows = loaders::list(&*db, Kind::Minecraft, &search).await?;
    let total = rows.len() as u64;
    Ok(Reply(MinecraftPage { total, limit: 0, offset: 0, versions: rows.into_iter().map(Into::into).collect() }))
}
