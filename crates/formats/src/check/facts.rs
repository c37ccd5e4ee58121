//! What is known of a build before it is checked.

use std::sync::Arc;

use crate::jar::{Jar, Side};
use crate::listings::Held;
use crate::solder::{Bytes, Package};
use crate::{Delivery, Environment, Loader, Support};

use super::Overrides;

/// Everything that the check looks at.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The version of Minecraft, if it is chosen.
    pub minecraft: Option<String>,
    /// The loader, if there is one.
    pub loader: Option<Loader>,
    /// The major version of Java, if it is chosen.
    pub java: Option<u32>,
    /// Whether anybody may download the build.
    pub public: bool,
    /// The files of the build.
    pub files: Vec<Piece>,
    /// The zips that readers of Solder get, in the order in which they are told of them.
    pub zips: Vec<Zip>,
    /// The files in which players or packs overrule what mods say.
    pub overrides: Overrides,
}

/// One file of a build.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The mod and version that it belongs to; none for a config file and its like.
    pub origin: Option<Origin>,
    /// Where it lies in the game folder.
    pub path: String,
    /// What the two sides need of it.
    pub environment: Environment,
    /// Whether an optional file is on until the player says otherwise.
    pub chosen: bool,
    /// Whether its author lets others hand it out.
    pub redistribution: Redistribution,
    /// Who hands it out.
    pub delivery: Delivery,
    /// What the file says about itself; none if it is not here or could not be read.
    pub jar: Option<Arc<Jar>>,
}

/// A zip of a build, as readers of Solder get it.
#[derive(Clone, Debug)]
pub struct Zip {
    /// What it is called there: the slug of a mod.
    pub name: String,
    /// The name of the version.
    pub version: String,
    /// The mod and version that it is of; none for that with the build's own files, and for that with the loader.
    pub origin: Option<Origin>,
    /// What lies in it; none if it cannot be read.
    pub holds: Option<Vec<Held>>,
}

/// Where a file comes from: what a remedy names.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Origin {
    /// The slug of the mod.
    pub module: String,
    /// The name of the version.
    pub version: String,
}

/// Whether an author lets others hand out a file.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Redistribution {
    /// He does.
    Yes,
    /// He does not.
    No,
    /// He does not say.
    #[default]
    Unknown,
}

impl Zip {
    /// A zip of a release. What lies in one that is kept as it came, only its listing tells.
    pub fn new(package: Package, listing: impl FnOnce(&str) -> Option<Vec<Held>>) -> Self {
        let origin = package.content.map(|content| Origin { module: content.module, version: content.version });
        let holds = match package.bytes {
            Bytes::Kept { sha256, .. } => listing(&sha256),
            Bytes::Planned(plan) => Some(plan.holds),
        };
        Self { name: package.name, version: package.version, origin, holds }
    }
}

impl Piece {
    /// What one side needs of the file.
    pub fn support(&self, side: Side) -> Support {
        match side {
            Side::Server => self.environment.server,
            Side::Client | Side::Both => self.environment.client,
        }
    }

    /// What findings call the file: the id of its first mod, the slug of the mod it belongs to, or its path.
    pub(super) fn subject(&self) -> String {
        let id = self.jar.as_ref().and_then(|jar| jar.mods.first()).map(|module| module.id.clone());
        let slug = || self.origin.as_ref().map(|origin| origin.module.clone());
        id.or_else(slug).unwrap_or_else(|| self.path.clone())
    }
}

impl Facts {
    /// The same build without a file.
    pub(super) fn clone_without_files(&self) -> Self {
        Self {
            minecraft: self.minecraft.clone(),
            loader: self.loader.clone(),
            java: self.java,
            public: self.public,
            files: Vec::new(),
            zips: Vec::new(),
            overrides: self.overrides.clone(),
        }
    }
}
