//! The rows of a build as the facts that the check judges.

use std::collections::HashMap;
use std::sync::Arc;

use kleister_formats::check::{Facts, Origin, Overrides, Piece, Redistribution, Zip};
use kleister_formats::jar::Jar;
use kleister_formats::listings::Held;
use kleister_formats::solder::packages;
use kleister_formats::{Delivery, Environment, Support};
use kleister_store::builds;
use kleister_store::releases::Contents;
use kleister_store::rows::{blob, build, build_file, build_version, module, pack, version, version_source};
use kleister_store::versions::FileOf;

use super::Ahead;
use crate::delivery::{origin, publish};

/// The blobs that may be jars: those of versions.
pub(super) fn blobs(contents: &Contents) -> Vec<&blob::Model> {
    let first = contents.versions.iter().filter_map(|(.., file)| file.as_ref());
    first.chain(&contents.more_files).filter_map(|(_, blob)| blob.as_ref()).collect()
}

/// The blobs that are zips, which readers of Solder get as they came.
pub(super) fn zips(contents: &Contents) -> Vec<&blob::Model> {
    contents.zips.iter().filter_map(|(_, blob, _)| blob.as_ref()).collect()
}

/// Everything that the check looks at.
pub(super) fn facts((pack, build): (&pack::Model, &build::Model), contents: &Contents, ahead: &Ahead) -> Facts {
    let Ahead { jars, overrides, listings, .. } = ahead;
    let runs_on = |id: &Option<String>| contents.runs_on.iter().find(|row| Some(&row.id) == id.as_ref());
    let mut all = Overrides::default();
    for (path, held) in overrides {
        all.set(path, held.clone());
    }
    let more = more_versions(contents);
    let versions = contents.versions.iter().chain(&more);
    let files = versions.filter_map(|version| piece(version, (pack, &contents.sources), jars));
    Facts {
        minecraft: runs_on(&build.minecraft_id).map(|row| row.name.clone()),
        loader: runs_on(&build.loader_id).and_then(publish::loader),
        java: build.java.as_deref().and_then(builds::java_major),
        public: pack.public,
        files: files.chain(contents.files.iter().map(|(file, _)| build_file(file))).collect(),
        zips: zipped((pack, build), contents, listings),
        overrides: all,
    }
}

/// The zips that readers of Solder would get if the build were published now.
fn zipped(
    (pack, build): (&pack::Model, &build::Model),
    contents: &Contents,
    listings: &HashMap<String, Vec<Held>>,
) -> Vec<Zip> {
    let release = publish::sketch(pack, build, contents.clone());
    let zip = |package| Zip::new(package, |sha256| listings.get(sha256).cloned());
    packages(&release).into_iter().map(zip).collect()
}

type Versioned = (build_version::Model, version::Model, module::Model, Option<FileOf>);

/// The files beyond the first of the versions that have several: they lie at their own paths.
fn more_versions(contents: &Contents) -> Vec<Versioned> {
    let of = |file: &FileOf| {
        let (link, version, module, _) =
            contents.versions.iter().find(|(_, version, ..)| version.id == file.0.version_id)?;
        let link = build_version::Model { path: None, ..link.clone() };
        Some((link, version.clone(), module.clone(), Some(file.clone())))
    };
    contents.more_files.iter().filter_map(of).collect()
}

/// The file of a version; a version without one adds nothing to the game.
fn piece(
    (link, version, module, file): &Versioned,
    (pack, sources): (&pack::Model, &HashMap<String, Vec<version_source::Model>>),
    jars: &HashMap<String, Arc<Jar>>,
) -> Option<Piece> {
    let (file, blob) = file.as_ref()?;
    let sources = sources.get(&file.id).map(Vec::as_slice).unwrap_or_default();
    let out = origin::handed_out(pack, file, blob.as_ref(), sources);
    let redistribution = match &*file.redistribution {
        "yes" => Redistribution::Yes,
        "no" => Redistribution::No,
        _ => Redistribution::Unknown,
    };
    Some(Piece {
        origin: Some(Origin { module: module.slug.clone(), version: version.name.clone() }),
        path: link.path.clone().unwrap_or_else(|| file.path.clone()),
        environment: publish::environment(link, version, module),
        chosen: link.chosen,
        redistribution,
        delivery: out.map_or(Delivery::Manual, |out| out.delivery),
        jar: blob.as_ref().and_then(|blob| jars.get(&blob.sha256)).cloned(),
    })
}

fn build_file(file: &build_file::Model) -> Piece {
    let needed = |word: &String| publish::support(Some(word)).unwrap_or(Support::Required);
    Piece {
        origin: None,
        path: file.path.clone(),
        environment: Environment { client: needed(&file.client), server: needed(&file.server) },
        chosen: false,
        redistribution: Redistribution::Unknown,
        delivery: Delivery::Stored,
        jar: None,
    }
}
