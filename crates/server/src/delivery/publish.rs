//! Publishing: a draft becomes a release, once, resolved from its rows in a handful of queries.

use std::collections::{HashMap, HashSet};

use kleister_formats::solder::{Kept, Zip};
use kleister_formats::{
    Choice, Content, Delivery, Environment, File, InstancePath, Loader, LoaderKind, Memory, Pack, Policy, Release,
    Support,
};
use kleister_store::releases::{Contents, contents, document};
use kleister_store::rows::{blob, build, build_file, build_version, module, pack, version, version_source};
use kleister_store::versions::FileOf;
use kleister_store::{Caller, Error, Result, Write, builds, loaders};
use kleister_types::builds::BuildChange;
use kleister_types::{Timestamp, Violation};

use super::{extras, origin};
use crate::check::{self, Ahead};
use crate::loader_packages;
use crate::problem::Problem;
use crate::{App, updater};

/// Readies what publishing a build needs, before its write begins: what instances update themselves with and what Technic
/// starts the loader from is here, if that can be, and what the files say is read.
pub async fn ahead(app: &App, build: &build::Model, wanted: &BuildChange) -> std::result::Result<Ahead, Problem> {
    let ((), package) = tokio::join!(updater::ready(app), loader_packages::ready(app, build, wanted));
    package?;
    check::ahead(app, build).await
}

/// Publishes a draft: its release is stored, and from now on everything that players get follows from that. What its
/// files say was read `ahead`, since its check must not have errors that nobody waived.
pub async fn publish(
    write: &Write,
    caller: &Caller,
    (pack, build): (&pack::Model, build::Model),
    (wanted, ahead): (&BuildChange, &Ahead),
    now: Timestamp,
) -> std::result::Result<build::Model, Problem> {
    let release = resolve(pack, &build, contents(&**write, &build).await?)?.freeze();
    check::gate(write, pack, &build, ahead).await?;
    Ok(builds::publish(&**write, caller, build, (release.to_document(), wanted), now).await?)
}

/// Publishes a draft that a Solder had published: what is in it was played long ago, so nothing of it is refused. Of two
/// files on one path that of the first version counts, as for the Technic Launcher. Channels do not move.
pub async fn take_over(
    write: &Write,
    caller: &Caller,
    pack: &pack::Model,
    build: build::Model,
    kept: Kept,
    now: Timestamp,
) -> Result<build::Model> {
    let contents = contents(&**write, &build).await?;
    let (mut release, _) = described(pack, &build, contents);
    let zips = release.solder.map(|kept| kept.zips).unwrap_or_default();
    release.solder = Some(Kept { zips, ..kept });
    builds::publish(&**write, caller, build, (release.freeze().to_document(), &BuildChange::default()), now).await
}

/// The zips of a published build that came from a Solder; none for a draft.
pub async fn zips(write: &Write, build: &build::Model) -> std::result::Result<Option<Vec<Zip>>, Problem> {
    if build.published_at.is_none() {
        return Ok(None);
    }
    let release = Release::from_document(&document(&**write, &build.id).await?)?;
    Ok(Some(release.solder.map(|kept| kept.zips).unwrap_or_default()))
}

/// What a draft would be if it were published now, its name saying that it is not.
pub fn preview(pack: &pack::Model, build: &build::Model, contents: Contents) -> Result<Release> {
    let mut release = resolve(pack, build, contents)?;
    release.version.push_str(" (draft)");
    Ok(release)
}

/// What a draft is at this moment, also where it lacks what publishing needs.
pub fn sketch(pack: &pack::Model, build: &build::Model, contents: Contents) -> Release {
    described(pack, build, contents).0
}

