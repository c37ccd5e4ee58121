//! What sources tell, as callers get it.

use kleister_formats::sources as told;
use kleister_formats::{Environment, Support};
use kleister_types::mods::Kind;
use kleister_types::sources::{Project, ProjectVersion, Source, SourceDependency};

/// A project.
pub(crate) fn project(source: Source, project: told::Project) -> Project {
    let (client, server) = words(project.environment);
    Project {
        source,
        id: project.id,
        slug: project.slug,
        name: project.name,
        kind: project.kind.map(kind),
        summary: project.summary,
        author: project.author,
        licence: project.licence,
        page: project.page,
        icon: project.icon,
        client: client.map(str::to_owned),
        server: server.map(str::to_owned),
        redistribution: project.redistribution,
    }
}

/// A version, with its first file.
pub(crate) fn version(version: told::Version) -> ProjectVersion {
    let file = version.files.into_iter().next();
    ProjectVersion {
        id: version.id,
        number: version.number,
        name: version.name,
        stage: match version.stage {
            told::Stage::Release => "release",
            told::Stage::Beta => "beta",
            told::Stage::Alpha => "alpha",
        }
        .to_owned(),
        published: version.published,
        loaders: version.loaders,
        minecrafts: version.minecrafts,
        size: file.as_ref().and_then(|file| file.size),
        manual: file.as_ref().is_some_and(|file| file.address.is_none()),
        file: file.map(|file| file.name),
    }
}

/// Another project that a version has to do with, and the version of it that would do.
pub(crate) fn dependency(
    source: Source,
    needed: told::Project,
    kind: told::Need,
    found: Option<told::Version>,
) -> SourceDependency {
    SourceDependency { kind: need(kind).to_owned(), project: project(source, needed), version: found.map(version) }
}

/// In which way versions have to do with each other, in one word.
pub(crate) const fn need(need: told::Need) -> &'static str {
    match need {
        told::Need::Required => "required",
        told::Need::Optional => "optional",
        told::Need::Incompatible => "incompatible",
        told::Need::Embedded => "embedded",
    }
}

/// What a piece is, as the store knows it.
pub(crate) fn kind(kind: told::Kind) -> Kind {
    match kind {
        told::Kind::Mod => Kind::Mod,
        told::Kind::Resourcepack => Kind::Resourcepack,
        told::Kind::Shader => Kind::Shader,
        told::Kind::Datapack => Kind::Datapack,
        told::Kind::Plugin => Kind::Plugin,
    }
}

fn words(environment: Option<Environment>) -> (Option<&'static str>, Option<&'static str>) {
    let word = |support| match support {
        Support::Required => "required",
        Support::Optional => "optional",
        Support::Unsupported => "unsupported",
    };
    environment.map(|it| (word(it.client), word(it.server))).unzip()
}
