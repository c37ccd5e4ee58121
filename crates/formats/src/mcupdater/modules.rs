//! The files of a release as modules.

use std::collections::HashSet;

use super::xml::Element;
use super::{NAME, NAME_LIMIT};
use crate::loss::{asked_of_both, unreachable};
use crate::text::fit;
use crate::{Addresses, Environment, File, Loss, Place, Policy, Release, Support};

/// A file, and those that come along with it.
pub(super) struct Module<'a> {
    file: &'a File,
    id: String,
    name: String,
    side: &'static str,
    way: Way,
    /// Files that an update spares, each with its addresses.
    configs: Vec<(&'a File, Vec<String>)>,
}

/// How a client gets a file.
enum Way {
    /// From these addresses, the first one first.
    Addresses(Vec<String>),
    /// By asking `CurseForge`.
    Curseforge { project: String, file: String },
}

/// Every file that `MCUpdater` can fetch, in the order of the paths.
pub(super) fn of<'a>(release: &'a Release, addresses: &Addresses, losses: &mut Vec<Loss>) -> Vec<Module<'a>> {
    let files = release.sorted_files();
    let is_spared = |file: &File| file.content.is_none() && file.policy != Policy::Force;
    let (mut ids, mut modules) = (HashSet::new(), Vec::new());
    for file in files.iter().filter(|file| !is_spared(file)) {
        modules.extend(module(file, addresses, &mut ids, losses));
    }
    for file in files.iter().filter(|file| is_spared(file)) {
        let Some(side) = side(file.environment) else {
            losses.push(for_nobody(file));
            continue;
        };
        if let Some(host) = modules.iter_mut().find(|module| module.side == side && !module.file.is_optional()) {
            host.configs.push((file, addresses.downloads(file)));
            losses.extend(config_losses(file));
        } else {
            let why = "Every update overwrites it: MCUpdater spares only what comes along with a required mod of the \
                       same side, and there is none.";
            losses.push(Loss::new(&file.path, why));
            modules.extend(module(file, addresses, &mut ids, losses));
        }
    }
    modules
}

/// The file's own module; none, and a loss, if `MCUpdater` cannot have it.
fn module<'a>(
    file: &'a File,
    addresses: &Addresses,
    ids: &mut HashSet<String>,
    losses: &mut Vec<Loss>,
) -> Option<Module<'a>> {
    let Some(side) = side(file.environment) else {
        losses.push(for_nobody(file));
        return None;
    };
    let Some(way) = way(file, addresses) else {
        losses.push(unreachable(file));
        return None;
    };
    losses.extend(file_losses(file, &way));
    let (first, name) = match &file.content {
        Some(content) => (content.module.as_str(), content.name.as_str()),
        None => (file.path.as_str(), file.path.as_str()),
    };
    let name = fit(file.path.as_str(), name, NAME_LIMIT, losses);
    Some(Module { file, id: unique(first, ids), name, side, way, configs: Vec::new() })
}

/// The id, or with the first number that makes it one that no other module has.
fn unique(first: &str, ids: &mut HashSet<String>) -> String {
    let mut numbered = std::iter::once(first.to_owned()).chain((2..).map(|number| format!("{first}-{number}")));
    numbered.find(|id| ids.insert(id.to_lowercase())).expect("some number is always free")
}

impl Module<'_> {
    /// The module as `MCUpdater` reads it, its parts in the order of the schema.
    pub(super) fn element(&self) -> Element {
        let module =
            Element::new("Module").attribute("name", &self.name).attribute("id", &self.id).attribute("side", self.side);
        let module = match &self.way {
            Way::Addresses(addresses) => with_urls(module, addresses),
            Way::Curseforge { project, file } => module.with(
                Element::new("Curse")
                    .attribute("project", project)
                    .attribute("file", file)
                    .attribute("autoupgrade", "false"),
            ),
        };
        let is_on = self.file.choice.as_ref().is_some_and(|choice| choice.default) || !self.file.is_optional();
        let required = Element::text("Required", (!self.file.is_optional()).to_string());
        let mut module = module.with(Element::text("ModPath", &self.file.path));
        if let Some(size) = self.file.known_size() {
            module = module.with(Element::text("Size", size.to_string()));
        }
        module =
            module.with(required.attribute("isDefault", is_on.to_string())).with(Element::text("ModType", "Regular"));
        if let Some(md5) = &self.file.hashes.md5 {
            module = module.with(Element::text("MD5", md5));
        }
        if let Some(meta) = meta(self.file) {
            module = module.with(meta);
        }
        self.configs.iter().map(config).fold(module, Element::with)
    }
}

