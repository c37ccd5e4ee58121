//! What one side of the game would load.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;

use crate::jar::{Dependency, Evidence, Jar, Mod, Relation, Side, System, Wanted};
use crate::ranges::{Wish, fabric, maven, minecraft};
use crate::{LoaderKind, Support};

use super::dependencies::holds_on;
use super::overrides::Read;
use super::{Facts, Piece};

/// The mods that one side has, and what the game and its loader are for them.
pub(super) struct Present<'a> {
    pub(super) facts: &'a Facts,
    pub(super) side: Side,
    /// All mods that the loader finds, nested ones included.
    pub(super) mods: Vec<Found<'a>>,
    by_id: HashMap<&'a str, Vec<(usize, &'a str)>>,
    /// How many required wishes each mod id would meet is judged by these.
    wishes: HashMap<&'a str, Vec<Wish>>,
    /// What mods in `mods` do not go with: the place of the mod, the id, and the versions.
    pub(super) refusals: Vec<(usize, String, Wish)>,
}

/// One mod that the loader finds.
pub(super) struct Found<'a> {
    pub(super) module: &'a Mod,
    /// What it thinks of others, after overrides.
    pub(super) dependencies: Cow<'a, [Dependency]>,
    pub(super) piece: &'a Piece,
    /// Its version, after overrides.
    pub(super) number: Option<&'a str>,
    pub(super) nested: bool,
    /// The mod within which it lies, by its place.
    pub(super) parent: Option<usize>,
    /// What becomes of it, if it need not be loaded.
    pub(super) fate: Fate,
    /// An optional one that is off until the player says otherwise.
    pub(super) off: bool,
    /// One for Fabric, which Sinytra Connector runs on another loader.
    pub(super) by_connector: bool,
}

/// What becomes of a mod that a loader may leave out.
#[derive(Clone, Copy)]
pub(super) struct Fate {
    /// Nothing stands against loading it, or it must be loaded.
    pub(super) loadable: bool,
    /// It lies within another one, and something that is loaded needs it.
    pub(super) needed: bool,
}

/// The game, Java or the loader, with a version where one is known.
struct Platform(Option<String>);

/// What an id means on this side.
pub(super) enum Meaning<'p, 'a> {
    /// Nothing has it.
    Nothing,
    /// The game, Java or the loader, with a version where one is known.
    Platform(Option<String>),
    /// A mod, with its number.
    Mod(&'p Found<'a>, Option<&'a str>),
}

impl<'a> Present<'a> {
    pub(super) fn new(facts: &'a Facts, overrides: &'a Read, side: Side) -> Self {
        let mut present =
            Self { facts, side, mods: Vec::new(), by_id: HashMap::new(), wishes: HashMap::new(), refusals: Vec::new() };
        let connector = has_connector(facts, side);
        for piece in facts.files.iter().filter(|piece| piece.support(side) != Support::Unsupported) {
            if let Some(jar) = facts.loaded(piece) {
                let off = piece.support(side) == Support::Optional && !piece.chosen;
                present.take(overrides, (piece, &piece.path), jar, (None, false, off, connector));
            }
        }
        for (place, found) in present.mods.iter().enumerate() {
            let number = found.number.unwrap_or_default();
            present.by_id.entry(&found.module.id).or_default().push((place, number));
            for provided in &found.module.provides {
                let number = provided.number.as_deref().unwrap_or(number);
                present.by_id.entry(&provided.id).or_default().push((place, number));
            }
        }
        present.gather_refusals();
        present.settle();
        present
    }

