//! What `CurseForge`'s API, version 1, answers. Minecraft is its game 432.
//!
//! | question | document |
//! |---|---|
//! | `POST /fingerprints/432` with `{"fingerprints": […]}` | [`matches`](matches()): `data.exactMatches[].file` |
//! | `POST /mods` with `{"modIds": […]}`, `GET /mods/{id}` | [`projects`], [`project`] |
//! | `GET /mods/search?gameId=432&searchFilter=&gameVersion=&modLoaderType=&pageSize=&index=` | [`found`] |
//! | `GET /mods/{id}/files?gameVersion=&modLoaderType=&pageSize=&index=` | [`versions`], the newest first |
//! | `GET /mods/{id}/files/{file}` | [`version`] |
//!
//! Authors may forbid that others fetch their files: then a file's `downloadUrl` is `null`, and the mod's
//! `allowModDistribution` false. Such a file has no address here, whatever else the document says.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{
    Dependency, File, Found, Kind, Need, Project, Stage, Version, address, digest, entries, is_file_name, names,
    or_default, read, text,
};
use crate::{Environment, Error, Support};

/// Minecraft.
pub const GAME: u32 = 432;

#[derive(Deserialize)]
struct Data<T> {
    data: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireMod {
    id: u64,
    slug: String,
    name: String,
    class_id: Option<u64>,
    summary: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    authors: Vec<Value>,
    logo: Option<Value>,
    links: Option<Value>,
    allow_mod_distribution: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireFile {
    id: u64,
    mod_id: u64,
    #[serde(default, deserialize_with = "or_default")]
    display_name: String,
    file_name: String,
    #[serde(default, deserialize_with = "or_default")]
    release_type: u64,
    file_date: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    file_length: u64,
    download_url: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    game_versions: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    hashes: Vec<Value>,
    #[serde(default, deserialize_with = "or_default")]
    dependencies: Vec<Value>,
    file_fingerprint: Option<u32>,
}

#[derive(Deserialize)]
struct WireHash {
    value: String,
    algo: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireDependency {
    mod_id: u64,
    relation_type: u64,
}

/// The files that have the fingerprints that were asked for, by those fingerprints.
pub fn matches(document: &[u8]) -> Result<BTreeMap<u32, Version>, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Matches {
        #[serde(default, deserialize_with = "or_default")]
        exact_matches: Vec<Value>,
    }
    #[derive(Deserialize)]
    struct Match {
        file: WireFile,
    }
    let Data { data } = read::<Data<Matches>>(document)?;
    let files = entries(data.exact_matches).filter_map(|Match { file }| Some((file.file_fingerprint?, file.read()?)));
    Ok(files.collect())
}

/// A list of mods.
pub fn projects(document: &[u8]) -> Result<Vec<Project>, Error> {
    let Data { data } = read::<Data<Vec<Value>>>(document)?;
    Ok(entries(data).filter_map(WireMod::read).collect())
}

/// One mod.
pub fn project(document: &[u8]) -> Result<Project, Error> {
    read::<Data<WireMod>>(document)?.data.read().ok_or_else(|| Error::Source("it has no name".to_owned()))
}

/// What a search found.
pub fn found(document: &[u8]) -> Result<Found, Error> {
    #[derive(Deserialize)]
    struct Page {
        data: Vec<Value>,
        pagination: Pagination,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Pagination {
        total_count: u64,
    }
    let Page { data, pagination } = read(document)?;
    Ok(Found { total: pagination.total_count, projects: entries(data).filter_map(WireMod::read).collect() })
}

/// A list of files, each of which is a version.
pub fn versions(document: &[u8]) -> Result<Vec<Version>, Error> {
    let Data { data } = read::<Data<Vec<Value>>>(document)?;
    Ok(entries(data).filter_map(WireFile::read).collect())
}

/// One file, which is a version.
pub fn version(document: &[u8]) -> Result<Version, Error> {
    read::<Data<WireFile>>(document)?.data.read().ok_or_else(|| Error::Source("it has no file name".to_owned()))
}

/// The number of a loader in questions; nothing for one that `CurseForge` does not know.
pub fn loader_number(loader: &str) -> Option<u32> {
    [("forge", 1), ("liteloader", 3), ("fabric", 4), ("quilt", 5), ("neoforge", 6)]
        .into_iter()
        .find_map(|(name, number)| (name == loader).then_some(number))
}

impl WireMod {
    fn read(self) -> Option<Project> {
        let field = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let authors: Vec<String> = self.authors.iter().filter_map(|author| field(author, "name")).take(20).collect();
        Some(Project {
            id: self.id.to_string(),
            slug: text(Some(self.slug))?,
            name: text(Some(self.name))?,
            // A mod without a class is one from before there were any.
            kind: match self.class_id {
                None | Some(6) => Some(Kind::Mod),
                Some(12) => Some(Kind::Resourcepack),
                Some(6552) => Some(Kind::Shader),
                Some(6945) => Some(Kind::Datapack),
                Some(5) => Some(Kind::Plugin),
                Some(_) => None,
            },
            summary: text(self.summary),
            author: text(Some(authors.join(", "))),
            licence: None,
            page: address(self.links.and_then(|links| field(&links, "websiteUrl"))),
            icon: address(self.logo.and_then(|logo| field(&logo, "thumbnailUrl").or_else(|| field(&logo, "url")))),
            environment: None,
            // That others may fetch it is not yet that they may hand it out.
            redistribution: self.allow_mod_distribution.filter(|allowed| !allowed),
        })
    }
}

impl WireFile {
    fn read(self) -> Option<Version> {
        let hashes: Vec<WireHash> = entries(self.hashes).collect();
        let hash = |algo| hashes.iter().find(|hash| hash.algo == algo).map(|hash| hash.value.clone());
        let file = File {
            address: address(self.download_url),
            size: Some(self.file_length).filter(|size| *size > 0),
            sha1: digest(hash(1), 40),
            md5: digest(hash(2), 32),
            sha512: None,
            fingerprint: self.file_fingerprint,
            name: Some(self.file_name).filter(|name| is_file_name(name))?,
        };
        let name = text(Some(self.display_name)).unwrap_or_else(|| file.name.clone());
        // One list has loaders, releases of Minecraft, sides and versions of Java.
        let is_loader = |name: &&String| loader_number(&name.to_ascii_lowercase()).is_some();
        let loaders = self.game_versions.iter().filter(is_loader).map(|name| name.to_ascii_lowercase()).collect();
        let is_release = |name: &&String| name.starts_with(|first: char| first.is_ascii_digit());
        Some(Version {
            id: self.id.to_string(),
            project: self.mod_id.to_string(),
            number: name.strip_suffix(".jar").unwrap_or(&name).to_owned(),
            name,
            stage: match self.release_type {
                2 => Stage::Beta,
                3 => Stage::Alpha,
                _ => Stage::Release,
            },
            published: text(self.file_date),
            changelog: None,
            loaders: names(loaders),
            environment: environment(&self.game_versions),
            minecrafts: names(self.game_versions.iter().filter(is_release).cloned().collect()),
            dependencies: entries(self.dependencies).filter_map(WireDependency::read).collect(),
            files: vec![file],
        })
    }
}

/// What the names of sides among the versions say: one alone is the side that it is for.
fn environment(game_versions: &[String]) -> Option<Environment> {
    let is_for = |side| game_versions.iter().any(|name| name == side);
    match (is_for("Client"), is_for("Server")) {
        (true, false) => Some(Environment { client: Support::Required, server: Support::Unsupported }),
        (false, true) => Some(Environment { client: Support::Unsupported, server: Support::Required }),
        _ => None,
    }
}

impl WireDependency {
    fn read(self) -> Option<Dependency> {
        let kind = match self.relation_type {
            1 | 6 => Need::Embedded,
            2 => Need::Optional,
            3 => Need::Required,
            5 => Need::Incompatible,
            // A tool is for those who make mods.
            _ => return None,
        };
        Some(Dependency { kind, project: Some(self.mod_id.to_string()), version: None })
    }
}
