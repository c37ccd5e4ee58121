//! What a jar says, in the words of the store.

use std::collections::HashSet;

use kleister_formats::jar::{self, Evidence, Jar, Mod, Range, Relation, Side, System};
use kleister_store::facts::{Dependency, Facts, Identity};
use kleister_types::mods::Kind;
use kleister_types::{Environment, Support};

use super::games;

/// The system under which files that tell no id of theirs are known, by what they seem to be called.
const BY_FILE: &str = "file";

/// What a file tells of the version that it is; `name` is the file's own, for what it does not tell.
///
/// The first description counts where several loaders have one; ids, loaders, releases of Minecraft and dependencies
/// are those of all. `known` are the releases of Minecraft that this server knows, the oldest first.
pub fn facts(jar: &Jar, name: &str, known: &[String]) -> Facts {
    let first = jar.mods.first();
    let guess = guess(jar, name);
    let number = first.and_then(|module| module.number.clone().filter(|_| !module.unexpanded));
    let identities: Vec<Identity> = jar.mods.iter().map(|it| Identity::new(word(it.system), &*it.id)).collect();
    let by_file = identities.is_empty().then(|| Identity::new(BY_FILE, guess.0.to_lowercase()));
    let meant: HashSet<String> = jar.mods.iter().flat_map(|it| minecrafts(it, known)).collect();
    Facts {
        kind: kind(jar.kind),
        // A mod without a name is called by its id, as its loader does.
        title: first
            .map(|module| module.name.clone().unwrap_or_else(|| module.id.clone()))
            .or_else(|| Some(guess.0).filter(|name| !name.is_empty())),
        number: number.or(guess.1),
        identities: identities.into_iter().chain(by_file.filter(|it| !it.identity.is_empty())).collect(),
        loaders: jar.systems().into_iter().map(|system| word(system).to_owned()).collect(),
        minecrafts: known.iter().filter(|name| meant.contains(*name)).cloned().collect(),
        environment: environment(jar),
        licence: first.map(|module| module.licences.join(", ")).filter(|licence| !licence.is_empty()),
        author: first.map(|module| module.authors.join(", ")).filter(|author| !author.is_empty()),
        website: first.and_then(|it| it.links.homepage.clone().or_else(|| it.links.sources.clone())),
        description: first
            .and_then(|module| module.description.clone())
            .or_else(|| jar.pack.as_ref().and_then(|pack| pack.description.clone())),
        dependencies: dependencies(jar),
    }
}

/// What a file may be called, and its number: as its manifest has it, or by its name, where a number begins behind a
/// hyphen or underscore.
fn guess(jar: &Jar, name: &str) -> (String, Option<String>) {
    if let Some(guess) = &jar.guess {
        return (guess.name.clone(), guess.number.clone());
    }
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let begins = |at: &usize| *at > 0 && is_number(&stem[*at + 1..]);
    match stem.match_indices(['-', '_', ' ']).map(|(at, _)| at).find(begins) {
        Some(at) => {
            let title = stem[..at].trim_end_matches(['-', '_', ' ']);
            (title.to_owned(), Some(stem[at + 1..].to_owned()))
        }
        None => (stem.to_owned(), None),
    }
}

/// Whether a text begins like the number of a version: `1.2`, `v5`, but not `32x`.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < text.len() && !rest.starts_with(|c: char| c.is_alphabetic())
}

const fn kind(kind: jar::Kind) -> Kind {
    match kind {
        jar::Kind::ResourcePack => Kind::Resourcepack,
        jar::Kind::Shader => Kind::Shader,
        jar::Kind::Datapack => Kind::Datapack,
        jar::Kind::Plugin => Kind::Plugin,
        jar::Kind::Mod | jar::Kind::Library | jar::Kind::Unknown => Kind::Mod,
    }
}

/// The word for a loader in rows and on the wire.
const fn word(system: System) -> &'static str {
    match system {
        System::Fabric => "fabric",
        System::Quilt => "quilt",
        System::Forge => "forge",
        System::NeoForge => "neoforge",
        System::LiteLoader => "liteloader",
        System::Rift => "rift",
        System::Bukkit => "bukkit",
        System::Bungee => "bungee",
        System::Velocity => "velocity",
    }
}

fn minecrafts(module: &Mod, known: &[String]) -> Vec<String> {
    module.minecraft.as_ref().map(|range| games(range, known)).unwrap_or_default()
}

/// Where it runs, if something says so.
fn environment(jar: &Jar) -> Option<Environment> {
    let sides = jar.sides();
    let said = (sides.evidence != Evidence::Assumed).then_some(sides.environment)?;
    Some(Environment { client: support(said.client), server: support(said.server) })
}

const fn support(support: kleister_formats::Support) -> Support {
    match support {
        kleister_formats::Support::Required => Support::Required,
        kleister_formats::Support::Optional => Support::Optional,
        kleister_formats::Support::Unsupported => Support::Unsupported,
    }
}

/// What all mods of a file need and cannot stand, and what lies within it, each once.
fn dependencies(jar: &Jar) -> Vec<Dependency> {
    let declared = jar.mods.iter().flat_map(|module| module.dependencies.iter().cloned());
    let mut once = HashSet::new();
    let all = declared.chain(jar.embedded()).map(|it| Dependency {
        kind: relation(it.relation).to_owned(),
        range: written(&it.range),
        side: side(it.side).map(str::to_owned),
        reference: it.id,
    });
    all.filter(|it| once.insert((it.kind.clone(), it.reference.clone(), it.range.clone(), it.side.clone()))).collect()
}

const fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Required => "required",
        Relation::Optional => "optional",
        Relation::Recommended => "recommended",
        Relation::Suggested => "suggested",
        Relation::Incompatible => "incompatible",
        Relation::Discouraged => "discouraged",
        Relation::Embedded => "embedded",
    }
}

const fn side(side: Side) -> Option<&'static str> {
    match side {
        Side::Both => None,
        Side::Client => Some("client"),
        Side::Server => Some("server"),
    }
}

/// A range in one text: alternatives with `||` between them.
fn written(range: &Range) -> Option<String> {
    let any: Vec<String> = range.any.iter().map(|texts| texts.join(" ")).collect();
    Some(any.join(" || ")).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_guessed_at() {
        for (name, title, number) in [
            ("OptiFine_1.12.2_HD_U_G5.jar", "OptiFine", Some("1.12.2_HD_U_G5")),
            ("sodium-fabric-0.5.8+mc1.20.1.jar", "sodium-fabric", Some("0.5.8+mc1.20.1")),
            ("Faithful 32x - 1.20.zip", "Faithful 32x", Some("1.20")),
            ("journeymap-v5.jar", "journeymap", Some("v5")),
            ("plain.jar", "plain", None),
            ("-1.jar", "-1", None),
        ] {
            assert_eq!(guess(&Jar::default(), name), (title.to_owned(), number.map(str::to_owned)), "{name}");
        }
    }

    #[test]
    fn a_file_that_tells_nothing_is_known_by_its_name() {
        let facts = facts(&Jar::default(), "OptiFine_1.12.2_HD_U_G5.jar", &[]);
        assert_eq!(facts.identities, [Identity::new("file", "optifine")]);
        assert_eq!((facts.title.as_deref(), facts.environment), (Some("OptiFine"), None));
    }
}
