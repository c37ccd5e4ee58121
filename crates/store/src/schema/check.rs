//! The table of the check.

use sea_orm_migration::prelude::*;

use super::{Step, document, key, maybe_text, new_thing, part_of, table, text, unique};

pub(super) fn steps() -> Vec<Step> {
    vec![table("m0801_build_waivers", build_waivers)]
}

/// Findings of a build's check that somebody decided to live with.
fn build_waivers() -> TableCreateStatement {
    new_thing("build_waivers")
        .col(key("build_id"))
        .col(text("rule", 32))
        .col(text("subject", 512))
        .col(document("stamp"))
        .col(text("reason", 1024))
        .col(maybe_text("maker", 255))
        .index(&mut unique("build_waivers_once", &["build_id", "rule", "subject"]))
        .foreign_key(&mut part_of("build_id", "builds"))
        .to_owned()
}
