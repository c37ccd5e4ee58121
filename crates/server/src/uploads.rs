//! Who may send files at the same time: a few for each user, and not too many in all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::config::Upload;

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
    by_user: HashMap<String, usize>,
}

/// An upload under way; its place is free again when this is dropped.
#[derive(Debug)]
pub struct UploadUnderWay {
    uploads: Uploads,
    user: String,
}

/// Why no upload can begin; later there may be room again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooManyUploads {
    /// The user sends as many files as he may.
    #[error("you are sending {0} files already, which is the most at the same time; wait until one has arrived")]
    OfUser(usize),
    /// All users together do.
    #[error("too many files are being sent at once; try again in a moment")]
    InAll,
}

impl Uploads {
    /// Places as configured.
    pub fn new(config: &Upload) -> Self {
        let (at_once, per_user) = (config.at_once, config.per_user);
        Self(Arc::new(Inner { at_once, per_user, under_way: Mutex::default() }))
    }

    /// A place for an upload of a user.
    pub fn begin(&self, user: &str) -> Result<UploadUnderWay, TooManyUploads> {
        let mut under_way = self.under_way();
        let of_user = under_way.by_user.get(user).copied().unwrap_or(0);
        if of_user >= self.0.per_user {
            return Err(TooManyUploads::OfUser(self.0.per_user));
        }
        if under_way.all >= self.0.at_once {
            return Err(TooManyUploads::InAll);
        }
        under_way.by_user.insert(user.to_owned(), of_user + 1);
        under_way.all += 1;
        Ok(UploadUnderWay { uploads: self.clone(), user: user.to_owned() })
    }

    /// How many uploads are under way.
    pub fn count(&self) -> usize {
        self.under_way().all
    }

    fn under_way(&self) -> MutexGuard<'_, UnderWay> {
        self.0.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for UploadUnderWay {
    fn drop(&mut self) {
        let mut under_way = self.uploads.under_way();
        under_way.all -= 1;
        if let Some(of_user) = under_way.by_user.get_mut(&self.user) {
            *of_user -= 1;
            if *of_user == 0 {
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
        assert_eq!(uploads.begin("eve").unwrap_err(), TooManyUploads::OfUser(2));
        let _third = uploads.begin("bob").unwrap();
        assert_eq!(uploads.begin("bob").unwrap_err(), TooManyUploads::InAll);
        drop(first);
        assert_eq!(uploads.count(), 2);
        assert!(uploads.begin("eve").is_ok());
    }
}
