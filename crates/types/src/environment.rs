//! What each side of the game needs of a file.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the client and the server need of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Environment {
    /// What players' machines need of it.
    pub client: Support,
    /// What game servers need of it.
    pub server: Support,
}

/// What one side needs of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Support {
    /// It must be there.
    #[default]
    Required,
    /// It may be there.
    Optional,
    /// It does nothing there, or harm.
    Unsupported,
}

impl Support {
    /// The word for it on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
            Self::Unsupported => "unsupported",
        }
    }

    /// What a stored word means; nothing where it is not known.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Required, Self::Optional, Self::Unsupported].into_iter().find(|support| support.as_str() == word)
    }
}

impl Environment {
    /// What the words of two columns mean; nothing unless both are there.
    pub fn from_words(client: Option<&str>, server: Option<&str>) -> Option<Self> {
        Some(Self { client: Support::from_word(client?)?, server: Support::from_word(server?)? })
    }

    /// The environment that a mod's `side` means.
    pub fn of_side(side: &str) -> Self {
        match side {
            "client" => Self { client: Support::Required, server: Support::Unsupported },
            "server" => Self { client: Support::Unsupported, server: Support::Required },
            _ => Self::default(),
        }
    }

    /// The `side` of a mod with this environment: `client` or `server` where the other side does without it.
    pub fn side(self) -> &'static str {
        match (self.client, self.server) {
            (Support::Required | Support::Optional, Support::Unsupported) => "client",
            (Support::Unsupported, Support::Required | Support::Optional) => "server",
            _ => "both",
        }
    }
}
