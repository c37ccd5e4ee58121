//! What the bytes of a file hash to.

use serde::{Deserialize, Serialize};

/// Every hash that some launcher asks for: all of them where the file has arrived here, else those that its source tells.
///
/// All but the checksum are lower-case hexadecimal, as every format here writes them.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Hashes {
    /// Asked for by Technic and `MCUpdater`. Broken as a hash: good for finding damage, not for trust.
    #[serde(default)]
    pub md5: Option<String>,
    /// Asked for by Modrinth and Mojang.
    #[serde(default)]
    pub sha1: Option<String>,
    /// Kleister's own name for the bytes, and the hash of packwiz and OCI.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Asked for by Modrinth; the only one that Prism Launcher checks.
    #[serde(default)]
    pub sha512: Option<String>,
    /// Zip's checksum, so that an archive can be written without reading the file twice.
    #[serde(default)]
    pub crc32: Option<u32>,
}

impl Hashes {
    /// The best hash that is known, with its name in packwiz, whose clients read all of these.
    pub(crate) fn best(&self) -> Option<(&'static str, &str)> {
        [("sha256", &self.sha256), ("sha512", &self.sha512), ("sha1", &self.sha1), ("md5", &self.md5)]
            .into_iter()
            .find_map(|(name, hash)| Some((name, hash.as_deref()?)))
    }
}
