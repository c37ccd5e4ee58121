//! Packs: what players install.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A pack: the thing with a name that players install, state by state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pack {
    /// The identifier: 26 characters, lower case.
    pub id: String,
    /// The name in addresses, unique whatever its case.
    pub slug: String,
    /// The name as people write it; it need not be unique.
    pub name: String,
    /// The pack's own web page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Whether everybody may see the pack and install its published builds; otherwise members only.
    pub public: bool,
    /// Whether a public pack is left out of lists: it can be reached by name only.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default)]
    pub hidden: bool,
    /// Where players fetch files first that both this server and their sources have.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default)]
    pub source_policy: SourcePolicy,
    /// One or two sentences for lists and launchers.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The game server that the pack is played on, as launchers are told to join it.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_address: Option<String>,
    /// The picture; one made of the identifier until another is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<PackAvatar>,
    /// When the pack was created.
    pub created_at: Timestamp,
    /// When the pack was changed last.
    pub updated_at: Timestamp,
}

/// The picture of a pack: a PNG of at most 256 pixels a side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackAvatar {
    /// The name in the address of the picture; another picture has another one.
    pub slug: String,
    /// Where to get the picture; who may see the pack may see this.
    pub url: String,
    /// When the picture was set; for a made one, when the pack was created.
    pub created_at: Timestamp,
    /// When the picture was changed last.
    pub updated_at: Timestamp,
}

/// A pack to be created, or what to change about one; what is absent or null stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct PackChange {
    /// The name in addresses: 1 to 64 of `A-Z a-z 0-9 . _ -`, unique whatever its case. Made from the name if left
    /// out or empty.
    pub slug: Option<String>,
    /// The name as people write it: 3 to 255 bytes. Needed to create a pack.
    pub name: Option<String>,
    /// The pack's own web page; empty to remove it.
    pub website: Option<String>,
    /// Whether everybody may see the pack; false unless given.
    pub public: Option<bool>,
    /// Whether a public pack is left out of lists; false unless given.
    #[schemars(extend("x-kleister-addition" = true))]
    pub hidden: Option<bool>,
    /// Where players of builds that are published from now on fetch files first; `ours_first` unless given.
    #[schemars(extend("x-kleister-addition" = true))]
    pub source_policy: Option<SourcePolicy>,
    /// One or two sentences for lists and launchers; empty to remove them.
    #[schemars(extend("x-kleister-addition" = true))]
    pub summary: Option<String>,
    /// The game server that builds are played on that are published from now on: a host, with a port if it is not the usual
    /// one; empty to remove it. Launchers that can join it at the start.
    #[schemars(extend("x-kleister-addition" = true))]
    pub server_address: Option<String>,
}

/// A page of packs.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PackPage {
    /// How many packs match in all, among those that the caller may see.
    pub total: u64,
    /// The rows on a page, as applied.
    pub limit: u64,
    /// The rows passed over, as applied.
    pub offset: u64,
    /// The packs of this page.
    pub packs: Vec<Pack>,
}

/// Where players fetch a pack's files first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourcePolicy {
    /// From this server; its sources come after it, where a format has room for several.
    #[default]
    OursFirst,
    /// From the file's source; this server comes after it.
    SourceFirst,
    /// From this server alone. What is not kept here cannot be published.
    OursOnly,
}

impl SourcePolicy {
    /// Every policy with its word.
    const WORDS: [(Self, &str); 3] =
        [(Self::OursFirst, "ours_first"), (Self::SourceFirst, "source_first"), (Self::OursOnly, "ours_only")];

    /// The word for it, on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        Self::WORDS.into_iter().find(|(policy, _)| *policy == self).map_or("ours_first", |(_, word)| word)
    }

    /// What a stored word means.
    pub fn from_word(word: &str) -> Self {
        Self::WORDS.into_iter().find(|(_, known)| *known == word).map_or(Self::OursFirst, |(policy, _)| policy)
    }
}
