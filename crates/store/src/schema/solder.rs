//! Tables of what Technic Solder knows and the model does not: its keys and clients, and how it called what was
//! imported from one.

use sea_orm_migration::prelude::*;

use super::{
    Step, index, key, maybe_text, needs_blob, new_table, new_thing, number, part_of, primary, table, text, time, unique,
};

pub(super) fn steps() -> Vec<Step> {
    vec![
        table("m0901_solder_keys", solder_keys),
        table("m0902_solder_clients", solder_clients),
        table("m0903_solder_client_packs", solder_client_packs),
        index("m0904_solder_client_packs_by_pack", "solder_client_packs", &["pack_id"]),
        table("m0905_solder_packs", solder_packs),
        table("m0906_solder_versions", solder_versions),
        table("m0907_solder_zips", solder_zips),
        index("m0908_wrappers_by_blob", "wrappers", &["blob"]),
    ]
}

/// Keys by which the Technic Platform sees everything; only the hash of one is kept.
fn solder_keys() -> TableCreateStatement {
    new_thing("solder_keys")
        .col(text("name", 255))
        .col(text("secret_hash", 64))
        .col(text("last_four", 4))
        .index(&mut unique("solder_keys_once", &["secret_hash"]))
        .to_owned()
}

/// Players who see private packs, by the client id of their launcher.
fn solder_clients() -> TableCreateStatement {
    new_thing("solder_clients")
        .col(text("name", 255))
        .col(text("uuid", 64))
        .index(&mut unique("solder_clients_once", &["uuid"]))
        .to_owned()
}

/// Which client sees which private pack.
fn solder_client_packs() -> TableCreateStatement {
    new_table("solder_client_packs")
        .col(key("client_id"))
        .col(key("pack_id"))
        .col(time("created_at"))
        .primary_key(&mut primary(&["client_id", "pack_id"]))
        .foreign_key(&mut part_of("client_id", "solder_clients"))
        .foreign_key(&mut part_of("pack_id", "packs"))
        .to_owned()
}

/// What a Solder knew of a pack that came from one: its number, its place in the list, its pictures.
fn solder_packs() -> TableCreateStatement {
    new_table("solder_packs")
        .col(key("pack_id").primary_key())
        .col(number("number"))
        .col(number("position"))
        .col(maybe_text("logo", 64))
        .col(maybe_text("background", 64))
        .col(time("created_at"))
        .col(time("updated_at"))
        .foreign_key(&mut part_of("pack_id", "packs"))
        .foreign_key(&mut needs_blob("logo"))
        .foreign_key(&mut needs_blob("background"))
        .to_owned()
}

/// How a Solder called a version that came from one, letter by letter: launchers keep its zip under that name.
fn solder_versions() -> TableCreateStatement {
    new_table("solder_versions")
        .col(key("version_id").primary_key())
        .col(number("number"))
        .col(text("name", 255))
        .col(text("version", 255))
        .col(time("created_at"))
        .foreign_key(&mut part_of("version_id", "versions"))
        .to_owned()
}

/// The MD5 of a zip that is made of stored files whenever it is asked for, by the SHA-256 of its plan.
fn solder_zips() -> TableCreateStatement {
    new_table("solder_zips").col(text("plan", 64).primary_key()).col(text("md5", 32)).col(time("created_at")).to_owned()
}
