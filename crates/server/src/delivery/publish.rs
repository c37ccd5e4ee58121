//! Publishing: a draft becomes a release, once, resolved from its rows in a handful of queries.

use std::collections::HashMap;

use kleister_formats::{
    Choice, Content, Delivery, Environment, File, InstancePath, Loader, LoaderKind, Memory, Pack, Policy, Release,
    Support,
};
use kleister_store::releases::{Contents, contents};
use kleister_store::rows::{blob, build, build_file, build_version, module, pack, version, version_source};
use kleister_store::versions::FileOf;
use kleister_store::{Caller, Error, Result, Write, builds};
use kleister_types::builds::BuildChange;
use kleister_types::{Timestamp, Violation};

use super::origin;

/// Publishes a draft: its release is stored, and from now on everything that players get follows from that.
pub async fn publish(
    write: &Write,
    caller: &Caller,
    pack: &pack::Model,
    build: build::Model,
    wanted: &BuildChange,
    now: Timestamp,
) -> Result<build::Model> {
    let release = resolve(pack, &build, contents(&**write, &build).await?)?;
    builds::publish(&**write, caller, build, (release.to_document(), wanted), now).await
}

/// What a draft would be if it were published now, its name saying that it is not.
pub fn preview(pack: &pack::Model, build: &build::Model, contents: Contents) -> Result<Release> {
    let mut release = resolve(pack, build, contents)?;
    release.version.push_str(" (draft)");
    Ok(release)
}

/// Everything that any export needs, or what is still missing.
fn resolve(pack: &pack::Model, build: &build::Model, contents: Contents) -> Result<Release> {
    let mut faults = Vec::new();
    let runs_on = contents.runs_on;
    let minecraft = runs_on.iter().find(|row| Some(&row.id) == build.minecraft_id.as_ref());
    if minecraft.is_none() {
        faults.push(Violation::new("minecraft_id", "cannot be blank for a build that is published"));
    }
    if contents.versions.is_empty() && contents.files.is_empty() {
        faults.push(Violation::new("published", "an empty build is not published; attach versions first"));
    }
    let mut files = Vec::with_capacity(contents.versions.len() + contents.files.len());
    for (link, version, module, file) in contents.versions {
        let name = format!("version `{}` of mod `{}`", version.name, module.slug);
        match version_file(pack, link, version, &module, file, &contents.sources) {
            Ok(file) => files.push(file),
            Err(reason) => faults.push(Violation::new("published", format!("{name} {reason}"))),
        }
    }
    for (file, blob) in contents.files {
        let name = format!("file `{}`", file.path);
        match config_file(file, blob) {
            Ok(file) => files.push(file),
            Err(reason) => faults.push(Violation::new("published", format!("{name} {reason}"))),
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    faults.extend(clashes(&files));
    if !faults.is_empty() {
        return Err(Error::Invalid { what: "build", errors: faults });
    }
    Ok(Release {
        pack: Pack {
            id: pack.id.clone(),
            slug: pack.slug.clone(),
            name: pack.name.clone(),
            summary: pack.summary.clone(),
            authors: pack.authors.clone(),
            website: pack.website.clone(),
        },
        version: build.name.clone(),
        minecraft: minecraft.map(|row| row.name.clone()).unwrap_or_default(),
        loader: runs_on.iter().find(|row| Some(&row.id) == build.loader_id.as_ref()).and_then(loader),
        java: build.java.as_deref().and_then(builds::java_major),
        memory: Memory { minimum: megabytes(build.memory_minimum), maximum: megabytes(build.memory_maximum) },
        jvm_arguments: build.jvm_arguments.clone(),
        files,
    })
}

/// Two files that a player's disk would hold at the same place, where case does not count.
fn clashes(files: &[File]) -> Vec<Violation> {
    let mut keys = HashMap::new();
    let clash =
        |file: &File| keys.insert(file.path.key(), file.path.to_string()).map(|other| (file.path.clone(), other));
    let twice = files.iter().filter_map(clash);
    let fault = |(path, other)| format!("`{path}` and `{other}` are one file on a player's disk; take one out");
    twice.map(|pair| Violation::new("published", fault(pair))).collect()
}

fn version_file(
    pack: &pack::Model,
    link: build_version::Model,
    version: version::Model,
    module: &module::Model,
    file: Option<FileOf>,
    sources: &HashMap<String, Vec<version_source::Model>>,
) -> std::result::Result<File, String> {
    let Some((file, blob)) = file else { return Err("has no file; upload it first".to_owned()) };
    let sources = sources.get(&file.id).map(Vec::as_slice).unwrap_or_default();
    let out = origin::handed_out(pack, &file, blob.as_ref(), sources)?;
    let path: InstancePath =
        link.path.unwrap_or(file.path).parse().map_err(|error| format!("has a bad path: {error}"))?;
    let (client, server) = sides(module.side.as_deref());
    let environment = Environment {
        client: support(link.client.or(version.client)).unwrap_or(client),
        server: support(link.server.or(version.server)).unwrap_or(server),
    };
    let optional = environment.client == Support::Optional || environment.server == Support::Optional;
    Ok(File {
        path,
        environment,
        choice: optional.then_some(Choice { default: link.chosen, text: link.choice_text, group: link.choice_group }),
        policy: Policy::Force,
        size: out.size,
        hashes: out.hashes,
        delivery: out.delivery,
        sources: out.sources,
        source_first: out.source_first,
        origins: out.origins,
        content: Some(Content { module: module.slug.clone(), name: module.name.clone(), version: version.name }),
    })
}

fn config_file(file: build_file::Model, blob: Option<blob::Model>) -> std::result::Result<File, String> {
    let blob = blob.ok_or("has no bytes; upload it again")?;
    Ok(File {
        path: file.path.parse().map_err(|error| format!("has a bad path: {error}"))?,
        environment: Environment {
            client: support(Some(file.client)).unwrap_or(Support::Required),
            server: support(Some(file.server)).unwrap_or(Support::Required),
        },
        choice: None,
        policy: match file.policy.as_str() {
            "seed" => Policy::Seed,
            "keep" => Policy::Keep,
            _ => Policy::Force,
        },
        size: size(&blob),
        hashes: origin::blob_hashes(blob),
        delivery: Delivery::Stored,
        sources: Vec::new(),
        source_first: false,
        origins: Vec::new(),
        content: None,
    })
}

/// What a mod's side means for client and server.
fn sides(side: Option<&str>) -> (Support, Support) {
    match side {
        Some("client") => (Support::Required, Support::Unsupported),
        Some("server") => (Support::Unsupported, Support::Required),
        _ => (Support::Required, Support::Required),
    }
}

fn support(word: Option<String>) -> Option<Support> {
    match word?.as_str() {
        "required" => Some(Support::Required),
        "optional" => Some(Support::Optional),
        "unsupported" => Some(Support::Unsupported),
        _ => None,
    }
}

fn loader(row: &kleister_store::rows::loader::Model) -> Option<Loader> {
    let kind: LoaderKind = row.kind.parse().ok()?;
    // Forge's releases are listed as `1.20.1-47.2.0`, but launchers want `47.2.0`.
    let prefix = row.minecraft.as_ref().map(|minecraft| format!("{minecraft}-")).unwrap_or_default();
    let version = row.name.strip_prefix(&prefix).unwrap_or(&row.name).to_owned();
    Some(Loader { kind, version })
}

fn size(blob: &blob::Model) -> u64 {
    u64::try_from(blob.size).unwrap_or(0)
}

fn megabytes(number: Option<i64>) -> Option<u32> {
    number.and_then(|number| u32::try_from(number).ok())
}
