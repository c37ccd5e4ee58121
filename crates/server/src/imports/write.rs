//! Everything at once: the pack, mods and versions, the draft with its links and files, the report.

use std::collections::{HashMap, HashSet};

use kleister_formats::import::{Found, Origin, Source};
use kleister_formats::{LoaderKind, Policy, Support};
use kleister_store::arrivals::{Outcome, Placed, place};
use kleister_store::imports::{self, NewBuild, NewFile, NewLink};
use kleister_store::loaders::Kind;
use kleister_store::permissions::open_locked;
use kleister_store::rows::{blob, build, pack};
use kleister_store::{Caller, Need, Write, descriptions, packs};
use kleister_types::builds::BuildChange;
use kleister_types::imports::ImportReport;
use kleister_types::packs::PackChange;
use kleister_types::{Environment, Perm, Timestamp};
use serde_json::Value;

use super::{Held, ImportPack, Piece, Target, arrivals, icon, report};
use crate::App;
use crate::jars::{self, known_games};
use crate::jobs::Running;
use crate::problem::Problem;

/// Writes the import, and ends its job with the report.
pub(super) async fn write(app: &App, running: &Running, task: &ImportPack, held: Held) -> Result<Value, Problem> {
    let (games, now) = (known_games(app).await?, app.clock.now());
    let caller = running.caller(app).await?;
    let write = app.db.write().await?;
    let mut report = report::begin(held.import.kind);
    let pack = target(&write, &caller, task, &held, &mut report, now).await?;
    let build = draft(&write, &caller, (&pack, task), &held, &mut report, now).await?;
    let Held { import, pieces, own, notes, .. } = held;
    let mut own = own;
    let fingerprints = fingerprints(&pieces);
    // Of CurseForge's own packs, whose index has nothing but numbers, all else was told by CurseForge itself.
    let tells = import.kind == kleister_formats::import::Kind::Curseforge;
    let placing = place_all(&write, &caller, (pieces, tells), (&games, now), (&mut own, &mut report));
    let links = Box::pin(placing).await?;
    kleister_store::fingerprints::keep(&*write, &fingerprints).await?;
    imports::link(&*write, &build, links, now).await?;
    let files = own.into_iter().map(|(found, blob)| {
        report::own(&mut report, found.path.as_str());
        own_file(&found, blob)
    });
    imports::own(&*write, &build, files.collect(), now).await?;
    for (what, why) in notes {
        report::note(&mut report, &what, why);
    }
    (report.pack_id, report.pack) = (pack.id, pack.slug);
    (report.build_id, report.build) = (build.id, build.name);
    let told = serde_json::to_value(report::finish(report, import.left_out));
    let told = told.map_err(|error| Problem::BadRequest(error.to_string()))?;
    running.conclude(app, &write, &told).await?;
    write.commit().await?;
    Ok(told)
}

/// The pack that gets the build, made if it is not there.
async fn target(
    write: &Write,
    caller: &Caller,
    task: &ImportPack,
    held: &Held,
    report: &mut ImportReport,
    now: Timestamp,
) -> Result<pack::Model, Problem> {
    let (slug, name) = match &task.target {
        Target::Pack(id) => {
            let pack = open_locked::<pack::Entity>(&**write, caller, id, Need::Have(Perm::Admin)).await?.row;
            report::keeps(report, &pack, &held.import);
            return Ok(pack);
        }
        Target::New { slug, name } => (slug, name),
    };
    let import = &held.import;
    let own_name = import.name.clone().or_else(|| held.title.clone()).filter(|name| name.len() >= 3);
    let own_name = own_name.unwrap_or_else(|| "Imported pack".to_owned());
    let end = own_name.floor_char_boundary(255);
    let wanted = PackChange {
        slug: slug.clone(),
        name: name.clone().or_else(|| Some(own_name[..end].to_owned())),
        summary: import.summary.clone(),
        ..PackChange::default()
    };
    let pack = packs::create(&**write, caller, &wanted, now).await?;
    let (authors, server) = (import.authors.clone(), import.server_address.clone());
    let pack = imports::describe(&**write, pack, authors, server).await?;
    if let Some(icon) = &held.icon {
        icon::set(write, &pack, icon, now).await?;
    }
    Ok(pack)
}

