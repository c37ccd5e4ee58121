//! What is kept as bytes: content-addressed blobs.
//!
//! A blob lies at `blobs/<aa>/<bb>/<sha256>`, named by what is in it, so the same bytes are kept once and never change.
//! It comes in as an [`Upload`], which hashes while it writes and is durable when [`Upload::finish`] returns, and goes
//! out as a [`Body`]: whole when it is small, as a stream otherwise. Unfinished uploads lie in `uploads/`.
//!
//! Order of things for those who also keep rows: write the blob, then commit the row; delete the row, then the blob.
//! A blob without a row is harmless, a row without its blob is not.
//!
//! Everything but the free space and the sweeping goes through [`ObjectStore`], so that another kind of store needs
//! no other code. This room knows no HTTP and no rows.

mod blob;
mod digests;
mod error;
mod folder;
mod murmur2;
mod partial;
mod read;
mod seekable;
mod upload;

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use moka::future::Cache;
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt};
use tokio::sync::Mutex;

pub use blob::Blob;
pub use error::{Error, Result};
pub use murmur2::murmur2;
pub use partial::Partial;
pub use read::Body;
pub use seekable::Seekable;
pub use upload::Upload;

use blob::Key;
use folder::Folder;

/// How many locks publishing is spread over: one for each first byte of a key.
const SHELVES: usize = 256;

/// The blobs of one folder. Cheap to clone; all clones share one cache.
///
/// A folder belongs to one server at a time, because opening it sweeps what earlier uploads left behind: a second one
/// is refused with [`Error::InUse`].
#[derive(Clone)]
pub struct Files(Arc<Inner>);

struct Inner {
    folder: Folder,
    store: Arc<dyn ObjectStore>,
    /// Small blobs that were asked for lately, by key.
    small: Cache<String, Bytes>,
    /// Held while a blob is put in its place, so that whoever finds a blob or its folders there finds them durable.
    shelves: [Mutex<()>; SHELVES],
}

impl Files {
    /// Opens the blobs of a folder, which is made if it is not there, and removes unfinished uploads.
    ///
    /// `reserve` is how many bytes of the disk uploads must leave free; without it 1 GiB or 2 % of the disk, whichever
    /// is more.
    pub fn open(folder: &Path, reserve: Option<u64>) -> Result<Self> {
        let folder = Folder::open(folder, reserve)?;
        let store = LocalFileSystem::new_with_prefix(folder.path())?.with_fsync(true);
        Ok(Self(Arc::new(Inner {
            folder,
            store: Arc::new(store),
            small: read::cache(),
            shelves: std::array::from_fn(|_| Mutex::default()),
        })))
    }

    /// Checks that a blob is there and has its size, without reading it.
    pub async fn check(&self, sha256: &str, size: u64) -> Result<()> {
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
