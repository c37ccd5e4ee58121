//! Mods: the pieces that go into packs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// One piece that goes into packs: a mod, a resource pack, a shader, a data pack, a plugin, or a bundle of files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mod {
    /// The identifier: 26 characters, lower case.
    pub id: String,
    /// The name in addresses, unique whatever its case.
    pub slug: String,
    /// The name as people write it; it need not be unique.
    pub name: String,
    /// What it is, which decides the folder of its files.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default)]
    pub kind: Kind,
    /// Which side needs it: `both`, `client` or `server`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<String>,
    /// What it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Its web page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Where to thank its author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub donate: Option<String>,
    /// Whether everybody may see the mod; otherwise members only.
    pub public: bool,
    /// The picture; one made of the identifier until another is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<ModAvatar>,
    /// When the mod was created.
    pub created_at: Timestamp,
    /// When the mod was changed last.
    pub updated_at: Timestamp,
}

/// The picture of a mod: a PNG of at most 256 pixels a side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModAvatar {
    /// The name in the address of the picture; another picture has another one.
    pub slug: String,
    /// Where to get the picture; who may see the mod may see this.
    pub url: String,
    /// When the picture was set; for a made one, when the mod was created.
    pub created_at: Timestamp,
    /// When the picture was changed last.
    pub updated_at: Timestamp,
}

/// What a mod is, and so where its files go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A jar for the loader, in `mods/`.
    #[default]
    Mod,
    /// Pictures, sounds and texts, in `resourcepacks/`.
    Resourcepack,
    /// Light and shadow, in `shaderpacks/`.
    Shader,
    /// Recipes and worlds' rules, in `datapacks/`.
    Datapack,
    /// A jar for a plugin server, in `plugins/`.
    Plugin,
    /// Several files, each with its own path.
    Bundle,
}

impl Kind {
    /// The word for it on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mod => "mod",
            Self::Resourcepack => "resourcepack",
            Self::Shader => "shader",
            Self::Datapack => "datapack",
            Self::Plugin => "plugin",
            Self::Bundle => "bundle",
        }
    }

    /// What a stored word means; a mod where it is not known.
    pub fn from_word(word: &str) -> Self {
        [Self::Resourcepack, Self::Shader, Self::Datapack, Self::Plugin, Self::Bundle]
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .unwrap_or_default()
    }

    /// The folder of the instance that files of this kind go to; nothing for the game's own folder.
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Mod => "mods/",
            Self::Resourcepack => "resourcepacks/",
            Self::Shader => "shaderpacks/",
            Self::Datapack => "datapacks/",
            Self::Plugin => "plugins/",
            Self::Bundle => "",
        }
    }
}

/// A mod to be created, or what to change about one; what is absent or null stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ModChange {
    /// The name in addresses: 1 to 64 of `A-Z a-z 0-9 . _ -`, unique whatever its case. Made from the name if left
    /// out or empty.
    pub slug: Option<String>,
    /// The name as people write it: 3 to 255 bytes. Needed to create a mod.
    pub name: Option<String>,
    /// What it is; a `mod` unless given.
    #[schemars(extend("x-kleister-addition" = true))]
    pub kind: Option<Kind>,
    /// Which side needs it: `both`, `client` or `server`; empty to remove the word.
    pub side: Option<String>,
    /// What it does; empty to remove it.
    pub description: Option<String>,
    /// Who made it; empty to remove it.
    pub author: Option<String>,
    /// Its web page; empty to remove it.
    pub website: Option<String>,
    /// Where to thank its author; empty to remove it.
    pub donate: Option<String>,
    /// Whether everybody may see the mod; false unless given.
    pub public: Option<bool>,
}

/// A page of mods.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ModPage {
    /// How many mods match in all, among those that the caller may see.
    pub total: u64,
    /// The rows on a page, as applied.
    pub limit: u64,
    /// The rows passed over, as applied.
    pub offset: u64,
    /// The mods of this page.
    pub mods: Vec<Mod>,
}
