//! What changed between two builds of a pack: their releases and the bytes of files become a comparison.

use std::collections::HashMap;
use std::sync::Arc;

use futures::{StreamExt, stream};
use kleister_formats::compare::{self as formats, Comparison, FileChange, Kept, Mod, ModUpdate, Setting};
use kleister_store::permissions::Opened;
use kleister_store::rows::{build, pack};
use kleister_store::{Read, releases};
use kleister_types::builds::State;
use kleister_types::compare as types;

use crate::App;
use crate::delivery::release::{self, Frozen};
use crate::problem::Problem;

/// How many files are read at the same time.
const READERS: usize = 8;

/// A build with its release; of a draft, with what it would be now.
pub struct Side {
    build: build::Model,
    frozen: Arc<Frozen>,
}

/// Finds a build of a pack by identifier, name or channel, if whoever opened the pack may see it.
pub async fn side(app: &App, db: &Read, pack: &Opened<pack::Model>, key: &str) -> Result<Side, Problem> {
    let build = releases::within(db, pack, key).await?;
    let frozen = release::of_build(app, db, &pack.row, &build).await?;
    Ok(Side { build, frozen })
}

/// Compares two builds, and reads the files of which the texts are compared.
pub async fn compare(app: &App, from: &Side, to: &Side) -> Result<Comparison, Problem> {
    let (one, other) = (Arc::clone(&from.frozen), Arc::clone(&to.frozen));
    let comparison = formats::compare(&one.release, &other.release);
    let reads = stream::iter(comparison.wanted()).map(|kept| read(app, kept));
    let bytes: HashMap<_, _> = reads.buffer_unordered(READERS).filter_map(async |read| read).collect().await;
    let compared = tokio::task::spawn_blocking(move || comparison.read(&bytes)).await;
    Ok(compared.map_err(std::io::Error::other).map_err(kleister_files::Error::from)?)
}

/// The bytes of a file. One that is blocked or damaged has none that can be compared.
async fn read(app: &App, kept: Kept) -> Option<(String, Vec<u8>)> {
    let body = app.files.read(&kept.sha256, kept.size, None).await.ok()?;
    Some((kept.sha256, body.bytes().await.ok()?.to_vec()))
}

/// A comparison as it travels.
pub fn wire(from: Side, to: Side, comparison: Comparison) -> types::Comparison {
    types::Comparison {
        from: build(from.build),
        to: build(to.build),
        reinstall: comparison.needs_reinstall(),
        changelog: comparison.changelog(),
        platform: comparison.platform.into_iter().map(change).collect(),
        added: comparison.added.into_iter().map(module).collect(),
        updated: comparison.updated.into_iter().map(update).collect(),
        removed: comparison.removed.into_iter().map(module).collect(),
        files: comparison.files.into_iter().map(file).collect(),
        settings: comparison.settings.into_iter().map(setting).collect(),
    }
}

fn build(build: build::Model) -> types::ComparedBuild {
    types::ComparedBuild { state: State::from_word(&build.state), id: build.id, name: build.name }
}

fn change(change: formats::Change) -> types::Change {
    types::Change { what: change.what.to_owned(), from: change.from, to: change.to }
}

fn module(module: Mod) -> types::ComparedMod {
    let Mod { slug, name, version, paths } = module;
    types::ComparedMod { slug, name, version, paths: paths.iter().map(ToString::to_string).collect() }
}

fn update(update: ModUpdate) -> types::UpdatedMod {
    let Mod { slug, name, version, paths } = update.to;
    types::UpdatedMod {
        slug,
        name,
        from: update.from_version,
        to: version,
        from_paths: update.from_paths.iter().map(ToString::to_string).collect(),
        to_paths: paths.iter().map(ToString::to_string).collect(),
    }
}

fn file(file: FileChange) -> types::ComparedFile {
    let parts = |kept: Option<Kept>| kept.map(|kept| (kept.sha256, kept.size)).unzip();
    let ((from_sha256, from_size), (to_sha256, to_size)) = (parts(file.from), parts(file.to));
    let (diff, no_diff) = match file.diff {
        Some(Ok(diff)) => (Some(diff), None),
        Some(Err(why)) => (None, Some(why.to_owned())),
        None => (None, None),
    };
    types::ComparedFile { path: file.path.to_string(), from_sha256, from_size, to_sha256, to_size, diff, no_diff }
}

fn setting(setting: Setting) -> types::ComparedSetting {
    let kind = if setting.is_mod { "mod" } else { "file" };
    types::ComparedSetting { kind: kind.to_owned(), subject: setting.subject, change: change(setting.change) }
}
