//! Channels: names of a pack that point to a published build.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::builds::Build;
use crate::packs::Pack;

/// A name of a pack that points to a published build, so that `/packs/{pack}/{channel}/…` delivers that build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Channel {
    /// `latest`, `recommended`, or a name of the pack's own, in lower case.
    pub name: String,
    /// The identifier of the build that it points to.
    pub build_id: String,
    /// The build that it points to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<Build>,
    /// When the channel was made.
    pub created_at: Timestamp,
    /// When the channel was moved last.
    pub updated_at: Timestamp,
}

/// Where a channel is to point.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ChannelMove {
    /// The build, by identifier or name: published, public and not withdrawn.
    pub build: String,
}

/// All channels of a pack.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ChannelList {
    /// How many channels there are.
    pub total: u64,
    /// The pack.
    pub pack: Pack,
    /// The channels: `latest`, `recommended`, then the pack's own by name. `recommended` is missing while it means
    /// `latest`.
    pub channels: Vec<Channel>,
}
