//! Tables of names, users, groups, memberships and what they sign in with.

use sea_orm_migration::prelude::*;

use super::{
    Step, flag, index, key, long_text, maybe_key, maybe_text, maybe_time, new_table, new_thing, number, part_of,
    primary, table, text, time, unique,
};

pub(super) fn steps() -> Vec<Step> {
    vec![
        table("m0001_names", names),
        index("m0002_names_by_owner", "names", &["owner_id"]),
        table("m0003_users", users),
        table("m0004_user_auths", user_auths),
        table("m0005_groups", groups),
        table("m0006_user_groups", || membership("user_groups", "user_id", "users", "group_id", "groups")),
        index("m0007_user_groups_by_group", "user_groups", &["group_id"]),
        table("m0008_sessions", sessions),
        index("m0009_sessions_by_user", "sessions", &["user_id"]),
        table("m0010_tokens", tokens),
        index("m0011_tokens_by_user", "tokens", &["user_id"]),
        table("m0012_signing_keys", signing_keys),
        table("m0013_settings", settings),
    ]
}

/// Every name that is unique within a scope, whose it is, and nobody's where it is reserved for ever.
fn names() -> TableCreateStatement {
    new_table("names")
        .col(text("scope", 26))
        .col(text("name_key", 512))
        .col(maybe_key("owner_id"))
        .col(time("created_at"))
        .primary_key(&mut primary(&["scope", "name_key"]))
        .to_owned()
}

/// Those who can sign in; `stamp` counts the events that end all sessions.
fn users() -> TableCreateStatement {
    new_thing("users")
        .col(text("username", 255))
        .col(text("sort_key", 191))
        .col(long_text("search"))
        .col(maybe_text("email", 255))
        .col(maybe_text("fullname", 255))
        .col(maybe_text("password_hash", 255))
        .col(flag("admin"))
        .col(flag("active"))
        .col(number("stamp"))
        .col(maybe_text("scim_id", 255))
        .to_owned()
}

/// Identities at other providers.
fn user_auths() -> TableCreateStatement {
    new_thing("user_auths")
        .col(key("user_id"))
        .col(text("provider", 64))
        .col(text("reference", 255))
        .col(maybe_text("login", 255))
        .col(maybe_text("email", 255))
        .col(maybe_text("name", 255))
        .index(&mut unique("user_auths_once", &["provider", "reference"]))
        .foreign_key(&mut part_of("user_id", "users"))
        .to_owned()
}

fn groups() -> TableCreateStatement {
    new_thing("groups")
        .col(text("slug", 64))
        .col(text("name", 255))
        .col(text("sort_key", 191))
        .col(long_text("search"))
        .col(maybe_text("scim_id", 255))
        .to_owned()
}

/// Who belongs to what, and what he may do there: 1 user, 2 admin, 3 owner.
pub(super) fn membership(
    name: &'static str,
    member: &'static str,
    members: &'static str,
    thing: &'static str,
    things: &'static str,
) -> TableCreateStatement {
    new_table(name)
        .col(key(member))
        .col(key(thing))
        .col(ColumnDef::new("perm").small_integer().not_null())
        .col(time("created_at"))
        .col(time("updated_at"))
        .primary_key(&mut primary(&[member, thing]))
        .foreign_key(&mut part_of(member, members))
        .foreign_key(&mut part_of(thing, things))
        .to_owned()
}

/// What a sign-in began: `turn` counts its refreshes, the last of which was at `turned_at`.
fn sessions() -> TableCreateStatement {
    new_thing("sessions")
        .col(key("user_id"))
        .col(text("kind", 16))
        .col(maybe_text("secret_hash", 64))
        .col(number("stamp"))
        .col(number("turn"))
        .col(time("turned_at"))
        .col(time("ends_at"))
        .col(maybe_time("revoked_at"))
        .col(maybe_text("address", 64))
        .col(maybe_text("user_agent", 256))
        .foreign_key(&mut part_of("user_id", "users"))
        .to_owned()
}

/// Secrets that are handed out and kept as SHA-256 only: personal, SCIM, pack and preview tokens, one-time codes.
fn tokens() -> TableCreateStatement {
    new_thing("tokens")
        .col(text("kind", 16))
        .col(maybe_key("user_id"))
        .col(maybe_key("pack_id"))
        .col(maybe_text("name", 255))
        .col(text("secret_hash", 64))
        .col(maybe_text("last_four", 4))
        .col(long_text("scopes"))
        .col(maybe_text("channel", 255))
        .col(maybe_time("ends_at"))
        .col(maybe_time("used_at"))
        .col(maybe_time("revoked_at"))
        .index(&mut unique("tokens_once", &["secret_hash"]))
        .foreign_key(&mut part_of("user_id", "users"))
        .to_owned()
}

/// Keys that sign tokens: the active one, and those that still verify.
fn signing_keys() -> TableCreateStatement {
    new_thing("signing_keys").col(text("secret", 128)).col(text("state", 16)).to_owned()
}

/// Single facts about this server, such as that it was set up.
fn settings() -> TableCreateStatement {
    new_table("settings").col(text("name", 64).primary_key()).col(long_text("value")).to_owned()
}
