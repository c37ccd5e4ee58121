//! The packwiz tree, pack format 1.1.0: `pack.toml`, its `index.toml`, and one metafile per mod.
//!
//! Two clients read it, and what is written is what both understand. packwiz-installer hashes `pack.toml` and stops
//! if it knows the hash, so an up-to-date instance costs one request. unsup takes a `pack.toml` of at most 4 KiB and
//! metafiles of at most 8 KiB, resolves the index's paths against `pack.toml`, and knows neither `alias` nor a
//! file's own hash format: therefore the index lies beside the pack, and every hash is SHA-256. The index is named by
//! its hash, so that no cache between server and player gives the index of one build with the `pack.toml` of another.
//!
//! Addresses in metafiles name the build, so that an update fetches every metafile again (some hundred bytes each, and no
//! file whose hash is the same): who may have a file, and for how long, follows from the build that it is asked of.
//!
//! A file of the build itself is listed directly and served from the tree. What packwiz can say in metafiles only
//! (one side, a choice, another address) makes it a metafile, as every mod is.

mod metafile;
mod names;
mod state;
mod toml;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use self::names::Names;
pub(crate) use self::state::{STATE, state};
use self::toml::Toml;
use crate::loss::machine;
use crate::text::fit;
use crate::{Addresses, Delivery, File, Loss, Policy, Release, Support};

/// What losses call the format.
const NAME: &str = "packwiz";
/// What packwiz itself calls the index.
pub const INDEX: &str = "index.toml";
/// The limits of texts in `pack.toml`, in bytes: with every quote escaped they still fit into unsup's 4 KiB.
const NAME_LIMIT: usize = 200;
const AUTHORS_LIMIT: usize = 300;
const VERSION_LIMIT: usize = 255;
const SUMMARY_LIMIT: usize = 700;

/// Everything below a release's `packwiz/`, written once and kept as long as the server likes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tree {
    entries: BTreeMap<String, Entry>,
    index: String,
    losses: Vec<Loss>,
}

/// What lies at one path of the tree.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Entry {
    /// A TOML text: `pack.toml`, `index.toml` or a metafile.
    Text(String),
    /// The bytes of a file of the build itself; its delivery is always [`Delivery::Stored`].
    File(Box<File>),
}

impl Tree {
    /// What lies at the path, such as `pack.toml` or `mods/jei.pw.toml` (decoded, without a leading slash). The index is
    /// found as `index.toml` too, which is what it was called before it was named by its hash.
    pub fn get(&self, path: &str) -> Option<&Entry> {
        self.entries.get(if path == INDEX { self.index.as_str() } else { path })
    }

    /// Every path with what lies there, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|(path, entry)| (path.as_str(), entry))
    }

    /// What the tree does not carry: first what concerns the pack, then files in the order of their paths.
    pub fn losses(&self) -> &[Loss] {
        &self.losses
    }
}

/// The release as a packwiz tree.
pub fn tree(release: &Release, addresses: &Addresses) -> Tree {
    let mut losses = machine(release, NAME);
    if release.pack.website.is_some() {
        losses.push(Loss::new("website", "packwiz has no place for it."));
    }
    let mut pack = pack(release, &mut losses);

    let files = release.sorted_files();
    let (mut index, mut entries) = (BTreeMap::new(), BTreeMap::new());
    for (file, name) in files.iter().zip(Names::of(&files)) {
        if let Some((line, entry)) = place(file, &name, addresses, &mut losses) {
            index.insert(name.clone(), line);
            entries.insert(name, entry);
        }
    }

    let text = write_index(&index);
    let hash = sha256(&text);
    let index = format!("index-{hash}.toml");
    pack.table("index").text("file", &index).text("hash-format", "sha256").text("hash", &hash);
    versions(release, &mut pack);
    entries.insert(index.clone(), Entry::Text(text));
    entries.insert("pack.toml".to_owned(), Entry::Text(pack.finish()));
    Tree { entries, index, losses }
}

/// What the index says of one entry.
struct Line {
    hash: String,
    is_metafile: bool,
    is_preserved: bool,
}

/// The file's line and entry under the given name; none, and a loss, if packwiz cannot carry it.
fn place(file: &File, name: &str, addresses: &Addresses, losses: &mut Vec<Loss>) -> Option<(Line, Entry)> {
    let is_metafile = !is_direct(file) || name != file.path.as_str();
    let (hash, entry) = if is_metafile {
        let text = metafile::write(file, addresses, losses)?;
        (sha256(&text), Entry::Text(text))
    } else {
        (file.hashes.sha256.clone()?, Entry::File(Box::new(file.clone())))
    };
    if file.policy == Policy::Keep {
        let why = "No update replaces it once it is there: packwiz cannot tell whether the player changed it.";
        losses.push(Loss::new(&file.path, why));
    }
    Some((Line { hash, is_metafile, is_preserved: file.policy != Policy::Force }, entry))
}

/// Whether the index can list the file itself: it is ours, and both sides must have it.
fn is_direct(file: &File) -> bool {
    let required = [file.environment.client, file.environment.server] == [Support::Required; 2];
    file.content.is_none()
        && file.delivery == Delivery::Stored
        && file.hashes.sha256.is_some()
        && required
        && file.choice.is_none()
}

/// The head of `pack.toml`. Its hash and versions follow once the index is known.
fn pack(release: &Release, losses: &mut Vec<Loss>) -> Toml {
    let mut toml = Toml::new();
    toml.text("name", &fit("name", &release.pack.name, NAME_LIMIT, losses));
    if let Some(authors) = &release.pack.authors {
        toml.text("author", &fit("authors", authors, AUTHORS_LIMIT, losses));
    }
    toml.text("version", &fit("version", &release.version, VERSION_LIMIT, losses));
    if let Some(summary) = &release.pack.summary {
        toml.text("description", &fit("summary", summary, SUMMARY_LIMIT, losses));
    }
    toml.text("pack-format", "packwiz:1.1.0");
    toml
}

fn versions(release: &Release, pack: &mut Toml) {
    pack.table("versions").text("minecraft", &release.minecraft);
    if let Some(loader) = &release.loader {
        pack.text(loader.kind.name(), &loader.version);
    }
}

fn write_index(lines: &BTreeMap<String, Line>) -> String {
    let mut toml = Toml::new();
    toml.text("hash-format", "sha256");
    for (file, line) in lines {
        toml.element("files").text("file", file).text("hash", &line.hash);
        if line.is_metafile {
            toml.flag("metafile", true);
        }
        if line.is_preserved {
            toml.flag("preserve", true);
        }
    }
    toml.finish()
}

fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}
