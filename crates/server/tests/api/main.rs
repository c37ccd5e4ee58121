//! The API as its callers see it: each test opens a server on a folder of its own and speaks to it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod auth;
mod avatars;
mod basic;
mod build_files;
mod builds;
mod bulk;
mod channels;
mod clone;
mod defects;
#[path = "../../../store/tests/database/fresh.rs"]
mod fresh;
mod groups;
mod injection;
mod jobs;
mod linked;
mod links;
mod lists;
mod loaders;
mod members;
mod mods;
mod openapi;
mod packs;
mod passwords;
mod permission_page;
mod permissions;
mod previews;
mod profile;
mod providers;
mod queries;
mod races;
mod reference;
mod schema;
mod setup;
mod sites;
mod sources;
mod syncs;
mod test_app;
mod texts;
mod throttle;
mod tokens;
mod unchanged;
mod unseen;
mod upstream;
mod users;
mod versions;
