//! The table of what instances update themselves with.

use sea_orm_migration::prelude::*;

use super::{Step, long_text, needs_blob, new_table, table, text, time};

pub(super) fn steps() -> Vec<Step> {
    vec![table("m1201_updaters", updaters)]
}

/// The jars of packwiz-installer that releases are published with from now on.
fn updaters() -> TableCreateStatement {
    new_table("updaters")
        .col(text("name", 16).primary_key())
        .col(text("blob", 64))
        .col(long_text("address"))
        .col(time("created_at"))
        .foreign_key(&mut needs_blob("blob"))
        .to_owned()
}