/// Everything that any export needs, or what is still missing.
fn resolve(pack: &pack::Model, build: &build::Model, contents: Contents) -> Result<Release> {
    let is_empty = contents.versions.is_empty() && contents.files.is_empty();
    let (release, mut faults) = described(pack, build, contents);
    if is_empty {
        faults.insert(0, Violation::new("published", "an empty build is not published; attach versions first"));
    }
    if release.minecraft.is_empty() {
        faults.insert(0, Violation::new("minecraft_id", "cannot be blank for a build that is published"));
    }
    if faults.is_empty() { Ok(release) } else { Err(Error::Invalid { what: "build", errors: faults }) }
}

/// A release with all that its rows give, and what is wrong with it.
fn described(pack: &pack::Model, build: &build::Model, mut contents: Contents) -> (Release, Vec<Violation>) {
    let runs_on = std::mem::take(&mut contents.runs_on);
    let minecraft = runs_on.iter().find(|row| Some(&row.id) == build.minecraft_id.as_ref());
    let (zips, extras) = (kept_zips(&contents), extras::of(pack, build, &contents));
    let loader_package = loader_packages::of(&contents);
    let (mut files, mut faults) = files(pack, contents);
    faults.extend(clashes(&mut files));
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let release = Release {
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
        loader_package,
        java: build.java.as_deref().and_then(builds::java_major),
        memory: Memory { minimum: megabytes(build.memory_minimum), maximum: megabytes(build.memory_maximum) },
        jvm_arguments: build.jvm_arguments.clone(),
        files,
        solder: (!zips.is_empty()).then(|| Kept { zips, ..Kept::default() }),
        extras,
        losses: None,
    };
    (release, faults)
}

/// The files of the versions, in the order of the build, then those of the build itself, and what is wrong with others.
fn files(pack: &pack::Model, contents: Contents) -> (Vec<File>, Vec<Violation>) {
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    let zipped: HashSet<_> = contents.zips.into_iter().map(|(wrapper, ..)| wrapper.version_id).collect();
    let mut more: HashMap<String, Vec<FileOf>> = HashMap::new();
    for (file, blob) in contents.more_files {
        more.entry(file.version_id.clone()).or_default().push((file, blob));
    }
    for (link, version, module, first) in contents.versions {
        let name = format!("version `{}` of mod `{}`", version.name, module.slug);
        if first.is_none() && zipped.contains(&version.id) {
            // A loader's package, which only readers of Solder get.
            continue;
        }
        let unpathed = build_version::Model { path: None, ..link.clone() };
        let others =
            more.remove(&version.id).unwrap_or_default().into_iter().map(|file| (unpathed.clone(), Some(file)));
        for (link, file) in std::iter::once((link, first)).chain(others) {
            match version_file(pack, link, &version, &module, file, &contents.sources) {
                Ok(file) => files.push(file),
                Err(reason) => faults.push(Violation::new("published", format!("{name} {reason}"))),
            }
        }
    }
    for (file, blob) in contents.files {
        let name = format!("file `{}`", file.path);
        match config_file(&file, blob) {
            Ok(file) => files.push(file),
            Err(reason) => faults.push(Violation::new("published", format!("{name} {reason}"))),
        }
    }
    (files, faults)
}

/// The zips that came from a Solder, of the versions that players get without being asked.
fn kept_zips(contents: &Contents) -> Vec<Zip> {
    let zips: HashMap<_, _> = contents.zips.iter().map(|zip| (zip.0.version_id.as_str(), zip)).collect();
    let versions = contents.versions.iter().filter(|(link, version, module, _)| {
        let client = environment(link, version, module).client;
        client == Support::Required || (client == Support::Optional && link.chosen)
    });
    let zip = |(_, version, module, _): &(build_version::Model, version::Model, module::Model, Option<FileOf>)| {
        let (_, blob, origin) = zips.get(version.id.as_str())?;
        let (blob, origin) = (blob.as_ref()?, origin.as_ref()?);
        Some(Zip {
            id: u64::try_from(origin.number).unwrap_or(0),
            name: origin.name.clone(),
            version: origin.version.clone(),
            content: content(version, module),
            author: module.author.clone(),
            description: module.description.clone(),
            link: module.website.clone(),
            md5: blob.md5.clone(),
            sha256: blob.sha256.clone(),
            size: size(blob),
        })
    };
    versions.filter_map(zip).collect()
}

