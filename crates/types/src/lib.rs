//! What travels: the requests and replies of the Kleister API, as they stand in JSON.
//!
//! One file per feature. The documentation of a type is the API reference, so it speaks to those who write a client:
//! units, formats, rules. A field that the published contract does not know says so with `x-kleister-addition`.
//!
//! This room knows JSON and nothing else: no server, no database, no client.

pub mod auth;
pub mod blobs;
pub mod build_files;
pub mod builds;
pub mod channels;
pub mod check;
pub mod compare;
pub mod environment;
pub mod groups;
pub mod imports;
pub mod intake;
pub mod jobs;
pub mod links;
pub mod loaders;
pub mod members;
pub mod mods;
pub mod notice;
pub mod pack_tokens;
pub mod packs;
pub mod page;
pub mod perm;
pub mod previews;
pub mod profile;
pub mod solder;
pub mod sources;
pub mod status;
pub mod time;
pub mod uploads;
pub mod users;
pub mod versions;
pub mod webhooks;

pub use environment::{Environment, Support};
pub use notice::{Notice, Violation};
pub use page::{Order, Paging};
pub use perm::Perm;
pub use time::Timestamp;