/// The draft, with what runs it as far as that is known here.
async fn draft(
    write: &Write,
    caller: &Caller,
    (pack, task): (&pack::Model, &ImportPack),
    held: &Held,
    report: &mut ImportReport,
    now: Timestamp,
) -> Result<build::Model, Problem> {
    let import = &held.import;
    let name = match &task.build {
        Some(name) => name.clone(),
        None => imports::free_name(&**write, &pack.id, import.version.as_deref().unwrap_or("1.0")).await?,
    };
    let mut change = BuildChange {
        name: Some(name),
        java: import.java.map(|java| java.to_string()),
        memory: import.memory.maximum.map(|megabytes| megabytes.to_string()),
        ..BuildChange::default()
    };
    runs_on(write, held, &mut change, report).await?;
    let components =
        (!import.components.is_empty()).then(|| serde_json::to_string(&import.components).unwrap_or_default());
    let wanted = NewBuild {
        change,
        memory_minimum: import.memory.minimum,
        jvm_arguments: import.jvm_arguments.clone(),
        components,
    };
    Ok(imports::build(&**write, caller, pack, wanted, now).await?)
}

/// Finds the releases of Minecraft and the loader; what this server has not heard of is told in the report.
async fn runs_on(
    write: &Write,
    held: &Held,
    change: &mut BuildChange,
    report: &mut ImportReport,
) -> Result<(), Problem> {
    let minecraft = held.import.minecraft.as_deref();
    let unknown = |kind: Kind, version: &str| {
        format!(
            "{kind} {version} is not among the releases that this server knows: let an administrator fetch the list anew \
             (`PUT /{kind}`), then set it in the build."
        )
    };
    if let Some(version) = minecraft {
        change.minecraft_id = imports::loader(&**write, Kind::Minecraft, version, None).await?.map(|row| row.id);
        if change.minecraft_id.is_none() {
            report::leave(report, "minecraft", unknown(Kind::Minecraft, version));
        }
    }
    let Some(loader) = &held.import.loader else { return Ok(()) };
    let (kind, field) = match loader.kind {
        LoaderKind::Forge => (Kind::Forge, &mut change.forge_id),
        LoaderKind::NeoForge => (Kind::Neoforge, &mut change.neoforge_id),
        LoaderKind::Fabric => (Kind::Fabric, &mut change.fabric_id),
        LoaderKind::Quilt => (Kind::Quilt, &mut change.quilt_id),
    };
    *field = imports::loader(&**write, kind, &loader.version, minecraft).await?.map(|row| row.id);
    if field.is_none() {
        report::leave(report, "loader", unknown(kind, &loader.version));
    }
    Ok(())
}

