//! What a launcher's instance has besides the game's files, frozen with the release that it belongs to.

use serde::{Deserialize, Serialize};

use crate::import::Component;

/// What a launcher's instance has besides the game's files. Releases that were published before this was kept have
/// none of it, and go on making the instances that they made.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Extras {
    /// The pack's picture as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<Icon>,
    /// The game server that the pack is played on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// What is added to the game besides Minecraft and the loader.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
    /// What an instance updates itself with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updater: Option<Updater>,
}

/// The bytes of something that is no file of the game.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    /// Their SHA-256.
    pub sha256: String,
    /// How many they are.
    pub size: u64,
    /// Their CRC-32.
    pub crc32: u32,
}

/// A picture.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Icon {
    /// How names of such files end: `png`, `jpg`, `gif` or `webp`.
    pub ending: String,
    /// Its bytes.
    #[serde(flatten)]
    pub bytes: Stored,
}

/// packwiz-installer.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Updater {
    /// The jar that is run before each start.
    pub bootstrap: Stored,
    /// The one that it runs.
    pub installer: Stored,
}

impl Extras {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
