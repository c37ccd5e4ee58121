//! What is kept as bytes: content-addressed blobs.
//!
//! A blob lies at `blobs/<aa>/<bb>/<sha256>`, named by what is in it, so the same bytes are kept once and never change.
//! It comes in as an [`Upload`], which hashes while it writes and is durable when [`Upload::finish`] returns, and goes
//! out as a [`Body`]: whole when it is small, as a stream otherwise. Unfinished uploads lie in `uploads/`.
//!
//! Order of things for those who also keep rows: write the blob, then commit the row; delete the row, then the blob.
//! A blob without a row is harmless, a row without its blob is not.
//!
//! Blobs may lie in a [`Bucket`] instead: then the folder has the unfinished uploads only, and a finished one is sent
//! from there. Everything else goes through [`ObjectStore`], whichever it is. This room knows no rows, and of HTTP
//! only what a bucket speaks.

mod blob;
mod bucket;
mod checked;
mod checksum;
mod digests;
mod error;
mod folder;
mod marks;
mod murmur2;
mod partial;
mod read;
mod seekable;
mod upkeep;
mod upload;

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use moka::future::Cache;
use object_store::local::LocalFileSystem;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt};
use tokio::sync::Mutex;

pub use blob::Blob;
pub use bucket::Bucket;
pub use checksum::Algorithm;
pub use error::{Error, Result};
pub use murmur2::murmur2;
pub use partial::Partial;
pub use read::Body;
pub use seekable::Seekable;
pub use upkeep::Kept;
pub use upload::Upload;

use blob::Key;
use bucket::Remote;
use folder::Folder;
use marks::Marks;

/// How many locks publishing is spread over: one for each first byte of a key.
const SHELVES: usize = 256;

/// The blobs of one folder. Cheap to clone; all clones share one cache.
///
/// A folder belongs to one server at a time, because opening it sweeps what earlier uploads left behind: a second one
/// is refused with [`Error::InUse`].
#[derive(Clone)]
pub struct Files(Arc<Inner>);

struct Inner {
    folder: Arc<Folder>,
    /// Where uploads lie until they are finished.
    drafts: LocalFileSystem,
    /// Where blobs lie.
    store: Arc<dyn ObjectStore>,
    /// The bucket, if that is where.
    remote: Option<Arc<Remote>>,
    /// Small blobs that were asked for lately, by key.
    small: Cache<String, Bytes>,
    /// Held while a blob is put in its place, so that whoever finds a blob or its folders there finds them durable.
    shelves: [Mutex<()>; SHELVES],
    marks: Marks,
}

impl Files {
    /// Opens the blobs of a folder, which is made if it is not there, and removes unfinished uploads.
    ///
    /// `reserve` is how many bytes of the disk uploads must leave free; without it 1 GiB or 2 % of the disk, whichever
    /// is more.
    pub fn open(folder: &Path, reserve: Option<u64>) -> Result<Self> {
        let folder = Folder::open(folder, reserve)?;
        let store = LocalFileSystem::new_with_prefix(folder.path())?.with_fsync(true);
        Self::over(Arc::new(folder), Arc::new(store), None)
    }

    /// Opens the blobs of a bucket, with a folder as in [`Files::open`] that holds unfinished uploads.
    ///
    /// The bucket is asked for something, so that a wrong name or key is an error here.
    pub async fn open_bucket(folder: &Path, reserve: Option<u64>, bucket: &Bucket) -> Result<Self> {
        Self::over_bucket(Arc::new(Folder::open(folder, reserve)?), bucket).await
    }

    /// The blobs of a bucket, with the folder that is open here.
    pub async fn in_bucket(&self, bucket: &Bucket) -> Result<Self> {
        Self::over_bucket(Arc::clone(&self.0.folder), bucket).await
    }

    /// The blobs that lie in the folder that is open here, as they do when it is opened without a bucket.
    pub fn in_folder(&self) -> Result<Self> {
        let store = LocalFileSystem::new_with_prefix(self.0.folder.path())?.with_fsync(true);
        Self::over(Arc::clone(&self.0.folder), Arc::new(store), None)
    }

    async fn over_bucket(folder: Arc<Folder>, bucket: &Bucket) -> Result<Self> {
        let remote = Arc::new(Remote::open(bucket).await?);
        let store = PrefixStore::new(remote.s3.clone(), remote.prefix().clone());
        Self::over(folder, Arc::new(store), Some(remote))
    }

    fn over(folder: Arc<Folder>, store: Arc<dyn ObjectStore>, remote: Option<Arc<Remote>>) -> Result<Self> {
        // On the way to a bucket nothing has to outlive a power cut.
        let drafts = LocalFileSystem::new_with_prefix(folder.path())?.with_fsync(remote.is_none());
        Ok(Self(Arc::new(Inner {
            folder,
            drafts,
            store,
            remote,
            small: read::cache(),
            shelves: std::array::from_fn(|_| Mutex::default()),
            marks: Marks::default(),
        })))
    }

    /// Lets be done on Unix with folders what these permissions say, such as `0o750`, and with files the same but for
    /// executing; without this the mask of the process decides. With a bucket that is about unfinished uploads only.
    pub fn permit(&self, mode: u32) -> Result<()> {
        Ok(self.0.folder.permit(mode)?)
    }

    /// Whether blobs lie on a disk of this machine, so that reading them costs nothing but time.
    pub fn is_local(&self) -> bool {
        self.0.remote.is_none()
    }

    /// Checks that a blob is there and has its size, without reading it.
    pub async fn check(&self, sha256: &str, size: u64) -> Result<()> {
        self.refuse(sha256)?;
        let found = self.0.store.head(&Key::parse(sha256)?.place()).await?;
        found.size.eq(&size).then_some(()).ok_or(Error::Damaged)
    }

    /// Deletes a blob; one that is gone already counts as deleted. Whoever is reading it reads to its end.
    ///
    /// Not made durable: after a power cut the blob may be there again, which is harmless.
    pub async fn delete(&self, sha256: &str) -> Result<()> {
        let deleted = self.0.store.delete(&Key::parse(sha256)?.place()).await;
        self.0.small.invalidate(sha256).await;
        match deleted {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes uploads to which nothing was written since `before`, and counts them.
    pub async fn sweep(&self, before: SystemTime) -> Result<usize> {
        let files = self.clone();
        let stale = move |upload: &std::fs::DirEntry| {
            upload.metadata().and_then(|about| about.modified()).is_ok_and(|written| written < before)
        };
        Ok(tokio::task::spawn_blocking(move || files.0.folder.sweep(stale)).await??)
    }
}
