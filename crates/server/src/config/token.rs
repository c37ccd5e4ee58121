//! How tokens are made.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Error;

/// How tokens are made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Token {
    /// A key to sign tokens with, of 32 bytes or more, instead of the one that is made once and kept in the database.
    pub secret: String,
    /// How long a token lasts: `5m` to `30d`; one hour unless given.
    pub expire: String,
}

impl Default for Token {
    fn default() -> Self {
        Self { secret: String::new(), expire: "1h".to_owned() }
    }
}

/// Shows everything but the secret.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("expire", &self.expire).finish_non_exhaustive()
    }
}

impl Token {
    /// How long a token lasts, in seconds.
    pub fn lifetime(&self) -> Option<i64> {
        let (number, unit) = self.expire.split_at_checked(self.expire.len().checked_sub(1)?)?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 24 * 3600,
            _ => return None,
        };
        number.parse::<i64>().ok()?.checked_mul(seconds)
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        if !self.secret.is_empty() && self.secret.len() < 32 {
            return Err(Error::value("token.secret", "must be at least 32 bytes; leave it out to have one made"));
        }
        let allowed = 5 * 60..=30 * 24 * 3600;
        if self.lifetime().is_none_or(|lifetime| !allowed.contains(&lifetime)) {
            let message = format!("is `{}`; it must be from 5m to 30d, such as 90m, 12h or 7d", self.expire);
            return Err(Error::value("token.expire", message));
        }
        Ok(())
    }
}
