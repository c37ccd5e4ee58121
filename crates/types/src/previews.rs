//! Previews: addresses under which testers get the drafts of a pack.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A token that opens a pack's drafts to whoever holds it.
///
/// It opens what its maker sees of the pack: drafts, published builds and channels, below
/// `/t/{token}/packs/{pack}/{build}/…` with the same files as below `/packs/…`. It holds until it ends or is revoked,
/// and only while its maker may change the pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Preview {
    /// The identifier: 26 characters, lower case.
    pub id: String,
    /// What it is for, in its maker's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The last four characters of the token.
    pub last_four: String,
    /// The username of its maker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<String>,
    /// When it ends.
    pub ends_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A preview that has just been made, with its token, which is never shown again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewPreview {
    /// The preview.
    pub preview: Preview,
    /// The token: whoever has it gets the drafts.
    pub token: String,
    /// The address of the pack for the token's holder; a build's name and `/pack.mrpack` go behind it.
    pub url: String,
}

/// A preview to be made.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct PreviewRequest {
    /// What it is for, at most 255 characters.
    pub name: Option<String>,
    /// After how many days it ends: 1 to 365, 7 unless given.
    pub days: Option<i64>,
}

/// The previews of a pack that have not ended.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PreviewList {
    /// How many there are.
    pub total: u64,
    /// The previews, newest first.
    pub previews: Vec<Preview>,
}
