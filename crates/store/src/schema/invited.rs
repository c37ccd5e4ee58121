//! The table of launchers that players let in by their tokens.

use sea_orm_migration::prelude::*;

use super::{Step, index, key, new_table, part_of, primary, table, text, time};

pub(super) fn steps() -> Vec<Step> {
    vec![
        table("m1601_solder_token_clients", solder_token_clients),
        index("m1602_solder_token_clients_by_uuid", "solder_token_clients", &["uuid"]),
    ]
}

/// The client ids that came by a pack's token; they go with it.
fn solder_token_clients() -> TableCreateStatement {
    new_table("solder_token_clients")
        .col(key("token_id"))
        .col(text("uuid", 64))
        .col(time("created_at"))
        .primary_key(&mut primary(&["token_id", "uuid"]))
        .foreign_key(&mut part_of("token_id", "tokens"))
        .to_owned()
}
