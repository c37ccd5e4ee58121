//! People who can sign in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Somebody who can sign in.
///
/// E-mail address, `admin` and `active` are shown to server admins and to the user alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// The identifier: 26 characters, lower case.
    pub id: String,
    /// The name to sign in with, unique whatever its case.
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin: Option<bool>,
    /// Whether the user can sign in at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// The user's identities at other providers.
    #[serde(default)]
    pub auths: Vec<UserAuth>,
    /// When the user was created.
    pub created_at: Timestamp,
    /// When the user was changed last.
    pub updated_at: Timestamp,
}

/// A user's identity at another provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserAuth {
    /// The provider's name.
    pub provider: String,
    /// The user's identifier there.
    #[serde(rename = "ref")]
    pub reference: String,
    /// When the identity was linked.
    pub created_at: Timestamp,
    /// When the identity was changed last.
    pub updated_at: Timestamp,
}

/// A user to be created; only server admins can.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct NewUser {
    /// The name to sign in with: 3 to 255 bytes, unique whatever its case.
    pub username: Option<String>,
    /// The password: 8 to 1024 bytes, and none of those that are tried first. Without one the user cannot sign in by
    /// password.
    #[schemars(extend("format" = "password"))]
    pub password: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The name as people write it.
    pub fullname: Option<String>,
    /// Whether the user may everything on this server; false unless given.
    pub admin: Option<bool>,
    /// Whether the user can sign in; true unless given.
    pub active: Option<bool>,
}

/// What to change about a user; what is absent or null stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct UserChange {
    /// The name to sign in with: 3 to 255 bytes, unique whatever its case.
    pub username: Option<String>,
    /// A new password: 8 to 1024 bytes. It ends all sessions of the user; an empty one changes nothing.
    #[schemars(extend("format" = "password"))]
    pub password: Option<String>,
    /// The e-mail address; empty to remove it.
    pub email: Option<String>,
    /// The name as people write it; empty to remove it.
    pub fullname: Option<String>,
    /// Whether the user may everything on this server. The last admin stays one.
    pub admin: Option<bool>,
    /// Whether the user can sign in. False ends all sessions at once.
    pub active: Option<bool>,
}

/// A page of users.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct UserPage {
    /// How many users match in all.
    pub total: u64,
    /// The rows on a page, as applied.
    pub limit: u64,
    /// The rows passed over, as applied.
    pub offset: u64,
    /// The users of this page.
    pub users: Vec<User>,
}
