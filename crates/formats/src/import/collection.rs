//! Files gathered one by one, so that no two are one file on a player's disk.

use std::collections::{BTreeMap, HashMap};

use super::leave::Reason;
use super::{FILES_LIMIT, Found, Import, LeftOut, Refused, leave};
use crate::{Choice, Environment, InstancePath, Support};

/// The files of a pack, while it is read.
#[derive(Default)]
pub(super) struct Collection {
    files: Vec<Found>,
    places: HashMap<String, usize>,
    left_out: Vec<LeftOut>,
    /// Folders that stay behind: how many files are in each, and why.
    folders: BTreeMap<String, (usize, &'static str)>,
}

/// Who stays where two files want one path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    /// The one that was there first.
    First,
    /// The one that comes later, because the format lays it over the other.
    Later,
}

impl Collection {
    /// Takes a file, or the one of two that stays. Paths are compared ignoring case and how accents are composed.
    pub(super) fn add(&mut self, file: Found, origin: &str, rank: Rank) {
        let key = file.path.key();
        let Some(place) = self.places.get(&key).copied() else {
            self.places.insert(key, self.files.len());
            self.files.push(file);
            return;
        };
        let kept = &mut self.files[place];
        if rank == Rank::Later {
            let why = format!("The pack lays another file over it, from `{origin}`.");
            self.left_out.push(LeftOut::new(kept.path.as_str(), why));
            *kept = file;
        } else {
            let why = format!("It would be the same file on a player's disk as `{}`.", kept.path);
            self.left_out.push(LeftOut::new(origin, why));
        }
    }

    /// Takes a file as an instance has it: what is the player's own stays behind, and a mod that is switched off by
    /// `.disabled` behind its name becomes one that players may choose.
    ///
    /// `make` gets the path in the instance; `origin` is the path in the source.
    pub(super) fn add_from_instance(
        &mut self,
        path: &str,
        origin: &str,
        rank: Rank,
        make: impl FnOnce(InstancePath) -> Found,
    ) {
        if let Some(reason) = leave::reason(path) {
            self.leave_behind(path, origin, reason);
            return;
        }
        let switched_off = switched_off(path);
        match switched_off.unwrap_or(path).parse::<InstancePath>() {
            Ok(path) => {
                let mut file = make(path);
                let rank = if switched_off.is_some() { Rank::First } else { rank };
                if switched_off.is_some() {
                    file.choice = file.choice.or_else(|| Some(Choice::default()));
                    file.environment = file.environment.map(if_wanted);
                }
                self.add(file, origin, rank);
            }
            Err(error) => self.left_out.push(LeftOut::new(origin, error.to_string())),
        }
    }

    /// Notes what stays behind: each file by itself, or the folder that holds it once.
    pub(super) fn leave_behind(&mut self, path: &str, origin: &str, reason: Reason) {
        let Some(length) = reason.folder else { return self.leave(origin, reason.why) };
        let folder = format!("{}{}", origin.strip_suffix(path).unwrap_or_default(), &path[..length]);
        self.folders.entry(folder).or_insert((0, reason.why)).0 += 1;
    }

    /// Notes what was not taken.
    pub(super) fn leave(&mut self, what: &str, why: impl Into<String>) {
        self.left_out.push(LeftOut::new(what, why));
    }

    /// The file that lies at this path, ignoring case.
    pub(super) fn get_mut(&mut self, path: &InstancePath) -> Option<&mut Found> {
        let place = self.places.get(&path.key()).copied()?;
        self.files.get_mut(place)
    }

    /// Puts everything into the description of the pack.
    pub(super) fn finish(mut self, import: &mut Import) -> Result<(), Refused> {
        if self.files.len() > FILES_LIMIT {
            return Err(Refused::document("the pack", &format!("it has more than {FILES_LIMIT} files")));
        }
        self.files.sort_by(|one, other| one.path.cmp(&other.path));
        for (folder, (files, why)) in self.folders {
            let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
            self.left_out.push(LeftOut::new(folder, format!("{why} ({files})")));
        }
        self.left_out.sort_by(|one, other| one.what.cmp(&other.what));
        import.files = self.files;
        import.left_out.append(&mut self.left_out);
        Ok(())
    }
}

/// The environment of a file that both sides may do without.
fn if_wanted(environment: Environment) -> Environment {
    let side = |support| if support == Support::Required { Support::Optional } else { support };
    Environment { client: side(environment.client), server: side(environment.server) }
}

/// The path of a mod, resource pack or shader that its launcher has switched off, as it would be switched on.
pub(crate) fn switched_off(path: &str) -> Option<&str> {
    let start = path.len().checked_sub(".disabled".len())?;
    let (on, end) = (path.get(..start)?, path.get(start..)?);
    let (folder, name) = on.split_once('/')?;
    let is_piece = [".jar", ".zip", ".litemod"].iter().any(|extension| name.to_ascii_lowercase().ends_with(extension));
    let is_place = ["mods", "resourcepacks", "shaderpacks"].iter().any(|place| folder.eq_ignore_ascii_case(place));
    (end.eq_ignore_ascii_case(".disabled") && is_piece && is_place).then_some(on)
}
