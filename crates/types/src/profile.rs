//! The signed-in user about himself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::members::{UserGroup, UserMod, UserPack};
use crate::users::UserAuth;

/// The signed-in user, with the groups, packs and mods that he is a member of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Profile {
    /// The identifier: 26 characters, lower case.
    pub id: String,
    /// The name to sign in with.
    pub username: String,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The name as people write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fullname: Option<String>,
    /// The address of the user's picture on this server, which is made of the identifier. Anybody may get it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Whether the user may everything on this server.
    pub admin: bool,
    /// Whether the user can sign in; true for whoever reads this.
    pub active: bool,
    /// When the user was created.
    pub created_at: Timestamp,
    /// When the user was changed last.
    pub updated_at: Timestamp,
    /// The user's identities at other providers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub auths: Vec<UserAuth>,
    /// The user's memberships in groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<UserGroup>,
    /// The user's own memberships in packs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packs: Vec<UserPack>,
    /// The user's own memberships in mods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mods: Vec<UserMod>,
}

/// What to change about oneself; what is absent or null stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ProfileChange {
    /// The name to sign in with: 3 to 255 bytes, unique whatever its case.
    pub username: Option<String>,
    /// A new password: 8 to 1024 bytes. It ends all sessions, this one too; an empty one changes nothing.
    #[schemars(extend("format" = "password"))]
    pub password: Option<String>,
    /// The e-mail address; empty to remove it.
    pub email: Option<String>,
    /// The name as people write it; empty to remove it.
    pub fullname: Option<String>,
}
