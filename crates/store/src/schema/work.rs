//! Tables of work to be done and of what was done.

use sea_orm_migration::prelude::*;

use super::{Step, index, long_text, maybe_key, maybe_text, maybe_time, new_thing, number, table, text, time};

pub(super) fn steps() -> Vec<Step> {
    vec![
        table("m0401_jobs", jobs),
        index("m0402_jobs_by_state", "jobs", &["state", "due_at"]),
        table("m0403_audit_events", audit_events),
        index("m0404_audit_events_by_object", "audit_events", &["object_id"]),
        index("m0405_builds_by_minecraft", "builds", &["minecraft_id"]),
        index("m0406_builds_by_loader", "builds", &["loader_id"]),
    ]
}

/// Long work: what, how far, and when it is tried next.
fn jobs() -> TableCreateStatement {
    new_thing("jobs")
        .col(text("kind", 64))
        .col(text("state", 16))
        .col(maybe_key("user_id"))
        .col(long_text("task"))
        .col(long_text("progress"))
        .col(maybe_text("failure", 1024))
        .col(number("attempts"))
        .col(time("due_at"))
        .col(maybe_time("finished_at"))
        .to_owned()
}

/// Who did what to which thing; names are copies, so that an event outlives what it tells of.
fn audit_events() -> TableCreateStatement {
    new_thing("audit_events")
        .col(maybe_key("actor_id"))
        .col(maybe_text("actor_name", 255))
        .col(maybe_key("session_id"))
        .col(maybe_text("address", 64))
        .col(maybe_text("user_agent", 256))
        .col(text("action", 64))
        .col(maybe_text("object_kind", 16))
        .col(maybe_key("object_id"))
        .col(maybe_text("object_name", 255))
        .col(text("result", 16))
        .col(maybe_text("request_id", 64))
        .col(long_text("changes"))
        .to_owned()
}
