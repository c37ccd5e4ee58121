//! Bytes by their SHA-256, for server admins: what has them, and taking them down.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, put_with};
use axum::extract::State;
use kleister_store::blobs::{self, Seen};
use kleister_store::storage::uses;
use kleister_types::blobs::{Blob, BlobBlock, BlobDetails, BlobPage, BlobQuery, BlockRequest, Withdrawal};
use kleister_types::{Notice, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;

use super::addition;
use super::body::{Asked, At, Json, Page};
use super::guard::Snapshot;
use super::reply::{Reply, Result, done};
use crate::signin::caller::Asking;
use crate::{App, storage};

const TAG: &str = "storage";

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/blobs", get_with(list, addition("ListBlobs", TAG, "Fetch the bytes that are kept or taken down")))
        .api_route("/blobs/{sha256}", get_with(show, addition("ShowBlob", TAG, "Tell what has certain bytes")))
        .api_route(
            "/blobs/{sha256}/block",
            put_with(block, addition("BlockBlob", TAG, "Take bytes down"))
                .delete_with(unblock, addition("UnblockBlob", TAG, "Let bytes be uploaded again")),
        )
}

/// The part of an address that names bytes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
struct BlobPath {
    /// The SHA-256 of the bytes: 64 hexadecimal digits, lower case.
    sha256: String,
}

async fn list(
    Asking(caller): Asking,
    Page(paging): Page,
    Asked(query): Asked<BlobQuery>,
    db: Snapshot,
) -> Result<BlobPage> {
    let page = blobs::list(&*db, &caller, query.blocked, &paging).await?;
    Ok(Reply(BlobPage {
        total: page.total,
        limit: paging.limit(),
        offset: paging.offset(),
        blobs: page.rows.into_iter().map(wire).collect(),
    }))
}

async fn show(Asking(caller): Asking, At(path): At<BlobPath>, db: Snapshot) -> Result<BlobDetails> {
    let seen = blobs::open(&*db, &caller, &path.sha256).await?;
    let used_by = uses(&*db, &seen.sha256).await?;
    Ok(Reply(BlobDetails { blob: wire(seen), used_by }))
}

async fn block(
    State(app): State<App>,
    Asking(caller): Asking,
    At(path): At<BlobPath>,
    Json(wanted): Json<BlockRequest>,
) -> Result<Withdrawal> {
    caller.server_admin()?;
    let withdrawn = storage::block(&app, &caller, &path.sha256, &wanted.reason).await?;
    Ok(Reply(Withdrawal { withdrawn }))
}

async fn unblock(State(app): State<App>, Asking(caller): Asking, At(path): At<BlobPath>) -> Result<Notice> {
    caller.server_admin()?;
    storage::unblock(&app, &caller, &path.sha256).await?;
    Ok(done("Successfully unblocked blob"))
}

fn wire(seen: Seen) -> Blob {
    let Seen { sha256, blob, block, damaged } = seen;
    let block = block.map(|block| BlobBlock {
        reason: block.reason,
        since: Timestamp::from_millis(block.created_at),
        by: block.blocked_by,
    });
    Blob {
        sha256,
        size: blob.as_ref().map(|blob| u64::try_from(blob.size).unwrap_or(0)),
        created_at: blob.as_ref().map(|blob| Timestamp::from_millis(blob.created_at)),
        content_type: blob.map(|blob| blob.content_type),
        damaged,
        block,
    }
}
