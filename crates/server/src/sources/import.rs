//! Bringing versions in from a source, copied or linked, with what they need.

use std::collections::HashSet;

use kleister_formats::InstancePath;
use kleister_formats::sources::{File, Need as Told, Project, Stage, Version};
use kleister_store::arrivals::{self, Arrival, Bytes, Hashes, Outcome, Placed};
use kleister_store::facts::Facts;
use kleister_store::{Caller, builds, descriptions, links, loaders};
use kleister_types::sources as wire_types;
use kleister_types::sources::{ImportMode, Source, SourceImport, SourceImported, VersionSearch};

use super::{Client, Unavailable, facts, wire};
use crate::api::upload;
use crate::outbound::Expected;
use crate::problem::Problem;
use crate::{App, jars, uploads};

/// How many versions one import brings in at the most.
const MOST: usize = 50;

/// A version with its project and the file that is meant.
struct Piece {
    project: Project,
    version: Version,
    file: File,
}

/// What is to be brought in, and what it has to do with besides.
#[derive(Default)]
struct Gathered {
    pieces: Vec<Piece>,
    offered: Vec<wire_types::SourceDependency>,
}

/// Brings a version in, and with `dependencies` all that it requires. All of it is placed, or none.
pub async fn import(
    app: &App,
    caller: &Caller,
    source: Source,
    mut wanted: SourceImport,
) -> Result<SourceImported, Problem> {
    let user = &caller.signed_in()?.id;
    look_at_build(app, caller, &mut wanted).await?;
    let client = Client::new(app, user, source)?;
    let Gathered { pieces, offered } = gather(&client, &wanted).await?;
    let mut arriving = Vec::new();
    for piece in pieces {
        arriving.push(fetch(app, caller, source, piece, wanted.mode).await?);
    }
    let placed = place(app, caller, &wanted, arriving).await?;
    Ok(SourceImported { imported: placed.iter().map(told).collect(), dependencies: offered })
}

/// Takes Minecraft and loader from the build that the version is for, which the caller must be allowed to change.
async fn look_at_build(app: &App, caller: &Caller, wanted: &mut SourceImport) -> Result<(), Problem> {
    let (pack, build) = match (&wanted.pack, &wanted.build) {
        (Some(pack), Some(build)) => (pack, build),
        (None, None) => return Ok(()),
        (Some(_), None) => return Err(Problem::invalid("import", "build", "is missing beside the pack")),
        (None, Some(_)) => return Err(Problem::invalid("import", "pack", "is missing beside the build")),
    };
    let db = app.db.read().await?;
    let open = builds::open(&db, caller, pack, build, builds::CHANGE).await?;
    let ids = [open.build.minecraft_id.as_deref(), open.build.loader_id.as_deref()];
    for row in loaders::by_ids(&db, ids.into_iter().flatten().collect()).await? {
        let said = if row.kind == "minecraft" { &mut wanted.minecraft } else { &mut wanted.loader };
        said.get_or_insert(if row.kind == "minecraft" { row.name } else { row.kind });
    }
    Ok(())
}

/// Finds the version and what it needs; each project once.
async fn gather(client: &Client, wanted: &SourceImport) -> Result<Gathered, Problem> {
    let project = client.project(&wanted.project).await?;
    let version = match &wanted.version {
        Some(id) => client.version(&project.id, id).await?,
        None => newest(client, &project.id, &search(wanted, None)).await?,
    };
    let search = search(wanted, Some(&version));
    let mut gathered = Gathered::default();
    let mut met = HashSet::from([project.id.clone()]);
    let mut waiting = vec![(project, version)];
    while let Some((project, version)) = waiting.pop() {
        for dependency in &version.dependencies {
            let Some((needed, found)) = find(client, dependency, &search).await? else { continue };
            if !met.insert(needed.id.clone()) {
                continue;
            }
            if let (true, Told::Required, Some(found)) = (wanted.dependencies, dependency.kind, &found) {
                waiting.push((needed, found.clone()));
            } else {
                gathered.offered.push(wire::dependency(client.source, needed, dependency.kind, found));
            }
        }
        if gathered.pieces.len() == MOST {
            let why = format!("needs more than {MOST} others; bring some of them in first");
            return Err(Problem::invalid("import", "dependencies", why));
        }
        gathered.pieces.push(piece(client, project, version)?);
    }
    Ok(gathered)
}

/// What other versions must be for: what the caller says, else what the first one is for.
fn search(wanted: &SourceImport, version: Option<&Version>) -> VersionSearch {
    VersionSearch {
        minecraft: wanted.minecraft.clone().or_else(|| version?.minecrafts.first().cloned()),
        loader: wanted.loader.clone().or_else(|| version?.loaders.first().cloned()),
    }
}

/// The newest finished version that fits, or the newest at all where none is finished.
async fn newest(client: &Client, project: &str, search: &VersionSearch) -> Result<Version, Unavailable> {
    let mut versions = client.versions(project, search).await?;
    let finished = versions.iter().position(|version| version.stage == Stage::Release).unwrap_or(0);
    if versions.is_empty() {
        return Err(Unavailable::Missing(client.source, "version for this Minecraft and loader"));
    }
    Ok(versions.swap_remove(finished))
}

