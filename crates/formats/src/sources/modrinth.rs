//! What Modrinth's API, version 2, answers.
//!
//! | question | document |
//! |---|---|
//! | `POST /version_files` with `{"hashes": […], "algorithm": "sha512"}` | [`matches`](matches()): an object of versions by hash; what is not known is not in it |
//! | `GET /projects?ids=["…"]`, `GET /project/{id}` | [`projects`], [`project`] |
//! | `GET /search?query=&facets=[["versions:1.20.1"],["categories:fabric"]]&limit=&offset=` | [`found`] |
//! | `GET /project/{id}/version?loaders=["fabric"]&game_versions=["1.20.1"]` | [`versions`], the newest first |
//! | `GET /version/{id}` | [`version`] |

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{
    CHANGELOG, Dependency, File, Found, Kind, Need, Project, Stage, Version, address, digest, entries, is_file_name,
    is_id, names, or_default, read, text,
};
use crate::{Environment, Error, Support};

#[derive(Deserialize)]
struct WireProject {
    /// Called `project_id` in what a search found.
    #[serde(alias = "project_id")]
    id: String,
    slug: Option<String>,
    title: String,
    #[serde(default, deserialize_with = "or_default")]
    project_type: String,
    description: Option<String>,
    author: Option<String>,
    /// An object; a word in what a search found.
    #[serde(default)]
    license: Value,
    icon_url: Option<String>,
    client_side: Option<String>,
    server_side: Option<String>,
}

#[derive(Deserialize)]
struct WireVersion {
    id: String,
    project_id: String,
    #[serde(default, deserialize_with = "or_default")]
    name: String,
    #[serde(default, deserialize_with = "or_default")]
    version_number: String,
    #[serde(default, deserialize_with = "or_default")]
    version_type: String,
    date_published: Option<String>,
    changelog: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    loaders: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    game_versions: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    dependencies: Vec<Value>,
    files: Vec<Value>,
}

#[derive(Deserialize)]
struct WireFile {
    filename: String,
    url: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    size: u64,
    #[serde(default, deserialize_with = "or_default")]
    primary: bool,
    hashes: WireHashes,
}

#[derive(Deserialize)]
struct WireHashes {
    sha1: Option<String>,
    sha512: Option<String>,
}

#[derive(Deserialize)]
struct WireDependency {
    dependency_type: String,
    project_id: Option<String>,
    version_id: Option<String>,
}

/// The versions that have files with the hashes that were asked for, by those hashes in lower case.
pub fn matches(document: &[u8]) -> Result<BTreeMap<String, Version>, Error> {
    let found: BTreeMap<String, Value> = read(document)?;
    let version = |(hash, found): (String, Value)| {
        let found: WireVersion = serde_json::from_value(found).ok()?;
        Some((hash.to_ascii_lowercase(), found.read()?))
    };
    Ok(found.into_iter().filter_map(version).collect())
}

/// A list of projects.
pub fn projects(document: &[u8]) -> Result<Vec<Project>, Error> {
    let list: Vec<Value> = read(document)?;
    Ok(entries(list).filter_map(WireProject::read).collect())
}

/// One project.
pub fn project(document: &[u8]) -> Result<Project, Error> {
    read::<WireProject>(document)?.read().ok_or_else(|| Error::Source("its identifier is none".to_owned()))
}

/// What a search found.
pub fn found(document: &[u8]) -> Result<Found, Error> {
    #[derive(Deserialize)]
    struct Hits {
        hits: Vec<Value>,
        total_hits: u64,
    }
    let Hits { hits, total_hits } = read(document)?;
    Ok(Found { total: total_hits, projects: entries(hits).filter_map(WireProject::read).collect() })
}

/// A list of versions.
pub fn versions(document: &[u8]) -> Result<Vec<Version>, Error> {
    let list: Vec<Value> = read(document)?;
    Ok(entries(list).filter_map(WireVersion::read).collect())
}

/// One version.
pub fn version(document: &[u8]) -> Result<Version, Error> {
    read::<WireVersion>(document)?.read().ok_or_else(|| Error::Source("its identifier is none".to_owned()))
}

