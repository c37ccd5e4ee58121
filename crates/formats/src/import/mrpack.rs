//! Modrinth's `.mrpack`, format version 1.
//!
//! Facts from Modrinth's format description, Labrinth and the readers of Prism Launcher and the Modrinth App: files lie
//! at the paths of the index; `overrides/` is laid over them, `client-overrides/` and `server-overrides/` over that, each
//! on its side only. `env` may be absent, which says nothing about sides. `dependencies` names Minecraft and a loader by
//! its bare version; the App also reads `neo-forge`.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use serde::Deserialize;

use super::collection::{Collection, Rank};
use super::root::{Member, Root};
use super::{Found, INDEX_LIMIT, Import, Kind, Known, Place, Refused, Source, loader, text};
use crate::archive::Archive;
use crate::{Choice, Environment, InstancePath, Support};

/// Where the index lies.
const INDEX: &str = "modrinth.index.json";

/// The folders that are laid over the files, in their order, each with the side that gets it.
const OVERRIDES: [(&str, Environment); 3] = [
    ("overrides/", Environment { client: Support::Required, server: Support::Required }),
    ("client-overrides/", Environment { client: Support::Required, server: Support::Unsupported }),
    ("server-overrides/", Environment { client: Support::Unsupported, server: Support::Required }),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Index {
    format_version: u32,
    game: String,
    #[serde(default)]
    version_id: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    summary: Option<String>,
    files: Vec<Entry>,
    #[serde(default)]
    dependencies: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    path: String,
    hashes: BTreeMap<String, String>,
    #[serde(default)]
    env: Option<Env>,
    #[serde(default)]
    downloads: Vec<String>,
    #[serde(default)]
    file_size: Option<u64>,
}

#[derive(Clone, Copy, Deserialize)]
struct Env {
    #[serde(default)]
    client: Option<Support>,
    #[serde(default)]
    server: Option<Support>,
}

pub(super) fn read<R: Read + Seek>(archive: &mut Archive<R>, root: &Root) -> Result<Import, Refused> {
    let index = parse(&root.needed(archive, INDEX, INDEX_LIMIT)?)?;
    let mut import = Import::new(Kind::Mrpack);
    describe(&mut import, &index);
    let mut collection = Collection::default();
    for entry in index.files {
        // The index may name what an override may, so the same stays behind.
        collection.add_from_instance(&entry.path, &entry.path, Rank::First, |path| found(path, &entry));
    }
    let members = root.members(archive);
    for (folder, environment) in OVERRIDES {
        for member in members.iter().filter(|member| member.path.starts_with(folder)) {
            let path = &member.path[folder.len()..];
            if path == "icon.png" {
                import.icon = import.icon.or(Some(member.index));
                continue;
            }
            lay_over(&mut collection, path, member, environment);
        }
    }
    let is_override = |member: &&Member| OVERRIDES.iter().any(|(folder, _)| member.path.starts_with(folder));
    for member in members.iter().filter(|member| member.path != INDEX && !is_override(member)) {
        collection.leave(&member.path, "The format has no place for it: launchers pass it over.");
    }
    collection.finish(&mut import)?;
    Ok(import)
}

/// Lays a file of an override folder over what is there.
///
/// A build has one file for each path. Where a side has its own beside another, players get theirs, and what only servers
/// would get is left out.
fn lay_over(collection: &mut Collection, path: &str, member: &Member, mut environment: Environment) {
    let there = path.parse::<InstancePath>().ok().and_then(|path| collection.get_mut(&path).map(|file| &*file));
    if let Some(there) = there.map(|file| file.environment.unwrap_or_default()) {
        if environment.client == Support::Unsupported && there.client != Support::Unsupported {
            let why = "A build has one file for each path, and here players get another one than servers.";
            return collection.leave(&member.path, why);
        }
        if there.server != Support::Unsupported {
            environment.server = Support::Required;
        }
    }
    collection.add_from_instance(path, &member.path, Rank::Later, |path| Found {
        environment: Some(environment),
        size: Some(member.size),
        ..Found::new(path, Place::Inside(member.index))
    });
}

fn parse(document: &str) -> Result<Index, Refused> {
    let index: Index = serde_json::from_str(document).map_err(|error| Refused::document(INDEX, &error))?;
    if index.format_version != 1 {
        let why = format!("it has the format version {}, and Kleister reads 1", index.format_version);
        return Err(Refused::document(INDEX, &why));
    }
    if index.game != "minecraft" {
        return Err(Refused::document(INDEX, "it is for another game than Minecraft"));
    }
    Ok(index)
}

fn describe(import: &mut Import, index: &Index) {
    import.name = text::given(index.name.clone(), 255);
    import.version = text::given(index.version_id.clone(), 255);
    import.summary = text::given(index.summary.clone(), 2048);
    let minecraft = index.dependencies.get("minecraft");
    import.minecraft = minecraft.and_then(|version| loader::minecraft(version));
    for (key, version) in index.dependencies.iter().filter(|(key, _)| *key != "minecraft") {
        let found = loader::kind(key).and_then(|kind| loader::of(kind, version, import.minecraft.as_deref()));
        match found {
            Some(found) if import.loader.is_none() => import.loader = Some(found),
            Some(_) => import.leave(&format!("dependencies.{key}"), "A build has one loader."),
            None => import.leave(&format!("dependencies.{key}"), "It is no loader that Kleister knows."),
        }
    }
}

fn found(path: InstancePath, entry: &Entry) -> Found {
    let hash = |format: &str, digits: usize| {
        let hash = entry.hashes.get(format).map(|hash| hash.to_ascii_lowercase());
        hash.filter(|hash| hash.len() == digits && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    let hashes = Known {
        md5: hash("md5", 32),
        sha1: hash("sha1", 40),
        sha256: hash("sha256", 64),
        sha512: hash("sha512", 128),
        murmur2: None,
    };
    let sources: Vec<Source> = entry.downloads.iter().filter_map(|address| Source::of_address(address)).collect();
    let addresses = sources.iter().filter_map(|source| source.address.clone()).collect();
    // An `env` without one of its sides counts as unsupported there, as Prism Launcher has it.
    let environment = entry.env.map(|env| Environment {
        client: env.client.unwrap_or(Support::Unsupported),
        server: env.server.unwrap_or(Support::Unsupported),
    });
    let is_optional =
        |environment: Environment| environment.client == Support::Optional || environment.server == Support::Optional;
    Found {
        hashes,
        size: entry.file_size.filter(|size| *size > 0),
        environment,
        choice: environment.filter(|environment| is_optional(*environment)).map(|_| Choice::default()),
        sources,
        ..Found::new(path, Place::At(addresses))
    }
}
