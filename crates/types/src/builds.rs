//! Builds: the states of a pack.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::links::VersionEntry;
use crate::loaders::{Fabric, Forge, Minecraft, Neoforge, Quilt};
use crate::packs::Pack;

/// One state of a pack: a release of Minecraft, at most one loader, and the versions attached to it.
#[expect(clippy::struct_excessive_bools, reason = "the published contract has them")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Build {
    /// The identifier: 26 characters, lower case.
    pub id: String,
    /// The name, unique within the pack whatever its case.
    pub name: String,
    /// The pack, where it is not plain from the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack: Option<Pack>,
    /// The identifier of the release of Minecraft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minecraft_id: Option<String>,
    /// The release of Minecraft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minecraft: Option<Minecraft>,
    /// The identifier of the release of Forge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forge_id: Option<String>,
    /// The release of Forge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forge: Option<Forge>,
    /// The identifier of the release of NeoForge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neoforge_id: Option<String>,
    /// The release of NeoForge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neoforge: Option<Neoforge>,
    /// The identifier of the release of Quilt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quilt_id: Option<String>,
    /// The release of Quilt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quilt: Option<Quilt>,
    /// The identifier of the release of Fabric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fabric_id: Option<String>,
    /// The release of Fabric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fabric: Option<Fabric>,
    /// The Java major version, such as `17`, or its old form `1.8`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub java: Option<String>,
    /// The memory to give to the game, in MB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<String>,
    /// Whether the pack's channel `latest` points to this build.
    pub latest: bool,
    /// Whether the pack's channel `recommended` points to this build.
    pub recommended: bool,
    /// Whether the build is shown to others than the pack's members.
    pub public: bool,
    /// Where the build stands in its life.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default)]
    pub state: State,
    /// Whether the build is published, and so installed by players and never changed again.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default)]
    pub published: bool,
    /// Why the build was withdrawn, if it was.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The name of the build to take instead, if the build was withdrawn and that one may be shown.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
    /// What is new in the build, in Markdown. It may be mended after publishing.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changelog: Option<String>,
    /// When the build was published, if it was.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    /// When the build was created.
    pub created_at: Timestamp,
    /// When the build was changed last.
    pub updated_at: Timestamp,
}

/// Where a build stands in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Being put together; seen by the pack's admins only.
    #[default]
    Draft,
    /// Installed by players; its contents never change.
    Published,
    /// Withdrawn: in no list and no channel, but still installable by those who point at it.
    Yanked,
}

impl State {
    /// The word for it on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Yanked => "yanked",
        }
    }

    /// What a stored word means; a draft where it is not known.
    pub fn from_word(word: &str) -> Self {
        match word {
            "published" => Self::Published,
            "yanked" => Self::Yanked,
            _ => Self::Draft,
        }
    }
}

/// A build to be created, or what to change about one; what is absent or null stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct BuildChange {
    /// The name: 1 to 255 printable characters without `/ \ : * ? " < > |`, unique within the pack whatever its
    /// case. Needed to create a build.
    pub name: Option<String>,
    /// The release of Minecraft, by identifier or name; empty to remove it.
    pub minecraft_id: Option<String>,
    /// The release of Forge, by identifier or name; empty to remove it.
    pub forge_id: Option<String>,
    /// The release of NeoForge, by identifier or name; empty to remove it.
    pub neoforge_id: Option<String>,
    /// The release of Quilt, by identifier or name; empty to remove it.
    pub quilt_id: Option<String>,
    /// The release of Fabric, by identifier or name; empty to remove it.
    pub fabric_id: Option<String>,
    /// The Java major version (`8`, `17`, `21`) or its old form (`1.8`); empty to remove it.
    pub java: Option<String>,
    /// The memory to give to the game, in MB; empty to remove it.
    pub memory: Option<String>,
    /// True moves the pack's channel `latest` here; for a draft, once it is published.
    pub latest: Option<bool>,
    /// True moves the pack's channel `recommended` here, false lets it follow `latest` again; for a draft, once it is
    /// published.
    pub recommended: Option<bool>,
    /// Whether the build is shown to others than the pack's members; true unless given.
    pub public: Option<bool>,
    /// True publishes the build: it is frozen, and players get it. A new build needs `versions` or `from` with it.
    #[schemars(extend("x-kleister-addition" = true))]
    pub published: Option<bool>,
    /// Only for a new build: the build of the same pack to begin from, by identifier or name. Its release of
    /// Minecraft, loader, Java, memory, visibility, versions with what is set for them, and files are copied.
    #[schemars(extend("x-kleister-addition" = true))]
    pub from: Option<String>,
    /// Only for a new build: the versions that it is to have, instead of those that it begins from.
    #[schemars(extend("x-kleister-addition" = true))]
    pub versions: Option<Vec<VersionEntry>>,
    /// The channel that moves to the build when it is published, instead of `latest`; for a published build, a channel
    /// that moves here now.
    #[schemars(extend("x-kleister-addition" = true))]
    pub channel: Option<String>,
    /// True withdraws a published build: it leaves lists and channels, and stays installable by its name. False takes
    /// that back; no channel moves by it, unless the pack has no `latest`.
    #[schemars(extend("x-kleister-addition" = true))]
    pub yanked: Option<bool>,
    /// Why the build is withdrawn, at most 1024 characters; empty to remove it.
    #[schemars(extend("x-kleister-addition" = true))]
    pub reason: Option<String>,
    /// The published build of the same pack to take instead of a withdrawn one, by identifier or name; empty to remove
    /// it.
    #[schemars(extend("x-kleister-addition" = true))]
    pub replacement: Option<String>,
    /// What is new in the build, in Markdown, at most 65536 characters; empty to remove it. It may be changed after
    /// publishing too: no file of the build has it in it.
    #[schemars(extend("x-kleister-addition" = true))]
    pub changelog: Option<String>,
}

/// A page of a pack's builds.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct BuildPage {
    /// How many builds match in all, among those that the caller may see.
    pub total: u64,
    /// The rows on a page, as applied.
    pub limit: u64,
    /// The rows passed over, as applied.
    pub offset: u64,
    /// The pack.
    pub pack: Pack,
    /// The builds of this page.
    pub builds: Vec<Build>,
}
