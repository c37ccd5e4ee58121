//! Pack tokens: addresses under which players and servers get the published builds of a private pack.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A token that opens what was published of one pack to whoever holds it, be the pack private or not.
///
/// Below `/t/{token}/packs/{pack}/…` and `/t/{token}/solder/api/…` are the same files as below `/packs/…` and
/// `/solder/api/…`, and every address in them carries the token. It opens no draft and no other pack. It belongs to the
/// pack, not to its maker, and holds until it ends or is revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackToken {
    /// The identifier: 26 characters, lower case.
    pub id: String,
    /// Who holds it.
    pub kind: TokenHolder,
    /// What its holder is called.
    pub name: String,
    /// The Minecraft account of its holder: a UUID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub player: Option<String>,
    /// The channel that it is for: it opens the builds that this channel points to or did, and no others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The launchers that its holder let in by their client ids, on the page `/t/{token}/packs/{pack}/technic`. Each sees
    /// what the token opens, and goes with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clients: Vec<TokenClient>,
    /// The last four characters of the token.
    pub last_four: String,
    /// When it ends, if it does by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// The minute in which it was used last; noted a few seconds later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A launcher that the holder of a pack's token let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TokenClient {
    /// The client id that it sends: a UUID.
    pub uuid: String,
    /// When it came.
    pub created_at: Timestamp,
}

/// Who holds a pack's token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TokenHolder {
    /// A player.
    #[default]
    Player,
    /// A game server.
    Server,
}

impl TokenHolder {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Player => "player",
            Self::Server => "server",
        }
    }

    /// What a word means; a player for words that are not known.
    pub fn from_word(word: &str) -> Self {
        if word == Self::Server.as_str() { Self::Server } else { Self::Player }
    }
}

/// A pack token that has just been made, with its secret, which is never shown again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewPackToken {
    /// What is kept of it.
    pub kept: PackToken,
    /// The token: whoever has it gets what it opens.
    pub token: String,
    /// The address of the pack for the token's holder; a build or channel and `/pack.mrpack` go behind it.
    pub url: String,
    /// The address of the Solder API for the token's holder. It is not for the Technic Platform, which would publish it.
    pub solder_url: String,
}

/// A pack token to be made.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct PackTokenRequest {
    /// Who will hold it; a player unless given.
    pub kind: Option<TokenHolder>,
    /// What its holder is called, 1 to 255 characters.
    pub name: String,
    /// The Minecraft account of its holder: a UUID, with or without hyphens. A server has none.
    pub player: Option<String>,
    /// The channel that it is for, which the pack must have; the whole pack unless given.
    pub channel: Option<String>,
    /// After how many days it ends: 1 to 3650; it does not end by itself unless given.
    pub days: Option<i64>,
}

/// Players of a Minecraft server who are to get a token each.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Invitation {
    /// What the server's `whitelist.json` holds.
    pub whitelist: Vec<WhitelistEntry>,
    /// The channel that the tokens are for, which the pack must have; the whole pack unless given.
    pub channel: Option<String>,
    /// After how many days the tokens end: 1 to 3650; they do not end by themselves unless given.
    pub days: Option<i64>,
}

/// A player as a `whitelist.json` names him.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct WhitelistEntry {
    /// His Minecraft account: a UUID, with or without hyphens.
    pub uuid: String,
    /// What he is called, 1 to 255 characters.
    pub name: String,
}

/// The tokens of invited players.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Invited {
    /// The tokens that were made, in the order of the whitelist.
    pub made: Vec<NewPackToken>,
    /// The tokens of players who had one of this pack already: they get no other one.
    pub kept: Vec<PackToken>,
}

/// A page of the tokens of a pack that hold.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PackTokenList {
    /// How many there are on all pages.
    pub total: u64,
    /// The limit as applied.
    pub limit: u64,
    /// The offset as applied.
    pub offset: u64,
    /// The tokens.
    pub tokens: Vec<PackToken>,
}
