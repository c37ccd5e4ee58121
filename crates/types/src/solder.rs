//! Technic Solder: keys of the Technic Platform and clients, which are players' launchers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::packs::Pack;

/// A key by which the Technic Platform sees every published build of every pack.
///
/// The key itself is kept as its hash only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SolderKey {
    /// The identifier: 26 characters, lower case.
    pub id: String,
    /// Whose key it is.
    pub name: String,
    /// The last four characters of the key.
    pub last_four: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A key to be kept.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct KeyRequest {
    /// Whose key it is, 3 to 255 characters.
    pub name: String,
    /// The key that technicpack.net shows under "Solder Configuration", 16 to 255 characters. One is made where none is
    /// given.
    #[serde(default)]
    pub key: Option<String>,
}

/// A key that has just been kept; if it was made here, it is shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewSolderKey {
    /// What is kept of it.
    pub kept: SolderKey,
    /// The key, if none was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// Keys of the Technic Platform.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SolderKeyList {
    /// How many there are on all pages.
    pub total: u64,
    /// The limit as applied.
    pub limit: u64,
    /// The offset as applied.
    pub offset: u64,
    /// The keys.
    pub keys: Vec<SolderKey>,
}

/// A player's launcher, which sees the private packs and builds of the packs that it is linked to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SolderClient {
    /// The identifier: 26 characters, lower case.
    pub id: String,
    /// Whose launcher it is.
    pub name: String,
    /// The client id that the launcher shows and sends, in lower case.
    pub uuid: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// What to store about a client.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ClientChange {
    /// Whose launcher it is, 3 to 255 characters.
    pub name: Option<String>,
    /// The client id that the launcher shows, unique.
    pub uuid: Option<String>,
}

/// Clients.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SolderClientList {
    /// How many there are on all pages.
    pub total: u64,
    /// The limit as applied.
    pub limit: u64,
    /// The offset as applied.
    pub offset: u64,
    /// The clients.
    pub clients: Vec<SolderClient>,
}

/// The packs that a client is linked to.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SolderClientPacks {
    /// How many there are.
    pub total: u64,
    /// The client.
    pub client: SolderClient,
    /// The packs, by name.
    pub packs: Vec<Pack>,
}

/// Which pack a client is linked to or not any more.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ClientPackParams {
    /// The pack, by identifier or slug.
    pub pack: String,
}

/// The Solder that is to be moved here.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct SolderImport {
    /// The address of its read API, which ends in `/api/`.
    pub address: String,
    /// A key that it has, by which it tells of hidden and private packs too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// How a Solder was moved here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SolderReport {
    /// What was made: packs, builds, versions, clients, keys, each in words.
    pub created: Vec<String>,
    /// What was there already, from an earlier move or by its bytes.
    pub matched: Vec<String>,
    /// What was not taken over, and why.
    pub left_out: Vec<LeftOut>,
    /// What whoever moves should know.
    pub notes: Vec<String>,
}

/// Something that was not taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// What, in words.
    pub what: String,
    /// Why, and what helps.
    pub why: String,
}

impl SolderReport {
    /// Notes what was made or was there.
    pub fn note(&mut self, is_new: bool, what: String) {
        let list = if is_new { &mut self.created } else { &mut self.matched };
        if !list.contains(&what) {
            list.push(what);
        }
    }

    /// Notes what was not taken over.
    pub fn leave_out(&mut self, what: String, why: impl Into<String>) {
        self.left_out.push(LeftOut { what, why: why.into() });
    }
}
