//! Tables of what other places know of files, and how files are found by it.

use sea_orm_migration::prelude::*;

use super::{Step, index, key, long_text, new_table, part_of, table, time};

pub(super) fn steps() -> Vec<Step> {
    vec![
        table("m1001_intake_recognitions", intake_recognitions),
        index("m1002_version_files_by_md5", "version_files", &["md5"]),
    ]
}

/// What places said of a file when it came, so that they need not be asked again when it is accepted; goes with the intake.
fn intake_recognitions() -> TableCreateStatement {
    new_table("intake_recognitions")
        .col(key("intake_id").primary_key())
        .col(long_text("document"))
        .col(time("created_at"))
        .foreign_key(&mut part_of("intake_id", "intakes"))
        .to_owned()
}
