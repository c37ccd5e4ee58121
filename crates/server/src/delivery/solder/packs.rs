//! `api/modpack…`: packs, their builds, and what to install.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use kleister_formats::Release;
use kleister_formats::solder::{Build, Mod, Pack, PackList, Package};
use kleister_store::releases;
use kleister_store::solder::{self, Shown as PackShown, Viewer};
use kleister_types::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{Asker, At, Hashed, Reader, Refused, Shown, json, note_use, pictures, zips};
use crate::App;
use crate::delivery::base::{Base, segment};
use crate::delivery::held::{Held, Lasting};
use crate::delivery::release::{self, ADDRESSES, Frozen};

/// The part of an address that names a pack.
#[derive(Deserialize)]
struct PackPath {
    pack: String,
}

/// The parts of an address that name a build.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
pub(super) struct BuildPath {
    pack: String,
    build: String,
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/api/modpack", get(list))
        .route("/api/modpack/{pack}", get(show))
        .route("/api/modpack/{pack}/{build}", get(show_build))
}

async fn list(Reader { db, viewer, shown }: Reader, base: Base, headers: HeaderMap) -> Result<Response, Refused> {
    let packs = solder::list(&db, &viewer).await?;
    let mirror_url = Some(format!("{}/", base.solder(shown.token(), &[])));
    if shown.include.as_deref() != Some("full") {
        let modpacks = packs.into_iter().map(|pack| (pack.slug, pack.name)).collect();
        return shown.json(&PackList::<String> { modpacks, mirror_url }, &headers);
    }
    let packs = solder::dress(&db, &viewer, packs).await?;
    let full = packs.into_iter().map(|pack| (pack.pack.slug.clone(), wire(pack, &shown, &base)));
    shown.json(&PackList::<Pack> { modpacks: full.collect(), mirror_url }, &headers)
}

async fn show(
    At(path): At<PackPath>,
    Reader { db, viewer, shown }: Reader,
    base: Base,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let pack = solder::open(&db, &viewer, &path.pack).await?;
    let pack = solder::dress(&db, &viewer, vec![pack]).await?.pop().ok_or(kleister_store::Error::Missing("pack"))?;
    shown.json(&wire(pack, &shown, &base), &headers)
}

async fn show_build(
    State(app): State<App>,
    At(path): At<BuildPath>,
    asker: Asker,
    base: Base,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let (found, shown) = find(&app, path, asker).await?;
    let (frozen, zips) = (&found.frozen, found.zips(&base, &shown));
    let is_full = shown.include.as_deref() == Some("mods");
    let name = if is_full { "solder.json with mods" } else { "solder.json" };
    let made = app.releases.exports.for_solder(&frozen.id, zips.clone(), name, async || {
        let packages = frozen.packages();
        let md5s = zips::md5s(&app, packages.iter().map(|package| &package.bytes)).await?;
        let mods = packages.iter().zip(md5s).map(|(package, md5)| zip(package, md5, is_full, &zips));
        json(&Build::new(&frozen.release, number(&frozen.id), mods.collect()))
    });
    Ok(shown.answer(&*made.await?, &headers))
}

/// A build that a reader may have.
pub(super) struct Found {
    /// Its release.
    pub(super) frozen: Arc<Frozen>,
    /// Whether everybody may have it.
    pub(super) is_open: bool,
    /// Who may have it.
    viewer: Viewer,
}

impl Found {
    /// Where its zips are for somebody.
    fn zips(&self, base: &Base, shown: &Shown) -> Zips {
        // By the names that the build was published with: the pack is found by them whatever it is called now.
        let Release { pack, version, .. } = &self.frozen.release;
        let query = if self.is_open { String::new() } else { shown.query() };
        Zips { folder: base.solder(shown.token(), &["packs", &pack.slug, version]), query }
    }
}

impl Lasting for Found {
    fn ends_at(&self) -> Option<Timestamp> {
        self.viewer.ends_at()
    }
}

