//! What a source says of a version, where its file is silent.

use kleister_formats::sources::{Project, Version};
use kleister_store::facts::Facts;
use kleister_types::{Environment, Support};

/// Completes what is known of a version by what its source says.
pub(crate) fn complete(facts: &mut Facts, project: &Project, version: &Version) {
    let told = version.environment.or(project.environment);
    let fill = |place: &mut Option<String>, told: Option<&String>| {
        if place.is_none() {
            *place = told.cloned();
        }
    };
    fill(&mut facts.title, Some(&project.name));
    fill(&mut facts.number, Some(&version.number));
    fill(&mut facts.licence, project.licence.as_ref());
    fill(&mut facts.author, project.author.as_ref());
    fill(&mut facts.website, project.page.as_ref());
    fill(&mut facts.description, project.summary.as_ref());
    facts.environment = facts.environment.or_else(|| told.map(environment));
    if facts.loaders.is_empty() {
        facts.loaders.clone_from(&version.loaders);
    }
    if facts.minecrafts.is_empty() {
        facts.minecrafts.clone_from(&version.minecrafts);
    }
}

fn environment(told: kleister_formats::Environment) -> Environment {
    let support = |support| match support {
        kleister_formats::Support::Required => Support::Required,
        kleister_formats::Support::Optional => Support::Optional,
        kleister_formats::Support::Unsupported => Support::Unsupported,
    };
    Environment { client: support(told.client), server: support(told.server) }
}