impl WireProject {
    fn read(self) -> Option<Project> {
        let licence = match &self.license {
            Value::String(id) => Some(id.clone()),
            license => license.get("id").and_then(Value::as_str).map(str::to_owned),
        };
        let licence = text(licence);
        let slug = self.slug.filter(|slug| is_id(slug)).unwrap_or_else(|| self.id.clone());
        let kind = match self.project_type.as_str() {
            "mod" => Some(Kind::Mod),
            "resourcepack" => Some(Kind::Resourcepack),
            "shader" => Some(Kind::Shader),
            "datapack" => Some(Kind::Datapack),
            "plugin" => Some(Kind::Plugin),
            _ => None,
        };
        let page = is_id(&self.project_type).then(|| format!("https://modrinth.com/{}/{slug}", self.project_type));
        is_id(&self.id).then_some(Project {
            kind,
            page,
            slug,
            name: text(Some(self.title))?,
            id: self.id,
            summary: text(self.description),
            author: text(self.author),
            redistribution: licence.as_deref().is_some_and(is_open).then_some(true),
            licence,
            icon: address(self.icon_url),
            environment: environment(self.client_side.as_deref(), self.server_side.as_deref()),
        })
    }
}

/// Both sides as Modrinth has them; nothing where one is `unknown`, or where nobody would need it.
fn environment(client: Option<&str>, server: Option<&str>) -> Option<Environment> {
    let support = |word| match word {
        "required" => Some(Support::Required),
        "optional" => Some(Support::Optional),
        "unsupported" => Some(Support::Unsupported),
        _ => None,
    };
    let environment = Environment { client: support(client?)?, server: support(server?)? };
    (environment != Environment { client: Support::Unsupported, server: Support::Unsupported }).then_some(environment)
}

/// Whether a licence lets everybody hand the file out, as SPDX calls it.
fn is_open(licence: &str) -> bool {
    let families = ["AGPL-", "Apache-", "BSD-", "CC-BY-", "EUPL-", "GPL-", "LGPL-", "MPL-"];
    let alone = ["0BSD", "BSL-1.0", "CC0-1.0", "ISC", "MIT", "Unlicense", "WTFPL", "Zlib"];
    alone.contains(&licence) || families.iter().any(|family| licence.starts_with(family))
}

impl WireVersion {
    fn read(self) -> Option<Version> {
        let mut files: Vec<WireFile> = entries(self.files).collect();
        files.sort_by_key(|file| !file.primary);
        let number = text(Some(self.version_number)).or_else(|| text(Some(self.name.clone())))?;
        let changelog: String = self.changelog.unwrap_or_default().chars().take(CHANGELOG).collect();
        (is_id(&self.id) && is_id(&self.project_id)).then_some(Version {
            id: self.id,
            project: self.project_id,
            name: text(Some(self.name)).unwrap_or_else(|| number.clone()),
            number,
            stage: match self.version_type.as_str() {
                "alpha" => Stage::Alpha,
                "beta" => Stage::Beta,
                _ => Stage::Release,
            },
            published: text(self.date_published),
            changelog: Some(changelog).filter(|changelog| !changelog.trim().is_empty()),
            loaders: names(self.loaders.iter().map(|loader| loader.to_ascii_lowercase()).collect()),
            minecrafts: names(self.game_versions),
            environment: None,
            dependencies: entries(self.dependencies).filter_map(WireDependency::read).collect(),
            files: files.into_iter().filter_map(WireFile::read).collect(),
        })
    }
}

impl WireFile {
    fn read(self) -> Option<File> {
        is_file_name(&self.filename).then_some(File {
            name: self.filename,
            address: address(self.url),
            size: Some(self.size).filter(|size| *size > 0),
            md5: None,
            sha1: digest(self.hashes.sha1, 40),
            sha512: digest(self.hashes.sha512, 128),
            fingerprint: None,
        })
    }
}

impl WireDependency {
    /// What a dependency says that names a project or a version here; some name only a file.
    fn read(self) -> Option<Dependency> {
        let kind = match self.dependency_type.as_str() {
            "required" => Need::Required,
            "optional" => Need::Optional,
            "incompatible" => Need::Incompatible,
            "embedded" => Need::Embedded,
            _ => return None,
        };
        let (project, version) = (self.project_id.filter(|id| is_id(id)), self.version_id.filter(|id| is_id(id)));
        (project.is_some() || version.is_some()).then_some(Dependency { kind, project, version })
    }
}
