//! The frozen release that an address names, held in memory together with what was made from it.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use kleister_formats::solder::{Package, packages};
use kleister_formats::{Addresses, File, Release};
use kleister_store::Read;
use kleister_store::releases::{self, Ticket};
use kleister_store::rows::{build, pack};
use kleister_types::Timestamp;
use moka::future;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::answer::{self, Caching};
use super::base::{Base, segment};
use super::exports::Exports;
use super::held::{Held, Lasting};
use super::{Address, news, publish, solder};
use crate::App;
use crate::problem::Problem;
use crate::signin::{memory, secret};

/// How many addresses and releases are held.
pub(super) const ADDRESSES: u64 = 10_000;
const RELEASES: u64 = 256;

/// The header that tells that a build was withdrawn, with the reason, percent-encoded.
const WITHDRAWN: HeaderName = HeaderName::from_static("x-kleister-yanked");

/// Under which what an address names is held: the hash of its token if it has one, its pack, its release.
type Key = (Option<String>, String, String);

/// Releases that were asked for lately.
///
/// What an address names is valid for one epoch of the database; a release and what is made from it never change.
pub struct Releases {
    named: Held<Key, Named>,
    frozen: Cache<String, Arc<Frozen>>,
    pub(super) exports: Exports,
    /// Builds as Solder's readers find them.
    pub(super) solder: solder::Builds,
    /// What is told of packs as a whole.
    pub(super) news: news::Answers,
    /// The MD5s of Solder's zips that were made lately or are being made, by their plans.
    pub(super) md5s: future::Cache<String, String>,
}

impl Default for Releases {
    fn default() -> Self {
        Self {
            named: Held::many(ADDRESSES),
            frozen: Cache::new(RELEASES),
            exports: Exports::default(),
            solder: solder::Builds::default(),
            news: news::Answers::default(),
            md5s: future::Cache::new(ADDRESSES),
        }
    }
}

/// What an address names.
pub struct Named {
    /// The release.
    pub frozen: Arc<Frozen>,
    /// How long answers may be kept.
    pub caching: Caching,
    /// The token by which it was asked for, and what is known of it.
    token: Option<(String, Ticket)>,
    /// The pack's slug and the build's name, of which the addresses of its files are made.
    place: (String, String),
    /// Why the build was withdrawn, if it was.
    withdrawn: Option<HeaderValue>,
}

/// A release with its files at hand.
pub struct Frozen {
    /// What no two contents share: the build's identifier, and for a draft its digest too.
    pub(super) id: String,
    /// The release.
    pub release: Release,
    places: HashMap<String, usize>,
    packages: OnceLock<Vec<Package>>,
}

impl Frozen {
    fn new(id: String, release: Release) -> Self {
        let places = release.files.iter().enumerate().map(|(at, file)| (file.path.to_string(), at)).collect();
        Self { id, release, places, packages: OnceLock::new() }
    }

    /// The zips that Solder's readers are told of.
    pub(super) fn packages(&self) -> &[Package] {
        self.packages.get_or_init(|| packages(&self.release))
    }

    /// The file at a path of the instance, if it is ours to hand out.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.places.get(path).map(|at| &self.release.files[*at])
    }
}

/// Bytes that were made, with their tag.
pub struct Made {
    /// The bytes.
    pub bytes: Bytes,
    /// The strong tag that follows from them.
    pub tag: HeaderValue,
}

impl Made {
    /// Bytes with the tag that follows from them.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let tag = answer::tag(&hex::encode(Sha256::digest(&bytes)));
        Self { bytes, tag }
    }
}

/// Finds the release that a build name or channel of a pack means to who asks.
pub async fn find(app: &App, address: &Address) -> Result<Arc<Named>, Problem> {
    let hash = address.token.as_deref().map(secret::hash);
    let key = (hash, address.pack.clone(), address.release.clone());
    let epoch = app.db.epoch();
    if let Some(named) = app.releases.named.get(&key, epoch, app.clock.now()) {
        named.note_use(app);
        return Ok(named);
    }
    let named = look_up(app, address, key.0.as_deref()).await?;
    let named = app.releases.named.keep(key, epoch, named);
    named.note_use(app);
    Ok(named)
}

async fn look_up(app: &App, address: &Address, hash: Option<&str>) -> Result<Named, Problem> {
    let db = app.db.read().await?;
    let (found, ticket) = locate(app, &db, address, hash).await?;
    name(app, &db, found, address.token.clone().zip(ticket)).await
}

