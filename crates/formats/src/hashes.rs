//! What the bytes of a file hash to.

use serde::{Deserialize, Serialize};

/// Every hash that some launcher asks for, taken once when the file arrives.
///
/// All but the checksum are lower-case hexadecimal, as every format here writes them.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Hashes {
    /// Asked for by Technic and `MCUpdater`. Broken as a hash: good for finding damage, not for trust.
    pub md5: String,
    /// Asked for by Modrinth and Mojang.
    pub sha1: String,
    /// Kleister's own name for the bytes, and the hash of packwiz and OCI.
    pub sha256: String,
    /// Asked for by Modrinth; the only one that Prism Launcher checks.
    pub sha512: String,
    /// Zip's checksum, so that an archive can be written without reading the file twice.
    pub crc32: u32,
}
