//! Tables of files on their way in, and of what was read in them.

use sea_orm_migration::prelude::*;

use super::{
    Step, flag, index, key, long_text, maybe_key, maybe_text, needs_blob, new_table, new_thing, number, part_of,
    primary, reference, table, text, time,
};

pub(super) fn steps() -> Vec<Step> {
    vec![
        table("m0601_blob_descriptions", blob_descriptions),
        table("m0602_mod_identities", mod_identities),
        index("m0603_mod_identities_by_identity", "mod_identities", &["identity", "system"]),
        table("m0604_mod_words", mod_words),
        table("m0605_intakes", intakes),
        index("m0606_intakes_by_user", "intakes", &["user_id", "id"]),
        index("m0607_intakes_by_blob", "intakes", &["sha256"]),
        table("m0608_uploads", uploads),
        index("m0609_uploads_by_user", "uploads", &["user_id"]),
        index("m0610_version_files_by_sha1", "version_files", &["sha1"]),
        index("m0611_version_files_by_sha512", "version_files", &["sha512"]),
        index("m0612_version_files_by_sha256", "version_files", &["sha256"]),
    ]
}

/// What bytes say about themselves, read once for each revision of the reader; goes with the blob.
fn blob_descriptions() -> TableCreateStatement {
    new_table("blob_descriptions")
        .col(text("sha256", 64).primary_key())
        .col(ColumnDef::new("revision").integer().not_null())
        .col(long_text("document"))
        .col(maybe_text("refusal", 1024))
        .col(time("created_at"))
        .foreign_key(&mut reference("sha256", "blobs", "sha256", ForeignKeyAction::Cascade))
        .to_owned()
}

/// What mods are called by loaders and sites, so that a file finds the mod that it belongs to.
fn mod_identities() -> TableCreateStatement {
    new_table("mod_identities")
        .col(key("mod_id"))
        .col(text("system", 16))
        .col(text("identity", 255))
        .col(flag("by_human"))
        .col(time("created_at"))
        .primary_key(&mut primary(&["mod_id", "system", "identity"]))
        .foreign_key(&mut part_of("mod_id", "mods"))
        .to_owned()
}

/// What humans said of a mod, which its next versions keep.
fn mod_words() -> TableCreateStatement {
    new_table("mod_words")
        .col(key("mod_id").primary_key())
        .col(maybe_text("client", 16))
        .col(maybe_text("server", 16))
        .col(time("created_at"))
        .col(time("updated_at"))
        .foreign_key(&mut part_of("mod_id", "mods"))
        .to_owned()
}

/// Files that were read and wait for their user's word.
fn intakes() -> TableCreateStatement {
    new_thing("intakes")
        .col(key("user_id"))
        .col(text("name", 255))
        .col(maybe_text("sha256", 64))
        .col(number("size"))
        .col(maybe_text("refusal", 1024))
        .foreign_key(&mut part_of("user_id", "users"))
        .foreign_key(&mut needs_blob("sha256"))
        .to_owned()
}

/// Files that come in pieces; their bytes so far lie beside the blobs.
fn uploads() -> TableCreateStatement {
    new_thing("uploads")
        .col(key("user_id"))
        .col(text("name", 255))
        .col(maybe_text("metadata", 4096))
        .col(number("size"))
        .col(number("received"))
        .col(time("ends_at"))
        .col(maybe_key("intake_id"))
        .foreign_key(&mut part_of("user_id", "users"))
        .to_owned()
}
