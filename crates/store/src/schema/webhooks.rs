//! Tables of the addresses elsewhere that are told of a pack's builds, and of what they are told.

use sea_orm_migration::prelude::*;

use super::{
    Step, document, flag, index, key, maybe_number, maybe_text, maybe_time, new_thing, number, part_of, table, text,
    time, unique,
};

pub(super) fn steps() -> Vec<Step> {
    vec![
        table("m1501_webhooks", webhooks),
        index("m1502_webhooks_by_pack", "webhooks", &["pack_id"]),
        table("m1503_webhook_deliveries", webhook_deliveries),
        index("m1504_webhook_deliveries_by_due", "webhook_deliveries", &["state", "due_at"]),
    ]
}

/// Addresses with what they want to be told. A server that sends to one holds it for a while.
fn webhooks() -> TableCreateStatement {
    new_thing("webhooks")
        .col(key("pack_id"))
        .col(text("name", 255))
        .col(text("url", 2048))
        .col(text("shape", 16))
        .col(text("events", 64))
        .col(text("secret", 64))
        .col(maybe_text("former_secret", 64))
        .col(maybe_time("former_until"))
        .col(flag("enabled"))
        .col(maybe_text("disabled_because", 16))
        .col(maybe_time("failing_since"))
        .col(number("told"))
        .col(time("held_until"))
        .foreign_key(&mut part_of("pack_id", "packs"))
        .to_owned()
}

/// What each was told or is to be told, counted for each from one.
fn webhook_deliveries() -> TableCreateStatement {
    new_thing("webhook_deliveries")
        .col(key("webhook_id"))
        .col(number("number"))
        .col(text("event", 16))
        .col(maybe_text("build", 255))
        .col(document("document"))
        .col(text("state", 16))
        .col(number("attempts"))
        .col(maybe_number("status"))
        .col(maybe_text("failure", 16))
        .col(maybe_time("due_at"))
        .col(maybe_time("finished_at"))
        .index(&mut unique("webhook_deliveries_number", &["webhook_id", "number"]))
        .foreign_key(&mut part_of("webhook_id", "webhooks"))
        .to_owned()
}
