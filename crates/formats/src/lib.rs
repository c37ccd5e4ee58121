//! What launchers and mod loaders read.
//!
//! A published build is one frozen [`Release`]. Every format here is a pure function of a release and the
//! [`Addresses`] under which it is handed out: no database, no network, no clock, no file system. The same release
//! gives the same bytes on every machine and on every day, so hashes, `ETag`s and players' caches hold.
//!
//! | format | room | for |
//! |---|---|---|
//! | Kleister's own document | [`Release::to_document`] | the database: written once, at publishing |
//! | `index.json` | [`index`] | scripts and tools: everything, nothing lost |
//! | `.mrpack` | [`mrpack`] | Modrinth App, Prism Launcher and most others |
//! | Technic Solder | [`solder`] | Technic Launcher, technicpack.net, Prism Launcher |
//! | packwiz | [`packwiz`] | self-updating instances and servers (packwiz-installer, unsup) |
//!
//! The other way round, [`jar`] reads what a mod says about itself, [`archive`] is how any zip archive from outside is
//! read, [`upstream`] reads the lists of releases that Mojang and the loaders publish, and [`sources`] what Modrinth and
//! `CurseForge` tell of mods. [`ranges`] compares versions and reads the ranges in which mods ask for them, and [`import`]
//! reads the packs of other tools; [`lenient`] reads what people wrote by hand.
//!
//! [`compare`] tells what changed from one release to another, and [`feed`] writes a pack's news as Atom; [`update`] says
//! what each client's update does to a player's files.
//!
//! What a format cannot carry is never dropped in silence: it comes back as a [`Loss`] beside the bytes.

mod addresses;
pub mod archive;
pub mod check;
pub mod compare;
mod error;
pub mod feed;
mod hashes;
pub mod import;
pub mod index;
pub mod jar;
pub mod lenient;
mod loss;
pub mod markdown;
pub mod mrpack;
pub mod packwiz;
mod path;
pub mod ranges;
mod release;
pub mod solder;
pub mod sources;
mod text;
pub mod update;
pub mod upstream;

pub use addresses::Addresses;
pub use error::Error;
pub use hashes::Hashes;
pub use loss::{Export, Loss};
pub use path::{InstancePath, safe_file_name};
pub use release::{
    Choice, Content, Delivery, Environment, File, Loader, LoaderKind, Memory, Origin, Pack, Place, Policy, Release,
    Support,
};
