//! Tables of loaders' releases and of what is kept as bytes.

use sea_orm_migration::prelude::*;

use super::{
    Step, key, maybe_text, maybe_time, new_table, new_thing, number, part_of, primary, table, text, time, unique,
};

pub(super) fn steps() -> Vec<Step> {
    vec![
        table("m0101_loaders", loaders),
        table("m0102_loader_minecrafts", loader_minecrafts),
        table("m0103_blobs", blobs),
    ]
}

/// Releases of Minecraft and of the loaders; `gone_at` is set where upstream no longer lists one.
fn loaders() -> TableCreateStatement {
    new_thing("loaders")
        .col(text("kind", 16))
        .col(text("name", 64))
        .col(text("sort_key", 191))
        .col(maybe_text("minecraft", 64))
        .col(maybe_time("released_at"))
        .col(maybe_time("gone_at"))
        .index(&mut unique("loaders_once", &["kind", "name"]))
        .to_owned()
}

/// Which loader's release runs on which release of Minecraft, where upstream says so.
fn loader_minecrafts() -> TableCreateStatement {
    new_table("loader_minecrafts")
        .col(key("loader_id"))
        .col(text("minecraft", 64))
        .primary_key(&mut primary(&["loader_id", "minecraft"]))
        .foreign_key(&mut part_of("loader_id", "loaders"))
        .to_owned()
}

/// Bytes by their SHA-256, with every other digest that some launcher asks for.
fn blobs() -> TableCreateStatement {
    new_table("blobs")
        .col(text("sha256", 64).primary_key())
        .col(number("size"))
        .col(text("md5", 32))
        .col(text("sha1", 40))
        .col(text("sha512", 128))
        .col(number("crc32"))
        .col(maybe_text("murmur2", 10))
        .col(text("content_type", 128))
        .col(maybe_text("blocked_reason", 1024))
        .col(time("created_at"))
        .to_owned()
}
