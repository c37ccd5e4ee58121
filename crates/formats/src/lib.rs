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
//! | `prism.zip` | [`prism`] | Prism Launcher and `MultiMC`: an instance with everything in it |
//! | `curseforge.zip` | [`curseforge`] | CurseForge App and most others, with files by their numbers there |
//! | `technic.zip` | [`technic`] | Technic Platform, where a pack has no Solder |
//! | packwiz | [`packwiz`] | self-updating instances and servers (packwiz-installer, unsup) |
//! | `ServerPack` | [`mcupdater`] | `MCUpdater` |
//! | `CycloneDX` | [`sbom`] | those who ask what is in a pack: hashes, licences, where it came from |
//!
//! The other way round, [`jar`] reads what a mod says about itself, [`archive`] is how any zip archive from outside is
//! read, [`upstream`] reads the lists of releases that Mojang and the loaders publish, and [`sources`] what Modrinth and
//! `CurseForge` tell of mods. [`ranges`] compares versions and reads the ranges in which mods ask for them, and [`import`]
//! reads the packs of other tools; [`lenient`] reads what people wrote by hand.
//!
//! [`compare`] tells what changed from one release to another, and [`feed`] writes a pack's news as Atom; [`update`] says
//! what each client's update does to a player's files.
//!
//! Archives with files inside are never made: a [`plan`](plan::Plan) tells how they are laid out, and whoever has the files
//! sends them from there.
//!
//! What a format cannot carry is never dropped in silence: it comes back as a [`Loss`] beside the bytes, and [`losses`] has
//! those of all formats.

mod addresses;
pub mod archive;
mod bundle;
pub mod check;
pub mod compare;
pub mod curseforge;
mod error;
mod extras;
pub mod feed;
mod hashes;
pub mod import;
pub mod index;
pub mod jar;
pub mod lenient;
pub mod listings;
pub mod loader_package;
mod loss;
pub mod losses;
pub mod markdown;
pub mod mcupdater;
pub mod mrpack;
pub mod packwiz;
mod path;
pub mod plan;
pub mod prism;
pub mod ranges;
mod release;
pub mod sbom;
pub mod solder;
pub mod sources;
pub mod technic;
mod text;
pub mod update;
pub mod upstream;

pub use addresses::Addresses;
pub use bundle::Bundle;
pub use error::Error;
pub use extras::{Extras, Icon, Stored, Updater};
pub use hashes::Hashes;
pub use loader_package::LoaderPackage;
pub use loss::{Export, Loss};
pub use path::{InstancePath, safe_file_name};
pub use release::{
    Choice, Content, Delivery, Environment, File, Loader, LoaderKind, Memory, Origin, Pack, Place, Policy, Release,
    Support,
};
