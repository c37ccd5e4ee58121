//! Signing in: credentials for a token, a token for a newer one, a token for what stands behind it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// The credentials to authenticate.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AuthLogin {
    /// The username, upper and lower case alike.
    pub username: String,
    /// The password, exactly as it was chosen: nothing is trimmed, folded or cut.
    #[schemars(extend("format" = "password"))]
    pub password: String,
}

/// A token and the time at which it ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuthToken {
    /// The token, to be sent as `Authorization: Bearer TOKEN` or `X-API-Key: TOKEN`.
    pub token: String,
    /// When the token ends unless it is refreshed before.
    pub expires_at: Timestamp,
}

/// Whose token it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuthVerify {
    /// The username of the token's owner.
    pub username: String,
    /// When this user was created (not the token).
    pub created_at: Timestamp,
}

/// The first administrator of a new server.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Setup {
    /// The setup token that the server printed at its first start.
    pub token: String,
    /// The name to sign in with: 3 to 255 bytes.
    pub username: String,
    /// The password: 8 to 1024 bytes, and none of those that are tried first.
    #[schemars(extend("format" = "password"))]
    pub password: String,
}
