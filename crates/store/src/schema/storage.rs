//! Tables of what is known of bytes besides what they are.

use sea_orm_migration::prelude::*;

use super::{Step, new_table, table, text, time};

pub(super) fn steps() -> Vec<Step> {
    vec![table("m0701_blob_blocks", blob_blocks), table("m0702_blob_damages", blob_damages)]
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
