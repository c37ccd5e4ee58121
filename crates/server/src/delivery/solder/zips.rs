//! The zips themselves: byte for byte as they came, or laid out of stored files while they are sent.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use axum::routing::get;
use futures::{StreamExt, TryStreamExt, stream};
use kleister_formats::Release;
use kleister_formats::plan::{Part, Plan};
use kleister_formats::solder::{Bytes as Zip, packages};
use kleister_store::{Error, releases, solder};
use md5::{Digest, Md5};
use serde::Deserialize;
use tokio::task::spawn_blocking;

use super::packs::{self, BuildPath};
use super::{Asker, At, Refused};
use crate::delivery::answer::{self, Caching, Stored};
use crate::problem::Problem;
use crate::{App, storage};

/// How many zips are read at the same time.
const AT_ONCE: usize = 2;

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
    asker: Asker,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let ZipPath { build, name, file } = path;
    let (found, _) = packs::find(&app, build, asker).await?;
    let mut packages = found.frozen.packages().iter();
    let package = packages.find(|it| it.name == name && packs::file_name(&it.name, &it.version) == file);
    let package = package.ok_or(Error::Missing("file"))?;
    let caching = if found.is_open { Caching::Immutable } else { Caching::Token };
    Ok(send(&app, &package.bytes, &file, caching, (&method, &headers)).await?)
}

/// Answers with a zip.
pub(super) async fn send(
    app: &App,
    bytes: &Zip,
    name: &str,
    caching: Caching,
    asked: (&Method, &HeaderMap),
) -> Result<Response, Problem> {
    match bytes {
        Zip::Kept { sha256, size, .. } => {
            let stored = Stored { sha256, size: *size, crc32: None, name };
            answer::stored(app, stored, caching, asked).await
        }
        Zip::Planned(plan) => answer::planned(app, plan, name, caching, asked.1).await,
    }
}

/// The MD5s of zips, each noted for ever once all its files were found sound.
///
/// They are made as soon as a build is published. Who asks before that is done waits for it, and who asks where it was
/// never done, because the server stopped meanwhile, has it begun: however many ask, each zip is read once.
pub(super) async fn md5s(app: &App, zips: impl Iterator<Item = &Zip>) -> Result<Vec<String>, Problem> {
    let zips: Vec<_> = zips.collect();
    let plans = zips.iter().filter_map(|zip| match zip {
        Zip::Planned(plan) => Some(plan),
        Zip::Kept { .. } => None,
    });
    let mut plans: BTreeMap<_, _> = plans.map(|plan| (plan.key.as_str(), plan)).collect();
    let db = app.db.read().await?;
    let mut known: HashMap<_, _> = solder::zips(&db, plans.keys().copied().collect()).await?.into_iter().collect();
    drop(db);
    plans.retain(|key, _| !known.contains_key(*key));
    if !plans.is_empty() {
        // Who hangs up does not stop what others wait for.
        let making = app.behind.spawn(make(app.clone(), plans.into_values().cloned().collect()));
        known.extend(making.await.map_err(kleister_files::Error::from)??);
    }
    let md5 = |zip: &Zip| match zip {
        Zip::Kept { md5, .. } => md5.clone(),
        Zip::Planned(plan) => known.get(&plan.key).cloned().unwrap_or_default(),
    };
    Ok(zips.into_iter().map(md5).collect())
}

/// Sees to it that the MD5s of a published build's zips are known.
pub(super) async fn ready(app: &App, build_id: &str) -> Result<(), Problem> {
    let document = releases::document(&app.db.read().await?, build_id).await?;
    let packages = packages(&Release::from_document(&document)?);
    md5s(app, packages.iter().map(|package| &package.bytes)).await.map(drop)
}

/// Makes the MD5s of zips, or waits for whoever is about it; the zips of bad files have none, and are an error.
async fn make(app: App, plans: Vec<Plan>) -> Result<Vec<(String, String)>, Problem> {
    let making = plans.into_iter().map(|plan| (app.clone(), plan)).map(|(app, plan)| async move {
        let made = app.releases.md5s.entry(plan.key.clone()).or_try_insert_with(md5(&app, &plan)).await;
        made.map(|made| (made.is_fresh(), (plan.key, made.into_value()))).map_err(told)
    });
    let made: Vec<_> = stream::iter(making).buffered(AT_ONCE).collect().await;
    // Whoever waited has nothing to note: who made it does that.
    let fresh: Vec<_> = made.iter().flatten().filter(|(is_fresh, _)| *is_fresh).map(|(_, zip)| zip.clone()).collect();
    if !fresh.is_empty() {
        let write = app.db.write().await?;
        solder::keep_zips(&*write, fresh, app.clock.now()).await?;
        write.commit_addition().await?;
    }
    made.into_iter().map(|made| Ok(made?.1)).collect()
}

/// Reads a zip through, as it will be sent, with every file compared on the way.
async fn md5(app: &App, plan: &Plan) -> kleister_files::Result<String> {
    let mut digest = Md5::new();
    for part in &plan.parts {
        match part {
            Part::Bytes(bytes) => digest.update(bytes),
            Part::File { sha256, size, .. } => {
                let mut chunks = storage::read_through(app, sha256, *size).await?;
                while let Some(chunk) = chunks.try_next().await.map_err(broken)? {
                    digest = spawn_blocking(move || digest.chain_update(&chunk)).await?;
                }
            }
        }
    }
    Ok(hex::encode(digest.finalize()))
}

/// What ended a stream, as the room of the files says it.
fn broken(error: io::Error) -> kleister_files::Error {
    error.downcast().unwrap_or_else(kleister_files::Error::Io)
}

/// An error that several were waiting for, for one of them.
fn told(error: Arc<kleister_files::Error>) -> kleister_files::Error {
    use kleister_files::Error as Kind;
    match &*error {
        Kind::Missing => Kind::Missing,
        Kind::Damaged => Kind::Damaged,
        Kind::Blocked { reason } => Kind::Blocked { reason: reason.clone() },
        _ => Kind::Io(io::Error::other(error)),
    }
}
