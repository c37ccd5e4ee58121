//! Tables of failed and of successful sign-ins.

use sea_orm_migration::prelude::*;

use super::{Step, index, new_table, number, primary, table, text, time};

pub(super) fn steps() -> Vec<Step> {
    vec![
        table("m0501_login_failures", login_failures),
        index("m0502_login_failures_by_time", "login_failures", &["since"]),
        table("m0503_login_addresses", login_addresses),
        index("m0504_login_addresses_by_time", "login_addresses", &["seen_at"]),
    ]
}

/// How often sign-ins by a name failed since a time; the name as its SHA-256, for people type passwords there too.
fn login_failures() -> TableCreateStatement {
    new_table("login_failures")
        .col(text("name_hash", 64).primary_key())
        .col(number("failures"))
        .col(time("since"))
        .to_owned()
}

/// From where somebody signed in by a name.
fn login_addresses() -> TableCreateStatement {
    new_table("login_addresses")
        .col(text("name_hash", 64))
        .col(text("address", 64))
        .col(time("seen_at"))
        .primary_key(&mut primary(&["name_hash", "address"]))
        .to_owned()
}
