//! The check of a build: what would go wrong for its players, and what helps.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What the check of a build found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// How many errors there are that nobody waived; with any, the build is not published.
    pub errors: u64,
    /// How many warnings there are that nobody waived.
    pub warnings: u64,
    /// How many notes there are.
    pub notes: u64,
    /// The findings, the worst first.
    pub findings: Vec<Finding>,
    /// The waivers of the build, also those that no finding needs any more.
    pub waivers: Vec<Waiver>,
}

/// Something that is wrong with a build. There is one for each rule and subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The rule, such as `missing_dependency`.
    pub rule: String,
    /// `error`: the loader would refuse to start, or a player could not download or install; `warning`: the game starts,
    /// but not as meant; `note`: good to know.
    pub severity: String,
    /// What it is about: the id of a mod as loaders know it, the path of a file, or zips of Solder by their names.
    pub subject: String,
    /// Where it happens: `client`, `server` or `both`.
    pub side: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Which file says so.
    pub evidence: Vec<Evidence>,
    /// What helps: at least one, each by itself, the best first. After any of them the finding is gone.
    pub remedies: Vec<Remedy>,
    /// Why somebody decided to live with it; then it does not stand in the way of publishing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<String>,
}

/// What one file of the build says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Where the file lies in the game folder; empty for the game itself.
    pub path: String,
    /// The id of the mod in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The number of that mod.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// What it says, such as `needs fabric-api >=0.90`.
    pub says: String,
}

/// Something to do, with what it takes. Only the fields that its kind names are there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remedy {
    /// What to do.
    ///
    /// - `attach`: attach `version` of `mod`, after detaching `instead_of`
    /// - `search`: find a mod whose id is `id`, in a version as `ranges` say, and attach it instead of `instead_of`
    /// - `detach`: detach `version` of `mod`
    /// - `remove_file`: take out the build's file at `path`
    /// - `take_out`: detach all of `versions` and take out the build's files at all of `paths`
    /// - `set_environment`: set `client` and `server` of the link to `version` of `mod`
    /// - `set_chosen`: let the optional `version` of `mod` be on by default
    /// - `set_loader`: run the build on `loader`, in `loader_version` where that is given
    /// - `set_minecraft`: run the build on `minecraft`
    /// - `set_java`: run the build on `java`
    /// - `upload`: upload the file of `version` of `mod`
    /// - `make_private`: make the pack private
    pub kind: String,
    /// The mod, by slug.
    #[serde(default, rename = "mod", skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// The version, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The version to detach in its favour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<NamedVersion>,
    /// The id of a mod as loaders know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What is asked of its version, as the mods wrote it; all of it must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ranges: Vec<String>,
    /// Versions that the mods name and that will do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<String>,
    /// The path of a file of the build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The versions to detach, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<NamedVersion>,
    /// The paths of the files to take out, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// What clients need: `required`, `optional` or `unsupported`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// What servers need, in the same words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The loader: `forge`, `neoforge`, `fabric` or `quilt`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loader: Option<String>,
    /// A version of the loader that will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loader_version: Option<String>,
    /// A version of Minecraft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minecraft: Option<String>,
    /// A major version of Java.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub java: Option<String>,
}

/// A version of a mod, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedVersion {
    /// The mod, by slug.
    #[serde(rename = "mod")]
    pub module: String,
    /// The version, by name.
    pub version: String,
}

/// A finding that somebody decided to live with.
///
/// It holds until the version of a mod that the finding follows from changes. A later build of the pack begins with the
/// waivers of the build that it is made from, or else of the newest one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waiver {
    /// The rule.
    pub rule: String,
    /// What the finding is about.
    pub subject: String,
    /// Why.
    pub reason: String,
    /// Whether the finding is there and still follows from the same versions.
    pub holds: bool,
    /// The username of who decided so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<String>,
    /// When.
    pub created_at: Timestamp,
}

/// A finding to be waived.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct WaiverRequest {
    /// Why, 1 to 1,024 characters.
    pub reason: Option<String>,
}