    /// Takes in the mods of a jar and of those within it.
    fn take(
        &mut self,
        overrides: &'a Read,
        (piece, path): (&'a Piece, &str),
        jar: &'a Jar,
        (parent, nested, off, connector): (Option<usize>, bool, bool, bool),
    ) {
        let (mods, by_connector) = active(self.facts, jar, connector);
        let first = self.mods.len();
        let here = mods.iter().filter(|module| !left_out(module, self.side));
        self.mods.extend(here.map(|module| {
            let dependencies = overrides.dependencies(module, path);
            let number = overrides.number(path).or(module.number.as_deref());
            let fate = Fate { loadable: true, needed: false };
            Found { module, dependencies, piece, number, nested, parent, fate, off, by_connector }
        }));
        let parent = if self.mods.len() > first { Some(first) } else { parent };
        let systems: Vec<System> = mods.iter().map(|module| module.system).collect();
        for inner in &jar.nested {
            let looked_for = systems.is_empty() || inner.systems.iter().any(|system| systems.contains(system));
            if let Some(jar) = inner.jar.as_ref().filter(|_| looked_for) {
                let path = format!("{path}!/{}", inner.path);
                self.take(overrides, (piece, &path), jar, (parent, true, off, connector));
            }
        }
    }

    fn gather_refusals(&mut self) {
        let outer = self.mods.iter().enumerate().filter(|(_, found)| !found.nested);
        let said = outer.flat_map(|(place, found)| found.dependencies.iter().map(move |one| (place, one)));
        let side = self.side;
        let refused = said.filter(|(_, one)| one.relation == Relation::Incompatible && holds_on(one.side, side));
        let refusal =
            |(place, one): (usize, &Dependency)| Some((place, bare(&one.id).to_owned(), Wish::read(&one.range).ok()?));
        self.refusals = refused.filter_map(refusal).collect();
    }

    /// What those that are loaded ask of ids that several mods have.
    pub(super) fn gather_wishes(&mut self) {
        let mut wishes: HashMap<&'a str, Vec<Wish>> = HashMap::new();
        let several = |id: &str| self.by_id.get(id).is_some_and(|all| all.len() > 1);
        for found in self.mods.iter().filter(|found| !found.nested || found.fate.needed) {
            for dependency in found.dependencies.iter().filter(|one| one.relation == Relation::Required) {
                let Some((id, _)) = self.by_id.get_key_value(bare(&dependency.id)) else { continue };
                if several(id)
                    && let Ok(wish) = Wish::read(&dependency.range)
                {
                    wishes.entry(id).or_default().push(wish);
                }
            }
        }
        self.wishes = wishes;
    }

    /// The loader of the build.
    pub(super) fn loader(&self) -> Option<LoaderKind> {
        self.facts.loader.as_ref().map(|loader| loader.kind)
    }

    /// Which mod the loader takes for an id, or what else it means. What is on comes before what is off.
    pub(super) fn meaning(&self, id: &str) -> Meaning<'_, 'a> {
        let id = bare(id);
        if let Some(Platform(number)) = platform(self.facts, id) {
            return Meaning::Platform(number);
        }
        let Some(all) = self.by_id.get(id) else { return Meaning::Nothing };
        let wishes = self.wishes.get(id).map(Vec::as_slice).unwrap_or_default();
        let best = all.iter().max_by(|(one, ours), (other, theirs)| {
            let (one, other) = (&self.mods[*one], &self.mods[*other]);
            let meets = |number: &str| wishes.iter().all(|wish| wish.accepts(number));
            // Quilt must take what lies in `mods`, Fabric takes it where it will do; Forge and NeoForge take the newest.
            let on = |found: &Found, kind: LoaderKind| !found.nested && self.loader() == Some(kind);
            let by_choice = (!one.off).cmp(&!other.off);
            let by_place = on(one, LoaderKind::Quilt).cmp(&on(other, LoaderKind::Quilt));
            let by_wish = meets(ours).cmp(&meets(theirs)).then(one.fate.loadable.cmp(&other.fate.loadable));
            let else_by_place = on(one, LoaderKind::Fabric).cmp(&on(other, LoaderKind::Fabric));
            let judged = by_choice.then(by_place).then(by_wish).then(else_by_place);
            judged.then_with(|| self.compare(ours, theirs))
        });
        best.map_or(Meaning::Nothing, |(place, number)| {
            Meaning::Mod(&self.mods[*place], Some(*number).filter(|number| !number.is_empty()))
        })
    }

    /// The mods that have an id, or stand for it, with their numbers.
    pub(super) fn having(&self, id: &str) -> impl Iterator<Item = (&Found<'a>, &'a str)> {
        let all = self.by_id.get(bare(id)).map(Vec::as_slice).unwrap_or_default();
        all.iter().map(|(place, number)| (&self.mods[*place], *number))
    }

    /// Where they stand among all mods.
    pub(super) fn places(&self, id: &str) -> impl Iterator<Item = usize> {
        self.by_id.get(id).map(Vec::as_slice).unwrap_or_default().iter().map(|(place, _)| *place)
    }

    /// Whether the loader is Fabric or Quilt.
    pub(super) fn is_fabric_like(&self) -> bool {
        matches!(self.loader(), Some(LoaderKind::Fabric | LoaderKind::Quilt))
    }

    /// Compares two numbers by the order of the loader.
    pub(super) fn compare(&self, one: &str, other: &str) -> Ordering {
        if self.is_fabric_like() {
            fabric::Version::new(one).cmp(&fabric::Version::new(other))
        } else {
            maven::Version::new(one).cmp(&maven::Version::new(other))
        }
    }

    /// Whether one of several will do.
    pub(super) fn has_any(&self, wanted: &[Wanted]) -> bool {
        wanted.iter().any(|one| {
            let accepted = |number: &str| Wish::read(&one.range).is_ok_and(|wish| wish.accepts(number));
            match self.meaning(&one.id) {
                Meaning::Nothing => false,
                Meaning::Platform(number) => number.is_none_or(|number| accepted(&number)),
                Meaning::Mod(_, number) => number.is_none_or(accepted),
            }
        })
    }
}

/// The id without Quilt's Maven group.
pub(super) fn bare(id: &str) -> &str {
    id.rsplit_once(':').map_or(id, |(_, id)| id)
}

/// Whether the loader itself leaves a mod out on a side.
fn left_out(module: &Mod, side: Side) -> bool {
    let environment = module.sides.environment;
    let support = if side == Side::Server { environment.server } else { environment.client };
    module.sides.evidence == Evidence::Declared && support == Support::Unsupported
}

/// Sinytra Connector, which runs mods for Fabric on Forge and `NeoForge`.
fn has_connector(facts: &Facts, side: Side) -> bool {
    let here = facts.files.iter().filter(|piece| piece.support(side) != Support::Unsupported);
    let jars = here.filter_map(|piece| facts.loaded(piece)).flat_map(Jar::all);
    jars.flat_map(|jar| &jar.mods).any(|module| matches!(&*module.id, "connector" | "connectormod"))
}

/// The mods of a jar that the build's loader looks at, and whether that takes Sinytra Connector.
pub(super) fn active<'a>(facts: &Facts, jar: &'a Jar, connector: bool) -> (Vec<&'a Mod>, bool) {
    let of = |system: System| jar.mods.iter().filter(|module| module.system == system).collect::<Vec<_>>();
    let either = |first: Vec<&'a Mod>, second: System| if first.is_empty() { of(second) } else { first };
    let Some(loader) = &facts.loader else { return (Vec::new(), false) };
    let native = match loader.kind {
        LoaderKind::Fabric => of(System::Fabric),
        LoaderKind::Quilt => either(of(System::Quilt), System::Fabric),
        LoaderKind::Forge => of(System::Forge),
        LoaderKind::NeoForge if reads_forge(facts) => either(of(System::NeoForge), System::Forge),
        LoaderKind::NeoForge => of(System::NeoForge),
    };
    let forge_like = matches!(loader.kind, LoaderKind::Forge | LoaderKind::NeoForge);
    if native.is_empty() && connector && forge_like {
        let fabric = of(System::Fabric);
        let by_connector = !fabric.is_empty();
        return (fabric, by_connector);
    }
    (native, false)
}

/// `NeoForge` reads `META-INF/mods.toml`, as Forge does, up to Minecraft 1.20.4.
fn reads_forge(facts: &Facts) -> bool {
    let newest = maven::Version::new("1.20.4");
    facts.minecraft.as_ref().is_some_and(|name| maven::Version::new(name.as_str()) <= newest)
}

/// What the ids of the game, Java and the loaders mean; nothing if it is none of them, or not in this build.
fn platform(facts: &Facts, id: &str) -> Option<Platform> {
    let loader = facts.loader.as_ref()?;
    let fabric_like = matches!(loader.kind, LoaderKind::Fabric | LoaderKind::Quilt);
    let forge_1_20_1 = loader.kind == LoaderKind::NeoForge && facts.minecraft.as_deref() == Some("1.20.1");
    let number = match (id, loader.kind) {
        ("minecraft", _) if fabric_like => facts.minecraft.as_deref().map(minecraft::semantic),
        ("minecraft", _) => facts.minecraft.clone(),
        ("java", _) if fabric_like => facts.java.map(|java| java.to_string()),
        ("fabricloader" | "fabric-loader", LoaderKind::Fabric)
        | ("quilt_loader", LoaderKind::Quilt)
        | ("forge", LoaderKind::Forge) => Some(loader.version.clone()),
        ("forge", LoaderKind::NeoForge) if forge_1_20_1 => Some(loader.version.clone()),
        ("neoforge", LoaderKind::NeoForge) if !forge_1_20_1 => Some(loader.version.clone()),
        // Quilt stands for a Fabric Loader of its choice. Mixin Extras has been inside these loaders for years.
        ("fabricloader" | "fabric-loader", LoaderKind::Quilt)
        | ("fml" | "FML" | "mcp" | "Forge", LoaderKind::Forge)
        | ("mixinextras", LoaderKind::Fabric | LoaderKind::Quilt | LoaderKind::NeoForge) => None,
        _ => return None,
    };
    Some(Platform(number))
}