/// Takes out files that a player's disk would hold at the place of one before, where case does not count.
fn clashes(files: &mut Vec<File>) -> Vec<Violation> {
    let (mut keys, mut faults) = (HashMap::new(), Vec::new());
    files.retain(|file| match keys.insert(file.path.key(), file.path.to_string()) {
        None => true,
        Some(other) => {
            let path = file.path.to_string();
            let (last, first) = if path > other { (path, other) } else { (other, path) };
            let fault = format!("`{last}` and `{first}` are one file on a player's disk; take one out");
            faults.push(Violation::new("published", fault));
            false
        }
    });
    faults
}

fn content(version: &version::Model, module: &module::Model) -> Content {
    Content {
        module: module.slug.clone(),
        name: module.name.clone(),
        version: version.name.clone(),
        licence: version.licence.clone(),
    }
}

/// Which side needs a version in a build.
pub(crate) fn environment(
    link: &build_version::Model,
    version: &version::Model,
    module: &module::Model,
) -> Environment {
    let (client, server) = sides(module.side.as_deref());
    Environment {
        client: support(link.client.as_ref().or(version.client.as_ref())).unwrap_or(client),
        server: support(link.server.as_ref().or(version.server.as_ref())).unwrap_or(server),
    }
}

fn version_file(
    pack: &pack::Model,
    link: build_version::Model,
    version: &version::Model,
    module: &module::Model,
    file: Option<FileOf>,
    sources: &HashMap<String, Vec<version_source::Model>>,
) -> std::result::Result<File, String> {
    let Some((file, blob)) = file else { return Err("has no file; upload it first".to_owned()) };
    if let Some(reason) = blob.as_ref().and_then(|blob| blob.blocked_reason.as_ref()) {
        return Err(format!("has a file that is blocked on this server: {reason}; take it out"));
    }
    let sources = sources.get(&file.id).map(Vec::as_slice).unwrap_or_default();
    let out = origin::handed_out(pack, &file, blob.as_ref(), sources)?;
    let environment = environment(&link, version, module);
    let path: InstancePath =
        link.path.unwrap_or(file.path).parse().map_err(|error| format!("has a bad path: {error}"))?;
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
        content: Some(content(version, module)),
    })
}

fn config_file(file: &build_file::Model, blob: Option<blob::Model>) -> std::result::Result<File, String> {
    let blob = blob.ok_or("has no bytes; upload it again")?;
    if let Some(reason) = blob.blocked_reason {
        return Err(format!("is blocked on this server: {reason}; take it out"));
    }
    Ok(File {
        path: file.path.parse().map_err(|error| format!("has a bad path: {error}"))?,
        environment: Environment {
            client: support(Some(&file.client)).unwrap_or(Support::Required),
            server: support(Some(&file.server)).unwrap_or(Support::Required),
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

/// What a word of a row means.
pub(crate) fn support(word: Option<&String>) -> Option<Support> {
    match word?.as_str() {
        "required" => Some(Support::Required),
        "optional" => Some(Support::Optional),
        "unsupported" => Some(Support::Unsupported),
        _ => None,
    }
}

/// A loader as launchers name it.
pub(crate) fn loader(row: &kleister_store::rows::loader::Model) -> Option<Loader> {
    let kind: LoaderKind = row.kind.parse().ok()?;
    Some(Loader { kind, version: loaders::bare_version(row).to_owned() })
}

fn size(blob: &blob::Model) -> u64 {
    u64::try_from(blob.size).unwrap_or(0)
}

fn megabytes(number: Option<i64>) -> Option<u32> {
    number.and_then(|number| u32::try_from(number).ok())
}
