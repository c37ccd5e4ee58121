//! What one mod declares, in the words that are the same for all loaders.

use serde::{Deserialize, Serialize};

use crate::Environment;

/// One mod, as one loader would find it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mod {
    /// The loader that reads this description.
    pub system: System,
    /// The file that it was read from, such as `META-INF/mods.toml`.
    pub file: String,
    /// What it is called by other mods.
    pub id: String,
    /// Other ids that it stands for, so that it satisfies dependencies on them.
    pub provides: Vec<Provided>,
    /// What players call it.
    pub name: Option<String>,
    /// Its version, as the loader would see it: `${file.jarVersion}` is what the manifest says, or `0.0NONE`.
    pub number: Option<String>,
    /// Whether the number is a placeholder that the author's build did not fill in, such as `${version}`.
    pub unexpanded: bool,
    /// Who made it.
    pub authors: Vec<String>,
    /// Under which licences it may be used, as it says.
    pub licences: Vec<String>,
    /// Where to read on.
    pub links: Links,
    /// What it does, as it says: plain text, though some write Markdown or HTML.
    pub description: Option<String>,
    /// Where it runs, and how that is known.
    pub sides: Sides,
    /// The Minecraft versions that it says it is for; also among the dependencies, where the loader looks at them.
    pub minecraft: Option<Range>,
    /// What its entry in the list of loaders is written in: `javafml`, `kotlinforforge`, with the versions that do.
    /// Only for Forge and `NeoForge`, whose loader refuses to start without it.
    pub language: Option<Wanted>,
    /// What it needs, likes and dislikes.
    pub dependencies: Vec<Dependency>,
    /// Where its picture lies in the jar; [`icon`](super::icon) reads it.
    pub icon: Option<String>,
    /// `useDependencyInformation` of `mcmod.info`: only then does Forge look at the dependencies that stand there.
    pub uses_dependency_information: bool,
}

/// What loads mods and their like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// Fabric; Quilt loads its mods too.
    #[default]
    Fabric,
    /// Quilt.
    Quilt,
    /// Minecraft Forge.
    Forge,
    /// `NeoForge`.
    NeoForge,
    /// `LiteLoader`, up to 1.12.2.
    LiteLoader,
    /// Rift, for 1.13.
    Rift,
    /// Servers with plugins: Bukkit, Spigot, Paper.
    Bukkit,
    /// Proxies: `BungeeCord` and Waterfall.
    Bungee,
    /// The proxy Velocity.
    Velocity,
}

/// An id that a mod stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provided {
    /// The id.
    pub id: String,
    /// The version as which it does so; the mod's own when absent.
    pub number: Option<String>,
}

/// Where to read on about a mod. Only addresses of the schemes `http` and `https`, and e-mail addresses among the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Links {
    /// Its own page.
    pub homepage: Option<String>,
    /// Its source code.
    pub sources: Option<String>,
    /// Where defects are reported.
    pub issues: Option<String>,
    /// Others, as they are called in the file.
    pub others: Vec<Link>,
}

/// A link of a kind that not all loaders know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What the file calls it, such as `discord` or `updateJSONURL`.
    pub name: String,
    /// The address.
    pub address: String,
}

/// Where a mod runs, and how that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sides {
    /// What each side needs of it.
    pub environment: Environment,
    /// How that is known.
    pub evidence: Evidence,
    /// The very words, such as `"environment": "client"`; empty if nothing says anything.
    pub said: String,
}

/// How it is known where a mod runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Nothing says so; both sides are assumed.
    #[default]
    Assumed,
    /// `environment` of Fabric or Quilt, or `clientSideOnly` of Forge: the loader itself leaves the mod out elsewhere.
    Declared,
    /// `displayTest` of Forge: what a player sees when the other side lacks the mod. A strong hint.
    DisplayTest,
    /// The side on which the mod needs Minecraft or its loader. A strong hint, as `ServerPackCreator` and others take it.
    DependencySides,
    /// The kind of file: `LiteLoader`, resource packs and shaders exist on clients only, plugins on servers only.
    Kind,
}

/// What a mod thinks of another one, or of Minecraft, Java or a loader (`minecraft`, `java`, `fabricloader`,
/// `quilt_loader`, `forge`, `neoforge`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dependency {
    /// What it thinks.
    pub relation: Relation,
    /// The other one's id; Quilt may put a Maven group before it (`group:id`).
    pub id: String,
    /// The versions that it is about.
    pub range: Range,
    /// The side on which that holds.
    pub side: Side,
    /// Why, for players.
    pub reason: Option<String>,
    /// Others of which any one does as well (Quilt).
    pub instead: Vec<Wanted>,
    /// Others of which any one makes this void (Quilt).
    pub unless: Vec<Wanted>,
}

/// A mod and the versions of it that count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// The id.
    pub id: String,
    /// The versions.
    pub range: Range,
}

/// What a mod thinks of another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// The loader does not start without it, nor with another version.
    #[default]
    Required,
    /// Not needed, but if it is there, it must be one of these versions: Forge and `NeoForge` check that; Quilt too.
    Optional,
    /// Better with it: Fabric's `recommends`, for which the loader only warns.
    Recommended,
    /// A mere hint for players: Fabric's `suggests`.
    Suggested,
    /// The loader does not start with it: Fabric's and Quilt's `breaks`, `NeoForge`'s `incompatible`.
    Incompatible,
    /// Better without it, for which the loader only warns: Fabric's `conflicts`, `NeoForge`'s `discouraged`.
    Discouraged,
    /// It is inside already, in a nested jar.
    Embedded,
}

/// One side of the game.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Both.
    #[default]
    Both,
    /// Players' machines.
    Client,
    /// Game servers.
    Server,
}

/// Versions, as the file wrote them.
///
/// Any one of the alternatives must hold, and for that all of its texts; no alternatives at all is any version. Only
/// Quilt's objects make alternatives of several texts: a Fabric array gives one text for each alternative, in which
/// spaces still mean "and"; Maven unions stay in one text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Range {
    /// The language that the texts are in.
    pub language: Language,
    /// The alternatives.
    pub any: Vec<Vec<String>>,
}

/// How a range of versions is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// `[1.20,1.21)`, of Forge and `NeoForge`.
    #[default]
    Maven,
    /// `>=1.20 <1.21`, of Fabric.
    Fabric,
    /// `^1.20`, of Quilt, where a bare version means "this or a compatible one".
    Quilt,
    /// The names of versions, meant exactly: `mcversion` of `mcmod.info`, `litemod.json` and plugins. No loader checks it.
    Plain,
}

impl Range {
    /// Versions given by one text; an empty one is any version.
    pub fn new(language: Language, text: impl Into<String>) -> Self {
        let text = text.into();
        let any = if text.trim().is_empty() { Vec::new() } else { vec![vec![text]] };
        Self { language, any }
    }

    /// Whether any version will do because none is named.
    pub fn is_any(&self) -> bool {
        self.any.is_empty()
    }
}

impl Dependency {
    /// That a mod lies within, as it is.
    pub(super) fn embedding(module: &Mod) -> Self {
        let range = Range::new(Language::Plain, module.number.clone().unwrap_or_default());
        Self { relation: Relation::Embedded, id: module.id.clone(), range, ..Self::default() }
    }
}
