//! Taking bytes in: hashed while they are written, durable before they are named.

use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStoreExt};
use tokio::task::{JoinHandle, spawn_blocking};
use ulid::Ulid;

use crate::blob::Key;
use crate::digests::Digests;
use crate::{Blob, Error, Files, Result};

/// Bytes are written and hashed in parts of this size: one is filled while the one before it is worked on.
const PART: usize = 1024 * 1024;

/// How old a blob of a bucket may be to be left there when it is brought again: less than the day after which what
/// nothing names is collected.
const STALE: Duration = Duration::from_hours(12);

/// Bytes on their way to become a [`Blob`]. Dropped before it has finished, it leaves nothing behind.
pub struct Upload {
    files: Files,
    limit: u64,
    received: u64,
    filling: BytesMut,
    /// Taken out while in use, so that after a write that failed or was cancelled there is nothing to go on with.
    draft: Option<Draft>,
}

/// The unfinished file, and the work on the last part that was given to it.
struct Draft {
    name: String,
    file: Box<dyn MultipartUpload>,
    work: JoinHandle<Result<Digests>>,
}

impl Files {
    /// Begins to take in a file of at most `limit` bytes.
    ///
    /// What the sender has declared is checked at once, before the first byte: against the limit, and together with
    /// the reserve against the free space.
    pub async fn upload(&self, declared: Option<u64>, limit: u64) -> Result<Upload> {
        if declared.is_some_and(|size| size > limit) {
            return Err(Error::TooLarge { limit });
        }
        self.room_for(declared.unwrap_or(0)).await?;
        let name = Ulid::generate().to_string();
        let file = self.0.drafts.put_multipart(&place_of(&name)).await?;
        let work = tokio::spawn(async { Ok(Digests::default()) });
        let draft = Some(Draft { name, file, work });
        Ok(Upload { files: self.clone(), limit, received: 0, filling: BytesMut::new(), draft })
    }

    async fn room_for(&self, bytes: u64) -> Result<()> {
        let files = self.clone();
        spawn_blocking(move || files.0.folder.room_for(bytes)).await?
    }

    /// Gives a finished upload its place among the blobs, where one of the same bytes stays if it is sound.
    async fn publish(&self, name: &str, blob: &Blob) -> Result<()> {
        let key = Key::parse(&blob.sha256)?;
        let _shelf = self.0.shelves[key.shelf()].lock().await;
        self.0.marks.refuse_blocked(key.text())?;
        let written = self.0.drafts.head(&place_of(name)).await?.last_modified.into();
        match self.check(key.text(), blob.size).await {
            Ok(()) => {
                self.freshen(name, &key, (blob.size, written)).await?;
                // The blob is safe either way; what is not deleted now is swept later.
                self.0.drafts.delete(&place_of(name)).await.ok();
                self.0.marks.arrived(key.text(), written);
                return Ok(());
            }
            Err(Error::Missing) => {}
            Err(Error::Damaged) => tracing::warn!(sha256 = key.text(), "replacing a damaged blob by an upload of it"),
            Err(error) => return Err(error),
        }
        self.place(name, key, blob.size).await?;
        self.0.small.invalidate(key.text()).await;
        self.0.marks.arrived(key.text(), written);
        Ok(())
    }

    /// Puts a blob of a bucket there again if it has lain there for long: as nobody's it might be collected just now, by
    /// another server that does not know of this upload.
    async fn freshen(&self, name: &str, key: &Key<'_>, (size, now): (u64, SystemTime)) -> Result<()> {
        let Some(remote) = &self.0.remote else { return Ok(()) };
        let put: SystemTime = self.0.store.head(&key.place()).await?.last_modified.into();
        if now.duration_since(put).is_ok_and(|age| age > STALE) {
            remote.put(&self.0.drafts.path_to_filesystem(&place_of(name))?, &key.place(), size, true).await?;
        }
        Ok(())
    }

