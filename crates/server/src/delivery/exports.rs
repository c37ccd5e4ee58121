//! What was made from releases lately, each format when somebody asks for it, held by what it weighs.
//!
//! Addresses stand in most of it, and the holder of a token has addresses of his own: a pack with a thousand tokens has a
//! thousand packwiz folders, of which most holders only ever ask for the head.

use std::collections::HashMap;
use std::sync::Arc;

use kleister_formats::plan::Part;
use kleister_formats::{Addresses, Bundle, InstancePath, Loss, Release, curseforge, packwiz, prism, technic};
use moka::sync::Cache;

use super::base::Base;
use super::release::{Made, Named};
use super::solder::Zips;
use crate::App;
use crate::problem::Problem;
use crate::signify;

/// How many bytes are held.
const HELD: u64 = 64 * 1024 * 1024;
/// About what an entry costs besides its bytes.
const ENTRY: usize = 256;
/// What an instance asks for at every start: held by itself, since the whole folder is some hundred times as heavy.
const HEAD: [&str; 3] = ["pack.toml", "unsup.sig", "unsup.pub"];

/// The release, for whom it is made, and what is made.
type Key = (String, Whom, &'static str);

/// For whom addresses are made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Whom {
    /// There are none in it, so it is the same for all.
    Anybody,
    /// Who has the release here.
    At(Addresses),
    /// A reader of Solder's, who has its zips here.
    Solder(Zips),
}

/// What was made from releases lately.
pub(super) struct Exports(Cache<Key, Held>);

/// One thing that was made.
#[derive(Clone)]
enum Held {
    Document(Arc<Made>),
    Packwiz(Arc<HashMap<String, Entry>>),
    Bundle(Arc<Result<Bundle, Loss>>),
}

/// A file of the packwiz folder.
#[derive(Clone)]
pub(super) enum Entry {
    /// One that was made.
    Text(Arc<Made>),
    /// One of the release itself, by its path.
    File(InstancePath),
}

impl Default for Exports {
    fn default() -> Self {
        let weigh = |_: &Key, held: &Held| u32::try_from(held.weight()).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(HELD).weigher(weigh).build())
    }
}

impl Held {
    /// About how many bytes of memory it takes.
    fn weight(&self) -> usize {
        let of_part = |part: &Part| match part {
            Part::Bytes(bytes) => ENTRY / 2 + bytes.len(),
            Part::File { .. } => ENTRY / 2,
        };
        ENTRY
            + match self {
                Self::Document(made) => made.bytes.len(),
                Self::Packwiz(folder) => folder.iter().map(|(path, entry)| path.len() + entry.weight()).sum(),
                Self::Bundle(bundle) => (**bundle).as_ref().map_or(0, |it| it.plan.parts.iter().map(of_part).sum()),
            }
    }
}

impl Entry {
    fn weight(&self) -> usize {
        let bytes = match self {
            Self::Text(made) => made.bytes.len(),
            Self::File(path) => path.as_str().len(),
        };
        ENTRY + bytes
    }
}

impl Exports {
    /// What a reader of Solder's is told of a release, made when somebody asks for it.
    pub(super) async fn for_solder<E>(
        &self,
        id: &str,
        zips: Zips,
        name: &'static str,
        write: impl AsyncFnOnce() -> Result<Made, E>,
    ) -> Result<Arc<Made>, E> {
        let key = (id.to_owned(), Whom::Solder(zips), name);
        if let Some(Held::Document(made)) = self.0.get(&key) {
            return Ok(made);
        }
        let made = Arc::new(write().await?);
        self.0.insert(key, Held::Document(Arc::clone(&made)));
        Ok(made)
    }
}

impl Named {
    /// A document of the release, made when somebody asks for it. The name tells documents apart.
    pub fn document(
        &self,
        app: &App,
        base: &Base,
        name: &'static str,
        write: impl FnOnce(&Release, &Addresses) -> Result<Vec<u8>, Problem>,
    ) -> Result<Arc<Made>, Problem> {
        let addresses = self.addresses(base);
        let key = (self.frozen.id.clone(), Whom::At(addresses.clone()), name);
        if let Some(Held::Document(made)) = app.releases.exports.0.get(&key) {
            return Ok(made);
        }
        let made = Arc::new(Made::new(write(&self.frozen.release, &addresses)?));
        app.releases.exports.0.insert(key, Held::Document(Arc::clone(&made)));
        Ok(made)
    }

