//! Files for the tests of all rooms: jars and packs as people make them, and as enemies do.
//!
//! Nothing here is used by the program. It knows no other room, so that what is tested and what it is tested with
//! cannot be wrong in the same way.

mod archives;
mod games;
mod hostile;
mod mods;
pub mod mutants;
mod packs;
pub mod raw;
mod seeds;
mod zoo;

pub use archives::{archive, stored};
pub use games::{games, no_games};
pub use hostile::{Hostile, hostile, rotten};
pub use mods::{class, fabric, forge, neoforge, quilt};
pub use packs::{overrides, pack_archives, packs};
pub use seeds::{seeds, texts};
pub use zoo::{Sample, zoo};