fn meta(file: &File) -> Option<Element> {
    let version = file.content.as_ref().map(|content| Element::text("version", &content.version));
    let text = file.choice.as_ref().and_then(|choice| choice.text.as_deref());
    let description = text.map(|text| Element::text("description", text));
    let meta: Vec<_> = version.into_iter().chain(description).collect();
    (!meta.is_empty()).then(|| meta.into_iter().fold(Element::new("Meta"), Element::with))
}

fn config((file, addresses): &(&File, Vec<String>)) -> Element {
    let config = with_urls(Element::new("ConfigFile"), addresses)
        .with(Element::text("Path", &file.path))
        .with(Element::text("NoOverwrite", "true"));
    config.with(Element::text("MD5", file.hashes.md5.as_deref().unwrap_or_default()))
}

/// Adds addresses; `MCUpdater` asks those of higher priority first.
fn with_urls(element: Element, addresses: &[String]) -> Element {
    let priorities = (0..addresses.len()).rev();
    addresses.iter().zip(priorities).fold(element, |element, (address, priority)| {
        element.with(Element::text("URL", address).attribute("priority", priority.to_string()))
    })
}

fn way(file: &File, addresses: &Addresses) -> Option<Way> {
    let downloads = addresses.downloads(file);
    if !downloads.is_empty() {
        return Some(Way::Addresses(downloads));
    }
    let is_number = |text: &str| text.parse::<u32>().is_ok_and(|number| number > 0);
    let mut at_curseforge = file.origins.iter().filter(|origin| origin.place == Place::Curseforge);
    let origin = at_curseforge.find(|origin| is_number(&origin.project) && is_number(&origin.version))?;
    Some(Way::Curseforge { project: origin.project.clone(), file: origin.version.clone() })
}

/// The side in `MCUpdater`'s words; none if the file is for nobody.
fn side(environment: Environment) -> Option<&'static str> {
    match (environment.client, environment.server) {
        (Support::Unsupported, Support::Unsupported) => None,
        (Support::Unsupported, _) => Some("SERVER"),
        (_, Support::Unsupported) => Some("CLIENT"),
        _ => Some("BOTH"),
    }
}

fn for_nobody(file: &File) -> Loss {
    Loss::new(&file.path, "It is left out: neither the client nor the server supports it.")
}

/// What is lost of a file that comes along with a module.
fn config_losses(file: &File) -> Vec<Loss> {
    [
        (
            file.policy == Policy::Keep,
            "No update replaces it once it is there: MCUpdater cannot tell whether the player changed it.",
        ),
        (file.is_optional(), "Players cannot leave it out: it comes along with a required mod."),
    ]
    .into_iter()
    .filter(|(is_lost, _)| *is_lost)
    .map(|(_, why)| Loss::new(&file.path, why))
    .collect()
}

fn file_losses(file: &File, way: &Way) -> Vec<Loss> {
    let has_group = file.choice.as_ref().is_some_and(|choice| choice.group.is_some());
    let mut losses: Vec<_> = [
        (
            file.hashes.md5.is_none(),
            "It is fetched without being checked: MCUpdater knows MD5 only, which its source does not tell. Keep a copy of \
             it here.",
        ),
        (
            matches!(way, Way::Curseforge { .. }),
            "MCUpdater asks CurseForge for it, which answers only where its author allows that.",
        ),
        (has_group, "It is offered outside its group: MCUpdater has no groups."),
    ]
    .into_iter()
    .filter(|(is_lost, _)| *is_lost)
    .map(|(_, why)| Loss::new(&file.path, why))
    .collect();
    losses.extend(asked_of_both(file, NAME));
    losses
}
