//! One look over the names in an archive: which of its files are worth reading.

use std::io::{Read, Seek};

use super::{fabric, forge, legacy, manifest, nested, packs, plugins, quilt};
use crate::archive::{Archive, Entry};

/// How many classes are looked at for the Java version that they need.
const CLASSES: usize = 5;

/// What lies in an archive.
#[derive(Default)]
pub(super) struct Survey {
    /// The metadata files that are there, by their place in the list of those that are known.
    files: Vec<(&'static str, usize)>,
    /// Classes from here and there in the archive.
    pub(super) classes: Vec<usize>,
    /// Whether there is anything below `assets/`.
    pub(super) has_assets: bool,
    /// Whether there is anything below `data/`.
    pub(super) has_data: bool,
    /// Whether there is anything below `shaders/`.
    pub(super) has_shaders: bool,
}

/// The files that are read, where they are.
const KNOWN: [&str; 14] = [
    manifest::FILE,
    fabric::FILE,
    quilt::FILE,
    forge::NEOFORGE,
    forge::FORGE,
    legacy::FORGE,
    legacy::LITELOADER,
    legacy::RIFT,
    nested::FILE,
    packs::FILE,
    plugins::BUKKIT,
    plugins::PAPER,
    plugins::BUNGEE,
    plugins::VELOCITY,
];

impl Survey {
    /// Looks at all names.
    pub(super) fn of<R: Read + Seek>(archive: &Archive<R>) -> Self {
        let mut survey = Self::default();
        let mut classes = Vec::new();
        for entry in archive.entries().filter(|entry| !entry.is_folder) {
            survey.look(&entry, &mut classes);
        }
        let step = classes.len().div_ceil(CLASSES).max(1);
        survey.classes = classes.into_iter().step_by(step).collect();
        survey
    }

    /// Where a metadata file lies in the archive.
    pub(super) fn place(&self, file: &str) -> Option<usize> {
        self.files.iter().find(|(known, _)| *known == file).map(|(_, index)| *index)
    }

    fn look(&mut self, entry: &Entry<'_>, classes: &mut Vec<usize>) {
        let path = entry.path;
        if path.as_bytes().ends_with(b".class") {
            // Classes for other Java versions, and those that only describe modules, say nothing of what is needed.
            if !path.starts_with("META-INF/") && !path.ends_with("-info.class") {
                classes.push(entry.index);
            }
            return;
        }
        self.has_assets |= path.starts_with("assets/");
        self.has_data |= path.starts_with("data/");
        // Shader packs may lie in one folder of the archive.
        self.has_shaders |= path.starts_with("shaders/") || path.split('/').nth(1) == Some("shaders");
        if let Some(known) = KNOWN.iter().find(|known| **known == path) {
            self.files.push((known, entry.index));
        }
    }
}