/// Where the zips of a build are for somebody.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Zips {
    folder: String,
    query: String,
}

impl Zips {
    fn address(&self, package: &Package) -> String {
        let Package { name, version, .. } = package;
        format!("{}/{}/{}{}", self.folder, segment(name), segment(&file_name(name, version)), self.query)
    }
}

/// Builds that were asked for lately, by what their readers showed and by their addresses.
pub struct Builds(Held<(Hashed, BuildPath), Found>);

impl Default for Builds {
    fn default() -> Self {
        Self(Held::many(ADDRESSES))
    }
}

/// Finds a build that was published, and its release, and gives back what its reader showed.
///
/// Whoever showed a key that nobody has is looked for again each time, so that it counts.
pub(super) async fn find(app: &App, path: BuildPath, asker: Asker) -> Result<(Arc<Found>, Shown), Refused> {
    let key = (asker.shown.hashed(), path);
    let (epoch, held) = (app.db.epoch(), &app.releases.solder.0);
    if let Some(found) = held.get(&key, epoch, app.clock.now()) {
        asker.permit(app)?;
        note_use(app, &found.viewer);
        return Ok((found, asker.shown));
    }
    let Reader { db, viewer, shown } = asker.read(app).await?;
    let (pack, build) = solder::find(&db, &viewer, &key.1.pack, &key.1.build).await?;
    let frozen = match release::held(app, &build.id) {
        Some(frozen) => frozen,
        None => release::thaw(app, &build.id, &releases::document(&db, &build.id).await?)?,
    };
    let is_open = viewer.needs_nothing_for(&pack, &build);
    let found = Found { frozen, is_open, viewer };
    let is_guess = shown.k.is_some() && !found.viewer.has_key();
    Ok((if is_guess { Arc::new(found) } else { held.keep(key, epoch, found) }, shown))
}

/// What a zip is called when it is fetched, as Solders call theirs.
pub(super) fn file_name(name: &str, version: &str) -> String {
    format!("{name}-{version}.zip")
}

fn zip(package: &Package, md5: String, is_full: bool, zips: &Zips) -> Mod {
    Mod {
        id: package.id,
        url: zips.address(package),
        md5,
        filesize: Some(package.bytes.size()),
        described: is_full.then(|| package.described.clone()),
        name: package.name.clone(),
        version: package.version.clone(),
    }
}

fn wire(shown: PackShown, by: &Shown, base: &Base) -> Pack {
    let PackShown { pack, origin, builds, recommended, latest, md5s } = shown;
    let origin = origin.as_ref();
    let query = if pack.public { String::new() } else { by.query() };
    let picture = |kind: &str, blob: Option<&String>| {
        let md5 = md5s.get(blob?)?.clone();
        Some((pictures::address(base, by.token(), &pack.slug, kind) + &query, md5))
    };
    let (icon, icon_md5) = picture(pictures::ICON, pack.icon.as_ref()).unzip();
    let (logo, logo_md5) = picture(pictures::LOGO, origin.and_then(|origin| origin.logo.as_ref())).unzip();
    let background = picture(pictures::BACKGROUND, origin.and_then(|origin| origin.background.as_ref()));
    let (background, background_md5) = background.unzip();
    Pack {
        id: origin.and_then(|origin| u64::try_from(origin.number).ok()).unwrap_or_else(|| number(&pack.id)),
        name: pack.slug,
        display_name: pack.name,
        url: pack.website,
        icon,
        icon_md5,
        logo,
        logo_md5,
        background,
        background_md5,
        recommended,
        latest,
        builds: builds.into_iter().map(|build| build.name).collect(),
    }
}

/// A number of its own for what has only an identifier: 28 bits, since readers in PHP and Java take 31.
pub(super) fn number(id: &str) -> u64 {
    let digest = Sha256::digest(id.as_bytes());
    u64::from(u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]) >> 4)
}
