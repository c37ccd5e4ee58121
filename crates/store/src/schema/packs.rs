//! Tables of mods and their versions, packs and their builds, and what is published of them.

use sea_orm_migration::prelude::*;

use super::people::membership;
use super::{
    Step, document, flag, index, key, long_text, maybe_key, maybe_number, maybe_text, maybe_time, needs, needs_blob,
    new_table, new_thing, number, part_of, primary, table, text, time, unique,
};

pub(super) fn steps() -> Vec<Step> {
    let mut steps = mods();
    steps.extend(packs());
    steps
}

fn mods() -> Vec<Step> {
    vec![
        table("m0201_mods", the_mods),
        index("m0202_mods_by_sort_key", "mods", &["sort_key", "id"]),
        table("m0203_mod_avatars", || avatar("mod_avatars", "mod_id", "mods")),
        table("m0204_user_mods", || membership("user_mods", "user_id", "users", "mod_id", "mods")),
        index("m0205_user_mods_by_mod", "user_mods", &["mod_id"]),
        table("m0206_group_mods", || membership("group_mods", "group_id", "groups", "mod_id", "mods")),
        index("m0207_group_mods_by_mod", "group_mods", &["mod_id"]),
        table("m0208_versions", versions),
        index("m0209_versions_by_mod", "versions", &["mod_id", "sort_key"]),
        table("m0210_version_loaders", || version_fact("version_loaders", "loader")),
        table("m0211_version_minecrafts", || version_fact("version_minecrafts", "minecraft")),
        table("m0212_version_dependencies", version_dependencies),
        index("m0213_version_dependencies_by_version", "version_dependencies", &["version_id"]),
        table("m0214_version_files", version_files),
        index("m0215_version_files_by_version", "version_files", &["version_id"]),
        index("m0216_version_files_by_blob", "version_files", &["blob"]),
        table("m0217_version_sources", version_sources),
        index("m0218_version_sources_by_file", "version_sources", &["file_id"]),
        table("m0219_wrappers", wrappers),
    ]
}

fn packs() -> Vec<Step> {
    vec![
        table("m0301_packs", the_packs),
        index("m0302_packs_by_sort_key", "packs", &["sort_key", "id"]),
        table("m0303_pack_avatars", || avatar("pack_avatars", "pack_id", "packs")),
        table("m0304_user_packs", || membership("user_packs", "user_id", "users", "pack_id", "packs")),
        index("m0305_user_packs_by_pack", "user_packs", &["pack_id"]),
        table("m0306_group_packs", || membership("group_packs", "group_id", "groups", "pack_id", "packs")),
        index("m0307_group_packs_by_pack", "group_packs", &["pack_id"]),
        table("m0308_builds", builds),
        index("m0309_builds_by_pack", "builds", &["pack_id", "sort_key"]),
        table("m0310_build_versions", build_versions),
        index("m0311_build_versions_by_version", "build_versions", &["version_id"]),
        table("m0312_build_files", build_files),
        table("m0313_releases", releases),
        table("m0314_channels", channels),
        index("m0315_channels_by_build", "channels", &["build_id"]),
        table("m0316_artifacts", artifacts),
    ]
}

/// Pieces that go into packs.
fn the_mods() -> TableCreateStatement {
    new_thing("mods")
        .col(text("slug", 64))
        .col(text("name", 255))
        .col(text("sort_key", 191))
        .col(long_text("search"))
        .col(text("kind", 16))
        .col(maybe_text("side", 16))
        .col(long_text("description"))
        .col(maybe_text("author", 1024))
        .col(maybe_text("website", 2048))
        .col(maybe_text("donate", 2048))
        .col(flag("public"))
        .to_owned()
}

/// The picture of a mod or pack.
fn avatar(name: &'static str, thing: &'static str, things: &'static str) -> TableCreateStatement {
    new_table(name)
        .col(key(thing).primary_key())
        .col(text("blob", 64))
        .col(time("created_at"))
        .col(time("updated_at"))
        .foreign_key(&mut part_of(thing, things))
        .foreign_key(&mut needs_blob("blob"))
        .to_owned()
}

/// Releases of mods; `client` and `server` tell which side needs one, where that is known.
fn versions() -> TableCreateStatement {
    new_thing("versions")
        .col(key("mod_id"))
        .col(text("name", 255))
        .col(text("sort_key", 191))
        .col(long_text("search"))
        .col(maybe_text("number", 255))
        .col(flag("public"))
        .col(maybe_text("client", 16))
        .col(maybe_text("server", 16))
        .col(maybe_text("licence", 255))
        .col(long_text("changelog"))
        .foreign_key(&mut part_of("mod_id", "mods"))
        .to_owned()
}

/// One of the loaders, or releases of Minecraft, that a version is for.
fn version_fact(name: &'static str, fact: &'static str) -> TableCreateStatement {
    new_table(name)
        .col(key("version_id"))
        .col(text(fact, 64))
        .primary_key(&mut primary(&["version_id", fact]))
        .foreign_key(&mut part_of("version_id", "versions"))
        .to_owned()
}

/// What a version needs, recommends, or cannot stand, by the id that the loader knows.
fn version_dependencies() -> TableCreateStatement {
    new_thing("version_dependencies")
        .col(key("version_id"))
        .col(text("kind", 16))
        .col(text("reference", 255))
        .col(maybe_text("version_range", 1024))
        .col(maybe_text("side", 16))
        .foreign_key(&mut part_of("version_id", "versions"))
        .to_owned()
}

