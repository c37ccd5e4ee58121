//! What stays: rows, migrations, queries, permissions.
//!
//! A request reads within one [`Db::read`] and writes within one [`Db::write`]; every function here takes the
//! transaction it works in, so that what belongs together is seen and changed together. A row is opened through
//! [`permissions`], which finds the caller's right in the same query.
//!
//! This room knows the wire shapes and SQL. It does not know HTTP, files, or by which door a caller came.

pub mod arrivals;
mod audit;
pub mod avatars;
pub mod blobs;
pub mod build_files;
pub mod builds;
pub mod caller;
pub mod channels;
pub mod check;
pub mod db;
pub mod descriptions;
pub mod error;
pub mod facts;
pub mod fingerprints;
pub mod groups;
pub mod imports;
pub mod intakes;
pub mod jobs;
pub mod keys;
pub mod links;
pub mod listings;
pub mod lists;
pub mod loader_packages;
pub mod loaders;
pub mod logins;
pub mod members;
pub mod mods;
pub mod names;
pub mod pack_tokens;
pub mod packs;
pub mod permissions;
pub mod pool;
pub mod previews;
pub mod profile;
pub mod releases;
pub mod rows;
mod rules;
pub mod schema;
pub mod sessions;
pub mod setup;
pub mod solder;
pub mod storage;
pub mod tokens;
pub mod updater;
pub mod uploads;
pub mod users;
pub mod versions;
pub mod webhooks;

pub use caller::{Caller, Who};
pub use db::{Db, Location, Read, Write};
pub use error::{Error, Result};
pub use permissions::Need;
