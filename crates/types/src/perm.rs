//! What a member may do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a member may do, each including the one before: `user` sees and downloads, `admin` changes, `owner` also
/// manages the members and deletes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Perm {
    /// Sees and downloads.
    #[default]
    User,
    /// Also changes it, its builds or versions, and sees drafts.
    Admin,
    /// Also manages its members and deletes it.
    Owner,
}

impl Perm {
    /// The rank in which permissions are stored and compared: 1, 2, 3.
    pub const fn rank(self) -> i16 {
        match self {
            Self::User => 1,
            Self::Admin => 2,
            Self::Owner => 3,
        }
    }

    /// The word for it in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The permission of a stored rank; none where there is no membership.
    pub const fn from_rank(rank: i16) -> Option<Self> {
        match rank {
            1 => Some(Self::User),
            2 => Some(Self::Admin),
            3 => Some(Self::Owner),
            _ => None,
        }
    }
}