/// Files of versions: where each lies in an instance and which bytes it has; without a blob it is a placeholder that
/// a later upload with the same hashes fills.
fn version_files() -> TableCreateStatement {
    new_thing("version_files")
        .col(key("version_id"))
        .col(number("position"))
        .col(text("path", 512))
        .col(text("path_key", 512))
        .col(maybe_text("blob", 64))
        .col(maybe_number("size"))
        .col(maybe_text("md5", 32))
        .col(maybe_text("sha1", 40))
        .col(maybe_text("sha256", 64))
        .col(maybe_text("sha512", 128))
        .col(maybe_text("murmur2", 10))
        .col(text("redistribution", 16))
        .index(&mut unique("version_files_once", &["version_id", "position"]))
        .foreign_key(&mut part_of("version_id", "versions"))
        .foreign_key(&mut needs_blob("blob"))
        .to_owned()
}

/// Where a version's file comes from.
fn version_sources() -> TableCreateStatement {
    new_thing("version_sources")
        .col(key("file_id"))
        .col(text("kind", 16))
        .col(maybe_text("address", 2048))
        .col(maybe_text("project", 255))
        .col(maybe_text("file", 255))
        .foreign_key(&mut part_of("file_id", "version_files"))
        .to_owned()
}

/// The Solder zip of a version that was imported with one.
fn wrappers() -> TableCreateStatement {
    new_table("wrappers")
        .col(key("version_id").primary_key())
        .col(text("blob", 64))
        .col(time("created_at"))
        .foreign_key(&mut part_of("version_id", "versions"))
        .foreign_key(&mut needs_blob("blob"))
        .to_owned()
}

/// What players install.
fn the_packs() -> TableCreateStatement {
    new_thing("packs")
        .col(text("slug", 64))
        .col(text("name", 255))
        .col(text("sort_key", 191))
        .col(long_text("search"))
        .col(maybe_text("summary", 2048))
        .col(long_text("description"))
        .col(maybe_text("authors", 1024))
        .col(maybe_text("website", 2048))
        .col(long_text("links"))
        .col(maybe_text("server_address", 255))
        .col(maybe_text("icon", 64))
        .col(flag("public"))
        .col(flag("hidden"))
        .col(maybe_number("java"))
        .col(maybe_number("memory_minimum"))
        .col(maybe_number("memory_maximum"))
        .col(text("source_policy", 16))
        .foreign_key(&mut needs_blob("icon"))
        .to_owned()
}

/// States of packs. `wants_latest` and `wants_recommended` are what a draft does to the channels once published.
fn builds() -> TableCreateStatement {
    new_thing("builds")
        .col(key("pack_id"))
        .col(text("name", 255))
        .col(text("sort_key", 191))
        .col(long_text("search"))
        .col(maybe_key("minecraft_id"))
        .col(maybe_key("loader_id"))
        .col(maybe_text("java", 16))
        .col(maybe_number("memory_minimum"))
        .col(maybe_number("memory_maximum"))
        .col(maybe_text("jvm_arguments", 4096))
        .col(long_text("components"))
        .col(long_text("changelog"))
        .col(flag("public"))
        .col(text("state", 16))
        .col(flag("wants_latest"))
        .col(flag("wants_recommended"))
        .col(maybe_time("published_at"))
        .col(maybe_text("yank_reason", 1024))
        .col(maybe_key("yank_replacement_id"))
        .foreign_key(&mut part_of("pack_id", "packs"))
        .foreign_key(&mut needs("minecraft_id", "loaders"))
        .foreign_key(&mut needs("loader_id", "loaders"))
        .to_owned()
}

/// Which version is in which build, and how it is there unless as the version itself says.
fn build_versions() -> TableCreateStatement {
    new_table("build_versions")
        .col(key("build_id"))
        .col(key("version_id"))
        .col(maybe_text("client", 16))
        .col(maybe_text("server", 16))
        .col(flag("chosen"))
        .col(maybe_text("choice_text", 1024))
        .col(maybe_text("choice_group", 255))
        .col(maybe_text("path", 512))
        .col(number("position"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .primary_key(&mut primary(&["build_id", "version_id"]))
        .foreign_key(&mut part_of("build_id", "builds"))
        .foreign_key(&mut needs("version_id", "versions"))
        .to_owned()
}

/// Files of a build that belong to no version: configurations, scripts, options, lists.
fn build_files() -> TableCreateStatement {
    new_thing("build_files")
        .col(key("build_id"))
        .col(text("path", 512))
        .col(text("path_key", 512))
        .col(text("blob", 64))
        .col(text("client", 16))
        .col(text("server", 16))
        .col(text("policy", 16))
        .index(&mut unique("build_files_once", &["build_id", "path_key"]))
        .foreign_key(&mut part_of("build_id", "builds"))
        .foreign_key(&mut needs_blob("blob"))
        .to_owned()
}

/// What was published: the resolved description of a build, which is never changed.
fn releases() -> TableCreateStatement {
    new_table("releases")
        .col(key("build_id").primary_key())
        .col(document("document"))
        .col(time("created_at"))
        .foreign_key(&mut part_of("build_id", "builds"))
        .to_owned()
}

/// Names that point to a published build of a pack.
fn channels() -> TableCreateStatement {
    new_table("channels")
        .col(key("pack_id"))
        .col(text("name", 255))
        .col(key("build_id"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .primary_key(&mut primary(&["pack_id", "name"]))
        .foreign_key(&mut part_of("pack_id", "packs"))
        .foreign_key(&mut part_of("build_id", "builds"))
        .to_owned()
}

/// Files that clients know by their hash: made once of a release, and never made differently.
fn artifacts() -> TableCreateStatement {
    new_table("artifacts")
        .col(key("build_id"))
        .col(text("kind", 64))
        .col(text("blob", 64))
        .col(time("created_at"))
        .primary_key(&mut primary(&["build_id", "kind"]))
        .foreign_key(&mut part_of("build_id", "builds"))
        .foreign_key(&mut needs_blob("blob"))
        .to_owned()
}
