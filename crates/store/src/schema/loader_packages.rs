//! The table of what the Technic Launcher starts loaders from.

use sea_orm_migration::prelude::*;

use super::{Step, long_text, needs_blob, new_table, primary, table, text, time};

pub(super) fn steps() -> Vec<Step> {
    vec![table("m1401_loader_packages", loader_packages)]
}

/// The loaders' packages that releases are published with from now on.
fn loader_packages() -> TableCreateStatement {
    new_table("loader_packages")
        .col(text("kind", 16))
        .col(text("version", 64))
        .col(text("minecraft", 64))
        .col(text("blob", 64))
        .col(long_text("address"))
        .col(time("created_at"))
        .primary_key(&mut primary(&["kind", "version", "minecraft"]))
        .foreign_key(&mut needs_blob("blob"))
        .to_owned()
}
