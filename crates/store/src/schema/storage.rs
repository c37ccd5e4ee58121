//! Tables of what is known of bytes besides what they are.

use sea_orm_migration::prelude::*;

use super::{Step, column, index, maybe_key, maybe_text, new_table, table, text, time};

pub(super) fn steps() -> Vec<Step> {
    vec![
        table("m0701_blob_blocks", blob_blocks),
        table("m0702_blob_damages", blob_damages),
        // Who brought the bytes first. He may be gone since; what he brought is not.
        column("m0703_blobs_user", "blobs", || maybe_key("user_id")),
        index("m0704_blobs_by_user", "blobs", &["user_id"]),
        // The name of whoever blocked them, as it was then.
        column("m0705_blob_blocks_by", "blob_blocks", || maybe_text("blocked_by", 255)),
    ]
}

/// Bytes that nobody gets and nobody may bring, whether they are here or not.
fn blob_blocks() -> TableCreateStatement {
    new_table("blob_blocks")
        .col(text("sha256", 64).primary_key())
        .col(text("reason", 1024))
        .col(time("created_at"))
        .to_owned()
}

/// Blobs whose bytes were found to be lost or others than they should be.
fn blob_damages() -> TableCreateStatement {
    new_table("blob_damages").col(text("sha256", 64).primary_key()).col(time("created_at")).to_owned()
}
