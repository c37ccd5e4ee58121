//! `api/mod…`: mods and their versions, as far as the reader may have a build with them.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use axum::routing::get;
use kleister_formats::plan::{Entry, Plan};
use kleister_formats::solder::{Bytes, Described, ModDetails, ModList, VersionDetails};
use kleister_store::Error;
use kleister_store::rows::{blob, module};
use kleister_store::solder::{self, Zipped};
use serde::Deserialize;

use super::packs::{file_name, number};
use super::{At, Reader, Refused, Shown, zips};
use crate::App;
use crate::delivery::base::Base;

/// The part of an address that names a mod.
#[derive(Deserialize)]
struct ModPath {
    module: String,
}

/// The parts of an address that name a version, or the file of its zip.
#[derive(Deserialize)]
struct VersionPath {
    module: String,
    version: String,
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/api/mod", get(list))
        .route("/api/mod/{module}", get(show))
        .route("/api/mod/{module}/{version}", get(show_version))
        .route("/mods/{module}/{version}", get(send))
}

async fn list(Reader { db, viewer, shown }: Reader, headers: HeaderMap) -> Result<Response, Refused> {
    let mods = solder::list_mods(&db, &viewer).await?;
    let mods = mods.into_iter().map(|module| (module.slug, module.name)).collect();
    shown.json(&ModList { mods }, &headers)
}

async fn show(
    At(path): At<ModPath>,
    Reader { db, viewer, shown }: Reader,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let module = solder::open_mod(&db, &viewer, &path.module).await?;
    let versions = solder::list_versions(&db, &viewer, &module).await?;
    let details = ModDetails {
        id: number(&module.id),
        versions: versions.into_iter().map(|version| version.name).collect(),
        described: Described {
            pretty_name: module.name,
            author: module.author,
            description: module.description,
            link: module.website,
        },
        name: module.slug,
    };
    shown.json(&details, &headers)
}

async fn show_version(
    State(app): State<App>,
    At(path): At<VersionPath>,
    reader: Reader,
    base: Base,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let (module, zipped, shown) = find(&path.module, &path.version, reader).await?;
    let bytes = bytes(&zipped)?;
    let md5 = zips::md5s(&app, std::iter::once(&bytes)).await?.pop().unwrap_or_default();
    let file = file_name(&module.slug, &zipped.version.name);
    let details = VersionDetails {
        id: number(&zipped.version.id),
        md5,
        filesize: Some(bytes.size()),
        url: base.solder(shown.token(), &["mods", &module.slug, &file]) + &shown.query(),
    };
    shown.json(&details, &headers)
}

async fn send(
    State(app): State<App>,
    At(path): At<VersionPath>,
    reader: Reader,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let rest = path.version.strip_prefix(&path.module).and_then(|rest| rest.strip_prefix('-'));
    let version = rest.and_then(|rest| rest.strip_suffix(".zip")).ok_or(Error::Missing("file"))?;
    let (_, zipped, shown) = find(&path.module, version, reader).await?;
    Ok(zips::send(&app, &bytes(&zipped)?, &path.version, shown.caching(), (&method, &headers)).await?)
}

/// Finds a version, and gives back what its reader showed.
async fn find(slug: &str, version: &str, reader: Reader) -> Result<(module::Model, Zipped, Shown), Refused> {
    let Reader { db, viewer, shown } = reader;
    let module = solder::open_mod(&db, &viewer, slug).await?;
    let zipped = solder::open_version(&db, &viewer, &module, version).await?;
    Ok((module, zipped, shown))
}

/// The zip of a version: the one with which it came, else one of its files.
fn bytes(zipped: &Zipped) -> Result<Bytes, Refused> {
    if let Some(wrapper) = &zipped.wrapper {
        let (sha256, md5) = (wrapper.sha256.clone(), wrapper.md5.clone());
        return Ok(Bytes::Kept { sha256, md5, size: size(wrapper) });
    }
    let files = zipped.files.iter().filter_map(|(file, blob)| Some((file, blob.as_ref()?)));
    let entries = files.filter_map(|(file, blob)| {
        let crc32 = u32::try_from(blob.crc32).ok()?;
        Some(Entry::stored(&file.path.parse().ok()?, (&blob.sha256, size(blob)), crc32))
    });
    let entries: Vec<_> = entries.collect();
    if entries.is_empty() {
        return Err(Error::Missing("version").into());
    }
    Ok(Bytes::Planned(Plan::new(entries)))
}

fn size(blob: &blob::Model) -> u64 {
    u64::try_from(blob.size).unwrap_or(0)
}
