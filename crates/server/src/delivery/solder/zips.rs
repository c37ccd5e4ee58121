//! The zips themselves: byte for byte as they came, or laid out of stored files while they are sent.

use std::collections::HashMap;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use futures::{StreamExt, TryStreamExt};
use kleister_files::Body;
use kleister_formats::plan::{Part, Plan};
use kleister_formats::solder::{Bytes, packages};
use kleister_store::{Error, solder};
use md5::{Digest, Md5};
use serde::Deserialize;

use super::packs::{self, BuildPath};
use super::{At, Reader, Refused};
use crate::App;
use crate::delivery::answer::{self, Caching, Stored};
use crate::problem::Problem;

/// What the address of a zip names, beside its build.
#[derive(Deserialize)]
struct ZipPath {
    #[serde(flatten)]
    build: BuildPath,
    name: String,
    file: String,
}

pub(super) fn routes() -> Router<App> {
    Router::new().route("/packs/{pack}/{build}/{name}/{file}", get(show))
}

async fn show(
    State(app): State<App>,
    At(path): At<ZipPath>,
    reader: Reader,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let (found, _) = packs::find(&app, &path.build, reader).await?;
    let mut packages = packages(&found.frozen.release).into_iter();
    let package = packages
        .find(|package| package.name == path.name && packs::file_name(&package.name, &package.version) == path.file);
    let package = package.ok_or(Error::Missing("file"))?;
    let caching = if found.is_open { Caching::Immutable } else { Caching::Token };
    Ok(send(&app, &package.bytes, &path.file, caching, &headers).await?)
}

/// Answers with a zip.
pub(super) async fn send(
    app: &App,
    bytes: &Bytes,
    name: &str,
    caching: Caching,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    match bytes {
        Bytes::Kept { sha256, size, .. } => {
            let stored = Stored { sha256, size: *size, crc32: None, name };
            answer::stored(app, stored, caching, headers).await
        }
        Bytes::Planned(plan) => answer::planned(app, plan, name, caching, headers).await,
    }
}

/// The MD5s of zips. One that was never asked for is read through once, and its MD5 noted for ever.
pub(super) async fn md5s(app: &App, zips: impl Iterator<Item = &Bytes>) -> Result<Vec<String>, Problem> {
    let zips: Vec<_> = zips.collect();
    let plans = zips.iter().filter_map(|zip| match zip {
        Bytes::Planned(plan) => Some(plan),
        Bytes::Kept { .. } => None,
    });
    let plans: HashMap<_, _> = plans.map(|plan| (plan.key.as_str(), plan)).collect();
    let db = app.db.read().await?;
    let mut known: HashMap<_, _> = solder::zips(&db, plans.keys().copied().collect()).await?.into_iter().collect();
    drop(db);
    let mut new = Vec::new();
    for (key, plan) in plans.into_iter().filter(|(key, _)| !known.contains_key(*key)).collect::<Vec<_>>() {
        new.push((key.to_owned(), md5(app, plan).await?));
    }
    if !new.is_empty() {
        let write = app.db.write().await?;
        solder::keep_zips(&*write, new.clone(), app.clock.now()).await?;
        write.commit_addition().await?;
        known.extend(new);
    }
    let md5 = |zip: &Bytes| match zip {
        Bytes::Kept { md5, .. } => md5.clone(),
        Bytes::Planned(plan) => known.get(&plan.key).cloned().unwrap_or_default(),
    };
    Ok(zips.into_iter().map(md5).collect())
}

/// Reads a zip through, as it will be sent.
async fn md5(app: &App, plan: &Plan) -> Result<String, Problem> {
    let mut digest = Md5::new();
    for part in &plan.parts {
        match part {
            Part::Bytes(bytes) => digest.update(bytes),
            Part::File { sha256, size, .. } => match app.files.read(sha256, *size, None).await? {
                Body::Whole(bytes) => digest.update(&bytes),
                Body::Stream(stream) => {
                    let mut chunks = stream.map_err(kleister_files::Error::Io);
                    while let Some(chunk) = chunks.next().await {
                        digest.update(&chunk?);
                    }
                }
            },
        }
    }
    Ok(hex::encode(digest.finalize()))
}
