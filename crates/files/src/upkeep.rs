//! Looking after blobs: listing, hashing again, collecting, copying, lending addresses.

use std::time::{Duration, SystemTime};

use futures::stream::{BoxStream, StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetOptions, ObjectStoreExt};

use crate::blob::Key;
use crate::digests::Digests;
use crate::read::bytes_of;
use crate::{Blob, Error, Files, Result};

/// A blob as it lies in its store, whatever is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The key that it lies under.
    pub sha256: String,
    /// In bytes.
    pub size: u64,
    /// When it was written.
    pub written: SystemTime,
}

impl Files {
    /// Every blob that is kept, in no order. What lies among them under a name that no blob has is left out.
    pub fn list(&self) -> BoxStream<'_, Result<Kept>> {
        let listed = self.0.store.list(Some(&Path::from("blobs"))).map_err(Error::from);
        let kept = listed.try_filter_map(async |object| {
            let name = object.location.filename().unwrap_or_default();
            let key = Key::parse(name).ok().filter(|key| key.place() == object.location);
            let written = object.last_modified.into();
            Ok(key.map(|key| Kept { sha256: key.text().to_owned(), size: object.size, written }))
        });
        kept.boxed()
    }

    /// Reads all of a blob and tells what the bytes are: sound if that has the key that was asked for.
    pub async fn examine(&self, sha256: &str) -> Result<Blob> {
        let found = self.0.store.get_opts(&Key::parse(sha256)?.place(), GetOptions::default()).await?;
        let mut stream = bytes_of(found);
        let mut digests = Digests::default();
        while let Some(bytes) = stream.try_next().await? {
            digests = digests.update(bytes).await?;
        }
        Ok(digests.finish())
    }

    /// Deletes a blob that no row names, unless it was uploaded since then: a row may be on its way. Tells whether it is
    /// gone.
    pub async fn collect(&self, sha256: &str, since: SystemTime) -> Result<bool> {
        let key = Key::parse(sha256)?;
        // An upload that finds the bytes there says so under the same lock, before or after this.
        let _shelf = self.0.shelves[key.shelf()].lock().await;
        if self.0.marks.came_since(sha256, since) || self.was_put_since(&key, since).await? {
            return Ok(false);
        }
        self.delete(sha256).await?;
        Ok(true)
    }

    /// Whether a blob of a bucket was put there since then, by whichever server.
    async fn was_put_since(&self, key: &Key<'_>, since: SystemTime) -> Result<bool> {
        if !self.is_remote() {
            return Ok(false);
        }
        match self.0.store.head(&key.place()).await {
            Ok(found) => Ok(SystemTime::from(found.last_modified) >= since),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Copies a blob to another place, checked by its hash on the way; one that is there with its size stays. Tells
    /// whether it was copied.
    pub async fn copy_to(&self, other: &Self, sha256: &str, size: u64) -> Result<bool> {
        match other.check(sha256, size).await {
            Ok(()) => return Ok(false),
            Err(Error::Missing | Error::Damaged) => {}
            Err(error) => return Err(error),
        }
        let found = self.0.store.get_opts(&Key::parse(sha256)?.place(), GetOptions::default()).await?;
        let mut stream = bytes_of(found);
        let mut upload = other.upload(Some(size), size.max(1)).await?;
        while let Some(bytes) = stream.try_next().await? {
            upload.write(bytes).await?;
        }
        if upload.digest().await?.sha256 != sha256 {
            return Err(Error::Damaged);
        }
        upload.finish().await?;
        Ok(true)
    }

    /// An address at the bucket from which anybody can get a blob for so long, to be saved as `disposition` says (a
    /// value of `Content-Disposition`); none where blobs lie in a folder.
    ///
    /// Checks before that the blob is there with its size.
    pub async fn address(&self, sha256: &str, size: u64, lasts: Duration, disposition: &str) -> Result<Option<String>> {
        let Some(remote) = &self.0.remote else { return Ok(None) };
        self.refuse(sha256)?;
        self.check(sha256, size).await?;
        remote.address(&Key::parse(sha256)?.place(), lasts, disposition).await.map(Some)
    }

    /// Whether blobs lie in a bucket.
    pub fn is_remote(&self) -> bool {
        self.0.remote.is_some()
    }
}
