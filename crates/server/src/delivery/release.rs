//! The frozen release that an address names, held in memory together with what was made from it.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::HeaderValue;
use kleister_formats::{Addresses, File, InstancePath, Release, index, mrpack, packwiz};
use kleister_store::releases;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::answer::{self, Caching};
use super::base::Base;
use crate::App;
use crate::problem::Problem;

/// How many addresses, releases and sets of exports are held.
const ADDRESSES: u64 = 10_000;
const RELEASES: u64 = 256;

/// Releases that were asked for lately.
///
/// What an address names is valid for one epoch of the database; a release and what is made from it never change.
#[derive(Clone)]
pub struct Releases {
    named: Cache<(String, String), (u64, Arc<Named>)>,
    frozen: Cache<String, Arc<Frozen>>,
    exports: Cache<(String, Addresses), Arc<Exports>>,
}

impl Default for Releases {
    fn default() -> Self {
        Self { named: Cache::new(ADDRESSES), frozen: Cache::new(RELEASES), exports: Cache::new(RELEASES) }
    }
}

/// What an address names.
pub struct Named {
    /// The release.
    pub frozen: Arc<Frozen>,
    /// How long answers may be kept.
    pub caching: Caching,
}

/// A release with its files at hand.
pub struct Frozen {
    build_id: String,
    /// The release.
    pub release: Release,
    places: HashMap<String, usize>,
}

impl Frozen {
    /// The file at a path of the instance, if it is ours to hand out.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.places.get(path).map(|at| &self.release.files[*at])
    }
}

/// Everything that is made from a release for one address of this server.
pub struct Exports {
    /// `pack.mrpack`.
    pub mrpack: Made,
    /// The files of the packwiz folder.
    pub packwiz: HashMap<String, Entry>,
    /// `index.json`.
    pub index: Made,
}

/// Bytes that were made, with their tag.
pub struct Made {
    /// The bytes.
    pub bytes: Bytes,
    /// The strong tag that follows from them.
    pub tag: HeaderValue,
}

impl Made {
    fn new(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let tag = answer::tag(&hex::encode(Sha256::digest(&bytes)));
        Self { bytes, tag }
    }
}

/// A file of the packwiz folder.
pub enum Entry {
    /// One that was made.
    Text(Made),
    /// One of the release itself, by its path.
    File(InstancePath),
}

/// Finds the release that a build name or channel of a pack means.
pub async fn find(app: &App, pack: &str, release: &str) -> Result<Arc<Named>, Problem> {
    let key = (pack.to_owned(), release.to_owned());
    let epoch = app.db.epoch();
    if let Some((held_at, named)) = app.releases.named.get(&key)
        && held_at == epoch
    {
        return Ok(named);
    }
    let db = app.db.read().await?;
    let found = releases::find(&db, pack, release).await?;
    let frozen = match app.releases.frozen.get(&found.build.id) {
        Some(frozen) => frozen,
        None => thaw(app, &found.build.id, &releases::document(&db, &found.build.id).await?)?,
    };
    let caching = if found.by_channel { Caching::Channel } else { Caching::Immutable };
    let named = Arc::new(Named { frozen, caching });
    app.releases.named.insert(key, (epoch, Arc::clone(&named)));
    Ok(named)
}

fn thaw(app: &App, build_id: &str, document: &str) -> Result<Arc<Frozen>, Problem> {
    let release = Release::from_document(document)?;
    let places = release.files.iter().enumerate().map(|(at, file)| (file.path.to_string(), at)).collect();
    let frozen = Arc::new(Frozen { build_id: build_id.to_owned(), release, places });
    app.releases.frozen.insert(build_id.to_owned(), Arc::clone(&frozen));
    Ok(frozen)
}

impl Named {
    /// What is made from the release. Addresses in it name the build, not the channel that was asked, and the pack as
    /// it was called when the build was published: that slug answers for ever, so the bytes never change.
    pub fn exports(&self, app: &App, base: &Base) -> Result<Arc<Exports>, Problem> {
        let release = &self.frozen.release;
        let addresses = base.build(&release.pack.slug, &release.version);
        let key = (self.frozen.build_id.clone(), addresses.clone());
        if let Some(exports) = app.releases.exports.get(&key) {
            return Ok(exports);
        }
        let exports = Arc::new(export(release, &addresses)?);
        app.releases.exports.insert(key, Arc::clone(&exports));
        Ok(exports)
    }
}

fn export(release: &Release, addresses: &Addresses) -> Result<Exports, Problem> {
    let tree = packwiz::tree(release, addresses);
    let entry = |entry: &packwiz::Entry| match entry {
        packwiz::Entry::Text(text) => Entry::Text(Made::new(text.clone())),
        packwiz::Entry::File(file) => Entry::File(file.path.clone()),
    };
    Ok(Exports {
        mrpack: Made::new(mrpack::write(release, addresses)?.bytes),
        packwiz: tree.iter().map(|(path, found)| (path.to_owned(), entry(found))).collect(),
        index: Made::new(index::write(release, addresses)),
    })
}