    /// Moves a finished upload to where blobs lie, over what may be there.
    async fn place(&self, name: &str, key: Key<'_>, size: u64) -> Result<()> {
        if let Some(remote) = &self.0.remote {
            let file = self.0.drafts.path_to_filesystem(&place_of(name))?;
            let there = self.0.store.head(&key.place()).await.is_ok();
            remote.put(&file, &key.place(), size, there).await?;
            // What is not deleted now is swept later.
            self.0.drafts.delete(&place_of(name)).await.ok();
            return Ok(());
        }
        let (draft, place) = (place_of(name), key.place());
        self.0.folder.permit_file(&self.0.drafts.path_to_filesystem(&draft)?)?;
        let renamed = self.0.drafts.rename(&draft, &place).await;
        if renamed.is_ok() {
            self.0.folder.permit_folders(&self.0.drafts.path_to_filesystem(&place)?)?;
        }
        if renamed.is_err() {
            // Perhaps in place, but not known to be durable: the next upload of these bytes must not rely on it.
            self.delete(key.text()).await.ok();
        }
        Ok(renamed?)
    }

    /// Removes what a failed upload may have left, under whichever of its names.
    async fn discard(&self, name: String) {
        let files = self.clone();
        let named = move |upload: &std::fs::DirEntry| upload.file_name().to_string_lossy().starts_with(&name);
        // What cannot be removed now is swept later.
        spawn_blocking(move || files.0.folder.sweep(named)).await.ok();
    }
}

impl Upload {
    /// Takes in the next bytes, and waits while the disk or the hashing lags behind.
    ///
    /// The reserve is looked at again with every part, so that uploads of undeclared size, or many at once, keep it too.
    /// After an error, or when this is cancelled, the upload is over: its file is removed and every later call is
    /// [`Error::Broken`].
    pub async fn write(&mut self, mut bytes: Bytes) -> Result<()> {
        let mut draft = self.draft.take().ok_or(Error::Broken)?;
        self.received += bytes.len() as u64;
        if self.received > self.limit {
            return Err(Error::TooLarge { limit: self.limit });
        }
        while !bytes.is_empty() {
            if self.filling.capacity() == 0 {
                self.filling.reserve(PART);
            }
            let fits = bytes.len().min(PART - self.filling.len());
            self.filling.extend_from_slice(&bytes.split_to(fits));
            if self.filling.len() == PART {
                draft.push(&self.files, std::mem::take(&mut self.filling).freeze()).await?;
            }
        }
        self.draft = Some(draft);
        Ok(())
    }

    /// What the bytes are that were taken in so far: to be asked at their end, before they are kept. Whoever does not want
    /// them drops the upload.
    pub async fn digest(&mut self) -> Result<Blob> {
        let mut draft = self.draft.take().ok_or(Error::Broken)?;
        if !self.filling.is_empty() {
            draft.push(&self.files, std::mem::take(&mut self.filling).freeze()).await?;
        }
        let digests = (&mut draft.work).await??;
        let blob = digests.clone().finish();
        draft.work = tokio::spawn(async { Ok(digests) });
        self.draft = Some(draft);
        Ok(blob)
    }

    /// Makes a blob of the bytes: when this returns, they survive a power cut.
    ///
    /// Once begun it runs to its end even if the caller goes away.
    pub async fn finish(self) -> Result<Blob> {
        let mut draft = self.draft.ok_or(Error::Broken)?;
        if !self.filling.is_empty() {
            draft.push(&self.files, self.filling.freeze()).await?;
        }
        let blob = draft.work.await??.finish();
        let Draft { name, mut file, .. } = draft;
        let files = self.files;
        tokio::spawn(async move {
            let kept = match file.complete().await {
                Ok(_) => files.publish(&name, &blob).await,
                Err(error) => Err(error.into()),
            };
            if kept.is_err() {
                files.discard(name).await;
            }
            kept.map(|()| blob)
        })
        .await?
    }
}

impl Draft {
    /// Waits for the work on the part before, then lets this one be written and hashed.
    async fn push(&mut self, files: &Files, part: Bytes) -> Result<()> {
        let digests = (&mut self.work).await??;
        files.room_for(part.len() as u64).await?;
        let written = self.file.put_part(part.clone().into());
        self.work = tokio::spawn(async move {
            let (written, digests) = tokio::join!(written, digests.update(part));
            written?;
            digests
        });
        Ok(())
    }
}

/// Where an unfinished upload lies.
fn place_of(name: &str) -> Path {
    Path::from(format!("uploads/{name}"))
}
