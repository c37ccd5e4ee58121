//! Who asks.

use crate::{Error, Result};

/// Who asks: nobody in particular, or a user whose credential was checked for this very request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Without a credential.
    Anonymous,
    /// A signed-in, active user.
    User(Who),
}

/// The user behind a credential, with his rights as they stand now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The user's identifier.
    pub id: String,
    /// The user's name.
    pub username: String,
    /// Whether he may everything.
    pub admin: bool,
}

impl Caller {
    /// The user, where there is one.
    pub fn who(&self) -> Option<&Who> {
        match self {
            Self::Anonymous => None,
            Self::User(who) => Some(who),
        }
    }

    /// The user; an error for anonymous callers.
    pub fn signed_in(&self) -> Result<&Who> {
        self.who().ok_or(Error::Anonymous)
    }

    /// The user if he is a server admin; an error for everybody else.
    pub fn server_admin(&self) -> Result<&Who> {
        let who = self.signed_in()?;
        if who.admin { Ok(who) } else { Err(Error::NotAdmin) }
    }

    /// Whether the caller may everything.
    pub fn is_admin(&self) -> bool {
        self.who().is_some_and(|who| who.admin)
    }
}