/// Makes versions of all pieces, and says how each is linked. The second of two that are the same version becomes a file of
/// the build itself. Where the source `tells` what its files are, one that was known by its number only learns it.
async fn place_all(
    write: &Write,
    caller: &Caller,
    (pieces, tells): (Vec<Piece>, bool),
    (games, now): (&[String], Timestamp),
    (own, report): (&mut Vec<(Found, blob::Model)>, &mut ImportReport),
) -> Result<Vec<NewLink>, Problem> {
    let mut known = known_at_source(write, caller, &pieces).await?;
    let (mut links, mut once) = (Vec::with_capacity(pieces.len()), HashSet::new());
    for piece in pieces {
        let arrival = arrivals::arrival(&piece, games);
        let known = match source(&piece).and_then(|source| known.remove(&source)) {
            Some(known) if tells => {
                let file = imports::learn(&**write, known.clone(), &arrival, now).await?;
                Some(imports::Known { file, ..known })
            }
            known => known,
        };
        let placed = match known.filter(|_| piece.bytes.is_none()) {
            Some(imports::Known { module, version, file }) => {
                Placed { module: module.row, version, file, outcome: Outcome::Known }
            }
            None => place(&**write, caller, &arrival, now).await?,
        };
        let Piece { found, bytes, .. } = piece;
        if !once.insert(placed.version.id.clone()) {
            if let Some(bytes) = bytes {
                own.push((found, bytes.blob));
            } else {
                let why = format!("It is the same file as another one: version `{}`.", placed.version.name);
                report::leave(report, found.path.as_str(), why);
            }
            continue;
        }
        if let Some(bytes) = bytes.filter(|_| placed.outcome != Outcome::Known) {
            for note in bytes.jar.iter().flat_map(|jar| jars::notes(jar)) {
                report::note(report, found.path.as_str(), note);
            }
            descriptions::keep(&**write, bytes.description).await?;
        }
        report::placed(report, found.path.as_str(), &placed);
        links.push(link(found, placed));
    }
    Ok(links)
}

/// The fingerprints that were found as somebody was asked about the pieces, each by its SHA-256.
fn fingerprints(pieces: &[Piece]) -> Vec<(String, u32)> {
    let blobs = pieces.iter().filter_map(|piece| Some(&piece.bytes.as_ref()?.blob));
    blobs.filter_map(|blob| Some((blob.sha256.clone(), blob.murmur2.as_ref()?.parse().ok()?))).collect()
}

type SourceKey = (String, String, String);

/// Where CurseForge has a piece.
fn source(piece: &Piece) -> Option<SourceKey> {
    let at_curseforge = |source: &&Source| source.origin == Origin::Curseforge;
    let source = piece.found.sources.iter().find(at_curseforge)?;
    Some(("curseforge".to_owned(), source.project.clone()?, source.file.clone()?))
}

async fn known_at_source(
    write: &Write,
    caller: &Caller,
    pieces: &[Piece],
) -> Result<HashMap<SourceKey, imports::Known>, Problem> {
    let asked: Vec<SourceKey> = pieces.iter().filter_map(source).collect();
    Ok(imports::known_versions(&**write, caller, &asked).await?)
}

/// How a version is in the build.
fn link(found: Found, placed: Placed) -> NewLink {
    let environment = match found.environment {
        Some(environment) => Some(said(environment)),
        // The player is asked, but nothing tells for which side: for those that the version is for.
        None => found.choice.as_ref().map(|_| {
            let known = Environment::from_words(placed.version.client.as_deref(), placed.version.server.as_deref());
            if_wanted(known.unwrap_or_default())
        }),
    };
    let choice = found.choice.unwrap_or_default();
    NewLink {
        version_id: placed.version.id,
        environment,
        chosen: choice.default,
        text: choice.text,
        group: choice.group,
        path: (placed.file.path != found.path.as_str()).then(|| found.path.to_string()),
    }
}

fn own_file(found: &Found, blob: blob::Model) -> NewFile {
    NewFile {
        path: found.path.to_string(),
        path_key: found.path.key(),
        blob,
        environment: found.environment.map(said).unwrap_or_default(),
        policy: match found.policy {
            Policy::Force => "force",
            Policy::Seed => "seed",
            Policy::Keep => "keep",
        },
    }
}

/// The environment in the words of the wire.
fn said(environment: kleister_formats::Environment) -> Environment {
    let side = |support| match support {
        Support::Required => kleister_types::Support::Required,
        Support::Optional => kleister_types::Support::Optional,
        Support::Unsupported => kleister_types::Support::Unsupported,
    };
    Environment { client: side(environment.client), server: side(environment.server) }
}

/// The environment of a version that sides may do without.
fn if_wanted(environment: Environment) -> Environment {
    use kleister_types::Support::{Optional, Required};
    let side = |support| if support == Required { Optional } else { support };
    Environment { client: side(environment.client), server: side(environment.server) }
}
