//! What is known of single blobs beyond their bytes: who may not be handed out, which are damaged, which just came.

use std::collections::{HashMap, HashSet};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::SystemTime;

use crate::{Error, Files, Result};

/// Marks on keys. They live as long as the process; who keeps rows sets them again at the next start.
#[derive(Debug, Default)]
pub(crate) struct Marks(RwLock<Marked>);

#[derive(Debug, Default)]
struct Marked {
    /// Why nobody gets these.
    blocked: HashMap<String, String>,
    /// Whose bytes were found to be others than their name says.
    damaged: HashSet<String>,
    /// When these were uploaded last: a row that names them may be on its way.
    arrived: HashMap<String, SystemTime>,
}

impl Marks {
    pub(crate) fn refuse_blocked(&self, key: &str) -> Result<()> {
        match self.read().blocked.get(key) {
            Some(reason) => Err(Error::Blocked { reason: reason.clone() }),
            None => Ok(()),
        }
    }

    pub(crate) fn refuse_damaged(&self, key: &str) -> Result<()> {
        if self.read().damaged.contains(key) { Err(Error::Damaged) } else { Ok(()) }
    }

    /// Notes that a blob was brought, sound, in a file that was written then.
    pub(crate) fn arrived(&self, key: &str, written: SystemTime) {
        let mut marked = self.write();
        marked.damaged.remove(key);
        marked.arrived.insert(key.to_owned(), written);
    }

    /// Whether a blob was brought since then; forgets those that were not.
    pub(crate) fn came_since(&self, key: &str, since: SystemTime) -> bool {
        let mut marked = self.write();
        marked.arrived.retain(|_, at| *at >= since);
        marked.arrived.contains_key(key)
    }

    fn read(&self) -> RwLockReadGuard<'_, Marked> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Marked> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Files {
    /// Hands these bytes out to nobody from now on, and takes them from nobody, whether they are here or not.
    pub fn block(&self, sha256: &str, reason: &str) {
        self.0.marks.write().blocked.insert(sha256.to_owned(), reason.to_owned());
    }

    /// Hands out what neither list has, and nothing else: blobs that are blocked, each with the reason, and damaged ones.
    pub async fn mark_only(&self, blocked: HashMap<String, String>, damaged: HashSet<String>) {
        let news: Vec<String> = {
            let mut marked = self.0.marks.write();
            let taken_down = blocked.keys().filter(|key| !marked.blocked.contains_key(*key));
            let news = damaged.difference(&marked.damaged).chain(taken_down).cloned().collect();
            (marked.blocked, marked.damaged) = (blocked, damaged);
            news
        };
        for sha256 in news {
            self.0.small.invalidate(&sha256).await;
        }
    }

    /// Takes a block back.
    pub fn unblock(&self, sha256: &str) {
        self.0.marks.write().blocked.remove(sha256);
    }

    /// Hands a blob out no more until its bytes are uploaded again, since they are not those that its key promises.
    pub async fn mark_damaged(&self, sha256: &str) {
        self.0.marks.write().damaged.insert(sha256.to_owned());
        self.0.small.invalidate(sha256).await;
    }

    /// Trusts a blob again.
    pub fn mark_sound(&self, sha256: &str) {
        self.0.marks.write().damaged.remove(sha256);
    }

    /// Whether a blob would be handed out, as far as that is known without looking: [`Error::Blocked`] or
    /// [`Error::Damaged`] if not.
    pub fn refuse(&self, sha256: &str) -> Result<()> {
        self.0.marks.refuse_blocked(sha256)?;
        self.0.marks.refuse_damaged(sha256)
    }
}