/// The project that a dependency is about, and the version of it that would do; nothing where it is gone.
async fn find(
    client: &Client,
    dependency: &kleister_formats::sources::Dependency,
    search: &VersionSearch,
) -> Result<Option<(Project, Option<Version>)>, Unavailable> {
    let exact = match (&dependency.version, &dependency.project) {
        (Some(version), project) => present(client.version(project.as_deref().unwrap_or_default(), version).await)?,
        _ => None,
    };
    let id = dependency.project.clone().or_else(|| exact.as_ref().map(|version| version.project.clone()));
    let Some(project) = (match id {
        Some(id) => present(client.project(&id).await)?,
        None => None,
    }) else {
        return Ok(None);
    };
    let needs_version = matches!(dependency.kind, Told::Required | Told::Optional);
    let version = match exact {
        None if needs_version => present(newest(client, &project.id, search).await)?,
        exact => exact,
    };
    Ok(Some((project, version)))
}

/// What is missing is nothing.
fn present<T>(found: Result<T, Unavailable>) -> Result<Option<T>, Unavailable> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Unavailable::Missing(..)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn piece(client: &Client, project: Project, version: Version) -> Result<Piece, Problem> {
    let Some(mut file) = version.files.first().cloned() else {
        return Err(Unavailable::Missing(client.source, "file of this version").into());
    };
    if project.kind.is_none() {
        return Err(Problem::invalid("import", "project", "is nothing that goes into a pack"));
    }
    if project.redistribution == Some(false) {
        file.address = None;
    }
    Ok(Piece { project, version, file })
}

/// A file on its way to become a version: its bytes, if they are to be copied and may be, and what is known of it.
async fn fetch(
    app: &App,
    caller: &Caller,
    source: Source,
    piece: Piece,
    mode: ImportMode,
) -> Result<(Arrival, Option<kleister_store::versions::ReadFile>), Problem> {
    let Piece { project, version, file } = piece;
    let path: InstancePath = file.name.parse()?;
    let (mut read, mut bytes) = (None, Bytes::Elsewhere(hashes(&file)));
    if let (ImportMode::Copy, Some(address)) = (mode, &file.address) {
        let Hashes { size, md5, sha1, sha256, sha512, .. } = hashes(&file);
        let expected = Expected { size, md5, sha1, sha256, sha512 };
        uploads::check_room(app, caller, file.size.unwrap_or(0)).await?;
        let errand = app.outbound.named(&caller.signed_in()?.id);
        let blob = errand.fetch(&app.files, address, &expected, app.config.upload.limit).await?;
        let blob = upload::row(blob, caller, app.clock.now());
        read = jars::read_file(app, &blob, &file.name).await?;
        bytes = Bytes::Here(Box::new(blob));
    }
    let facts = facts(&project, &version, read.as_ref().map(|read| &read.facts));
    let arrival = Arrival {
        facts,
        name_key: path.key(),
        name: path.to_string(),
        bytes,
        redistribution: if file.address.is_none() { Some(false) } else { project.redistribution },
        sources: vec![arrivals::Source {
            kind: source.as_str().to_owned(),
            address: file.address,
            project: Some(project.id),
            file: Some(version.id),
        }],
        ..Arrival::default()
    };
    Ok((arrival, read))
}

fn hashes(file: &File) -> Hashes {
    Hashes {
        size: file.size,
        md5: file.md5.clone(),
        sha1: file.sha1.clone(),
        sha256: None,
        sha512: file.sha512.clone(),
        murmur2: file.fingerprint.map(|fingerprint| fingerprint.to_string()),
    }
}

/// What is known of a version: what its file says about itself, and what the source says where that says nothing.
fn facts(project: &Project, version: &Version, read: Option<&Facts>) -> Facts {
    let mut facts = read.cloned().unwrap_or_default();
    if let Some(kind) = project.kind {
        facts.kind = wire::kind(kind);
    }
    facts.title = Some(project.name.clone());
    facts::complete(&mut facts, project, version);
    facts
}

/// Places all of it in one write, and attaches it to the build that was named, but for what that has already.
async fn place(
    app: &App,
    caller: &Caller,
    wanted: &SourceImport,
    arriving: Vec<(Arrival, Option<kleister_store::versions::ReadFile>)>,
) -> Result<Vec<Placed>, Problem> {
    let now = app.clock.now();
    let write = app.db.write().await?;
    let mut placed = Vec::new();
    for (arrival, read) in arriving {
        placed.push(arrivals::place(&*write, caller, &arrival, now).await?);
        if let Some(read) = read {
            descriptions::keep(&*write, read.description).await?;
        }
    }
    if let Some((pack, build)) = wanted.pack.as_ref().zip(wanted.build.as_ref()) {
        let open = builds::open_locked(&*write, caller, pack, build, builds::CHANGE).await?;
        let versions: Vec<_> = placed.iter().map(|piece| &piece.version).collect();
        links::attach_missing(&*write, &open, &versions, now).await?;
    }
    write.commit().await?;
    Ok(placed)
}

fn told(placed: &Placed) -> wire_types::SourcePlaced {
    let outcome = match placed.outcome {
        Outcome::Known => "known",
        Outcome::Filled => "filled",
        Outcome::Added => "added",
        Outcome::Begun => "begun",
    };
    wire_types::SourcePlaced {
        mod_id: placed.module.id.clone(),
        mod_slug: placed.module.slug.clone(),
        version_id: placed.version.id.clone(),
        version: placed.version.name.clone(),
        outcome: outcome.to_owned(),
        copied: placed.file.blob.is_some(),
    }
}
