//! Modrinth and `CurseForge`: asked by their own APIs, understood in one vocabulary.
//!
//! The addresses of the APIs are the operator's; those of files come from answers, and are judged like any that a user
//! names ([`crate::outbound`]).

mod curseforge;
pub(crate) mod facts;
mod import;
mod modrinth;
pub mod recognition;
pub(crate) mod wire;

use std::collections::BTreeMap;

use bytes::Bytes;
use kleister_formats::sources::{Found, Project, Version};
use kleister_types::sources::{ProjectSearch, Source, VersionSearch};
use reqwest::Url;
use reqwest::header::{HeaderName, HeaderValue};
use serde::Serialize;

pub use self::import::import;
pub use self::recognition::{Known, Match, Recognition, recognise};
use crate::App;
use crate::outbound::{Errand, Refusal};
use crate::problem::Problem;

/// The largest answer, in bytes: the versions of the largest project on Modrinth have some four million.
const LIMIT: u64 = 32 << 20;
/// How many things are asked for by one question.
const AT_ONCE: usize = 100;
/// Projects on a page, unless the caller says otherwise, and at most.
const PAGE: (u32, u32) = (20, 50);
/// How far into what a search found one may look: no source goes further.
const FURTHEST: u32 = 9_950;

/// Why a source was not asked, or does not have what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Unavailable {
    /// The operator has not set what it takes.
    #[error("{} is not asked on this server: {} is not set", .0.title(), .1)]
    NotSet(Source, &'static str),
    /// It could not be asked.
    #[error("{}: {}", .0.title(), .1)]
    Refused(Source, #[source] Refusal),
    /// What it answers is nothing that it would answer.
    #[error("{} gives an answer that nobody understands; try again later", .0.title())]
    Unreadable(Source),
    /// It has no such thing.
    #[error("{} has no such {}", .0.title(), .1)]
    Missing(Source, &'static str),
}

/// A source, asked for somebody.
#[derive(Clone)]
pub struct Client {
    source: Source,
    base: Url,
    errand: Errand,
}

impl Client {
    /// The way to a source, for a user.
    pub fn new(app: &App, user: &str, source: Source) -> Result<Self, Unavailable> {
        let config = &app.config.upstream;
        let (key, base) = match source {
            Source::Modrinth => ("`upstream.modrinth`", &config.modrinth),
            Source::Curseforge => ("`upstream.curseforge`", &config.curseforge),
        };
        let mut base = Url::parse(base).map_err(|_| Unavailable::NotSet(source, key))?;
        // Else the last part of the path would be one to replace.
        base.path_segments_mut().map_err(|()| Unavailable::NotSet(source, key))?.pop_if_empty().push("");
        let mut errand = app.outbound.configured(user);
        if source == Source::Curseforge {
            let key = HeaderValue::from_str(config.curseforge_key.shown()).ok().filter(|key| !key.is_empty());
            let key = key.ok_or(Unavailable::NotSet(source, "`upstream.curseforge_key`"))?;
            errand = errand.with_credential(HeaderName::from_static("x-api-key"), key);
        }
        Ok(Self { source, base, errand })
    }

    /// One page of the projects that are found.
    pub async fn search(&self, search: &ProjectSearch) -> Result<Found, Unavailable> {
        match self.source {
            Source::Modrinth => modrinth::search(self, search).await,
            Source::Curseforge => curseforge::search(self, search).await,
        }
    }

    /// One project, by identifier; at Modrinth by slug too.
    pub async fn project(&self, id: &str) -> Result<Project, Unavailable> {
        match self.source {
            Source::Modrinth => modrinth::project(self, id).await,
            Source::Curseforge => curseforge::project(self, id).await,
        }
    }

    /// Projects by their identifiers; those that are not there are left out.
    pub async fn projects(&self, ids: &[String]) -> Result<BTreeMap<String, Project>, Unavailable> {
        let mut projects = BTreeMap::new();
        for ids in ids.chunks(AT_ONCE) {
            let found = match self.source {
                Source::Modrinth => modrinth::projects(self, ids).await?,
                Source::Curseforge => curseforge::projects(self, ids).await?,
            };
            projects.extend(found.into_iter().map(|project| (project.id.clone(), project)));
        }
        Ok(projects)
    }

    /// Releases by the numbers of `CurseForge`'s files, with their projects; those that are not there are left out.
    pub async fn files(&self, ids: &[String]) -> Result<BTreeMap<String, Version>, Unavailable> {
        let mut versions = BTreeMap::new();
        for ids in ids.chunks(AT_ONCE) {
            let found = curseforge::files(self, ids).await?;
            versions.extend(found.into_iter().map(|version| (version.id.clone(), version)));
        }
        Ok(versions)
    }

    /// The versions of a project, the newest first.
    pub async fn versions(&self, project: &str, search: &VersionSearch) -> Result<Vec<Version>, Unavailable> {
        match self.source {
            Source::Modrinth => modrinth::versions(self, project, search).await,
            Source::Curseforge => curseforge::versions(self, project, search).await,
        }
    }

    /// One version of a project.
    pub async fn version(&self, project: &str, version: &str) -> Result<Version, Unavailable> {
        match self.source {
            Source::Modrinth => modrinth::version(self, version).await,
            Source::Curseforge => curseforge::version(self, project, version).await,
        }
    }

    /// The address of an operation, its parts and parameters escaped.
    fn address<'a>(&self, parts: &[&str], parameters: impl IntoIterator<Item = (&'a str, String)>) -> String {
        let mut address = self.base.clone();
        if let Ok(mut path) = address.path_segments_mut() {
            path.pop_if_empty().extend(parts);
        }
        for (name, value) in parameters {
            address.query_pairs_mut().append_pair(name, &value);
        }
        address.into()
    }

    /// Asks, and reads what comes; `what` is there, or missing.
    async fn ask<T: Send + 'static>(
        &self,
        address: &str,
        what: &'static str,
        read: fn(&[u8]) -> Result<T, kleister_formats::Error>,
    ) -> Result<T, Unavailable> {
        let answer = self.errand.get(address, LIMIT).await;
        self.understand(answer, what, read).await
    }

    /// Asks with a document, and reads what comes.
    async fn tell<T: Send + 'static>(
        &self,
        address: &str,
        document: &(impl Serialize + Sync),
        read: fn(&[u8]) -> Result<T, kleister_formats::Error>,
    ) -> Result<T, Unavailable> {
        let answer = self.errand.post(address, document, LIMIT).await;
        self.understand(answer, "thing", read).await
    }

    /// Reads an answer where reading it for long disturbs nobody.
    async fn understand<T: Send + 'static>(
        &self,
        answer: Result<Bytes, Refusal>,
        what: &'static str,
        read: fn(&[u8]) -> Result<T, kleister_formats::Error>,
    ) -> Result<T, Unavailable> {
        let answer = answer.map_err(|refusal| match refusal {
            refusal if refusal.is_missing() => Unavailable::Missing(self.source, what),
            refusal => Unavailable::Refused(self.source, refusal),
        })?;
        let understood = tokio::task::spawn_blocking(move || read(&answer)).await;
        understood.map_err(|_| Unavailable::Unreadable(self.source))?.map_err(|error| {
            tracing::warn!(source = self.source.as_str(), %error, "an answer cannot be read");
            Unavailable::Unreadable(self.source)
        })
    }
}

/// What a search found, as callers get it.
pub async fn search(
    app: &App,
    user: &str,
    source: Source,
    mut search: ProjectSearch,
) -> Result<kleister_types::sources::ProjectPage, Problem> {
    let limit = search.limit.unwrap_or(PAGE.0).clamp(1, PAGE.1);
    let offset = search.offset.unwrap_or(0).min(FURTHEST);
    (search.limit, search.offset) = (Some(limit), Some(offset));
    let found = Client::new(app, user, source)?.search(&search).await?;
    let projects = found.projects.into_iter().map(|project| wire::project(source, project)).collect();
    Ok(kleister_types::sources::ProjectPage { total: found.total, limit, offset, projects })
}

/// The versions of a project, as callers get them.
pub async fn versions(
    app: &App,
    user: &str,
    (source, project): (Source, &str),
    search: &VersionSearch,
) -> Result<kleister_types::sources::ProjectVersions, Problem> {
    let client = Client::new(app, user, source)?;
    let project = client.project(project).await?;
    let versions = client.versions(&project.id, search).await?;
    Ok(kleister_types::sources::ProjectVersions {
        versions: versions.into_iter().map(wire::version).collect(),
        project: wire::project(source, project),
    })
}
