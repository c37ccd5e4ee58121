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

/// A one-time token from a sign-in at another provider.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AuthRedirect {
    /// The one-time token; it works once, within a minute.
    pub token: String,
}

/// A provider of identities that users can sign in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Provider {
    /// The name in addresses: `/auth/{provider}/request`.
    pub name: String,
    /// The kind of provider, such as `github` or `oidc`.
    pub driver: String,
    /// The name to show.
    pub display: String,
    /// The icon to show, as a class of Font Awesome.
    pub icon: String,
}

/// All providers of identities.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Providers {
    /// How many there are.
    pub total: u64,
    /// The providers, by name.
    pub providers: Vec<Provider>,
}

/// A personal token, without its secret: that was shown once, when the token was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonalToken {
    /// The identifier: 26 characters, lower case.
    pub id: String,
    /// The last four characters of the token, to tell it from others.
    pub last_four: String,
    /// When the token was made.
    pub created_at: Timestamp,
    /// When the token ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When the token was used last, to the minute; absent until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
}

/// The personal tokens of a user that hold, newest first; there are 50 at the most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonalTokens {
    /// How many there are.
    pub total: u64,
    /// The tokens.
    pub tokens: Vec<PersonalToken>,
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
