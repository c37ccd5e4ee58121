//! Who may send files: a few at the same time for each user, not too many in all, and no more than each may have here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kleister_store::{Caller, blobs};

use crate::App;
use crate::config::Upload;
use crate::problem::Problem;

/// The places for uploads under way; a clone has the same ones.
#[derive(Clone, Debug)]
pub struct Uploads(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    at_once: usize,
    per_user: usize,
    under_way: Mutex<UnderWay>,
}

#[derive(Debug, Default)]
struct UnderWay {
    all: usize,
    by_user: HashMap<String, OfUser>,
}

/// What is on its way from one user.
#[derive(Clone, Copy, Debug, Default)]
struct OfUser {
    uploads: usize,
    /// The bytes that these have declared.
    bytes: u64,
}

/// An upload under way; its place is free again when this is dropped.
#[derive(Debug)]
pub struct UploadUnderWay {
    uploads: Uploads,
    user: String,
    declared: u64,
}

/// A user has as many bytes here as he may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "you have {used} bytes of files on this server or on their way, and its `upload.quota` allows each user {quota}: delete \
     what you need no more, whose bytes are free a day later, or ask an admin of the server for more"
)]
pub struct OverQuota {
    /// How many he has.
    pub used: u64,
    /// How many he may have.
    pub quota: u64,
}

/// Why no upload can begin; later there may be room again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooManyUploads {
    /// The user sends as many files as he may.
    #[error(
        "you are sending {0} files already, which is the most at the same time (`upload.per_user`); wait until one has arrived"
    )]
    OfUser(usize),
    /// All users together do.
    #[error("{0} files are being sent, which is the most at the same time (`upload.at_once`); try again in a moment")]
    InAll(usize),
}

/// A form has more files than one call takes; those behind them come in another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("one call takes {0} files (`upload.files`); send the rest in another one")]
pub struct TooManyFiles(pub usize);

impl Uploads {
    /// Places as configured.
    pub fn new(config: &Upload) -> Self {
        let (at_once, per_user) = (config.at_once, config.per_user);
        Self(Arc::new(Inner { at_once, per_user, under_way: Mutex::default() }))
    }

    /// A place for an upload of a user.
    pub fn begin(&self, user: &str) -> Result<UploadUnderWay, TooManyUploads> {
        let mut under_way = self.under_way();
        let of_user = under_way.by_user.get(user).copied().unwrap_or_default();
        if of_user.uploads >= self.0.per_user {
            return Err(TooManyUploads::OfUser(self.0.per_user));
        }
        if under_way.all >= self.0.at_once {
            return Err(TooManyUploads::InAll(self.0.at_once));
        }
        under_way.by_user.insert(user.to_owned(), OfUser { uploads: of_user.uploads + 1, ..of_user });
        under_way.all += 1;
        Ok(UploadUnderWay { uploads: self.clone(), user: user.to_owned(), declared: 0 })
    }

    /// How many uploads are under way.
    pub fn count(&self) -> usize {
        self.under_way().all
    }

    /// How many bytes a user's uploads under way have declared.
    fn declared(&self, user: &str) -> u64 {
        self.under_way().by_user.get(user).map_or(0, |of_user| of_user.bytes)
    }

    fn under_way(&self) -> MutexGuard<'_, UnderWay> {
        self.0.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl UploadUnderWay {
    /// Notes how many bytes are coming.
    pub fn declare(&mut self, bytes: u64) {
        if let Some(of_user) = self.uploads.under_way().by_user.get_mut(&self.user) {
            of_user.bytes = of_user.bytes.saturating_sub(self.declared).saturating_add(bytes);
        }
        self.declared = bytes;
    }
}

/// How many more bytes a caller may bring, besides those that he has here and those that are on their way; nothing where
/// nobody counts them. Server admins may bring what fits.
pub async fn room(app: &App, caller: &Caller) -> Result<Option<u64>, Problem> {
    let (quota, who) = (app.config.upload.quota, caller.signed_in()?);
    if quota == 0 || who.admin {
        return Ok(None);
    }
    let used = blobs::brought_by(&app.db.read().await?, &who.id).await?.saturating_add(app.uploads.declared(&who.id));
    if used > quota { Err(OverQuota { used, quota }.into()) } else { Ok(Some(quota - used)) }
}

/// Refuses a file of so many bytes where the caller would have more than he may; every way in which files come asks
/// this before it takes one.
pub async fn check_room(app: &App, caller: &Caller, size: u64) -> Result<(), Problem> {
    let quota = app.config.upload.quota;
    match room(app, caller).await? {
        Some(room) if size > room || room == 0 => Err(OverQuota { used: quota - room, quota }.into()),
        _ => Ok(()),
    }
}

impl Drop for UploadUnderWay {
    fn drop(&mut self) {
        let mut under_way = self.uploads.under_way();
        under_way.all -= 1;
        if let Some(of_user) = under_way.by_user.get_mut(&self.user) {
            of_user.uploads -= 1;
            of_user.bytes = of_user.bytes.saturating_sub(self.declared);
            if of_user.uploads == 0 {
                under_way.by_user.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_share_the_places_of_the_server_and_have_a_few_each() {
        let uploads = Uploads::new(&Upload { at_once: 3, per_user: 2, ..Upload::default() });
        let (first, _second) = (uploads.begin("eve").unwrap(), uploads.begin("eve").unwrap());
        let refused = uploads.begin("eve").unwrap_err();
        assert_eq!(refused, TooManyUploads::OfUser(2));
        assert!(refused.to_string().contains("2 files already") && refused.to_string().contains("`upload.per_user`"));
        let _third = uploads.begin("bob").unwrap();
        let refused = uploads.begin("bob").unwrap_err();
        assert_eq!(refused, TooManyUploads::InAll(3));
        assert!(refused.to_string().contains("3 files are") && refused.to_string().contains("`upload.at_once`"));
        drop(first);
        assert_eq!(uploads.count(), 2);
        assert!(uploads.begin("eve").is_ok());
    }
}