    /// A file of the packwiz folder, with signature and key beside `pack.toml` where this server has one.
    pub(super) fn packwiz(&self, app: &App, base: &Base, path: &str) -> Option<Entry> {
        let head = HEAD.into_iter().find(|head| *head == path);
        let key = head.map(|head| (self.frozen.id.clone(), Whom::At(self.addresses(base)), head));
        if let Some(Held::Document(made)) = key.as_ref().and_then(|key| app.releases.exports.0.get(key)) {
            return Some(Entry::Text(made));
        }
        let found = self.folder(app, base).get(path).cloned();
        if let (Some(key), Some(Entry::Text(made))) = (key, &found) {
            app.releases.exports.0.insert(key, Held::Document(Arc::clone(made)));
        }
        found
    }

    fn folder(&self, app: &App, base: &Base) -> Arc<HashMap<String, Entry>> {
        let addresses = self.addresses(base);
        let key = (self.frozen.id.clone(), Whom::At(addresses.clone()), "packwiz");
        if let Some(Held::Packwiz(folder)) = app.releases.exports.0.get(&key) {
            return folder;
        }
        let folder = Arc::new(folder(&packwiz::tree(&self.frozen.release, &addresses), app.signing.as_deref()));
        app.releases.exports.0.insert(key, Held::Packwiz(Arc::clone(&folder)));
        folder
    }

    /// An `.mrpack`. The name tells its variants apart.
    pub(super) fn mrpack(
        &self,
        app: &App,
        base: &Base,
        name: &'static str,
        write: fn(&Release, &Addresses) -> Bundle,
    ) -> Arc<Result<Bundle, Loss>> {
        let addresses = self.addresses(base);
        self.bundle(app, Whom::At(addresses.clone()), name, |release| Ok(write(release, &addresses)))
    }

    /// `prism.zip`.
    pub(super) fn prism(&self, app: &App, base: &Base) -> Arc<Result<Bundle, Loss>> {
        let addresses = self.addresses(base);
        self.bundle(app, Whom::At(addresses.clone()), "prism.zip", |release| Ok(prism::write(release, &addresses)))
    }

    /// `curseforge.zip`.
    pub(super) fn curseforge(&self, app: &App) -> Arc<Result<Bundle, Loss>> {
        self.bundle(app, Whom::Anybody, "curseforge.zip", |release| Ok(curseforge::write(release)))
    }

    /// `technic.zip`, or what it would lack.
    pub(super) fn technic(&self, app: &App) -> Arc<Result<Bundle, Loss>> {
        self.bundle(app, Whom::Anybody, "technic.zip", technic::write)
    }

    fn bundle(
        &self,
        app: &App,
        whom: Whom,
        name: &'static str,
        write: impl FnOnce(&Release) -> Result<Bundle, Loss>,
    ) -> Arc<Result<Bundle, Loss>> {
        let key = (self.frozen.id.clone(), whom, name);
        if let Some(Held::Bundle(bundle)) = app.releases.exports.0.get(&key) {
            return bundle;
        }
        let bundle = Arc::new(write(&self.frozen.release));
        app.releases.exports.0.insert(key, Held::Bundle(Arc::clone(&bundle)));
        bundle
    }
}

/// All files of a packwiz tree, with the index under both of its names.
fn folder(tree: &packwiz::Tree, key: Option<&signify::Key>) -> HashMap<String, Entry> {
    let entry = |entry: &packwiz::Entry| match entry {
        packwiz::Entry::Text(text) => Entry::Text(Arc::new(Made::new(text.clone()))),
        packwiz::Entry::File(file) => Entry::File(file.path.clone()),
    };
    let index = tree.get(packwiz::INDEX).map(|index| (packwiz::INDEX, index));
    let files = tree.iter().chain(index).map(|(path, found)| (path.to_owned(), entry(found)));
    files.chain(signature(tree, key)).collect()
}

/// What stands beside `pack.toml` where there is a key: its signature, as unsup looks for it, and the public key.
fn signature(tree: &packwiz::Tree, key: Option<&signify::Key>) -> Vec<(String, Entry)> {
    let (Some(key), Some(packwiz::Entry::Text(pack))) = (key, tree.get("pack.toml")) else { return Vec::new() };
    let files = [("unsup.sig", key.sign(pack.as_bytes())), ("unsup.pub", key.public_file())];
    files.into_iter().map(|(name, text)| (name.to_owned(), Entry::Text(Arc::new(Made::new(text))))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_limited_by_its_bytes_and_not_by_how_many_they_are() {
        let exports = Exports::default();
        let hold = |number: usize, size: usize| {
            let key = (number.to_string(), Whom::Anybody, "pack.mrpack");
            exports.0.insert(key, Held::Document(Arc::new(Made::new(vec![0; size]))));
        };
        (0..2000).for_each(|number| hold(number, 1000));
        exports.0.run_pending_tasks();
        assert_eq!(exports.0.entry_count(), 2000);
        (2000..2040).for_each(|number| hold(number, 4 << 20));
        exports.0.run_pending_tasks();
        assert!(exports.0.weighted_size() <= HELD, "{}", exports.0.weighted_size());
    }
}
