//! What the tokens of private packs need: whose they are, and what their channels have pointed to.

use sea_orm_migration::prelude::*;

use super::{Step, column, index, key, maybe_text, new_table, part_of, primary, table, text, time};

pub(super) fn steps() -> Vec<Step> {
    vec![
        column("m1101_tokens_player", "tokens", player),
        index("m1102_tokens_by_pack", "tokens", &["pack_id"]),
        table("m1103_channel_builds", channel_builds),
        index("m1104_channel_builds_by_build", "channel_builds", &["build_id"]),
    ]
}

/// The Minecraft account of a token's holder.
fn player() -> ColumnDef {
    maybe_text("player", 36)
}

/// The builds that a channel has pointed to: whoever had it open then goes on getting their files.
fn channel_builds() -> TableCreateStatement {
    new_table("channel_builds")
        .col(key("pack_id"))
        .col(text("channel", 255))
        .col(key("build_id"))
        .col(time("created_at"))
        .primary_key(&mut primary(&["pack_id", "channel", "build_id"]))
        .foreign_key(&mut part_of("pack_id", "packs"))
        .foreign_key(&mut part_of("build_id", "builds"))
        .to_owned()
}
