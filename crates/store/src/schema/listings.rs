//! The table of what lies in zips.

use sea_orm_migration::prelude::*;

use super::{Step, long_text, new_table, reference, table, text, time};

pub(super) fn steps() -> Vec<Step> {
    vec![table("m1701_blob_listings", blob_listings)]
}

/// What lies in a zip, read once for each revision of the reader; goes with the blob.
fn blob_listings() -> TableCreateStatement {
    new_table("blob_listings")
        .col(text("sha256", 64).primary_key())
        .col(ColumnDef::new("revision").integer().not_null())
        .col(long_text("document"))
        .col(time("created_at"))
        .foreign_key(&mut reference("sha256", "blobs", "sha256", ForeignKeyAction::Cascade))
        .to_owned()
}
