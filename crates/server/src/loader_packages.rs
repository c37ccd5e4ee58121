//! What the Technic Launcher starts loaders from: the profile of Fabric or Quilt, the jar of Forge or NeoForge. Fetched once
//! for a loader's version and a Minecraft, when the first build is published that runs on them, or brought by an operator.
//!
//! A build is published with the package that is here then, and keeps it. Where it is not here and cannot be fetched in a
//! moment, the build is published without: nobody waits for a loader's site.

mod places;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use kleister_formats::{Loader, LoaderKind, LoaderPackage, loader_package};
use kleister_store::loader_packages::{self, Key};
use kleister_store::releases::Contents;
use kleister_store::rows::{blob, build, loader};
use kleister_store::{Caller, Write, builds};
use kleister_types::Timestamp;
use kleister_types::builds::BuildChange;
use sha1::{Digest, Sha1};
use tokio::sync::Mutex;
use tokio::time::timeout;

use self::places::{Place, places};
use crate::App;
use crate::api::upload::row;
use crate::outbound::{Errand, Refusal};
use crate::problem::Problem;

/// The largest package, in bytes. Installers have some ten million.
pub(crate) const LARGEST: u64 = 64 << 20;
/// How long a build that is published waits for its loader's package.
const PATIENCE: Duration = Duration::from_secs(10);
/// After how many seconds it is tried again where that failed.
const PAUSE: i64 = 600;

/// When packages were asked for in vain; only one asks at a time.
#[derive(Clone, Debug, Default)]
pub struct Attempts(Arc<Mutex<HashMap<Key, Timestamp>>>);

/// Sees to it that the package of a build that is to be published is here, as far as that can be done in a moment.
pub(crate) async fn ready(app: &App, build: &build::Model, wanted: &BuildChange) -> Result<(), Problem> {
    if app.outbound.is_enabled() && builds::asks_to_publish(build, wanted) {
        let runs_on = loader_packages::runs_on(&app.db.read().await?, build, wanted).await?;
        ready_for(app, &runs_on).await;
    }
    Ok(())
}

/// The same for a build that runs on these releases.
pub(crate) async fn ready_for(app: &App, runs_on: &[loader::Model]) {
    let Some(key) = Key::of(runs_on).filter(|_| app.outbound.is_enabled()) else { return };
    match is_here(app, &key).await {
        Ok(true) => {}
        Ok(false) => {
            // Whoever stops waiting does not stop it: the next build is published with it.
            let fetching = tokio::spawn(fetch(app.clone(), key));
            if timeout(PATIENCE, fetching).await.is_err() {
                tracing::warn!("a loader's package is not here yet; a build is published without it");
            }
        }
        Err(problem) => tracing::warn!(problem = problem.explained(), "cannot tell whether a loader's package is here"),
    }
}

async fn is_here(app: &App, key: &Key) -> Result<bool, Problem> {
    Ok(loader_packages::find(&app.db.read().await?, key).await?.is_some())
}

/// Fetches a package, unless somebody has meanwhile, or it failed a moment ago.
async fn fetch(app: App, key: Key) {
    let mut failed = app.loader_packages.0.lock().await;
    let now = app.clock.now();
    failed.retain(|_, last| now < last.plus_seconds(PAUSE));
    if failed.contains_key(&key) || is_here(&app, &key).await.unwrap_or(true) {
        return;
    }
    if let Err(why) = fetch_from(&app, &key).await {
        let Key { kind, version, minecraft } = &key;
        tracing::warn!(
            kind,
            version,
            minecraft,
            why,
            "cannot fetch a loader's package; `kleister admin loaders package` brings it"
        );
        failed.insert(key, now);
    }
}

/// Fetches a package from the first of its places that has one.
async fn fetch_from(app: &App, key: &Key) -> Result<(), String> {
    let loader = loader(key).ok_or("nobody knows such a loader")?;
    let mut why = "the settings name no address".to_owned();
    for place in places(&app.config.upstream, &loader, &key.minecraft) {
        match fetch_one(app, &place, (&loader, &key.minecraft)).await {
            Ok(bytes) => {
                let (blob, write) = keep(app, bytes).await.map_err(|problem| problem.explained())?;
                let added = loader_packages::add(&*write, (key, place.address), blob, app.clock.now()).await;
                added.map_err(|error| error.to_string())?;
                return write.commit().await.map_err(|error| error.to_string());
            }
            Err(fault) => why = fault,
        }
    }
    Err(why)
}

async fn fetch_one(app: &App, place: &Place, (loader, minecraft): (&Loader, &str)) -> Result<Bytes, String> {
    let errand = app.outbound.configured("");
    let told = |refusal: Refusal| format!("{}: {refusal}", place.address);
    let bytes = errand.get(&place.address, LARGEST).await.map_err(told)?;
    if place.has_sha1 {
        check_sha1(&errand, &place.address, &bytes).await.map_err(|fault| format!("{}: {fault}", place.address))?;
    }
    loader_package::fault(&bytes, loader, minecraft).map_err(|fault| format!("{}: {fault}", place.address))?;
    Ok(bytes)
}

/// Compares bytes with what Maven keeps beside them.
async fn check_sha1(errand: &Errand, address: &str, bytes: &[u8]) -> Result<(), String> {
    let beside =
        errand.get(&format!("{address}.sha1"), 1024).await.map_err(|refusal| format!("its .sha1: {refusal}"))?;
    let beside = String::from_utf8_lossy(&beside);
    let said = beside.split_whitespace().next().unwrap_or_default();
    let is_right = said.eq_ignore_ascii_case(&hex::encode(Sha1::digest(bytes)));
    if is_right { Ok(()) } else { Err("it has another SHA-1 than its .sha1 says".to_owned()) }
}

/// Puts a package that an operator brings, in base64, in the place of the one that is here.
pub async fn import(app: &App, loader: &Loader, minecraft: String, package: String) -> Result<(), Problem> {
    let invalid = |fault: String| Problem::invalid("loader", "package", fault);
    let bytes = STANDARD.decode(package).map_err(|error| invalid(error.to_string()))?;
    loader_package::fault(&bytes, loader, &minecraft).map_err(invalid)?;
    let key = Key { kind: loader.kind.to_string(), version: loader.version.clone(), minecraft };
    let (blob, write) = keep(app, bytes.into()).await?;
    loader_packages::set(&*write, &key, blob, app.clock.now()).await?;
    Ok(write.commit().await?)
}

/// Keeps bytes, and begins the write that notes them.
async fn keep(app: &App, bytes: Bytes) -> Result<(blob::Model, Write), Problem> {
    let mut upload = app.files.upload(Some(bytes.len() as u64), LARGEST).await?;
    upload.write(bytes).await?;
    let blob = row(upload.finish().await?, &Caller::Anonymous, app.clock.now());
    Ok((blob, app.db.write().await?))
}

fn loader(key: &Key) -> Option<Loader> {
    let kind: LoaderKind = key.kind.parse().ok()?;
    Some(Loader { kind, version: key.version.clone() })
}

/// The package of a build, frozen with its release. What is blocked is left out.
pub(crate) fn of(contents: &Contents) -> Option<LoaderPackage> {
    let (row, blob) = contents.loader_package.as_ref()?;
    let blob = blob.as_ref().filter(|blob| blob.blocked_reason.is_none())?;
    let kind: LoaderKind = row.kind.parse().ok()?;
    Some(LoaderPackage {
        path: loader_package::place(kind).parse().ok()?,
        sha256: blob.sha256.clone(),
        size: u64::try_from(blob.size).ok()?,
        crc32: u32::try_from(blob.crc32).ok()?,
    })
}
