//! Signing in: credentials for a token, a token for a newer one, a token for what stands behind it.

use kleister_types::auth::{AuthLogin, AuthToken, AuthVerify};

use crate::client::segment;
use crate::{Client, Result};

impl Client {
    /// A new token for a username and its password; 401 where they do not belong together.
    pub async fn login(&self, credentials: &AuthLogin) -> Result<AuthToken> {
        self.post("/auth/login", credentials).await
    }

    /// A newer token for the one in the default headers; 401 without one.
    pub async fn refresh(&self) -> Result<AuthToken> {
        self.get("/auth/refresh").await
    }

    /// Whose `token` this is; 401 where it is nobody's. The default headers do not matter.
    pub async fn verify(&self, token: &str) -> Result<AuthVerify> {
        self.get(&format!("/auth/verify/{}", segment(token))).await
    }

    /// Whose token stands in the default headers; 401 without one.
    pub async fn verify_own(&self) -> Result<AuthVerify> {
        self.get("/auth/verify").await
    }
}
