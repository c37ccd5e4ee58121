//! `api/modpack…`: packs, their builds, and what to install.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use kleister_formats::solder::{Build, Mod, Pack, PackList, Package, packages};
use kleister_store::releases;
use kleister_store::solder::{self, Shown as PackShown};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{At, Reader, Refused, Shown, pictures, zips};
use crate::App;
use crate::delivery::base::Base;
use crate::delivery::release::{self, Frozen};

/// The part of an address that names a pack.
#[derive(Deserialize)]
struct PackPath {
    pack: String,
}

/// The parts of an address that name a build.
#[derive(Deserialize)]
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
    reader: Reader,
    base: Base,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let (found, shown) = find(&app, &path, reader).await?;
    let packages = packages(&found.frozen.release);
    let md5s = zips::md5s(&app, packages.iter().map(|package| &package.bytes)).await?;
    let is_full = shown.include.as_deref() == Some("mods");
    let mods = packages.into_iter().zip(md5s);
    let mods = mods.map(|(package, md5)| zip(package, md5, is_full, &|name| found.address(&base, &shown, name)));
    shown.json(&Build::new(&found.frozen.release, number(&found.build_id), mods.collect()), &headers)
}

/// A build that a reader may have.
pub(super) struct Found {
    /// Its release.
    pub(super) frozen: Arc<Frozen>,
    build_id: String,
    /// Whether everybody may have it.
    pub(super) is_open: bool,
}

impl Found {
    /// The address of one of its zips.
    fn address(&self, base: &Base, shown: &Shown, (name, version): (&str, &str)) -> String {
        let query = if self.is_open { String::new() } else { shown.query() };
        // By the names that the build was published with: the pack is found by them whatever it is called now.
        let release = &self.frozen.release;
        let parts = ["packs", &release.pack.slug, &release.version, name, &file_name(name, version)];
        base.solder(shown.token(), &parts) + &query
    }
}

/// Finds a build that was published, and its release, and gives back what its reader showed.
pub(super) async fn find(app: &App, path: &BuildPath, reader: Reader) -> Result<(Found, Shown), Refused> {
    let Reader { db, viewer, shown } = reader;
    let (pack, build) = solder::find(&db, &viewer, &path.pack, &path.build).await?;
    let frozen = match release::held(app, &build.id) {
        Some(frozen) => frozen,
        None => release::thaw(app, &build.id, &releases::document(&db, &build.id).await?)?,
    };
    let is_open = viewer.needs_nothing_for(&pack, &build);
    Ok((Found { frozen, build_id: build.id, is_open }, shown))
}

/// What a zip is called when it is fetched, as Solders call theirs.
pub(super) fn file_name(name: &str, version: &str) -> String {
    format!("{name}-{version}.zip")
}

fn zip(package: Package, md5: String, is_full: bool, address: &impl Fn((&str, &str)) -> String) -> Mod {
    Mod {
        id: package.id,
        url: address((&package.name, &package.version)),
        md5,
        filesize: Some(package.bytes.size()),
        described: is_full.then_some(package.described),
        name: package.name,
        version: package.version,
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
