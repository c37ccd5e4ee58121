//! Why a pack cannot be read: what, why, and what to do next.

use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use thiserror::Error;

use super::text;
use crate::archive;

/// Why a pack is refused as a whole.
#[derive(Debug, Error)]
pub enum Refused {
    /// The archive itself is unsound.
    #[error(transparent)]
    Archive(#[from] archive::Refused),

    /// The archive holds nothing by which a pack is known.
    #[error(
        "The archive is no pack that Kleister knows: it has neither `modrinth.index.json`, `pack.toml`, \
         `manifest.json` of CurseForge nor `instance.cfg`, and neither a folder `mods` nor jars. Send an `.mrpack`, a \
         zip of CurseForge, Prism Launcher or packwiz, or a zip of the game folder."
    )]
    Unknown,

    /// A document of the pack that is not what its tool writes.
    #[error("`{file}` cannot be read: {why}. Export the pack again with the tool that made it.")]
    Document {
        /// The document's path.
        file: String,
        /// What is wrong with it.
        why: String,
    },

    /// A file that is not what the pack's own index says.
    #[error(
        "Hash mismatch: `{file}` should have the {format} {expected}, but has {found}. Refresh the pack's index \
         (`packwiz refresh`), or fetch the file again."
    )]
    Hash {
        /// The file's path.
        file: String,
        /// Which hash.
        format: &'static str,
        /// What the index says.
        expected: String,
        /// What the bytes hash to.
        found: String,
    },
}

impl Refused {
    /// A document that is not what its tool writes.
    pub(super) fn document(file: &str, why: &(impl ToString + ?Sized)) -> Self {
        let why = text::line(&why.to_string(), 300);
        Self::Document { file: text::line(file, 200), why: why.trim_end_matches('.').to_owned() }
    }
}

/// Checks a document against the hash that another document of the pack gives for it.
///
/// An empty hash is that of a tool which was told to write none. The formats are those of packwiz: `sha256`, `sha512`,
/// `sha1` and `md5`; `murmur2`, which is no protection, is passed over.
pub fn check_hash(file: &str, format: &str, expected: &str, bytes: &[u8]) -> Result<(), Refused> {
    let (format, found) = match format.to_ascii_lowercase().as_str() {
        "sha256" => ("SHA-256", hex::encode(Sha256::digest(bytes))),
        "sha512" => ("SHA-512", hex::encode(Sha512::digest(bytes))),
        "sha1" => ("SHA-1", hex::encode(Sha1::digest(bytes))),
        "md5" => ("MD5", hex::encode(Md5::digest(bytes))),
        "murmur2" => return Ok(()),
        other => return Err(Refused::document(file, &format!("its hash has the unknown format {other:?}"))),
    };
    if expected.is_empty() || expected.eq_ignore_ascii_case(&found) {
        return Ok(());
    }
    let (file, expected) = (text::line(file, 200), text::line(expected, 130));
    Err(Refused::Hash { file, format, expected, found })
}