/// Finds the build that an address means, and the token by which it may be found.
pub(super) async fn locate(
    app: &App,
    db: &Read,
    address: &Address,
    hash: Option<&str>,
) -> Result<(releases::Named, Option<Ticket>), Problem> {
    let keys = (address.pack.as_str(), address.release.as_str());
    Ok(match hash {
        None => (releases::find(db, keys.0, keys.1).await?, None),
        Some(hash) => {
            let (found, ticket) = releases::find_by_token(db, hash, keys, app.clock.now()).await?;
            (found, Some(ticket))
        }
    })
}

/// The release of a build that was found, with what is said about answers.
pub(super) async fn name(
    app: &App,
    db: &Read,
    found: releases::Named,
    token: Option<(String, Ticket)>,
) -> Result<Named, Problem> {
    let id = &found.build.id;
    let frozen = if found.is_draft() {
        let contents = releases::contents(db, &found.build).await?;
        Arc::new(of_draft(id, publish::preview(&found.pack, &found.build, contents)?))
    } else if let Some(frozen) = held(app, id) {
        frozen
    } else {
        thaw(app, id, &releases::document(db, id).await?)?
    };
    Ok(named(found, frozen, token))
}

fn named(found: releases::Named, frozen: Arc<Frozen>, token: Option<(String, Ticket)>) -> Named {
    let caching = match (found.is_draft(), &token, found.by_channel) {
        (true, ..) => Caching::Draft,
        (false, Some(_), _) => Caching::Token,
        (false, None, true) => Caching::Channel,
        (false, None, false) => Caching::Immutable,
    };
    let withdrawn = found.withdrawn().and_then(|reason| HeaderValue::try_from(segment(reason)).ok());
    // A published build is found for ever under the slug that it was published with, so the bytes never change.
    let release = &frozen.release;
    let place = if found.is_draft() {
        (found.pack.slug, found.build.name)
    } else {
        (release.pack.slug.clone(), release.version.clone())
    };
    Named { frozen, caching, token, place, withdrawn }
}

/// The release of a build; of a draft, what it is at this moment.
pub async fn of_build(app: &App, db: &Read, pack: &pack::Model, build: &build::Model) -> Result<Arc<Frozen>, Problem> {
    if build.published_at.is_none() {
        let contents = releases::contents(db, build).await?;
        return Ok(Arc::new(of_draft(&build.id, publish::sketch(pack, build, contents))));
    }
    match held(app, &build.id) {
        Some(frozen) => Ok(frozen),
        None => thaw(app, &build.id, &releases::document(db, &build.id).await?),
    }
}

/// The release of a build that was published, if it was asked for lately.
pub(super) fn held(app: &App, build_id: &str) -> Option<Arc<Frozen>> {
    app.releases.frozen.get(build_id)
}

/// The release of a build that was published, from its document.
pub(super) fn thaw(app: &App, build_id: &str, document: &str) -> Result<Arc<Frozen>, Problem> {
    let frozen = Arc::new(Frozen::new(build_id.to_owned(), Release::from_document(document)?));
    app.releases.frozen.insert(build_id.to_owned(), Arc::clone(&frozen));
    Ok(frozen)
}

/// A draft as it is at this moment; the next look may find another one, which has another digest.
fn of_draft(build_id: &str, release: Release) -> Frozen {
    let digest = hex::encode(Sha256::digest(release.to_document()));
    Frozen::new(format!("{build_id} {digest}"), release)
}

impl Lasting for Named {
    fn ends_at(&self) -> Option<Timestamp> {
        self.token.as_ref().and_then(|(_, ticket)| ticket.ends_at)
    }
}

impl Named {
    /// Notes that the token by which it was found is used now.
    fn note_use(&self, app: &App) {
        if let Some((_, ticket)) = &self.token {
            memory::note_used(app, &ticket.id);
        }
    }

    /// Where the files of the release are. They name the build, not the channel that was asked.
    pub fn addresses(&self, base: &Base) -> Addresses {
        let (pack, build) = &self.place;
        let addresses = base.build(self.token.as_ref().map(|(token, _)| token.as_str()), pack, build);
        let pass = self.token.as_ref().and_then(|(_, ticket)| ticket.pass.as_ref());
        match pass.and_then(|pass| pass.channel.as_deref()) {
            Some(channel) => addresses.following(segment(channel)),
            None => addresses,
        }
    }

    /// An answer that also tells whether the build was withdrawn, and why.
    pub fn told(&self, mut response: Response) -> Response {
        if let Some(reason) = &self.withdrawn {
            response.headers_mut().insert(WITHDRAWN, reason.clone());
        }
        response
    }
}
