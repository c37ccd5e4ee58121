//! Importing packs of other tools: read, keep what is inside, look for the rest, then write everything at once.
//!
//! An import is a job. Bytes come first and are orphans as long as no row names them; all rows come in one write at its end,
//! which also ends the job, so a failure leaves nothing half. What comes of it is a draft.

mod address;
mod arrivals;
mod curseforge;
mod game;
mod gather;
mod hold;
mod icon;
mod read;
mod recognise;
mod report;
pub(crate) mod unpack;
mod write;

use std::sync::Arc;

use kleister_formats::import::{Found, Place, Refused};
use kleister_formats::jar::Jar;
use kleister_store::rows::{blob, blob_description};
use kleister_types::mods::Kind;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::gather::check;
use self::icon::Icon;
use crate::App;
use crate::intake::Recognition;
use crate::jobs::{Running, Task};
use crate::problem::Problem;

/// A pack that is to be imported, as its job remembers it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImportPack {
    /// Where it is.
    pub origin: Origin,
    /// What gets it.
    pub target: Target,
    /// What the build is to be called; the pack's own version otherwise.
    pub build: Option<String>,
    /// Whether files that it only points to are fetched and kept.
    pub mirror: bool,
    /// Whether Modrinth and `CurseForge` are asked whether they know the files in it.
    #[serde(default = "asks")]
    pub recognise: bool,
}

/// What holds of a job that was begun by a server which had no such choice.
const fn asks() -> bool {
    true
}

/// Where a pack is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// An archive that was uploaded: a blob that no row names.
    Archive(Archive),
    /// Somewhere else.
    Address(String),
}

/// An archive that was uploaded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Archive {
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// How many bytes it has.
    pub size: u64,
    /// The name that it was sent with.
    pub name: Option<String>,
}

/// What gets the imported build.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// A pack that is there, by identifier.
    Pack(String),
    /// A new one, with what is wanted of its slug and name.
    New {
        /// The slug.
        slug: Option<String>,
        /// The name.
        name: Option<String>,
    },
}

impl Task for ImportPack {
    const KIND: &'static str = "pack.import";
    const AGAIN: bool = true;

    async fn run(self, app: App, running: Running) -> Result<Value, Problem> {
        let caller = running.caller(&app).await?;
        running.progress("reading the pack", 0, 0);
        let gathered = gather::gather(&app, &caller, &self.origin).await?;
        let mut held = hold::hold(&app, &caller, gathered, &self, &running).await?;
        if self.recognise {
            running.progress("asking who knows the files", 0, 0);
            recognise::ask(&app, &caller, &mut held).await?;
        }
        running.progress("writing the build", 0, 0);
        Box::pin(write::write(&app, &running, &self, held)).await
    }
}

/// A pack of which all bytes are here that will be.
struct Held {
    /// What the pack says of itself; its files are in `pieces` and `own`.
    import: kleister_formats::import::Import,
    /// What to call it where it does not say.
    title: Option<String>,
    /// Its picture, where a new pack gets it.
    icon: Option<Icon>,
    /// What becomes versions of mods.
    pieces: Vec<Piece>,
    /// What belongs to the build itself, with its bytes.
    own: Vec<(Found, blob::Model)>,
    /// What was taken, but not as one might think.
    notes: Vec<(String, String)>,
}

/// A file that becomes a version of a mod.
struct Piece {
    found: Found,
    kind: Kind,
    /// The bytes, if they are here, with what was read in them.
    bytes: Option<Bytes>,
}

/// Bytes that are here.
struct Bytes {
    blob: blob::Model,
    /// What they say about themselves, if they do.
    jar: Option<Arc<Jar>>,
    /// The same as a row, to be kept with the blob's.
    description: blob_description::Model,
    /// Where else they are known.
    recognition: Recognition,
}

/// What kind of piece lies at a path, by the folder that the game looks into; none for a file of the build itself.
fn piece_at(path: &str) -> Option<Kind> {
    let path = path.to_ascii_lowercase();
    let (folder, name) = path.split_once('/')?;
    let (_, extension) = name.rsplit_once('.')?;
    match (folder, extension) {
        ("mods" | "coremods", "jar" | "litemod" | "zip") => Some(Kind::Mod),
        ("resourcepacks" | "texturepacks", "zip") => Some(Kind::Resourcepack),
        ("shaderpacks", "zip") => Some(Kind::Shader),
        ("datapacks", "zip") => Some(Kind::Datapack),
        ("plugins", "jar") => Some(Kind::Plugin),
        _ => None,
    }
}

/// A pack that cannot be read.
fn refused(error: &Refused) -> Problem {
    Problem::invalid("import", "file", error.to_string())
}

/// Whether the bytes of a file are in the archive.
fn is_inside(found: &Found) -> bool {
    matches!(found.place, Place::Inside(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_and_ending_tell_what_a_file_is() {
        for (path, kind) in [
            ("mods/jei.jar", Some(Kind::Mod)),
            ("Mods/1.12.2/JEI.JAR", Some(Kind::Mod)),
            ("mods/voxelmap.litemod", Some(Kind::Mod)),
            ("mods/notes.txt", None),
            ("resourcepacks/a.zip", Some(Kind::Resourcepack)),
            ("shaderpacks/b.zip", Some(Kind::Shader)),
            ("shaderpacks/b.zip.txt", None),
            ("datapacks/c.zip", Some(Kind::Datapack)),
            ("config/openloader/data/c.zip", None),
            ("jei.jar", None),
            ("options.txt", None),
        ] {
            assert_eq!(piece_at(path), kind, "{path}");
        }
    }
}
