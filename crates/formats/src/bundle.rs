//! What the formats share that are archives with a player's files inside.

use std::collections::HashSet;

use crate::import::switched_off;
use crate::path::key;
use crate::plan::{Entry, Plan};
use crate::{Delivery, Environment, File, InstancePath, Loss, Policy, Release, Stored, Support};

/// What launchers put behind the name of a mod, resource pack or shader that is switched off.
const SWITCHED_OFF: &str = ".disabled";

/// An archive with files inside, and what is not in it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Bundle {
    /// How it is laid out.
    pub plan: Plan,
    /// What it does not carry: first what concerns the pack, then files in the order of their paths.
    pub losses: Vec<Loss>,
}

/// What a format makes of a player's files.
#[derive(Clone, Copy)]
pub(crate) struct Manner {
    /// The folder of the archive that is the game folder, with a slash behind it.
    pub folder: &'static str,
    /// What becomes of optional files that are off by default.
    pub off: Off,
    /// What is lost where a file is optional and on by default, if anything is.
    pub on: Option<&'static str>,
    /// Whether its launchers update a pack, and then write its files over the player's.
    pub overwrites: bool,
}

/// What becomes of optional files that are off by default.
#[derive(Clone, Copy)]
pub(crate) enum Off {
    /// They lie there under the name by which launchers know that they are off.
    Switched,
    /// They are left out, for this reason.
    LeftOut(&'static str),
}

/// What is lost where nobody asks the player.
pub(crate) const UNASKED: &str = "It is on from the start: the format asks nobody.";

/// A player's game folder while it is put into an archive.
pub(crate) struct Instance {
    manner: Manner,
    /// The keys of all paths that are taken.
    taken: HashSet<String>,
    entries: Vec<Entry>,
    /// What is not carried so far.
    pub losses: Vec<Loss>,
}

impl Instance {
    /// An empty game folder for the files of the release, with what is lost of the release itself.
    pub(crate) fn new(release: &Release, manner: Manner, losses: Vec<Loss>) -> Self {
        let taken = players_files(release).map(|file| file.path.key()).collect();
        Self { manner, taken, entries: Vec::new(), losses }
    }

    /// Puts a file in, or says why not.
    pub(crate) fn add(&mut self, file: &File) {
        if file.delivery != Delivery::Stored {
            return self.lose(file, elsewhere(file));
        }
        let Some(entry) = Entry::of(file) else {
            return self.lose(
                file,
                "It is left out: the build was published before checksums were kept. Publish it again as a new build.",
            );
        };
        if is_off(file) {
            return self.add_switched_off(file);
        }
        if let Some(why) = self.manner.on.filter(|_| file.environment.client == Support::Optional) {
            self.lose(file, why);
        }
        if self.manner.overwrites && file.policy != Policy::Force {
            self.lose(file, "Every update overwrites it, also where the player changed it.");
        }
        if let Some(on) = switched_off(file.path.as_str()) {
            self.lose(file, format!("Launchers and importers take it for `{on}`, switched off."));
        }
        self.entries.push(entry.within(self.manner.folder));
    }

    /// Puts something in that is no file of the release, where the release has nothing.
    pub(crate) fn add_entry(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Puts a file in that is off by default, where the format has a way to say so.
    fn add_switched_off(&mut self, file: &File) {
        if let Off::LeftOut(why) = self.manner.off {
            return self.lose(file, why);
        }
        let path = format!("{}{SWITCHED_OFF}", file.path).parse::<InstancePath>().ok();
        let path = path.filter(|path| self.taken.insert(path.key()));
        let Some(entry) = path.and_then(|path| Entry::of(&File { path, ..file.clone() })) else {
            return self.lose(
                file,
                "It is left out: it is off by default, and its name cannot be that of a file that is off.",
            );
        };
        let why = format!(
            "It lies there as `{}{SWITCHED_OFF}`: players switch it on in their launcher.",
            file.path.file_name()
        );
        self.lose(file, why);
        self.entries.push(entry.within(self.manner.folder));
    }

    /// Puts a text in that is no file of the release, unless the release has one there.
    pub(crate) fn add_text(&mut self, name: &'static str, text: String) {
        let is_free = !self.manner.folder.is_empty() || self.taken.insert(key(name));
        if is_free {
            self.entries.push(Entry::text(name, text));
        }
    }

    /// Puts a text in beside the game folder. Its name is one of ours that nothing else has.
    pub(crate) fn add_beside(&mut self, name: String, text: String) {
        self.entries.push(Entry::text(name, text));
    }

    /// Puts bytes in that are no file of the release. Their name is one of ours that nothing else has.
    pub(crate) fn add_stored(&mut self, name: String, bytes: &Stored) {
        self.entries.push(Entry::kept(name, bytes));
    }

    /// Notes what becomes of a file.
    pub(crate) fn lose(&mut self, file: &File, why: impl Into<String>) {
        self.losses.push(Loss::new(&file.path, why));
    }

    /// The archive.
    pub(crate) fn finish(self) -> Bundle {
        Bundle { plan: Plan::new(self.entries), losses: self.losses }
    }
}

/// The loss of what a player's game folder does not tell of files.
pub(crate) fn environment(release: &Release) -> Option<Loss> {
    let is_told = release.files.iter().all(|file| file.environment == Environment::default());
    let why =
        "It is a player's game folder: what only servers have is not in it, nor which side may do without a file.";
    (!is_told).then(|| Loss::new("environment", why))
}

/// The files that players have, in the order of their paths.
pub(crate) fn players_files(release: &Release) -> impl Iterator<Item = &File> {
    release.sorted_files().into_iter().filter(|file| file.environment.client != Support::Unsupported)
}

/// Whether a player has the file only if he asks for it.
pub(crate) fn is_off(file: &File) -> bool {
    file.environment.client == Support::Optional && !file.choice.as_ref().is_some_and(|choice| choice.default)
}

/// The losses of texts that a format has no place for.
pub(crate) fn unsaid(texts: &[(&str, &Option<String>)], why: &str) -> Vec<Loss> {
    texts.iter().filter(|(_, text)| text.is_some()).map(|(what, _)| Loss::new(what, why)).collect()
}

/// Why a file is in no archive of ours.
fn elsewhere(file: &File) -> &'static str {
    match file.delivery {
        Delivery::Manual => "It is left out: its author wants players to fetch it by hand.",
        Delivery::Linked | Delivery::Stored => {
            "It is left out: its source hands it out, and an archive holds only what is kept here."
        }
    }
}
